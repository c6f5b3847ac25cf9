package dev.fairlead.protocol.anthropic;

import dev.fairlead.canon.ChatAnswer;
import dev.fairlead.canon.Citation;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.StopReason;
import dev.fairlead.canon.Usage;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Text;
import java.util.List;
import java.util.Optional;

/** Writes a whole answer. The API knows one choice; of several, the first is written. */
final class AnswerWriter {
  private final AnswerContext context;
  private final JsonWriter out = new JsonWriter(2048);

  private AnswerWriter(AnswerContext context) {
    this.context = context;
  }

  static byte[] write(ChatAnswer answer, AnswerContext context, AnswerContext.Trailer trailer) {
    return new AnswerWriter(context).message(answer, trailer);
  }

  private byte[] message(ChatAnswer answer, AnswerContext.Trailer trailer) {
    Optional<ChatAnswer.Choice> choice = answer.choices().stream().findFirst();
    out.beginObject();
    MessageHead.begin(context, answer.id(), answer.extras(), out);
    out.name("content").beginArray();
    List<Part> parts = choice.map(ChatAnswer.Choice::parts).orElse(List.of());
    for (int i = 0; i < parts.size(); i++) {
      part(parts.get(i), i);
    }
    out.endArray();
    Optional<StopReason> reason = choice.flatMap(ChatAnswer.Choice::stop);
    MessageHead.stop(
        reason.isEmpty() && answer.complete() ? Optional.of(StopReason.END) : reason,
        choice.flatMap(ChatAnswer.Choice::nativeReason),
        choice.flatMap(ChatAnswer.Choice::stopSequence),
        out);
    MessageHead.notes(answer.notes(), true, out);
    MessageHead.notes(answer.notes(), false, out);
    out.name("usage");
    Usages.write(answer.usage().orElse(Usage.ZERO), trailer, out);
    trailer.metadata().ifPresent(raw -> out.field("openrouter_metadata", raw));
    return out.endObject().toBytes();
  }

  private void part(Part part, int index) {
    switch (part) {
      case Part.Text text -> text(text.text(), text.citations());
      case Part.Refusal refusal -> text(refusal.text(), List.of());
      case Part.Reasoning reasoning -> reasoning(reasoning);
      case Part.ToolCall call -> {
        out.beginObject()
            .field("type", "tool_use")
            .field("id", MessageHead.callId(call.id(), context, index))
            .field("name", call.name())
            .name("input");
        PartWriter.arguments(call.arguments(), out);
        out.endObject();
      }
      case Part.Media media -> {
        if (MessageHead.canShow(media)) {
          MessageHead.picture(media, out);
        }
      }
      case Part.Opaque opaque -> {
        if (opaque.dialect() == Dialect.ANTHROPIC) {
          out.value(opaque.raw());
        }
      }
      case Part.ToolResult result -> {
        // A model does not answer its own calls; there is no such block in an answer.
      }
    }
  }

  private void text(Text text, List<Citation> citations) {
    if (text.isEmpty() && citations.isEmpty()) {
      return;
    }
    out.beginObject().field("type", "text").field("text", text);
    if (!citations.isEmpty()) {
      out.name("citations").beginArray();
      citations.forEach(citation -> Citations.write(citation, out));
      out.endArray();
    }
    out.endObject();
  }

  /** Excluded thinking keeps its signature, without which it could not be sent back. */
  private void reasoning(Part.Reasoning reasoning) {
    Text proof = reasoning.proof().map(Signatures::write).orElse(Text.EMPTY);
    if (reasoning.kind() == Part.ReasoningKind.ENCRYPTED) {
      if (!proof.isEmpty()) {
        out.beginObject().field("type", "redacted_thinking").field("data", proof).endObject();
      }
      return;
    }
    Text shown = context.excludeReasoning() ? Text.EMPTY : reasoning.text();
    if (!shown.isEmpty() || !proof.isEmpty()) {
      out.beginObject()
          .field("type", "thinking")
          .field("thinking", shown)
          .field("signature", proof)
          .endObject();
    }
  }
}
