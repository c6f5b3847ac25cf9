package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.CodecLaws;
import dev.fairlead.protocol.Summary;
import dev.fairlead.protocol.Target;
import dev.fairlead.protocol.Target.ReasoningStyle;
import dev.fairlead.protocol.Target.Trait;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

class OpenAiChatLawsTest extends CodecLaws {
  @Override
  protected Codec codec() {
    return new OpenAiChatCodec();
  }

  /** OpenRouter itself: the endpoint of this dialect that takes most. */
  @Override
  protected Target target() {
    return target(
        "anthropic",
        ReasoningStyle.OPENROUTER,
        Trait.REASONING_DETAILS,
        Trait.DEVELOPER_ROLE,
        Trait.CACHE_CONTROL);
  }

  @Override
  protected List<Target> otherTargets() {
    return List.of(
        target("openai", ReasoningStyle.EFFORT, Trait.MAX_COMPLETION_TOKENS, Trait.NO_SAMPLING),
        target("deepseek", ReasoningStyle.SWITCH, Trait.REPLAY_REASONING_CONTENT),
        target("mistral", ReasoningStyle.NONE, Trait.THINKING_PARTS, Trait.NO_STREAM_OPTIONS),
        target("google", ReasoningStyle.LEVEL, Trait.REASONING_DETAILS),
        target("qwen", ReasoningStyle.BUDGET));
  }

  private static Target target(String family, ReasoningStyle style, Trait... traits) {
    return new Target("a-model", family, OptionalLong.empty(), Set.of(traits), style, true);
  }

  @Override
  protected int maxChoices() {
    return 3;
  }

  @Override
  protected boolean saidOtherwise(Summary.Line line, ChatRequest original, ChatRequest back) {
    return switch (line.field()) {
      // Whether thoughts are shown is decided where the answer is written.
      case "reasoning.exclude" -> true;
      // Asking for an effort or a budget switches thinking on, and saying it so is the same.
      case "reasoning" -> back.reasoning().isOn() == original.reasoning().isOn();
      // The switch is said as the effort none.
      case "reasoning.effort" -> line.content().equals("NONE") && back.reasoning().isOff();
      // Thoughts that follow each other become one where a server takes them as one string.
      case "reasoning FULL", "reasoning SUMMARY" -> thoughts(back).contains(line.content());
      default -> false;
    };
  }

  private static String thoughts(ChatRequest request) {
    StringBuilder all = new StringBuilder();
    for (Summary.Line line : Summary.of(request)) {
      if (line.field().startsWith("reasoning FULL")) {
        all.append(line.content());
      }
    }
    return all.toString();
  }

  @Override
  protected boolean mayBeAdded(Summary.Line line, ChatRequest original) {
    return line.field().startsWith("reasoning"); // the same wish in the endpoint's words
  }
}
