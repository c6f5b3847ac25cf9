package dev.fairlead.protocol;

import dev.fairlead.canon.ChatAnswer;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.StopReason;
import dev.fairlead.canon.Usage;
import dev.fairlead.wire.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

/** Seeded whole answers: reasoning, text and tool calls in the order in which models give them. */
public final class RandomAnswers {
  private final Random random;
  private final Dialect dialect;

  public RandomAnswers(long seed, Dialect dialect) {
    this.random = new Random(seed);
    this.dialect = dialect;
  }

  public ChatAnswer next(int maxChoices) {
    List<ChatAnswer.Choice> choices = new ArrayList<>();
    int n = 1 + random.nextInt(maxChoices);
    for (int i = 0; i < n; i++) {
      choices.add(choice(i));
    }
    int input = 10 + random.nextInt(1000);
    return new ChatAnswer(
        Optional.of("id-" + random.nextInt(999)),
        Optional.of("some/model"),
        OptionalLong.of(1_700_000_000L),
        choices,
        Optional.of(
            new Usage(
                input,
                20 + random.nextInt(90),
                random.nextInt(5),
                0,
                0,
                random.nextInt(20),
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                Optional.empty(),
                Optional.empty())),
        Optional.empty(),
        true,
        List.of(),
        Extras.none(dialect));
  }

  private ChatAnswer.Choice choice(int index) {
    Extras none = Extras.none(dialect);
    List<Part> parts = new ArrayList<>();
    if (random.nextBoolean()) {
      parts.add(
          new Part.Reasoning(
              Part.ReasoningKind.FULL,
              Text.of("Thinking 🤔 \n" + random.nextInt()),
              Optional.empty(),
              Optional.empty(),
              none));
    }
    int calls = random.nextInt(3);
    if (calls == 0 || random.nextBoolean()) {
      parts.add(
          new Part.Text(
              Text.of("Answer é \"" + random.nextInt() + "\"\u2028"),
              Optional.empty(),
              List.of(),
              none));
    }
    for (int i = 0; i < calls; i++) {
      parts.add(
          new Part.ToolCall(
              "call_" + index + "_" + i,
              "tool_" + i,
              Text.of(random.nextBoolean() ? "{}" : "{\"q\": \"é" + random.nextInt() + "\"}"),
              Optional.empty(),
              Optional.empty(),
              none));
    }
    StopReason stop =
        calls > 0
            ? StopReason.TOOL_CALLS
            : random.nextBoolean() ? StopReason.END : StopReason.LENGTH;
    return new ChatAnswer.Choice(
        index, parts, Optional.of(stop), Optional.empty(), Optional.empty(), Optional.empty());
  }
}
