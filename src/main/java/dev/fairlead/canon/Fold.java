package dev.fairlead.canon;

import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts an answer together from its events. At any moment {@link #answer} gives what has come so
 * far, so that a broken stream can be accounted for, shown or continued. For one thread.
 *
 * <p>Events that break the grammar (a delta for a block that was never opened) are ignored: a fold
 * is no judge.
 */
public final class Fold implements Consumer<ChatEvent> {
  private final Map<Integer, OpenChoice> choices = new TreeMap<>();
  private final List<ChatEvent.Note> notes = new ArrayList<>();
  private ChatEvent.@Nullable Begin begin;
  private @Nullable Usage usage;
  private @Nullable Fault fault;
  private boolean complete;

  /** The answer that these events make. */
  public static ChatAnswer of(Iterable<? extends ChatEvent> events) {
    Fold fold = new Fold();
    events.forEach(fold);
    return fold.answer();
  }

  @Override
  public void accept(ChatEvent event) {
    switch (event) {
      case ChatEvent.Begin first -> begin = first;
      case ChatEvent.Open open ->
          choice(open.choice()).blocks.putIfAbsent(open.block(), new Block(open.head()));
      case ChatEvent.Delta delta -> {
        Block block = choice(delta.choice()).blocks.get(delta.block());
        if (block != null) {
          block.text.append(delta.text());
        }
      }
      case ChatEvent.ProofDelta proof -> {
        Block block = choice(proof.choice()).blocks.get(proof.block());
        if (block != null) {
          block.prove(proof.proof());
        }
      }
      case ChatEvent.Cited cited -> {
        Block block = choice(cited.choice()).blocks.get(cited.block());
        if (block != null) {
          block.citations.add(cited.citation());
        }
      }
      case ChatEvent.Logprobs logprobs -> {
        OpenChoice choice = choice(logprobs.choice());
        Raw before = choice.logprobs;
        choice.logprobs =
            before == null ? logprobs.logprobs() : joined(before, logprobs.logprobs());
      }
      case ChatEvent.Close close -> {
        Block block = choice(close.choice()).blocks.get(close.block());
        if (block != null) {
          block.closed = true;
        }
      }
      case ChatEvent.Stop stop -> choice(stop.choice()).stop = stop;
      case ChatEvent.Used used -> usage = used.usage();
      case ChatEvent.Note note -> notes.add(note);
      case ChatEvent.Failed failed -> fault = failed.fault();
      case ChatEvent.End end -> complete = true;
    }
  }

  /** The answer so far. */
  public ChatAnswer answer() {
    Extras extras = begin == null ? Extras.none(Dialect.OPENAI_CHAT) : begin.extras();
    List<ChatAnswer.Choice> folded = new ArrayList<>(choices.size());
    choices.forEach((index, choice) -> folded.add(choice.fold(index, extras.dialect())));
    return new ChatAnswer(
        begin == null ? Optional.empty() : begin.id(),
        begin == null ? Optional.empty() : begin.model(),
        begin == null ? OptionalLong.empty() : begin.created(),
        folded,
        Optional.ofNullable(usage),
        Optional.ofNullable(fault),
        complete,
        notes,
        extras);
  }

  /** The visible text of the first choice so far: where another endpoint would have to go on. */
  public String textSoFar() {
    StringBuilder text = new StringBuilder();
    OpenChoice first = choices.get(0);
    if (first != null) {
      for (Block block : first.blocks.values()) {
        if (block.head instanceof ChatEvent.Head.TextHead) {
          text.append(block.text);
        }
      }
    }
    return text.toString();
  }

  /**
   * True while nothing but text and readable reasoning has come, in one choice that has not
   * stopped: only then does a continuation of {@link #textSoFar} make the same answer.
   */
  public boolean canBeContinued() {
    if (choices.size() > 1) {
      return false;
    }
    OpenChoice first = choices.get(0);
    return first == null
        || (first.stop == null
            && first.blocks.values().stream()
                .allMatch(
                    block ->
                        block.head instanceof ChatEvent.Head.TextHead
                            || block.head instanceof ChatEvent.Head.ReasoningHead));
  }

  /** The tool calls of the first choice whose arguments are not known to be whole. */
  public List<Part.ToolCall> openToolCalls() {
    List<Part.ToolCall> open = new ArrayList<>();
    OpenChoice first = choices.get(0);
    if (first != null) {
      Extras none = begin == null ? Extras.none(Dialect.OPENAI_CHAT) : none(begin);
      for (Block block : first.blocks.values()) {
        if (!block.closed && block.part(none) instanceof Part.ToolCall call) {
          open.add(call);
        }
      }
    }
    return open;
  }

  /** True when the provider has said why the first choice ended. */
  public boolean hasStopped() {
    OpenChoice first = choices.get(0);
    return first != null && first.stop != null;
  }

  public Optional<Usage> usage() {
    return Optional.ofNullable(usage);
  }

  public Optional<Fault> fault() {
    return Optional.ofNullable(fault);
  }

  /** True when the dialect's terminal marker was seen. */
  public boolean isComplete() {
    return complete;
  }

  private static Extras none(ChatEvent.Begin begin) {
    return Extras.none(begin.extras().dialect());
  }

  private OpenChoice choice(int index) {
    return choices.computeIfAbsent(index, i -> new OpenChoice());
  }

  /** Log probabilities come in pieces: lists are joined, anything else is replaced. */
  private static Raw joined(Raw before, Raw after) {
    Map<String, List<Raw>> members = new LinkedHashMap<>();
    for (JsonNode.Member member : before.node().members()) {
      members.put(member.name(), new ArrayList<>(List.of(member.value().raw())));
    }
    for (JsonNode.Member member : after.node().members()) {
      members.computeIfAbsent(member.name(), n -> new ArrayList<>()).add(member.value().raw());
    }
    if (members.isEmpty()) {
      return after;
    }
    JsonWriter out = new JsonWriter().beginObject();
    members.forEach(
        (name, values) -> {
          out.name(name);
          List<Raw> lists = values.stream().filter(raw -> raw.node().isArray()).toList();
          if (lists.isEmpty()) {
            out.value(values.getLast());
          } else {
            out.beginArray();
            lists.forEach(list -> list.node().items().forEach(out::value));
            out.endArray();
          }
        });
    return out.endObject().toRaw();
  }

  private static final class OpenChoice {
    final Map<Integer, Block> blocks = new TreeMap<>();
    @Nullable Raw logprobs;
    ChatEvent.@Nullable Stop stop;

    ChatAnswer.Choice fold(int index, Dialect dialect) {
      Extras none = Extras.none(dialect);
      List<Part> parts = new ArrayList<>(blocks.size());
      blocks.values().forEach(block -> parts.add(block.part(none)));
      ChatEvent.Stop end = stop;
      return new ChatAnswer.Choice(
          index,
          parts,
          end == null ? Optional.empty() : Optional.of(end.reason()),
          end == null ? Optional.empty() : end.nativeReason(),
          end == null ? Optional.empty() : end.sequence(),
          Optional.ofNullable(logprobs));
    }
  }

  private static final class Block {
    final ChatEvent.Head head;
    final StringBuilder text = new StringBuilder();
    final List<Citation> citations = new ArrayList<>();
    final StringBuilder proof = new StringBuilder();
    private Optional<String> issuer = Optional.empty();
    private boolean proven;
    boolean closed;

    Block(ChatEvent.Head head) {
      this.head = head;
    }

    void prove(Proof piece) {
      proven = true;
      issuer = issuer.or(piece::issuedBy);
      proof.append(piece.data());
    }

    Part part(Extras none) {
      return switch (head) {
        case ChatEvent.Head.TextHead h -> new Part.Text(all(), Optional.empty(), citations, none);
        case ChatEvent.Head.ReasoningHead h ->
            new Part.Reasoning(h.kind(), all(), proof(), h.id(), none);
        case ChatEvent.Head.ToolCallHead h ->
            new Part.ToolCall(h.id(), h.name(), all(), proof(), Optional.empty(), none);
        case ChatEvent.Head.RefusalHead h -> new Part.Refusal(all(), none);
        case ChatEvent.Head.WholeHead h -> h.part();
      };
    }

    private Text all() {
      return Text.of(text.toString());
    }

    private Optional<Proof> proof() {
      return proven ? Optional.of(new Proof(Text.of(proof.toString()), issuer)) : Optional.empty();
    }
  }
}
