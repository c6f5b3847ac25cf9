package dev.fairlead.canon;

import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The canon interpreter of {@link Edit}s. The other one is a codec's splice on the received bytes;
 * the two commute: {@code decode(splice(wire, edits))} means the same as {@code apply(decode(wire),
 * edits)}, for
 *
 * <ul>
 *   <li>{@code SetModel}, {@code SetMaxTokens}, {@code PrependSystem}, {@code AppendAssistant},
 *       {@code RemoveTool}: always. When the last tool goes, tool choice and the parallel switch go
 *       with it, because providers refuse them without tools; a choice of the removed tool becomes
 *       unset.
 *   <li>{@code ReplaceText} of a text part, or of a tool result that is a single text: always;
 *       citations of the old text are dropped. A place that does not exist or is no text is left
 *       alone by both.
 *   <li>{@code SetMember}, {@code RemoveMember}, {@code RenameMember}: when no name in the edit is
 *       one that canon models. Here they act on the request's {@link Extras}.
 * </ul>
 *
 * <p>A member that canon models ({@code temperature}, {@code max_tokens}) has no name in canon, so
 * {@code RemoveMember} and {@code RenameMember} of it do nothing here, and {@code SetMember}
 * becomes an extra, which the codec of the same dialect writes in the place of what canon says.
 * Edits that are meant for an endpoint's outgoing form (quirks) are therefore made on that form, by
 * splicing the encoded body, whatever dialect the request came in.
 */
public final class Edits {
  private Edits() {}

  /** The request with the edits made, in order. */
  public static ChatRequest apply(ChatRequest request, List<Edit> edits) {
    ChatRequest edited = request;
    for (Edit edit : edits) {
      edited = apply(edited, edit.change());
    }
    return edited;
  }

  private static ChatRequest apply(ChatRequest request, Edit.Change change) {
    return switch (change) {
      case Edit.Change.SetModel it -> request.withModel(it.model());
      case Edit.Change.SetMaxTokens it -> request.withMaxTokens(OptionalLong.of(it.maxTokens()));
      case Edit.Change.ReplaceText it -> replaceText(request, it);
      case Edit.Change.PrependSystem it -> {
        List<Turn> turns = new ArrayList<>(request.turns());
        turns.addFirst(turn(Role.SYSTEM, it.text(), request.extras().dialect()));
        yield request.withTurns(turns);
      }
      case Edit.Change.AppendAssistant it -> {
        List<Turn> turns = new ArrayList<>(request.turns());
        turns.addLast(turn(Role.ASSISTANT, it.text(), request.extras().dialect()));
        yield request.withTurns(turns);
      }
      case Edit.Change.RemoveTool it -> removeTool(request, it.name());
      case Edit.Change.SetMember it -> {
        Map<String, Raw> members = new LinkedHashMap<>(request.extras().members());
        members.put(it.name(), it.value());
        yield withExtras(request, members);
      }
      case Edit.Change.RemoveMember it -> {
        Map<String, Raw> members = new LinkedHashMap<>(request.extras().members());
        members.remove(it.name());
        yield withExtras(request, members);
      }
      case Edit.Change.RenameMember it -> {
        Map<String, Raw> members = new LinkedHashMap<>();
        request
            .extras()
            .members()
            .forEach((k, v) -> members.put(k.equals(it.name()) ? it.newName() : k, v));
        yield withExtras(request, members);
      }
    };
  }

  private static ChatRequest withExtras(ChatRequest request, Map<String, Raw> members) {
    return request.withExtras(new Extras(request.extras().dialect(), members));
  }

  private static Turn turn(Role role, Text text, Dialect dialect) {
    Extras none = Extras.none(dialect);
    Part part = new Part.Text(text, Optional.empty(), List.of(), none);
    return new Turn(role, List.of(part), Optional.empty(), none);
  }

  private static ChatRequest replaceText(ChatRequest request, Edit.Change.ReplaceText change) {
    if (change.turn() < 0 || change.turn() >= request.turns().size()) {
      return request;
    }
    Turn turn = request.turns().get(change.turn());
    if (change.part() < 0 || change.part() >= turn.parts().size()) {
      return request;
    }
    List<Part> parts = new ArrayList<>(turn.parts());
    parts.set(change.part(), replaced(parts.get(change.part()), change.text()));
    List<Turn> turns = new ArrayList<>(request.turns());
    turns.set(change.turn(), turn.withParts(parts));
    return request.withTurns(turns);
  }

  private static Part replaced(Part part, Text text) {
    if (part instanceof Part.Text old) {
      return new Part.Text(text, old.cache(), List.of(), old.extras());
    }
    if (part instanceof Part.ToolResult result
        && result.content().size() == 1
        && result.content().getFirst() instanceof Part.Text old) {
      return new Part.ToolResult(
          result.callId(),
          result.name(),
          List.of(replaced(old, text)),
          result.error(),
          result.cache(),
          result.extras());
    }
    return part;
  }

  private static ChatRequest removeTool(ChatRequest request, String name) {
    List<Tool> kept = request.tools().stream().filter(it -> !it.name().equals(name)).toList();
    if (kept.size() == request.tools().size()) {
      return request;
    }
    boolean forced =
        request.toolChoice() instanceof ToolChoice.Named named && named.name().equals(name);
    ToolChoice choice = kept.isEmpty() || forced ? new ToolChoice.Unset() : request.toolChoice();
    ChatRequest without = request.withTools(kept, choice);
    return kept.isEmpty() ? without.withParallelToolCalls(Optional.empty()) : without;
  }
}
