package dev.fairlead.protocol.gemini;

import dev.fairlead.canon.ChatAnswer;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Proof;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes a whole GenerateContentResponse. */
final class AnswerWriter {
  private AnswerWriter() {}

  static byte[] write(ChatAnswer answer, AnswerContext context, AnswerContext.Trailer trailer) {
    Map<String, Raw> notes = AnswerTail.notes(answer.notes());
    JsonWriter out = new JsonWriter(2048).beginObject();
    Optional<String> blocked = Optional.empty();
    List<ChatAnswer.Choice> shown = new ArrayList<>();
    for (ChatAnswer.Choice choice : answer.choices()) {
      Optional<String> reason = AnswerTail.blockReason(choice.nativeReason());
      if (reason.isPresent() && choice.parts().isEmpty()) {
        blocked = reason;
      } else {
        shown.add(choice);
      }
    }
    if (!shown.isEmpty()) {
      out.name("candidates").beginArray();
      shown.forEach(choice -> candidate(choice, notes, context, out));
      out.endArray();
    }
    AnswerTail.response(notes, blocked, answer.usage(), context, trailer, out);
    return out.endObject().toBytes();
  }

  private static void candidate(
      ChatAnswer.Choice choice, Map<String, Raw> notes, AnswerContext context, JsonWriter out) {
    StringBuilder text = new StringBuilder();
    List<AnswerTail.Source> sources = new ArrayList<>();
    boolean calls = false;
    out.beginObject().name("content").beginObject().name("parts").beginArray();
    List<Part> parts = choice.parts();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      calls |= part instanceof Part.ToolCall;
      boolean seatless = part instanceof Part.Text || part instanceof Part.Media;
      Optional<Proof> carried =
          seatless && i + 1 < parts.size() ? carried(parts.get(i + 1)) : Optional.empty();
      if (part instanceof Part.Text it) {
        int start = text.length();
        it.citations().forEach(citation -> sources.add(new AnswerTail.Source(citation, start)));
        text.append(it.text());
      }
      part(part, carried, context, out);
      if (carried.isPresent()) {
        i++;
      }
    }
    out.endArray().field("role", "model").endObject();
    AnswerTail.candidate(
        choice.index(),
        AnswerTail.finish(choice.stop(), choice.nativeReason(), calls),
        notes,
        sources,
        text.toString(),
        choice.logprobs(),
        out);
    out.endObject();
  }

  private static Optional<Proof> carried(Part part) {
    return part instanceof Part.Reasoning reasoning && reasoning.text().isEmpty()
        ? own(reasoning.proof())
        : Optional.empty();
  }

  /** Only a signature that Google issued is one here. */
  static Optional<Proof> own(Optional<Proof> proof) {
    return proof.filter(it -> it.issuedBy().filter(GeminiCodec.FAMILY::equals).isPresent());
  }

  private static void part(
      Part part, Optional<Proof> carried, AnswerContext context, JsonWriter out) {
    switch (part) {
      case Part.Text it -> {
        if (!it.text().isEmpty() || carried.isPresent()) {
          PartWriter.text(it.text(), carried, Map.of(), out);
        }
      }
      case Part.Reasoning it -> {
        Optional<Proof> proof = own(it.proof());
        if (!it.text().isEmpty() && !context.excludeReasoning()) {
          PartWriter.thought(it.text(), proof, Map.of(), out);
        } else if (proof.isPresent()) {
          PartWriter.signature(proof.get(), Map.of(), out);
        }
      }
      case Part.Refusal it -> PartWriter.text(it.text(), Optional.empty(), Map.of(), out);
      case Part.ToolCall it -> PartWriter.call(it, own(it.proof()), out);
      case Part.Media it -> media(it, carried, out);
      case Part.Opaque it -> {
        if (it.dialect() == Dialect.GEMINI) {
          out.value(it.raw());
        }
      }
      case Part.ToolResult it -> {} // no answer of a model holds one
    }
  }

  static void media(Part.Media media, Optional<Proof> proof, JsonWriter out) {
    if (media.source() instanceof MediaSource.PlainText plain) {
      Text text = plain.text();
      PartWriter.text(text, proof, Map.of(), out);
    } else {
      PartWriter.media(media, proof, out);
    }
  }
}
