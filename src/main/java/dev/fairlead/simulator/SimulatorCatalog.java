package dev.fairlead.simulator;

import dev.fairlead.money.Price;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The models that a gateway without any provider shows. Each of their names takes options, so what
 * it lists is a shop window, not the stock; the stock is behind {@link #named}.
 */
public final class SimulatorCatalog {
  /**
   * @param name with the author: {@code sim/echo}
   * @param title for people
   * @param price always nothing
   */
  public record Entry(
      String name,
      String title,
      String description,
      Price price,
      int contextLength,
      int maxCompletionTokens,
      boolean imageOutput) {}

  private static final String PREFIX = "sim/";
  private static final int CONTEXT = 200_000;
  private static final int OUTPUT = 16_000;

  private static final int FAULTS = 16;
  private static final List<Entry> KINDS =
      List.of(
          entry("sim/echo", "Echo", "Says what the last user turn said."),
          entry("sim/lorem", "Lorem ipsum", "Answers with 69 words of Lorem ipsum."),
          entry("sim/words-60", "Sixty words", "Answers with sixty words; words-N with N."),
          entry("sim/long", "Long answer", "Answers with 4,000 words; long-N with N."),
          entry("sim/tools", "Tool caller", "Calls the request's first tool; tools-N calls N."),
          entry("sim/json", "Structured output", "Answers in the schema that is asked for."),
          entry("sim/think", "Thinker", "Reasons, signs its reasoning, then answers."),
          entry("sim/image", "Painter", "Answers with a sentence and a small picture."),
          entry("sim/refuse", "Refuser", "Declines every request."));

  public static final List<Entry> ENTRIES = entries();

  private SimulatorCatalog() {}

  /** One of each kind, and the sixteen faults of the failover catalogue by their numbers. */
  private static List<Entry> entries() {
    List<Entry> entries = new ArrayList<>(KINDS);
    for (int i = 1; i <= FAULTS; i++) {
      String fault = String.format(Locale.ROOT, "S%02d", i);
      entries.add(
          entry(
              "sim/words-60+fault=" + fault,
              "Fault " + fault,
              "Answers with sixty words and the fault " + fault + " of the failover catalogue."));
    }
    return List.copyOf(entries);
  }

  /** What a name of the grammar means that is not in the window; empty for any other name. */
  public static Optional<Entry> named(String name) {
    if (!name.startsWith(PREFIX)) {
      return Optional.empty();
    }
    try {
      return Behaviour.read(name.substring(PREFIX.length()))
          .map(read -> entry(name, name.substring(PREFIX.length()), read.kind().meaning()));
    } catch (BadName e) {
      return Optional.empty(); // it cannot be played, so it is no model
    }
  }

  private static Entry entry(String name, String title, String description) {
    return new Entry(
        name,
        "Simulator: " + title,
        description,
        Price.FREE,
        CONTEXT,
        OUTPUT,
        name.startsWith("sim/image"));
  }
}
