package dev.fairlead.protocol.gemini;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.ChatEvent.Head;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Proof;
import dev.fairlead.canon.Usage;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.protocol.EventEncoder;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Sse;
import dev.fairlead.wire.Text;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes an answer as a stream of GenerateContentResponses. Text and thoughts go out as they come.
 * A tool call goes out whole when its block closes, because this dialect has no pieces of calls.
 * The last chunk says why each candidate ended and what was consumed; nothing follows it.
 */
final class StreamWriter implements EventEncoder {
  private static final byte[] NOTHING = new byte[0];

  private static final class Block {
    final Head head;
    final StringBuilder arguments = new StringBuilder();
    final StringBuilder signature = new StringBuilder();
    int start;

    Block(Head head) {
      this.head = head;
    }

    Optional<Proof> proof() {
      return signature.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Proof(Text.of(signature.toString()), Optional.of(GeminiCodec.FAMILY)));
    }
  }

  private static final class Choice {
    final Map<Integer, Block> blocks = new TreeMap<>();
    final StringBuilder text = new StringBuilder();
    final List<AnswerTail.Source> sources = new ArrayList<>();
    final Map<Integer, Integer> starts = new HashMap<>();
    ChatEvent.@Nullable Stop stop;
    @Nullable Raw logprobs;
    boolean called;
  }

  private final AnswerContext context;
  private final Map<Integer, Choice> choices = new TreeMap<>();
  private final List<ChatEvent.Note> notes = new ArrayList<>();
  private @Nullable Usage usage;

  StreamWriter(AnswerContext context) {
    this.context = context;
  }

  @Override
  public byte[] encode(ChatEvent event) {
    return switch (event) {
      case ChatEvent.Begin it -> NOTHING;
      case ChatEvent.Open it -> open(it);
      case ChatEvent.Delta it -> delta(it);
      case ChatEvent.ProofDelta it -> {
        Block block = choice(it.choice()).blocks.get(it.block());
        if (block != null && AnswerWriter.own(Optional.of(it.proof())).isPresent()) {
          block.signature.append(it.proof().data());
        }
        yield NOTHING;
      }
      case ChatEvent.Cited it -> {
        Choice choice = choice(it.choice());
        int start = choice.starts.getOrDefault(it.block(), 0);
        choice.sources.add(new AnswerTail.Source(it.citation(), start));
        yield NOTHING;
      }
      case ChatEvent.Logprobs it -> {
        Choice choice = choice(it.choice());
        choice.logprobs = joined(choice.logprobs, it.logprobs());
        yield NOTHING;
      }
      case ChatEvent.Close it -> close(it.choice(), it.block());
      case ChatEvent.Stop it -> {
        choice(it.choice()).stop = it;
        yield NOTHING;
      }
      case ChatEvent.Used it -> {
        usage = it.usage();
        yield NOTHING;
      }
      case ChatEvent.Note it -> {
        notes.add(it);
        yield NOTHING;
      }
      case ChatEvent.Failed it -> NOTHING; // whoever relays decides how the stream ends
      case ChatEvent.End it -> NOTHING;
    };
  }

  private Choice choice(int index) {
    return choices.computeIfAbsent(index, i -> new Choice());
  }

  private byte[] open(ChatEvent.Open event) {
    Choice choice = choice(event.choice());
    Block block = new Block(event.head());
    block.start = choice.text.length();
    choice.blocks.put(event.block(), block);
    choice.starts.put(event.block(), block.start);
    if (!(event.head() instanceof Head.WholeHead whole)) {
      return NOTHING;
    }
    return switch (whole.part()) {
      case Part.Media media ->
          chunk(event.choice(), out -> AnswerWriter.media(media, Optional.empty(), out));
      case Part.Opaque opaque ->
          opaque.dialect() == Dialect.GEMINI
              ? chunk(event.choice(), out -> out.value(opaque.raw()))
              : NOTHING;
      case Part other -> NOTHING;
    };
  }

  private byte[] delta(ChatEvent.Delta event) {
    Choice choice = choice(event.choice());
    Block block = choice.blocks.get(event.block());
    if (block == null || event.text().isEmpty()) {
      return NOTHING;
    }
    return switch (block.head) {
      case Head.TextHead it -> {
        choice.text.append(event.text());
        yield text(event);
      }
      case Head.RefusalHead it -> text(event);
      case Head.ReasoningHead it ->
          context.excludeReasoning()
              ? NOTHING
              : chunk(
                  event.choice(),
                  out -> PartWriter.thought(event.text(), Optional.empty(), Map.of(), out));
      case Head.ToolCallHead it -> {
        block.arguments.append(event.text());
        yield NOTHING;
      }
      case Head.WholeHead it -> NOTHING;
    };
  }

  private byte[] text(ChatEvent.Delta event) {
    return chunk(
        event.choice(), out -> PartWriter.text(event.text(), Optional.empty(), Map.of(), out));
  }

  private byte[] close(int index, int number) {
    Choice choice = choice(index);
    Block block = choice.blocks.remove(number);
    if (block == null) {
      return NOTHING;
    }
    Optional<Proof> proof = block.proof();
    if (block.head instanceof Head.ToolCallHead head) {
      choice.called = true;
      Part.ToolCall call =
          new Part.ToolCall(
              head.id(),
              head.name(),
              Text.of(block.arguments.toString()),
              proof,
              Optional.empty(),
              Names.extras(Map.of()));
      return chunk(index, out -> PartWriter.call(call, proof, out));
    }
    if (proof.isEmpty()) {
      return NOTHING;
    }
    boolean thought =
        block.head instanceof Head.ReasoningHead head
            && head.kind() != Part.ReasoningKind.ENCRYPTED
            && !context.excludeReasoning();
    return chunk(
        index,
        out -> {
          if (thought) {
            PartWriter.thought(Text.EMPTY, proof, Map.of(), out);
          } else {
            PartWriter.signature(proof.get(), Map.of(), out);
          }
        });
  }

  private static Raw joined(@Nullable Raw before, Raw after) {
    if (before == null) {
      return after;
    }
    JsonWriter out = new JsonWriter().beginObject().name("content").beginArray();
    before.node().get("content").items().forEach(out::value);
    after.node().get("content").items().forEach(out::value);
    return out.endArray().endObject().toRaw();
  }

  private byte[] chunk(int index, Consumer<JsonWriter> part) {
    JsonWriter out = new JsonWriter().beginObject().name("candidates").beginArray();
    out.beginObject().name("content").beginObject().name("parts").beginArray();
    part.accept(out);
    out.endArray().field("role", "model").endObject().field("index", index);
    out.endObject().endArray();
    AnswerTail.identity(context, out);
    return Sse.data(out.endObject().toBytes());
  }

  @Override
  public byte[] end(AnswerContext.Trailer trailer) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    choices.forEach(
        (index, choice) ->
            List.copyOf(choice.blocks.keySet())
                .forEach(block -> out.writeBytes(close(index, block))));
    out.writeBytes(Sse.data(last(trailer)));
    return out.toByteArray();
  }

  private byte[] last(AnswerContext.Trailer trailer) {
    Map<String, Raw> own = AnswerTail.notes(notes);
    Optional<String> blocked = Optional.empty();
    JsonWriter out = new JsonWriter().beginObject();
    boolean any = false;
    for (Map.Entry<Integer, Choice> entry : choices.entrySet()) {
      Choice choice = entry.getValue();
      ChatEvent.Stop stop = choice.stop;
      Optional<String> word = stop == null ? Optional.empty() : stop.nativeReason();
      Optional<String> reason = AnswerTail.blockReason(word);
      if (reason.isPresent() && choice.text.isEmpty()) {
        blocked = reason;
        continue;
      }
      if (!any) {
        out.name("candidates").beginArray();
        any = true;
      }
      out.beginObject().name("content").beginObject().name("parts").beginArray();
      out.beginObject().field("text", "").endObject();
      out.endArray().field("role", "model").endObject();
      AnswerTail.candidate(
          entry.getKey(),
          AnswerTail.finish(
              Optional.ofNullable(stop).map(ChatEvent.Stop::reason), word, choice.called),
          own,
          choice.sources,
          choice.text.toString(),
          Optional.ofNullable(choice.logprobs),
          out);
      out.endObject();
    }
    if (any) {
      out.endArray();
    }
    AnswerTail.response(own, blocked, Optional.ofNullable(usage), context, trailer, out);
    return out.endObject().toBytes();
  }

  @Override
  public byte[] fail(Fault fault, AnswerContext.Trailer trailer) {
    return Sse.data(Faults.write(fault, Optional.of(context.generationId())));
  }
}
