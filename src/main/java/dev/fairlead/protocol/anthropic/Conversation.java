package dev.fairlead.protocol.anthropic;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Role;
import dev.fairlead.canon.Turn;
import dev.fairlead.protocol.Target;
import dev.fairlead.wire.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns in the shape that the API takes: instructions apart, users and assistants in alternation
 * beginning with a user, every tool call answered in the message after it, and only parts that can
 * be written. What is changed for this is a loss, where it changes what was said.
 */
final class Conversation {
  /** A part that can be written, and where it came from. */
  record Block(Part part, String node) {}

  /** One message of the request, still growing. */
  static final class Message {
    final String role;
    final List<Block> blocks = new ArrayList<>();
    Extras extras;

    Message(String role, Extras extras) {
      this.role = role;
      this.extras = extras;
    }
  }

  final List<Block> system = new ArrayList<>();
  final List<Message> messages = new ArrayList<>();
  private final Target target;
  private final Losses losses;
  private final boolean own;

  private Conversation(ChatRequest request, Target target, Losses losses) {
    this.target = target;
    this.losses = losses;
    this.own = request.extras().dialect() == Dialect.ANTHROPIC;
  }

  static Conversation of(ChatRequest request, Target target, ToolNames names, Losses losses) {
    Conversation talk = new Conversation(request, target, losses);
    PartFilter filter = new PartFilter(target, names, losses, talk.own);
    for (int i = 0; i < request.turns().size(); i++) {
      talk.take(request.turns().get(i), "turns[" + i + "]", filter);
    }
    new ToolPairs(talk.messages, losses, talk.own).repair();
    talk.begin();
    return talk;
  }

  private void take(Turn turn, String node, PartFilter filter) {
    turn.name()
        .ifPresent(name -> losses.add(node, "name", "messages have no names here; left out"));
    losses.foreign(node, turn.extras(), java.util.Set.of());
    Extras extras =
        turn.extras().dialect() == Dialect.ANTHROPIC
            ? turn.extras()
            : Extras.none(Dialect.ANTHROPIC);
    switch (turn.role()) {
      case SYSTEM -> instruct(turn, node, filter);
      case DEVELOPER -> {
        if (turn.extras().dialect() == Dialect.ANTHROPIC) {
          add("system", filter.keep(Role.SYSTEM, turn.parts(), node), extras);
        } else {
          instruct(turn, node, filter);
        }
      }
      case USER -> add("user", filter.keep(Role.USER, turn.parts(), node), extras);
      case TOOL -> add("user", filter.keep(Role.USER, turn.parts(), node), extras);
      case ASSISTANT -> add("assistant", filter.keep(Role.ASSISTANT, turn.parts(), node), extras);
    }
  }

  private void instruct(Turn turn, String node, PartFilter filter) {
    if (!messages.isEmpty()) {
      losses.add(node, "role", "instructions stand before the conversation here; moved to the front");
    }
    system.addAll(filter.keep(Role.SYSTEM, turn.parts(), node));
  }

  /** Neighbours of one role become one message, in order; a message of nothing is left out. */
  private void add(String role, List<Block> blocks, Extras extras) {
    if (blocks.isEmpty()) {
      return;
    }
    Message last = messages.isEmpty() ? null : messages.getLast();
    if (last == null || !last.role.equals(role)) {
      last = new Message(role, extras);
      messages.add(last);
    } else if (!extras.isEmpty()) {
      Map<String, dev.fairlead.wire.Raw> all = new java.util.LinkedHashMap<>(last.extras.members());
      all.putAll(extras.members());
      last.extras = new Extras(Dialect.ANTHROPIC, all);
    }
    last.blocks.addAll(blocks);
  }

  private void begin() {
    boolean taken = !messages.isEmpty() && (own || !messages.getFirst().role.equals("assistant"));
    if (taken) {
      return;
    }
    losses.add("turns", "role", "a conversation must begin with a user here; an empty request was put before it");
    Message filler = new Message("user", Extras.none(Dialect.ANTHROPIC));
    filler.blocks.add(said("(begin)", "turns"));
    messages.addFirst(filler);
  }

  /**
   * The end: an assistant's text there is the beginning of the answer, which must not end in white
   * space, and which not every model takes, and none that is to think.
   */
  void end(boolean thinks) {
    Message last = messages.getLast();
    if (!last.role.equals("assistant") || !(last.blocks.getLast().part() instanceof Part.Text text)) {
      return;
    }
    String node = last.blocks.getLast().node();
    String trimmed = text.text().toString().stripTrailing();
    if (trimmed.length() < text.text().toString().length()) {
      losses.add(node, "text", "an answer's beginning must not end in white space; it was trimmed");
      Part shorter = new Part.Text(Text.of(trimmed), text.cache(), text.citations(), text.extras());
      last.blocks.set(last.blocks.size() - 1, new Block(shorter, node));
    }
    if (thinks || !target.traits().contains(Target.Trait.PREFILL)) {
      losses.add(node, "role", "this model takes no beginning of its answer; it is asked to continue instead");
      Message ask = new Message("user", Extras.none(Dialect.ANTHROPIC));
      ask.blocks.add(said("Continue exactly where your last message ends. Do not repeat any of it.", node));
      messages.add(ask);
    }
  }

  /** True when the model is in the midst of a tool turn that it began without thinking. */
  boolean unfinishedToolTurn() {
    if (messages.size() < 2 || !messages.getLast().role.equals("user")) {
      return false;
    }
    boolean answered = messages.getLast().blocks.getFirst().part() instanceof Part.ToolResult;
    return answered
        && !(messages.get(messages.size() - 2).blocks.getFirst().part() instanceof Part.Reasoning);
  }

  boolean usesTools() {
    return messages.stream()
        .flatMap(m -> m.blocks.stream())
        .anyMatch(b -> b.part() instanceof Part.ToolCall);
  }

  static Block said(String text, String node) {
    return new Block(
        new Part.Text(
            Text.of(text), Optional.empty(), List.of(), Extras.none(Dialect.ANTHROPIC)),
        node);
  }
}
