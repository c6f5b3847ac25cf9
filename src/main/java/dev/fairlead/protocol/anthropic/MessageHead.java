package dev.fairlead.protocol.anthropic;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.StopReason;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.protocol.Flavour;
import dev.fairlead.wire.JsonWriter;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a whole message and the events of a streamed one have in common. */
final class MessageHead {
  private static final Set<String> AT_THE_STOP = Set.of("container", "stop_details");

  private MessageHead() {}

  /** The members that stand before the content. */
  static void begin(
      AnswerContext context, Optional<String> id, Extras extras, JsonWriter out) {
    boolean vendor = context.flavour() == Flavour.VENDOR;
    String shown = id.filter(it -> vendor && it.startsWith("msg_")).orElse(context.generationId());
    out.field("id", shown)
        .field("type", "message")
        .field("role", "assistant")
        .field("model", context.model());
    if (vendor && extras.dialect() == Dialect.ANTHROPIC) {
      extras.members().forEach(out::field);
    }
    if (!vendor) {
      out.field("provider", context.provider());
    }
  }

  static void stop(
      Optional<StopReason> reason,
      Optional<String> nativeReason,
      Optional<String> sequence,
      JsonWriter out) {
    out.name("stop_reason");
    if (reason.isPresent()) {
      out.value(StopReasons.write(reason.get(), nativeReason));
    } else {
      out.nullValue();
    }
    out.name("stop_sequence");
    if (sequence.isPresent()) {
      out.value(sequence.get());
    } else {
      out.nullValue();
    }
  }

  /** Notes of this dialect that stand beside the stop reason, or else around it. */
  static void notes(List<ChatEvent.Note> notes, boolean atTheStop, JsonWriter out) {
    for (ChatEvent.Note note : notes) {
      boolean known =
          AT_THE_STOP.contains(note.field())
              ? atTheStop
              : !atTheStop && note.field().equals("context_management");
      boolean last = notes.stream().filter(n -> n.field().equals(note.field())).toList().getLast() == note;
      if (note.dialect() == Dialect.ANTHROPIC && known && last) {
        out.field(note.field(), note.raw());
      }
    }
  }

  /** A picture has no block in answers of this API; it is given as a request would show it. */
  static void picture(Part.Media media, JsonWriter out) {
    boolean document = media.kind() == Part.MediaKind.DOCUMENT;
    out.beginObject().field("type", document ? "document" : "image").name("source");
    PartWriter.source(media.source(), out);
    out.endObject();
  }

  static boolean canShow(Part.Media media) {
    return media.kind() == Part.MediaKind.IMAGE || media.kind() == Part.MediaKind.DOCUMENT;
  }

  /** An id for a call that its provider gave none. */
  static String callId(String id, AnswerContext context, int index) {
    return id.isEmpty() ? "toolu_" + ToolNames.clean(context.generationId()) + "_" + index : id;
  }
}
