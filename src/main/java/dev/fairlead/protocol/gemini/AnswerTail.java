package dev.fairlead.protocol.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.Citation;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.StopReason;
import dev.fairlead.canon.Usage;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.protocol.Flavour;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What stands beside an answer's parts: how it ended, its sources, its usage, whose it is. */
final class AnswerTail {
  private AnswerTail() {}

  /** A citation, with its offsets counted in the candidate's whole text. */
  record Source(Citation citation, int blockStart) {}

  /** The members of a candidate after its content, {@code index} included. */
  static void candidate(
      int choice,
      Optional<String> finish,
      Map<String, Raw> notes,
      List<Source> sources,
      String text,
      Optional<Raw> logprobs,
      JsonWriter out) {
    finish.ifPresent(word -> out.field("finishReason", word));
    out.field("index", choice);
    String prefix = "candidates[" + choice + "].";
    notes.forEach(
        (name, raw) -> {
          if (name.startsWith(prefix)) {
            out.field(name.substring(prefix.length()), raw);
          }
        });
    if (!notes.containsKey(prefix + "groundingMetadata")) {
      sources(sources, text, out);
    }
    if (!notes.containsKey(prefix + "logprobsResult")) {
      logprobs.ifPresent(raw -> logprobs(raw.node(), out));
    }
  }

  /** The finish reason for a caller; a blocked prompt has none. */
  static Optional<String> finish(
      Optional<StopReason> stop, Optional<String> nativeReason, boolean calls) {
    return stop.map(reason -> StopWords.write(reason, nativeReason, calls));
  }

  static Optional<String> blockReason(Optional<String> nativeReason) {
    return nativeReason
        .filter(word -> word.startsWith(StopWords.BLOCKED))
        .map(word -> word.substring(StopWords.BLOCKED.length()));
  }

  /** This dialect's notes, the last of each name. */
  static Map<String, Raw> notes(List<ChatEvent.Note> notes) {
    Map<String, Raw> last = new LinkedHashMap<>();
    for (ChatEvent.Note note : notes) {
      if (note.dialect() == Dialect.GEMINI) {
        last.put(note.field(), note.raw());
      }
    }
    return last;
  }

  /** The members of the response after its candidates. */
  static void response(
      Map<String, Raw> notes,
      Optional<String> blockReason,
      Optional<Usage> usage,
      AnswerContext context,
      AnswerContext.Trailer trailer,
      JsonWriter out) {
    if (blockReason.isPresent() && !notes.containsKey("promptFeedback")) {
      out.name("promptFeedback").beginObject();
      out.field("blockReason", blockReason.get()).endObject();
    }
    notes.forEach(
        (name, raw) -> {
          if (!name.startsWith("candidates[")) {
            out.field(name, raw);
          }
        });
    usage.ifPresent(it -> usage(it, context, trailer, out));
    identity(context, out);
  }

  static void identity(AnswerContext context, JsonWriter out) {
    out.field("modelVersion", context.model()).field("responseId", context.generationId());
  }

  /** The provider's own object where it was this dialect's; otherwise one that says the same. */
  private static void usage(
      Usage usage, AnswerContext context, AnswerContext.Trailer trailer, JsonWriter out) {
    out.name("usageMetadata").beginObject();
    JsonNode original = usage.original().map(Raw::node).orElse(JsonNode.ABSENT);
    if (Names.get(original, "promptTokenCount").isNumber() && sameAs(original, usage)) {
      original.members().forEach(it -> out.name(it.name()).value(it.value()));
    } else {
      out.field("promptTokenCount", usage.input());
      out.field("candidatesTokenCount", Math.max(0, usage.output() - usage.reasoning()));
      out.field("totalTokenCount", usage.total());
      positive("thoughtsTokenCount", usage.reasoning(), out);
      positive("cachedContentTokenCount", usage.cacheRead(), out);
      long media = usage.inputAudio() + usage.inputImage() + usage.inputVideo();
      if (media > 0) {
        out.name("promptTokensDetails").beginArray();
        share("TEXT", Math.max(0, usage.input() - media), out);
        share("AUDIO", usage.inputAudio(), out);
        share("IMAGE", usage.inputImage(), out);
        share("VIDEO", usage.inputVideo(), out);
        out.endArray();
      }
      if (usage.outputAudio() + usage.outputImage() > 0) {
        out.name("candidatesTokensDetails").beginArray();
        share("AUDIO", usage.outputAudio(), out);
        share("IMAGE", usage.outputImage(), out);
        out.endArray();
      }
    }
    if (context.flavour() == Flavour.OPENROUTER && trailer.cost().isPresent()) {
      trailer
          .cost()
          .get()
          .node()
          .members()
          .forEach(it -> out.name(it.name()).value(it.value()));
    }
    out.endObject();
  }

  private static boolean sameAs(JsonNode original, Usage usage) {
    UsageReader reader = new UsageReader();
    reader.read(original);
    Usage read = reader.usage();
    return read.input() == usage.input()
        && read.output() == usage.output()
        && read.cacheRead() == usage.cacheRead()
        && read.reasoning() == usage.reasoning();
  }

  private static void positive(String name, long count, JsonWriter out) {
    if (count > 0) {
      out.field(name, count);
    }
  }

  private static void share(String modality, long count, JsonWriter out) {
    if (count > 0) {
      out.beginObject().field("modality", modality).field("tokenCount", count).endObject();
    }
  }

  /** Citations of other dialects as grounding; those of our own stand in their note. */
  private static void sources(List<Source> sources, String text, JsonWriter out) {
    List<Source> foreign = new ArrayList<>();
    for (Source source : sources) {
      if (source.citation().dialect() != Dialect.GEMINI) {
        foreign.add(source);
      }
    }
    if (foreign.isEmpty()) {
      return;
    }
    out.name("groundingMetadata").beginObject().name("groundingChunks").beginArray();
    for (Source source : foreign) {
      out.beginObject().name("web").beginObject();
      source.citation().url().ifPresent(url -> out.field("uri", url));
      source.citation().title().ifPresent(title -> out.field("title", title));
      out.endObject().endObject();
    }
    out.endArray().name("groundingSupports").beginArray();
    for (int i = 0; i < foreign.size(); i++) {
      support(foreign.get(i), i, text, out);
    }
    out.endArray().endObject();
  }

  private static void support(Source source, int index, String text, JsonWriter out) {
    Citation citation = source.citation();
    if (citation.start().isEmpty() || citation.end().isEmpty()) {
      return;
    }
    int from = source.blockStart() + citation.start().getAsInt();
    int to = source.blockStart() + citation.end().getAsInt();
    if (from < 0 || from > to || to > text.length()) {
      return;
    }
    String cited = text.substring(from, to);
    int startByte = text.substring(0, from).getBytes(UTF_8).length;
    out.beginObject().name("segment").beginObject().field("startIndex", startByte);
    out.field("endIndex", startByte + cited.getBytes(UTF_8).length).field("text", cited);
    out.endObject().name("groundingChunkIndices").beginArray().value(index).endArray();
    out.endObject();
  }

  /** From OpenAI's shape. */
  private static void logprobs(JsonNode logprobs, JsonWriter out) {
    JsonNode tokens = logprobs.get("content");
    if (!tokens.isArray()) {
      return;
    }
    out.name("logprobsResult").beginObject().name("chosenCandidates").beginArray();
    tokens.items().forEach(token -> token(token, out));
    out.endArray().name("topCandidates").beginArray();
    for (JsonNode token : tokens.items()) {
      out.beginObject().name("candidates").beginArray();
      token.get("top_logprobs").items().forEach(other -> token(other, out));
      out.endArray().endObject();
    }
    out.endArray().endObject();
  }

  private static void token(JsonNode token, JsonWriter out) {
    out.beginObject().field("token", token.get("token").textOr("")).name("logProbability");
    if (token.get("logprob").isNumber()) {
      out.value(token.get("logprob"));
    } else {
      out.value(0L);
    }
    out.endObject();
  }
}
