package dev.fairlead.protocol.gemini;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.OutputFormat;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.CodecLaws;
import dev.fairlead.protocol.Summary;
import dev.fairlead.protocol.Target;
import dev.fairlead.protocol.Wire;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.MalformedJson;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The laws of all codecs, kept by this one. */
final class GeminiCodecTest extends CodecLaws {
  static final Target LEVELS = target(Target.ReasoningStyle.LEVEL);

  static Target target(Target.ReasoningStyle style, Target.Trait... traits) {
    return new Target(
        "gemini-3-flash", "google", OptionalLong.of(65_536), Set.of(traits), style, false);
  }

  @Override
  protected Codec codec() {
    return new GeminiCodec();
  }

  @Override
  protected Target target() {
    return LEVELS;
  }

  @Override
  protected List<Target> otherTargets() {
    return List.of(
        target(Target.ReasoningStyle.BUDGET),
        target(Target.ReasoningStyle.NONE, Target.Trait.OPENAPI_SCHEMA),
        target(Target.ReasoningStyle.BUDGET, Target.Trait.NO_SAMPLING, Target.Trait.ALWAYS_THINKS),
        target(Target.ReasoningStyle.LEVEL, Target.Trait.ALWAYS_THINKS));
  }

  @Override
  protected Wire wire(byte[] body) throws MalformedJson {
    return new Wire(Json.read(body, JsonLimits.REQUEST), Optional.of("some/model"), false);
  }

  @Override
  protected int maxChoices() {
    return 3;
  }

  @Override
  protected boolean saidOtherwise(Summary.Line line, ChatRequest original, ChatRequest back) {
    return switch (line.field()) {
      // Calls in parallel are what Gemini always may make.
      case "parallel_tool_calls" -> line.content().equals("true");
      // Off is off, by whatever word.
      case "reasoning.effort" ->
          line.content().equals("NONE") && (back.reasoning().isOff() || back.reasoning().isUnset());
      // A model that is steered by levels thinks unless told not to; one that is not steered at all
      // does not think.
      case "reasoning" ->
          line.content().equals("on") ? !back.reasoning().isOff() : back.reasoning().isUnset();
      case "reasoning.exclude" -> original.reasoning().isOff() && back.reasoning().isUnset();
      default -> false;
    };
  }

  @Override
  protected boolean mayBeAdded(Summary.Line line, ChatRequest original) {
    return switch (line.field()) {
      // Gemini 3's documented stand-in for a signature that a history does not have.
      case "proof" -> line.content().equals("skip_thought_signature_validator");
      // The blank that stands for a conversation of nothing but a system turn.
      case "user text" -> line.content().equals(" ");
      // The schema in the dialect's own words, kept beside the same schema in JSON Schema's.
      case "parameters" -> line.node().startsWith("tools[");
      case "generationConfig" -> original.format() instanceof OutputFormat.JsonSchema;
      case "reasoning.summary" -> original.reasoning().enabled().isPresent();
      default -> false;
    };
  }
}
