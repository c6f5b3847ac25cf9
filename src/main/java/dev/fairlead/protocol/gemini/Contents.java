package dev.fairlead.protocol.gemini;

import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The list of contents while it grows. Neighbours of one role are joined; function responses stand
 * in a content of their own directly after the calls they answer, in the order of the calls, as the
 * API demands.
 */
final class Contents {
  private static final class Call {
    final String id;
    final String name;
    boolean answered;

    Call(String id, String name) {
      this.id = id;
      this.name = name;
    }
  }

  private static final class Content {
    final String role;
    final List<Consumer<JsonWriter>> parts = new ArrayList<>();
    final List<Call> calls = new ArrayList<>();
    final SortedMap<Integer, Consumer<JsonWriter>> responses = new TreeMap<>();
    final Map<String, Raw> own = new LinkedHashMap<>();
    @Nullable Content answers;

    Content(String role) {
      this.role = role;
    }
  }

  /** A call that a result belongs to. */
  record Place(String name, int content, int call) {}

  private final List<Content> contents = new ArrayList<>();

  boolean isEmpty() {
    return contents.isEmpty();
  }

  void add(String role, Map<String, Raw> own, Consumer<JsonWriter> part) {
    open(role, own).parts.add(part);
  }

  void addCall(String id, String name, Map<String, Raw> own, Consumer<JsonWriter> part) {
    Content content = open("model", own);
    content.parts.add(part);
    content.calls.add(new Call(id, name));
  }

  private Content open(String role, Map<String, Raw> own) {
    Content last = contents.isEmpty() ? null : contents.getLast();
    if (last == null || !last.role.equals(role) || !last.responses.isEmpty()) {
      last = new Content(role);
      contents.add(last);
    }
    last.own.putAll(own);
    return last;
  }

  /** Whether the last model content has calls yet without one whose part bears a signature. */
  boolean isFirstCall() {
    return contents.isEmpty()
        || !contents.getLast().role.equals("model")
        || contents.getLast().calls.isEmpty();
  }

  /** The open call of that id; else the first open call of that name, or of any name. */
  @Nullable Place find(String id, String name) {
    for (int pass = 0; pass < 2; pass++) {
      for (int c = contents.size() - 1; c >= 0; c--) {
        Content content = contents.get(c);
        for (int i = 0; i < content.calls.size(); i++) {
          Call call = content.calls.get(i);
          boolean fits =
              pass == 0
                  ? !id.isEmpty() && call.id.equals(id)
                  : (id.isEmpty() || CallIds.isSynthetic(id))
                      && (name.isEmpty() || call.name.equals(name));
          if (fits && !call.answered) {
            return new Place(call.name, c, i);
          }
        }
      }
    }
    return null;
  }

  void answer(Place place, Map<String, Raw> own, Consumer<JsonWriter> part) {
    Content calling = contents.get(place.content());
    Content answers = calling.answers;
    if (answers == null) {
      answers = new Content("user");
      calling.answers = answers;
      contents.add(place.content() + 1, answers);
    }
    answers.own.putAll(own);
    calling.calls.get(place.call()).answered = true;
    answers.responses.put(place.call(), part);
  }

  /** A result whose call is not here (it may stand in a cached content). */
  void answerUnseen(Map<String, Raw> own, Consumer<JsonWriter> part) {
    Content last = contents.isEmpty() ? null : contents.getLast();
    if (last == null || last.responses.isEmpty()) {
      last = new Content("user");
      contents.add(last);
    }
    last.own.putAll(own);
    last.responses.put(last.responses.isEmpty() ? 0 : last.responses.lastKey() + 1, part);
  }

  /** The names of calls that something follows and nobody answered; answers them as failed. */
  List<String> answerTheOpen() {
    List<String> names = new ArrayList<>();
    for (int c = 0; c < contents.size() - 1; c++) {
      Content content = contents.get(c);
      for (int i = 0; i < content.calls.size(); i++) {
        Call call = content.calls.get(i);
        if (!call.answered) {
          names.add(call.name);
          answer(new Place(call.name, c, i), Map.of(), out -> noResult(call, out));
        }
      }
    }
    return names;
  }

  private static void noResult(Call call, JsonWriter out) {
    out.beginObject().name("functionResponse").beginObject();
    if (!call.id.isEmpty() && !CallIds.isSynthetic(call.id)) {
      out.field("id", call.id);
    }
    out.field("name", call.name).name("response").beginObject();
    out.field("error", "The tool gave no result.").endObject().endObject().endObject();
  }

  void write(JsonWriter out) {
    out.beginArray();
    for (Content content : contents) {
      out.beginObject().field("role", content.role).name("parts").beginArray();
      content.parts.forEach(part -> part.accept(out));
      content.responses.values().forEach(part -> part.accept(out));
      out.endArray();
      content.own.forEach(out::field);
      out.endObject();
    }
    out.endArray();
  }
}
