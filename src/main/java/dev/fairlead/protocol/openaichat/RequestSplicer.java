package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.Edit;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Refused;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.MalformedJson;
import dev.fairlead.wire.Splice;
import dev.fairlead.wire.Text;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Makes edits in the received bytes of a request. One use. */
final class RequestSplicer {
  /** Members whose value other edits reach into. */
  private static final Set<String> WHOLE = Set.of("messages", "tools", "functions");

  private final JsonNode root;
  private final Splice splice;
  private final List<byte[]> before = new ArrayList<>();
  private final List<byte[]> after = new ArrayList<>();
  private final Map<Integer, Map<Integer, Text>> texts = new TreeMap<>();
  private final Set<String> gone = new TreeSet<>();
  private boolean possible = true;

  private RequestSplicer(Json document) {
    this.root = document.root();
    this.splice = new Splice(document);
  }

  static Optional<byte[]> splice(Json document, List<Edit> edits) {
    RequestSplicer it = new RequestSplicer(document);
    if (!it.root.isObject()) {
      return edits.isEmpty() ? Optional.of(document.bytes()) : Optional.empty();
    }
    edits.forEach(edit -> it.change(edit.change()));
    if (it.possible) {
      it.messages();
      it.tools();
    }
    return it.possible ? Optional.of(it.splice.toBytes()) : Optional.empty();
  }

  private void change(Edit.Change change) {
    switch (change) {
      case Edit.Change.SetModel it -> set("model", new JsonWriter().value(it.model()).toBytes());
      case Edit.Change.SetMaxTokens it -> maxTokens(it.maxTokens());
      case Edit.Change.ReplaceText it -> {
        int turn = it.turn() - before.size();
        if (turn < 0 || turn >= root.get("messages").size()) {
          possible = false; // a turn that another edit has just made
        } else {
          texts.computeIfAbsent(turn, t -> new TreeMap<>()).put(it.part(), it.text());
        }
      }
      case Edit.Change.PrependSystem it -> before.addFirst(message("system", it.text()));
      case Edit.Change.AppendAssistant it -> after.add(message("assistant", it.text()));
      case Edit.Change.RemoveTool it -> gone.add(it.name());
      case Edit.Change.SetMember it -> {
        possible &= !WHOLE.contains(it.name());
        set(it.name(), it.value().bytes());
      }
      case Edit.Change.RemoveMember it -> {
        possible &= !WHOLE.contains(it.name());
        splice.remove(root, it.name());
      }
      case Edit.Change.RenameMember it -> {
        possible &= !WHOLE.contains(it.name()) && !WHOLE.contains(it.newName());
        splice.rename(root, it.name(), it.newName());
      }
    }
  }

  private void set(String name, byte[] json) {
    if (possible) {
      splice.set(root, name, json);
    }
  }

  /** Whichever of the two names the caller used; both when both. */
  private void maxTokens(long bound) {
    byte[] json = new JsonWriter().value(bound).toBytes();
    boolean newer = root.get("max_completion_tokens").exists();
    if (newer) {
      set("max_completion_tokens", json);
    }
    if (!newer || root.get("max_tokens").exists()) {
      set("max_tokens", json);
    }
  }

  private static byte[] message(String role, Text text) {
    return new JsonWriter()
        .beginObject()
        .field("role", role)
        .field("content", text)
        .endObject()
        .toBytes();
  }

  private void messages() {
    if (before.isEmpty() && after.isEmpty() && texts.isEmpty()) {
      return;
    }
    int last = root.get("messages").size() - 1;
    LegacyCalls legacy = new LegacyCalls();
    int i = 0;
    for (JsonNode message : root.get("messages").items()) {
      byte[] now = changed(message, i, texts.getOrDefault(i, Map.of()), legacy);
      List<byte[]> row = new ArrayList<>();
      if (i == 0) {
        row.addAll(before);
      }
      row.add(now);
      if (i == last) {
        row.addAll(after);
      }
      if (row.size() > 1 || texts.containsKey(i)) {
        splice.replace(message, joined(row));
      }
      i++;
    }
    possible &= last >= 0;
  }

  private byte[] changed(JsonNode message, int i, Map<Integer, Text> wanted, LegacyCalls legacy) {
    byte[] bytes = message.raw().bytes();
    if (wanted.isEmpty()) {
      return bytes;
    }
    try {
      Json alone = Json.read(bytes, JsonLimits.RESPONSE);
      MessageReader reader = new MessageReader("messages[" + i + "]", alone.root(), legacy);
      List<Part> parts = reader.read().parts();
      Splice inner = new Splice(alone);
      for (Map.Entry<Integer, Text> it : wanted.entrySet()) {
        int part = it.getKey();
        if (part < 0 || part >= parts.size() || !isText(parts.get(part))) {
          continue; // as on canon: what is no text is left alone
        }
        JsonNode origin = reader.origins().get(part);
        if (origin.exists()) {
          inner.replace(origin, new JsonWriter().value(it.getValue()).toBytes());
        } else {
          possible = false; // the text carries citations, whose offsets would be wrong
        }
      }
      return inner.toBytes();
    } catch (MalformedJson | Refused e) {
      possible = false; // the request was never decoded; encoding will say what is wrong
      return bytes;
    }
  }

  private static boolean isText(Part part) {
    return part instanceof Part.Text
        || (part instanceof Part.ToolResult it
            && it.content().size() == 1
            && it.content().getFirst() instanceof Part.Text);
  }

  private static byte[] joined(List<byte[]> row) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] element : row) {
      if (out.size() > 0) {
        out.write(',');
      }
      out.writeBytes(element);
    }
    return out.toByteArray();
  }

  private void tools() {
    if (gone.isEmpty()) {
      return;
    }
    int kept = kept("tools") + kept("functions");
    if (kept == root.get("tools").size() + root.get("functions").size()) {
      return;
    }
    for (String name : List.of("tools", "functions")) {
      if (kept(name) == 0) {
        splice.remove(root, name);
      } else if (kept(name) < root.get(name).size()) {
        splice.replace(root.get(name), without(root.get(name)));
      }
    }
    for (String name : List.of("tool_choice", "function_call")) {
      JsonNode choice = root.get(name);
      String forced = choice.get("function").get("name").textOr(choice.get("name").textOr(""));
      if (kept == 0 || gone.contains(forced)) {
        splice.remove(root, name);
      }
    }
    if (kept == 0) {
      splice.remove(root, "parallel_tool_calls");
    }
  }

  private int kept(String name) {
    int kept = 0;
    for (JsonNode tool : root.get(name).items()) {
      kept += isGone(tool) ? 0 : 1;
    }
    return kept;
  }

  private boolean isGone(JsonNode tool) {
    JsonNode type = tool.get("type");
    boolean function = type.textIs("function") || !type.hasValue();
    String name =
        function
            ? tool.get("function").get("name").textOr(tool.get("name").textOr(""))
            : tool.get("custom").get("name").textOr(type.textOr(""));
    return gone.contains(name);
  }

  /** The array without the tools that go; those that stay keep their bytes. */
  private byte[] without(JsonNode array) {
    byte[] in = array.document().bytes();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write('[');
    int end = array.start() + 1;
    boolean first = true;
    for (JsonNode tool : array.items()) {
      if (!isGone(tool)) {
        int from = first ? tool.start() : end; // from the comma on, but for the first
        out.write(in, from, tool.end() - from);
        first = false;
      }
      end = tool.end();
    }
    out.write(in, end, array.end() - end);
    return out.toByteArray();
  }
}
