package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.Part;
import dev.fairlead.canon.Role;
import dev.fairlead.canon.Turn;
import dev.fairlead.protocol.Target;
import dev.fairlead.protocol.Target.Trait;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Writes turns as messages. Tool results become messages of their own and stand before whatever
 * else their turn says, because servers want them directly after the calls.
 */
final class MessageWriter {
  /** A part and where it stood. */
  private record Placed(Part part, String node) {}

  private final JsonWriter out;
  private final Losses losses;
  private final Target target;
  private final PartWriter parts;
  private final CallIds ids = new CallIds();
  private final List<Placed> afterResults = new ArrayList<>();

  MessageWriter(JsonWriter out, Losses losses, Target target) {
    this.out = out;
    this.losses = losses;
    this.target = target;
    this.parts = new PartWriter(out, losses, target);
  }

  /** Servers refuse a conversation without messages, so one always stands there. */
  void write(List<Turn> turns) {
    int before = out.size();
    turns(turns);
    if (out.size() == before) {
      out.beginObject().field("role", "user").field("content", "").endObject();
    }
  }

  private void turns(List<Turn> turns) {
    for (int i = 0; i < turns.size(); i++) {
      Turn turn = turns.get(i);
      String node = "turns[" + i + "]";
      if (turn.role() == Role.ASSISTANT) {
        mediaOfResults();
        new AssistantWriter(out, losses, target, parts, ids).write(turn, node);
      } else {
        spoken(turn, node, i + 1 < turns.size() && startsWithResult(turns.get(i + 1)));
      }
    }
    mediaOfResults();
  }

  private static boolean startsWithResult(Turn turn) {
    return !turn.parts().isEmpty() && turn.parts().getFirst() instanceof Part.ToolResult;
  }

  private void spoken(Turn turn, String node, boolean moreResults) {
    List<Placed> content = new ArrayList<>();
    boolean results = false;
    for (int p = 0; p < turn.parts().size(); p++) {
      Placed placed = new Placed(turn.parts().get(p), node + ".parts[" + p + "]");
      if (placed.part instanceof Part.ToolResult it) {
        result(it, placed.node, turn, node, !results);
        results = true;
      } else if (sayable(placed)) {
        content.add(placed);
      }
    }
    if (!results) {
      mediaOfResults(); // a new speaker: what the results held comes first
    } else if (!moreResults && content.isEmpty()) {
      mediaOfResults();
    } else if (!content.isEmpty()) {
      content.addAll(0, afterResults);
      afterResults.clear();
    }
    boolean emptied = content.isEmpty() && !turn.parts().isEmpty();
    if (results ? content.isEmpty() : emptied) {
      return; // nothing is left to say; the losses tell why
    }
    message(turn, node, content, !results);
  }

  /** Reports what a message of this role cannot hold, and leaves it out. */
  private boolean sayable(Placed placed) {
    String role = "only the model speaks so";
    return switch (placed.part) {
      case Part.Text it -> true;
      case Part.Media it -> {
        Optional<String> obstacle = parts.obstacle(it);
        obstacle.ifPresent(why -> losses.add(placed.node, "media", why));
        yield obstacle.isEmpty();
      }
      case Part.Opaque it ->
          it.dialect() == dev.fairlead.canon.Dialect.OPENAI_CHAT
                  && !it.kind().startsWith("reasoning")
              || lost(placed.node, it.kind(), "only the " + it.dialect().id() + " dialect can");
      case Part.Reasoning it -> lost(placed.node, "reasoning", role);
      case Part.ToolCall it -> lost(placed.node, "tool_call", role);
      case Part.Refusal it -> lost(placed.node, "refusal", role);
      case Part.ToolResult it -> false;
    };
  }

  private boolean lost(String node, String field, String reason) {
    losses.add(node, field, reason);
    return false;
  }

  private void message(Turn turn, String node, List<Placed> content, boolean whole) {
    boolean developer = target.traits().contains(Trait.DEVELOPER_ROLE);
    out.beginObject();
    out.field(
        "role",
        switch (turn.role()) {
          case SYSTEM -> "system";
          case DEVELOPER -> developer ? "developer" : "system";
          case USER, TOOL -> "user";
          case ASSISTANT -> "assistant";
        });
    out.name("content");
    content(content);
    turn.name().ifPresent(it -> out.field("name", it));
    if (whole) {
      losses.extras(out, node, turn.extras(), Set.of());
    }
    out.endObject();
  }

  /** A string where a single plain text stands; otherwise an array of parts. */
  private void content(List<Placed> content) {
    List<Placed> said = new ArrayList<>(content);
    said.removeIf(it -> said.size() > 1 && it.part instanceof Part.Text t && t.text().isEmpty());
    if (said.isEmpty()) {
      out.value("");
    } else if (said.size() == 1 && said.getFirst().part instanceof Part.Text it && plain(it)) {
      marks(said.getFirst());
      out.value(it.text());
    } else {
      out.beginArray();
      said.forEach(this::part);
      out.endArray();
    }
  }

  private boolean plain(Part.Text it) {
    return (it.cache().isEmpty() || !target.traits().contains(Trait.CACHE_CONTROL))
        && Losses.own(it.extras()).isEmpty();
  }

  /** What a plain string cannot carry. */
  private void marks(Placed placed) {
    if (placed.part instanceof Part.Text it) {
      if (it.cache().isPresent()) {
        losses.add(placed.node, "cache_control", "the endpoint takes no cache marks");
      }
      losses.extras(out, placed.node, it.extras(), Set.of());
      citations(it, placed.node);
    }
  }

  private void citations(Part.Text it, String node) {
    if (!it.citations().isEmpty()) {
      losses.add(node, "citations", "a request's text carries no citations here");
    }
  }

  private void part(Placed placed) {
    switch (placed.part) {
      case Part.Text it -> {
        citations(it, placed.node);
        parts.text(it, placed.node);
      }
      case Part.Media it -> parts.media(it, placed.node);
      case Part.Opaque it -> out.value(it.raw());
      case Part.Reasoning it -> {}
      case Part.ToolCall it -> {}
      case Part.ToolResult it -> {}
      case Part.Refusal it -> {}
    }
  }

  private void result(
      Part.ToolResult result, String node, Turn turn, String turnNode, boolean first) {
    List<Placed> content = new ArrayList<>();
    for (int i = 0; i < result.content().size(); i++) {
      Placed placed = new Placed(result.content().get(i), node + ".content[" + i + "]");
      if (placed.part instanceof Part.Media && !target.traits().contains(Trait.REASONING_DETAILS)) {
        if (sayable(placed)) {
          losses.add(placed.node, "media", "moved into a user message after the tool results");
          afterResults.add(placed);
        }
      } else if (sayable(placed)) {
        content.add(placed);
      }
    }
    if (result.error()) {
      error(content, node);
    }
    mark(result, content, node);
    out.beginObject().field("role", "tool").field("tool_call_id", ids.answered(result));
    result.name().ifPresent(it -> out.field("name", it));
    out.name("content");
    content(content);
    losses.extras(out, node, result.extras(), Set.of());
    if (first && turn.role() == Role.TOOL) {
      losses.extras(out, turnNode, turn.extras(), Set.of());
    }
    out.endObject();
  }

  /** The dialect has no word for a failed call; the text says it. */
  private void error(List<Placed> content, String node) {
    losses.add(node, "is_error", "the result's text begins with Error instead");
    for (int i = 0; i < content.size(); i++) {
      if (content.get(i).part instanceof Part.Text it) {
        String text = it.text().toString();
        if (!text.regionMatches(true, 0, "error", 0, 5)) {
          Text said = Text.of("Error: " + text);
          Part part = new Part.Text(said, it.cache(), it.citations(), it.extras());
          content.set(i, new Placed(part, content.get(i).node));
        }
        return;
      }
    }
    Part part = new Part.Text(Text.of("Error"), Optional.empty(), List.of(), Fields.NONE);
    content.addFirst(new Placed(part, node));
  }

  /** A mark on the whole result stands on its last text. */
  private void mark(Part.ToolResult result, List<Placed> content, String node) {
    if (result.cache().isEmpty()) {
      return;
    }
    for (int i = content.size() - 1; i >= 0; i--) {
      if (content.get(i).part instanceof Part.Text it && it.cache().isEmpty()) {
        Part part = new Part.Text(it.text(), result.cache(), it.citations(), it.extras());
        content.set(i, new Placed(part, content.get(i).node));
        return;
      }
    }
    losses.add(node, "cache_control", "the result has no text that could carry the mark");
  }

  private void mediaOfResults() {
    if (!afterResults.isEmpty()) {
      out.beginObject().field("role", "user").name("content").beginArray();
      afterResults.forEach(this::part);
      out.endArray().endObject();
      afterResults.clear();
    }
  }
}
