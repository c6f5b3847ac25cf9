package dev.fairlead.simulator;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Usage;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Sse;
import java.util.Optional;

/** What the simulator says that it used, which options can make differ from the truth. */
final class Reported {
  private static final long ABSURD = 1_000_000_000L;

  private Reported() {}

  /** The usage that stands at the end of the answer; empty when none is told. */
  static Optional<Usage> usage(Options options, long prompt, long completion, long thinking) {
    return switch (options.text(Option.USAGE).orElse("")) {
      case "missing" -> Optional.empty();
      case "zero" -> Optional.of(Usage.ZERO);
      case "absurd" -> Optional.of(of(options, ABSURD, ABSURD, thinking));
      case "negative" -> Optional.of(of(options, -prompt, -completion, 0));
      default -> Optional.of(of(options, prompt, completion, thinking));
    };
  }

  private static Usage of(Options options, long prompt, long completion, long thinking) {
    return new Usage(
        options.whole(Option.PROMPT).orElse(prompt),
        options.whole(Option.COMPLETION).orElse(completion),
        options.whole(Option.CACHED).orElse(0),
        options.whole(Option.CACHE_WRITE).orElse(0),
        0,
        options.whole(Option.REASONING).orElse(thinking),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        Optional.empty(),
        Optional.empty());
  }

  /** A frame that tells usage and nothing else, for the shapes that tell it more than once. */
  static byte[] frame(Dialect dialect, String model, long prompt, long completion) {
    JsonWriter out = new JsonWriter().beginObject();
    return switch (dialect) {
      case ANTHROPIC -> {
        out.field("type", "message_delta").name("delta").beginObject().endObject();
        out.name("usage").beginObject().field("output_tokens", completion).endObject();
        yield Sse.event("message_delta", out.endObject().toBytes());
      }
      case GEMINI -> {
        out.name("usageMetadata").beginObject();
        out.field("promptTokenCount", prompt).field("candidatesTokenCount", completion);
        out.field("totalTokenCount", prompt + completion).endObject();
        out.field("modelVersion", model);
        yield Sse.data(out.endObject().toBytes());
      }
      case OPENAI_CHAT, OPENAI_RESPONSES, BEDROCK, COHERE -> {
        out.field("id", "chatcmpl-sim").field("object", "chat.completion.chunk");
        out.field("created", Scene.CREATED).field("model", model);
        out.name("choices").beginArray().endArray().name("usage").beginObject();
        out.field("prompt_tokens", prompt).field("completion_tokens", completion);
        out.field("total_tokens", prompt + completion).endObject();
        yield Sse.data(out.endObject().toBytes());
      }
    };
  }
}
