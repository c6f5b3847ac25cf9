package dev.fairlead.simulator;

import dev.fairlead.config.ConfigNode;
import dev.fairlead.config.ConfigReader;
import dev.fairlead.config.Problems;
import dev.fairlead.config.Section;
import dev.fairlead.money.Meter;
import dev.fairlead.money.Price;
import dev.fairlead.money.Rate;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a scenario, YAML or JSON. Everything that is wrong goes to the problems; what could be read
 * is the result.
 */
public final class ScenarioFile {
  private static final BigDecimal MOST_SCALE = BigDecimal.valueOf(1000);

  private final Problems problems;

  private ScenarioFile(Problems problems) {
    this.problems = problems;
  }

  /**
   * @param file its name, for messages
   */
  public static Scenario read(String file, byte[] bytes, Problems problems) {
    ConfigNode root = ConfigReader.readVerbatim(file, bytes, problems);
    return new ScenarioFile(problems).scenario(Section.of(root, "", problems));
  }

  private Scenario scenario(Section root) {
    long seed = root.whole("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE);
    BigDecimal scale = root.amount("scale").orElse(BigDecimal.ONE);
    if (scale.compareTo(MOST_SCALE) > 0) {
      root.problem("scale", "is too large", "at most 1000");
    }
    int log = (int) root.whole("log", 10_000, 1, 1_000_000);
    Behaviour unknown =
        root.text("unknown")
            .map(text -> behaviour(root, "unknown", text))
            .orElseGet(Scenario::defaultBehaviour);
    List<SimModel> models = new ArrayList<>();
    root.section("models")
        .ifPresent(
            section -> {
              for (ConfigNode.Entry entry : section.entries()) {
                section.section(entry.key()).ifPresent(s -> models.add(model(entry.key(), s)));
              }
            });
    root.end();
    return new Scenario(seed, scale.doubleValue(), log, unknown, models);
  }

  private SimModel model(String name, Section section) {
    String description = section.text("description", "A model of the scenario.");
    Options options = options(section);
    List<Behaviour> attempts = new ArrayList<>();
    section.text("behave").ifPresent(text -> attempts.add(behaviour(section, "behave", text)));
    for (String text : section.texts("attempts").orElse(List.of())) {
      attempts.add(behaviour(section, "attempts", text));
    }
    if (section.has("steps")) {
      List<Piece> script = new ArrayList<>();
      section.sections("steps").forEach(step -> step(step, script));
      attempts.add(new Behaviour(Behaviour.Kind.SCRIPT, 0, Options.NONE, script));
    }
    if (attempts.isEmpty()) {
      attempts.add(Scenario.defaultBehaviour());
    }
    Price price = section.section("price").map(p -> price(name, p)).orElse(Price.FREE);
    section.end();
    return new SimModel(
        name, description, attempts.stream().map(b -> b.with(options)).toList(), price);
  }

  private Options options(Section section) {
    Options options = Options.NONE;
    for (Option option : Option.values()) {
      Optional<String> value = section.text(option.word());
      if (value.isPresent()) {
        try {
          options = options.with(option.word(), value.get());
        } catch (BadName e) {
          section.problem(option.word(), text(e), option.meaning());
        }
      }
    }
    return options;
  }

  private Behaviour behaviour(Section section, String key, String text) {
    String plain = text.startsWith("sim/") ? text.substring(4) : text;
    try {
      Optional<Behaviour> read = Behaviour.read(plain);
      if (read.isPresent()) {
        return read.get();
      }
      section.problem(key, "`" + text + "` is no behaviour", "write for instance words-60");
    } catch (BadName e) {
      section.problem(key, text(e), "see the simulator's guide");
    }
    return Scenario.defaultBehaviour();
  }

  private void step(Section step, List<Piece> script) {
    step.text("say").ifPresent(text -> script.add(new Piece.Say(text)));
    step.whole("words", 1, 1_000_000)
        .ifPresent(count -> script.add(new Piece.Say(Words.some(count.intValue(), script.size()))));
    step.text("think").ifPresent(text -> script.add(new Piece.Think(text, step.text("signature"))));
    step.text("refuse").ifPresent(text -> script.add(new Piece.Decline(text)));
    step.section("call")
        .ifPresent(
            call -> {
              String id = call.text("id", "call_" + script.size());
              String arguments = call.text("arguments", "{}");
              script.add(new Piece.Call(id, call.requiredText("tool"), arguments));
              call.end();
            });
    if (step.has("wait")) {
      script.add(new Piece.Rest(step.duration("wait", Duration.ZERO)));
    }
    step.end();
  }

  /** USD per million tokens, as in the gateway's own configuration. */
  private static Price price(String name, Section section) {
    Map<Meter, Rate> rates = new EnumMap<>(Meter.class);
    rate(section, "prompt", Meter.INPUT, rates);
    rate(section, "completion", Meter.OUTPUT, rates);
    section.end();
    return new Price("scenario:" + name, Instant.EPOCH, rates);
  }

  private static void rate(Section section, String key, Meter meter, Map<Meter, Rate> rates) {
    section
        .amount(key)
        .map(usd -> usd.movePointRight(6).setScale(0, RoundingMode.HALF_UP).longValue())
        .ifPresent(pico -> rates.put(meter, Rate.flat(pico)));
  }

  private static String text(BadName e) {
    return String.valueOf(e.getMessage());
  }
}
