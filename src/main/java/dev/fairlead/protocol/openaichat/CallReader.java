package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.ChatEvent.Head;
import dev.fairlead.canon.Proof;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * Reads the tool calls of one choice. Servers give whole calls or pieces, with and without index,
 * repeat ids and names or send them late; a block is opened once, when both are known, and what
 * came before is given then.
 */
final class CallReader {
  private static final long LEGACY = Long.MIN_VALUE;
  private static final long NO_INDEX = -1;

  private static final class Call {
    final long key;
    String id;
    String name = "";
    final StringBuilder early = new StringBuilder();
    Optional<Proof> proof = Optional.empty();
    int block = -1;
    boolean closed;

    Call(long key, String id) {
      this.key = key;
      this.id = id;
    }
  }

  private final int choice;
  private final IntSupplier nextBlock;
  private final List<Call> calls = new ArrayList<>();

  CallReader(int choice, IntSupplier nextBlock) {
    this.choice = choice;
    this.nextBlock = nextBlock;
  }

  boolean any() {
    return calls.stream().anyMatch(it -> it.block >= 0);
  }

  /**
   * @param before what must be done before a block is opened: the text's block is closed
   */
  void read(JsonNode list, Runnable before, Consumer<ChatEvent> events) {
    for (JsonNode node : list.items()) {
      if (node.isObject()) {
        one(node, before, events);
      }
    }
  }

  private void one(JsonNode node, Runnable before, Consumer<ChatEvent> events) {
    JsonNode function = node.get("function");
    if (!function.isObject() || function.get("name").textOr("").isEmpty()) {
      JsonNode custom = node.get("custom");
      function = custom.get("name").textOr("").isEmpty() && function.isObject() ? function : custom;
    }
    String id = node.get("id").textOr("");
    String name = function.get("name").textOr("");
    Call call = find(node.get("index").longOr(NO_INDEX), id, name);
    if (call.id.isEmpty()) {
      call.id = id;
    }
    if (call.name.isEmpty()) {
      call.name = name;
    }
    Optional<Proof> proof = MessageReader.signature(node);
    if (proof.isPresent()) {
      call.proof = proof;
    }
    JsonNode arguments = function.get("arguments");
    if (!arguments.exists()) {
      arguments = function.get("input");
    }
    grow(call, arguments, before, events);
  }

  private Call find(long index, String id, String name) {
    for (int i = calls.size() - 1; i >= 0; i--) {
      Call call = calls.get(i);
      boolean other = !id.isEmpty() && !call.id.isEmpty() && !id.equals(call.id);
      if (index != NO_INDEX) {
        if (call.key == index && !(other && !name.isEmpty())) {
          return call;
        }
      } else if (!id.isEmpty() ? id.equals(call.id) : call.key == NO_INDEX && name.isEmpty()) {
        return call;
      }
    }
    Call call = new Call(index, id);
    calls.add(call);
    return call;
  }

  private void grow(Call call, JsonNode arguments, Runnable before, Consumer<ChatEvent> events) {
    Text text =
        arguments.isString()
            ? arguments.asText()
            : arguments.isObject() ? Text.of(arguments.toString()) : Text.EMPTY;
    if (call.block < 0 && !call.name.isEmpty() && !call.id.isEmpty()) {
      open(call, before, events);
    }
    if (call.block < 0) {
      call.early.append(text);
    } else if (!text.isEmpty() && !call.closed) {
      events.accept(new ChatEvent.Delta(choice, call.block, text));
    }
  }

  private void open(Call call, Runnable before, Consumer<ChatEvent> events) {
    before.run();
    call.block = nextBlock.getAsInt();
    Head head = new Head.ToolCallHead(call.id, call.name);
    events.accept(new ChatEvent.Open(choice, call.block, head));
    if (!call.early.isEmpty()) {
      events.accept(new ChatEvent.Delta(choice, call.block, Text.of(call.early.toString())));
      call.early.setLength(0);
    }
  }

  /** A call of the legacy function dialect: its name, too, may come in pieces. */
  void legacy(JsonNode function, Runnable before, Consumer<ChatEvent> events) {
    Call call = null;
    for (Call it : calls) {
      if (it.key == LEGACY) {
        call = it;
      }
    }
    if (call == null) {
      call = new Call(LEGACY, "");
      calls.add(call);
    }
    call.name += function.get("name").textOr("");
    grow(call, function.get("arguments"), before, events);
  }

  /** No more will come: opens what was waiting for an id, and closes all. */
  void close(Runnable before, Consumer<ChatEvent> events) {
    for (Call call : calls) {
      if (call.block < 0 && (!call.name.isEmpty() || !call.early.isEmpty())) {
        open(call, before, events);
      }
      if (call.block >= 0 && !call.closed) {
        call.closed = true;
        int block = call.block;
        call.proof.ifPresent(it -> events.accept(new ChatEvent.ProofDelta(choice, block, it)));
        events.accept(new ChatEvent.Close(choice, call.block));
      }
    }
  }
}
