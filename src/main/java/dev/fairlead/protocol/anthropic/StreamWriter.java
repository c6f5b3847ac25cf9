package dev.fairlead.protocol.anthropic;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.Citation;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Proof;
import dev.fairlead.canon.Usage;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.protocol.EventEncoder;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Sse;
import dev.fairlead.wire.Text;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes a streamed answer in the API's strict grammar: blocks one after the other, numbered
 * without gaps. Of blocks that overlap, only the first that is open is written; what comes for the
 * others is held back until it closes. Blocks in which nothing comes are never opened. The head of
 * the message waits for the event after it, because usage may still come and stands there, too.
 */
final class StreamWriter implements EventEncoder {
  private final AnswerContext context;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Map<Integer, Block> blocks = new LinkedHashMap<>();
  private final Deque<Block> waiting = new ArrayDeque<>();
  private final List<ChatEvent.Note> notes = new ArrayList<>();
  private Optional<String> id = Optional.empty();
  private Extras extras = Extras.none(Dialect.ANTHROPIC);
  private Usage usage = Usage.ZERO;
  private ChatEvent.@Nullable Stop stop;
  private boolean started;
  private int next;

  StreamWriter(AnswerContext context) {
    this.context = context;
  }

  @Override
  public byte[] encode(ChatEvent event) {
    switch (event) {
      case ChatEvent.Begin begin -> {
        id = begin.id();
        extras = begin.extras();
      }
      case ChatEvent.Open open -> {
        if (open.choice() == 0) {
          Block block = new Block(open.head());
          blocks.put(open.block(), block);
          waiting.add(block);
        }
      }
      case ChatEvent.Delta delta -> hold(delta.choice(), delta.block(), delta);
      case ChatEvent.ProofDelta proof -> hold(proof.choice(), proof.block(), proof);
      case ChatEvent.Cited cited -> hold(cited.choice(), cited.block(), cited);
      case ChatEvent.Close close -> {
        Block block = close.choice() == 0 ? blocks.remove(close.block()) : null;
        if (block != null) {
          block.closed = true;
        }
      }
      case ChatEvent.Stop it -> stop = it.choice() == 0 ? it : stop;
      case ChatEvent.Used used -> usage = used.usage();
      case ChatEvent.Note note -> notes.add(note);
      case ChatEvent.Logprobs it -> nothing();
      case ChatEvent.Failed it -> nothing();
      case ChatEvent.End it -> nothing();
    }
    pump();
    return taken();
  }

  /** These events have no form here, or are written by {@link #end} and {@link #fail}. */
  private void nothing() {}

  private void hold(int choice, int number, ChatEvent event) {
    Block block = choice == 0 ? blocks.get(number) : null;
    if (block != null) {
      block.held.add(event);
    }
  }

  /** Writes what may be written: all of the first open block, and all of those that closed. */
  private void pump() {
    while (!waiting.isEmpty()) {
      Block block = waiting.peek();
      if (block.head instanceof ChatEvent.Head.ToolCallHead) {
        block.start();
      }
      block.held.forEach(block::write);
      block.held.clear();
      if (!block.closed) {
        return;
      }
      block.finish();
      waiting.remove();
    }
  }

  @Override
  public byte[] end(AnswerContext.Trailer trailer) {
    closeAll();
    begin();
    ChatEvent.Stop last = stop;
    JsonWriter out = event("message_delta");
    out.name("delta").beginObject();
    if (last == null) {
      MessageHead.stop(
          Optional.of(dev.fairlead.canon.StopReason.END), Optional.empty(), Optional.empty(), out);
    } else {
      MessageHead.stop(Optional.of(last.reason()), last.nativeReason(), last.sequence(), out);
    }
    MessageHead.notes(notes, true, out);
    out.endObject();
    MessageHead.notes(notes, false, out);
    out.name("usage");
    Usages.write(usage, trailer, out);
    send("message_delta", out);
    JsonWriter over = event("message_stop");
    trailer.metadata().ifPresent(raw -> over.field("openrouter_metadata", raw));
    send("message_stop", over);
    return taken();
  }

  private void closeAll() {
    blocks.values().forEach(block -> block.closed = true);
    blocks.clear();
    pump();
  }

  @Override
  public byte[] fail(Fault fault, AnswerContext.Trailer trailer) {
    byte[] body =
        Faults.body(
            fault, context.flavour(), Optional.of(context.generationId()), trailer.metadata());
    bytes.writeBytes(Sse.event("error", body));
    return taken();
  }

  private void begin() {
    if (started) {
      return;
    }
    started = true;
    JsonWriter out = event("message_start");
    out.name("message").beginObject();
    MessageHead.begin(context, id, extras, out);
    out.name("content").beginArray().endArray();
    MessageHead.stop(Optional.empty(), Optional.empty(), Optional.empty(), out);
    out.name("usage");
    Usages.write(usage, AnswerContext.Trailer.NONE, out);
    out.endObject();
    send("message_start", out);
  }

  private static JsonWriter event(String type) {
    return new JsonWriter().beginObject().field("type", type);
  }

  private void send(String name, JsonWriter out) {
    bytes.writeBytes(Sse.event(name, out.endObject().toBytes()));
  }

  private byte[] taken() {
    byte[] out = bytes.toByteArray();
    bytes.reset();
    return out;
  }

  /** A block on its way out. */
  private final class Block {
    final ChatEvent.Head head;
    final List<ChatEvent> held = new ArrayList<>();
    private final StringBuilder proof = new StringBuilder();
    private Optional<String> issuer = Optional.empty();
    private int index = -1;
    boolean closed;

    Block(ChatEvent.Head head) {
      this.head = head;
    }

    private boolean isSealed() {
      return head instanceof ChatEvent.Head.ReasoningHead it
          && it.kind() == Part.ReasoningKind.ENCRYPTED;
    }

    void write(ChatEvent event) {
      switch (event) {
        case ChatEvent.Delta delta -> text(delta.text());
        case ChatEvent.Cited cited -> {
          if (head instanceof ChatEvent.Head.TextHead) {
            cite(cited.citation());
          }
        }
        case ChatEvent.ProofDelta piece -> {
          proof.append(piece.proof().data());
          issuer = issuer.or(() -> piece.proof().issuedBy());
        }
        default -> throw new IllegalStateException("held back by mistake: " + event);
      }
    }

    private void text(Text text) {
      boolean reasoning = head instanceof ChatEvent.Head.ReasoningHead;
      if (text.isEmpty() || isSealed() || (reasoning && context.excludeReasoning())) {
        return;
      }
      switch (head) {
        case ChatEvent.Head.TextHead h -> delta("text_delta", "text", text);
        case ChatEvent.Head.RefusalHead h -> delta("text_delta", "text", text);
        case ChatEvent.Head.ReasoningHead h -> delta("thinking_delta", "thinking", text);
        case ChatEvent.Head.ToolCallHead h -> delta("input_json_delta", "partial_json", text);
        case ChatEvent.Head.WholeHead h -> nothing();
      }
    }

    private void delta(String type, String name, Text text) {
      start();
      JsonWriter out = event("content_block_delta").field("index", index).name("delta");
      out.beginObject().field("type", type).field(name, text).endObject();
      send("content_block_delta", out);
    }

    private void cite(Citation citation) {
      start();
      JsonWriter out = event("content_block_delta").field("index", index).name("delta");
      out.beginObject().field("type", "citations_delta").name("citation");
      Citations.write(citation, out);
      out.endObject();
      send("content_block_delta", out);
    }

    void start() {
      if (index >= 0) {
        return;
      }
      begin();
      index = next++;
      JsonWriter out = event("content_block_start").field("index", index).name("content_block");
      head(out);
      send("content_block_start", out);
    }

    private void head(JsonWriter out) {
      switch (head) {
        case ChatEvent.Head.TextHead h -> emptyText(out);
        case ChatEvent.Head.RefusalHead h -> emptyText(out);
        case ChatEvent.Head.ReasoningHead h -> {
          out.beginObject();
          if (isSealed()) {
            out.field("type", "redacted_thinking").field("data", signature());
          } else {
            out.field("type", "thinking").field("thinking", "").field("signature", "");
          }
          out.endObject();
        }
        case ChatEvent.Head.ToolCallHead h -> {
          out.beginObject()
              .field("type", "tool_use")
              .field("id", MessageHead.callId(h.id(), context, index))
              .field("name", h.name());
          out.name("input").beginObject().endObject().endObject();
        }
        case ChatEvent.Head.WholeHead h -> whole(h.part(), out);
      }
    }

    private static void emptyText(JsonWriter out) {
      out.beginObject().field("type", "text").field("text", "").endObject();
    }

    /** Only parts that pass {@link #canShow}. An input is given by a delta, as the API does. */
    private void whole(Part part, JsonWriter out) {
      if (part instanceof Part.Media media) {
        MessageHead.picture(media, out);
      } else if (part instanceof Part.Opaque opaque) {
        JsonNode raw = opaque.raw().node();
        if (!raw.get("input").isObject()) {
          out.value(opaque.raw());
          return;
        }
        out.beginObject();
        for (JsonNode.Member member : raw.members()) {
          out.name(member.name());
          if (member.name().equals("input")) {
            out.beginObject().endObject();
          } else {
            out.value(member.value());
          }
        }
        out.endObject();
      }
    }

    private Text signature() {
      return Signatures.write(new Proof(Text.of(proof.toString()), issuer));
    }

    void finish() {
      boolean reasons = head instanceof ChatEvent.Head.ReasoningHead;
      if (isSealed()) {
        if (!proof.isEmpty()) {
          start();
        }
      } else if (reasons && !proof.isEmpty()) {
        delta("signature_delta", "signature", signature());
      } else if (head instanceof ChatEvent.Head.WholeHead whole && canShow(whole.part())) {
        start();
        if (whole.part() instanceof Part.Opaque opaque) {
          input(opaque.raw());
        }
      }
      if (index >= 0) {
        send("content_block_stop", event("content_block_stop").field("index", index));
      }
    }

    private void input(Raw raw) {
      JsonNode input = raw.node().get("input");
      if (input.isObject()) {
        delta("input_json_delta", "partial_json", Text.of(input.toString()));
      }
    }

    private static boolean canShow(Part part) {
      return (part instanceof Part.Media media && MessageHead.canShow(media))
          || (part instanceof Part.Opaque opaque && opaque.dialect() == Dialect.ANTHROPIC);
    }
  }
}
