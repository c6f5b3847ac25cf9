package dev.fairlead.protocol.anthropic;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.OutputFormat;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.ToolChoice;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.CodecLaws;
import dev.fairlead.protocol.Summary;
import dev.fairlead.protocol.Target;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** The laws of codecs, for this dialect. */
class AnthropicCodecTest extends CodecLaws {
  static final Target EVERYTHING =
      new Target(
          "claude-test",
          "anthropic",
          OptionalLong.empty(),
          Set.of(Target.Trait.PREFILL, Target.Trait.NATIVE_JSON_SCHEMA),
          Target.ReasoningStyle.EFFORT,
          false);

  static final Target OLD =
      new Target(
          "claude-old",
          "anthropic",
          OptionalLong.of(8192),
          Set.of(Target.Trait.PREFILL),
          Target.ReasoningStyle.BUDGET,
          false);

  static final Target NEWEST =
      new Target(
          "claude-newest",
          "anthropic",
          OptionalLong.of(64000),
          Set.of(
              Target.Trait.NATIVE_JSON_SCHEMA,
              Target.Trait.ADAPTIVE_THINKING,
              Target.Trait.NO_SAMPLING),
          Target.ReasoningStyle.EFFORT,
          true);

  static final Target THOUGHTLESS =
      new Target(
          "claude-haiku",
          "minimax",
          OptionalLong.of(4096),
          Set.of(Target.Trait.REPLAY_REASONING_CONTENT),
          Target.ReasoningStyle.NONE,
          false);

  @Override
  protected Codec codec() {
    return new AnthropicCodec();
  }

  @Override
  protected Target target() {
    return EVERYTHING;
  }

  @Override
  protected List<Target> otherTargets() {
    return List.of(OLD, NEWEST, THOUGHTLESS);
  }

  @Override
  protected boolean saidOtherwise(Summary.Line line, ChatRequest original, ChatRequest back) {
    return switch (line.field()) {
      // Text is the default, and a format has no name here.
      case "format" ->
          original.format() instanceof OutputFormat.PlainText
              || (original.format() instanceof OutputFormat.JsonSchema was
                  && back.format() instanceof OutputFormat.JsonSchema is
                  && was.schema().equals(is.schema()));
      // Parallel calls are the default, and none at all can be parallel.
      case "parallel_tool_calls" ->
          original.parallelToolCalls().orElse(true)
              || original.toolChoice() instanceof ToolChoice.None;
      // Effort is said as a budget where a model is steered by one; off goes without saying where
      // thinking cannot be steered.
      case "reasoning.effort" ->
          back.reasoning().budget().isPresent() || original.reasoning().isOff();
      case "reasoning" -> original.reasoning().isOff() && back.reasoning().isUnset();
      // Hidden in the answer, by the gateway.
      case "reasoning.exclude" -> true;
      // Lines are matched by what they say: the mark of a lost medium may have taken this one's.
      case "cache", "detail" -> lostMedia(original);
      // Strict is off unless it is asked for.
      case "strict" -> line.content().equals("false");
      default -> line.field().equals("reasoning SUMMARY"); // what thinking blocks hold anyway
    };
  }

  private static boolean lostMedia(ChatRequest original) {
    return original.turns().stream()
        .flatMap(turn -> turn.parts().stream())
        .anyMatch(
            part ->
                part instanceof Part.Media media
                    && (media.kind() == Part.MediaKind.AUDIO
                        || media.kind() == Part.MediaKind.VIDEO));
  }

  @Override
  protected boolean mayBeAdded(Summary.Line line, ChatRequest original) {
    return switch (line.field()) {
      case "max_tokens", "reasoning", "reasoning.budget", "reasoning.summary" -> true;
      case "reasoning FULL" -> true; // was a summary
      case "tool_choice" -> original.parallelToolCalls().isPresent();
      case "format" -> original.format() instanceof OutputFormat.JsonSchema;
      default -> false;
    };
  }
}
