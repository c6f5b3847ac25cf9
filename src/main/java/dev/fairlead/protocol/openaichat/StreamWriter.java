package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.ChatEvent.Head;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Proof;
import dev.fairlead.canon.Usage;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.protocol.EventEncoder;
import dev.fairlead.protocol.Flavour;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Sse;
import dev.fairlead.wire.Text;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes an answer's events as chunks. Usage is held back to the end; log probabilities wait for
 * the delta that they belong to.
 */
final class StreamWriter implements EventEncoder {
  private static final byte[] NOTHING = new byte[0];

  private record Place(int choice, int block) {}

  /** An open block: what it is, and its place among its kind. */
  private static final class Block {
    final Head head;
    final int place;
    private String id = "";
    private boolean said;

    Block(Head head, int place) {
      this.head = head;
      this.place = place;
    }
  }

  private final AnswerContext context;
  private final boolean openrouter;
  private final Map<Place, Block> blocks = new HashMap<>();
  private final Map<Integer, Integer> calls = new HashMap<>();
  private final Map<Integer, Integer> details = new HashMap<>();
  private final Map<Integer, Raw> logprobs = new HashMap<>();
  private final Set<Integer> started = new HashSet<>();
  private Extras extras = Fields.NONE;
  private @Nullable Usage usage;

  StreamWriter(AnswerContext context) {
    this.context = context;
    this.openrouter = context.flavour() == Flavour.OPENROUTER;
  }

  @Override
  public byte[] encode(ChatEvent event) {
    return switch (event) {
      case ChatEvent.Begin it -> begin(it);
      case ChatEvent.Open it -> open(it);
      case ChatEvent.Delta it -> delta(it);
      case ChatEvent.ProofDelta it -> proof(it);
      case ChatEvent.Cited it ->
          Citations.canWrite(it.citation()) && !context.legacyCompletion()
              ? chunk(
                  it.choice(),
                  out -> {
                    out.name("annotations").beginArray();
                    Citations.write(out, it.citation());
                    out.endArray();
                  })
              : NOTHING;
      case ChatEvent.Logprobs it -> {
        Raw before = logprobs.put(it.choice(), it.logprobs());
        yield before == null ? NOTHING : late(it.choice(), before, it.logprobs());
      }
      case ChatEvent.Close it -> close(it);
      case ChatEvent.Stop it -> stop(it);
      case ChatEvent.Used it -> {
        usage = it.usage();
        yield NOTHING;
      }
      case ChatEvent.Note it -> note(it);
      case ChatEvent.Failed it -> fail(it.fault(), AnswerContext.Trailer.NONE);
      case ChatEvent.End it -> NOTHING;
    };
  }

  private byte[] begin(ChatEvent.Begin begin) {
    extras = begin.extras();
    return context.legacyCompletion() ? NOTHING : chunk(0, out -> {});
  }

  private byte[] open(ChatEvent.Open open) {
    Place place = new Place(open.choice(), open.block());
    return switch (open.head()) {
      case Head.ToolCallHead it -> {
        int n = calls.merge(open.choice(), 1, Integer::sum) - 1;
        Block block = new Block(it, n);
        block.id = Chunk.id(it.id(), context, n);
        blocks.put(place, block);
        yield context.legacyCompletion() ? NOTHING : call(open.choice(), block, it);
      }
      case Head.ReasoningHead it -> {
        int n = details.merge(open.choice(), 1, Integer::sum) - 1;
        blocks.put(place, new Block(it, n));
        yield NOTHING;
      }
      case Head.TextHead it -> {
        blocks.put(place, new Block(it, 0));
        yield NOTHING;
      }
      case Head.RefusalHead it -> {
        blocks.put(place, new Block(it, 0));
        yield NOTHING;
      }
      case Head.WholeHead it -> context.legacyCompletion() ? NOTHING : whole(open.choice(), it);
    };
  }

  private byte[] call(int choice, Block block, Head.ToolCallHead head) {
    return chunk(
        choice,
        out -> {
          out.name("tool_calls").beginArray().beginObject().field("index", block.place);
          out.field("id", block.id).field("type", "function");
          out.name("function").beginObject();
          out.field("name", head.name()).field("arguments", "");
          out.endObject().endObject().endArray();
        });
  }

  private byte[] whole(int choice, Head.WholeHead head) {
    if (head.part() instanceof Part.Media it && it.kind() == Part.MediaKind.IMAGE) {
      return chunk(
          choice,
          out -> {
            out.name("images").beginArray();
            Chunk.image(out, it);
            out.endArray();
          });
    }
    if (head.part() instanceof Part.Media it && it.kind() == Part.MediaKind.AUDIO) {
      return chunk(
          choice,
          out -> {
            out.name("audio");
            Chunk.audio(out, it);
          });
    }
    if (head.part() instanceof Part.Opaque it && Chunk.isAnnotation(it)) {
      return list(choice, "annotations", it.raw());
    }
    if (head.part() instanceof Part.Opaque it
        && Chunk.isDetail(it)
        && !context.excludeReasoning()) {
      details.merge(choice, 1, Integer::sum);
      return list(choice, "reasoning_details", it.raw());
    }
    return NOTHING;
  }

  private byte[] list(int choice, String name, Raw raw) {
    return chunk(choice, out -> out.name(name).beginArray().value(raw).endArray());
  }

  private byte[] delta(ChatEvent.Delta delta) {
    Block block = blocks.get(new Place(delta.choice(), delta.block()));
    if (block == null) {
      return NOTHING;
    }
    block.said = true;
    Text text = delta.text();
    if (context.legacyCompletion()) {
      return block.head instanceof Head.TextHead ? content(delta.choice(), text) : NOTHING;
    }
    return switch (block.head) {
      case Head.TextHead it -> content(delta.choice(), text);
      case Head.RefusalHead it -> chunk(delta.choice(), out -> out.field("refusal", text));
      case Head.ReasoningHead it ->
          context.excludeReasoning() ? NOTHING : thought(delta.choice(), block, it, text);
      case Head.ToolCallHead it -> arguments(delta.choice(), block, text);
      case Head.WholeHead it -> NOTHING;
    };
  }

  private byte[] thought(int choice, Block block, Head.ReasoningHead head, Text text) {
    return chunk(
        choice,
        out -> {
          out.field(openrouter ? "reasoning" : "reasoning_content", text);
          if (openrouter) {
            detail(out, block, head, text, Optional.empty());
          }
        });
  }

  private void detail(
      JsonWriter out, Block block, Head.ReasoningHead head, Text text, Optional<Proof> proof) {
    out.name("reasoning_details").beginArray();
    Part.Reasoning part = new Part.Reasoning(head.kind(), text, proof, head.id(), Fields.NONE);
    ReasoningDetails.write(out, part, block.place, Envelope.family(context));
    out.endArray();
  }

  private byte[] arguments(int choice, Block block, Text text) {
    return chunk(
        choice,
        out -> {
          out.name("tool_calls").beginArray().beginObject().field("index", block.place);
          out.name("function").beginObject().field("arguments", text);
          out.endObject().endObject().endArray();
        });
  }

  private byte[] proof(ChatEvent.ProofDelta proof) {
    Block block = blocks.get(new Place(proof.choice(), proof.block()));
    if (block == null || context.excludeReasoning() || context.legacyCompletion()) {
      return NOTHING;
    }
    if (block.head instanceof Head.ReasoningHead head) {
      return chunk(
          proof.choice(), out -> detail(out, block, head, Text.EMPTY, Optional.of(proof.proof())));
    }
    if (!(block.head instanceof Head.ToolCallHead)) {
      return NOTHING;
    }
    int place = details.merge(proof.choice(), 1, Integer::sum) - 1;
    return chunk(
        proof.choice(),
        out -> {
          out.name("reasoning_details").beginArray();
          ReasoningDetails.writeSignature(out, block.id, proof.proof(), place);
          out.endArray();
        });
  }

  /** A call without arguments has the empty object; clients parse what they get. */
  private byte[] close(ChatEvent.Close close) {
    Block block = blocks.get(new Place(close.choice(), close.block()));
    if (block == null
        || !(block.head instanceof Head.ToolCallHead)
        || block.said
        || context.legacyCompletion()) {
      return NOTHING;
    }
    return arguments(close.choice(), block, Text.of("{}"));
  }

  private byte[] stop(ChatEvent.Stop stop) {
    String word = FinishReasons.write(stop.reason());
    return chunk(stop.choice(), null, word, stop.nativeReason(), out -> {});
  }

  private byte[] note(ChatEvent.Note note) {
    if (note.dialect() != Dialect.OPENAI_CHAT) {
      return NOTHING;
    }
    JsonWriter out = Envelope.open(context, true, Fields.NONE);
    out.name("choices").beginArray().endArray().field(note.field(), note.raw());
    return Sse.data(out.endObject().toBytes());
  }

  /** Log probabilities for which no delta came before the next ones. */
  private byte[] late(int choice, Raw before, Raw now) {
    logprobs.put(choice, before);
    byte[] out = chunk(choice, o -> {});
    logprobs.put(choice, now);
    return out;
  }

  private byte[] content(int choice, Text text) {
    return chunk(choice, text, null, Optional.empty(), out -> {});
  }

  private byte[] chunk(int choice, Consumer<JsonWriter> delta) {
    return chunk(choice, null, null, Optional.empty(), delta);
  }

  private byte[] chunk(
      int choice,
      @Nullable Text content,
      @Nullable String finish,
      Optional<String> nativeReason,
      Consumer<JsonWriter> delta) {
    JsonWriter out = Envelope.open(context, true, extras);
    out.name("choices").beginArray().beginObject().field("index", choice);
    if (context.legacyCompletion()) {
      out.field("text", content == null ? Text.EMPTY : content);
    } else {
      delta(out, choice, content, delta);
    }
    Raw probabilities = logprobs.remove(choice);
    if (probabilities != null) {
      out.field("logprobs", probabilities);
    }
    out.name("finish_reason");
    word(out, finish);
    if (openrouter) {
      out.name("native_finish_reason");
      word(out, finish == null ? null : nativeReason.orElse(finish));
    }
    out.endObject().endArray();
    return Sse.data(out.endObject().toBytes());
  }

  /** The first delta names the role; OpenRouter's name it always, and always hold content. */
  private void delta(
      JsonWriter out, int choice, @Nullable Text content, Consumer<JsonWriter> rest) {
    out.name("delta").beginObject();
    boolean first = started.add(choice);
    if (first || openrouter) {
      out.field("role", "assistant");
    }
    if (content != null) {
      out.field("content", content);
    } else if (first || openrouter) {
      out.field("content", "");
    }
    rest.accept(out);
    out.endObject();
  }

  private static void word(JsonWriter out, @Nullable String word) {
    if (word == null) {
      out.nullValue();
    } else {
      out.value(word);
    }
  }

  @Override
  public byte[] end(AnswerContext.Trailer trailer) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Integer choice : Set.copyOf(logprobs.keySet())) {
      all.writeBytes(chunk(choice, o -> {}));
    }
    all.writeBytes(usage(trailer));
    all.writeBytes(Sse.DONE);
    return all.toByteArray();
  }

  private byte[] usage(AnswerContext.Trailer trailer) {
    Usage known = usage;
    boolean wanted = openrouter || context.includeUsage();
    if (known == null || !wanted) {
      return NOTHING;
    }
    JsonWriter out = Envelope.open(context, true, extras);
    out.name("choices").beginArray().endArray().name("usage");
    UsageWriter.write(out, known, context.flavour(), trailer);
    if (openrouter) {
      trailer.metadata().ifPresent(it -> out.field("openrouter_metadata", it));
    }
    return Sse.data(out.endObject().toBytes());
  }

  @Override
  public byte[] fail(Fault fault, AnswerContext.Trailer trailer) {
    if (!openrouter) {
      JsonWriter out = new JsonWriter().beginObject().name("error");
      FaultWriter.vendor(out, fault);
      return Sse.data(out.endObject().toBytes());
    }
    JsonWriter out = Envelope.open(context, true, extras).name("error");
    FaultWriter.openrouter(out, fault, Optional.of(context.provider()));
    out.name("choices").beginArray().beginObject().field("index", 0);
    if (context.legacyCompletion()) {
      out.field("text", "");
    } else {
      out.name("delta").beginObject().field("role", "assistant").field("content", "").endObject();
    }
    out.field("finish_reason", "error").field("native_finish_reason", "error");
    out.endObject().endArray().endObject();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(Sse.data(out.toBytes()));
    all.writeBytes(usage(trailer));
    all.writeBytes(Sse.DONE);
    return all.toByteArray();
  }
}
