package dev.fairlead.protocol.anthropic;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.Part;
import dev.fairlead.protocol.anthropic.Conversation.Block;
import dev.fairlead.protocol.anthropic.Conversation.Message;
import dev.fairlead.wire.Text;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Calls and their results. The API wants every call of a message answered in the very next one,
 * results first, and every id unique and of letters, digits, _ and -. Ids that do not fit are
 * written anew on both sides; calls without a result get one that says so; results without a call
 * become text.
 */
final class ToolPairs {
  private static final class Call {
    final String id;
    final String name;
    final String written;
    boolean answered;

    Call(String id, String name, String written) {
      this.id = id;
      this.name = name;
      this.written = written;
    }
  }

  private final List<Message> messages;
  private final Losses losses;
  private final boolean own;
  private final Set<String> used = new HashSet<>();

  ToolPairs(List<Message> messages, Losses losses, boolean own) {
    this.messages = messages;
    this.losses = losses;
    this.own = own;
  }

  void repair() {
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      List<Call> calls = message.role.equals("assistant") ? calls(message) : List.of();
      if (!calls.isEmpty()) {
        boolean answered = i + 1 < messages.size() && messages.get(i + 1).role.equals("user");
        if (!answered) {
          messages.add(i + 1, new Message("user", Extras.none(Dialect.ANTHROPIC)));
        }
        settle(messages.get(++i), calls);
      } else if (message.role.equals("user")) {
        settle(message, List.of());
      }
    }
  }

  private List<Call> calls(Message message) {
    if (own) {
      used.clear(); // what the API takes from its own clients: unique within the message
    }
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < message.blocks.size(); i++) {
      Block block = message.blocks.get(i);
      if (block.part() instanceof Part.ToolCall call) {
        String written = unique(call.id());
        calls.add(new Call(call.id(), call.name(), written));
        if (!written.equals(call.id())) {
          Part renamed =
              new Part.ToolCall(
                  written, call.name(), call.arguments(), call.proof(), call.cache(), call.extras());
          message.blocks.set(i, new Block(renamed, block.node()));
        }
      }
    }
    return calls;
  }

  private String unique(String id) {
    String clean = id.isEmpty() ? "toolu" : ToolNames.clean(id);
    String unique = id.isEmpty() ? clean + "_1" : clean;
    for (int n = 2; !used.add(unique); n++) {
      unique = clean + "_" + n;
    }
    return unique;
  }

  /** Orders a message: results of the calls first, in the order of the calls, then the rest. */
  private void settle(Message message, List<Call> calls) {
    if (calls.isEmpty()
        && message.blocks.stream().noneMatch(b -> b.part() instanceof Part.ToolResult)) {
      return;
    }
    List<Block> results = new ArrayList<>();
    List<Integer> order = new ArrayList<>();
    List<Block> rest = new ArrayList<>();
    for (Block block : message.blocks) {
      if (!(block.part() instanceof Part.ToolResult result)) {
        rest.add(block);
        continue;
      }
      int at = find(calls, result);
      if (at < 0) {
        orphan(result, block.node(), rest);
        continue;
      }
      calls.get(at).answered = true;
      int place = results.size();
      while (!own && place > 0 && order.get(place - 1) > at) {
        place--;
      }
      results.add(place, new Block(withId(result, calls.get(at).written), block.node()));
      order.add(place, at);
    }
    for (Call call : calls) {
      if (!call.answered) {
        results.add(missing(call));
      }
    }
    message.blocks.clear();
    message.blocks.addAll(results);
    message.blocks.addAll(rest);
  }

  private static int find(List<Call> calls, Part.ToolResult result) {
    for (int i = 0; i < calls.size(); i++) {
      Call call = calls.get(i);
      boolean named = result.name().isEmpty() || result.name().get().equals(call.name);
      boolean same =
          result.callId().isEmpty() || call.id.isEmpty() ? named : result.callId().equals(call.id);
      if (same && !call.answered) {
        return i;
      }
    }
    return -1;
  }

  private static Part.ToolResult withId(Part.ToolResult result, String id) {
    return new Part.ToolResult(
        id, result.name(), result.content(), result.error(), result.cache(), result.extras());
  }

  private Block missing(Call call) {
    losses.add("turns", "tool_call", "call " + call.id + " of " + call.name + " has no result; one that says so was added");
    Part text = Conversation.said("No result was given for this call.", "turns").part();
    return new Block(
        new Part.ToolResult(
            call.written,
            Optional.empty(),
            List.of(text),
            true,
            Optional.empty(),
            Extras.none(Dialect.ANTHROPIC)),
        "turns");
  }

  private void orphan(Part.ToolResult result, String node, List<Block> rest) {
    losses.add(node, "tool_result", "no call " + result.callId() + " in the message before; sent as text");
    StringBuilder text = new StringBuilder("[Result of tool call " + result.callId() + "]");
    for (Part part : result.content()) {
      if (part instanceof Part.Text said) {
        text.append('\n').append(said.text());
      } else {
        rest.add(new Block(part, node));
      }
    }
    rest.add(
        new Block(
            new Part.Text(
                Text.of(text.toString()),
                Optional.empty(),
                List.of(),
                Extras.none(Dialect.ANTHROPIC)),
            node));
  }
}
