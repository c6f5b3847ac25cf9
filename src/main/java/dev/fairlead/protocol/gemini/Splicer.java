package dev.fairlead.protocol.gemini;

import dev.fairlead.canon.Edit;
import dev.fairlead.canon.Edit.Change;
import dev.fairlead.protocol.Wire;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.MalformedJson;
import dev.fairlead.wire.Splice;
import dev.fairlead.wire.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes edits in the received bytes, one after the other, each on the outcome of the one before.
 * Turns are counted as canon counts them: an edit that puts a system turn before all others moves
 * them by one, although here it only adds a part to the system instruction.
 */
final class Splicer {
  private final boolean hadSystem;
  private Json body;
  private int prepended;

  private Splicer(Wire wire) {
    this.body = wire.body();
    this.hadSystem = Names.get(body.root(), "systemInstruction").hasValue();
  }

  /** Empty when one of the edits cannot be made so. */
  static Optional<byte[]> splice(Wire wire, List<Edit> edits) {
    Splicer splicer = new Splicer(wire);
    if (!splicer.body.root().isObject()) {
      return Optional.empty();
    }
    for (Edit edit : edits) {
      Splice splice = new Splice(splicer.body);
      if (!splicer.make(edit.change(), splice)) {
        return Optional.empty();
      }
      if (!splice.isEmpty()) {
        try {
          splicer.body = Json.read(splice.toBytes(), JsonLimits.REQUEST);
        } catch (MalformedJson e) {
          return Optional.empty(); // the edit made it longer or deeper than we accept
        }
      }
    }
    return Optional.of(splicer.body.bytes());
  }

  private boolean make(Change change, Splice splice) {
    JsonNode root = body.root();
    return switch (change) {
      case Change.SetModel it -> true; // the model stands in the path
      case Change.SetMaxTokens it -> maxTokens(it.maxTokens(), splice);
      case Change.ReplaceText it -> replace(it, splice);
      case Change.PrependSystem it -> prepend(it.text(), splice);
      case Change.AppendAssistant it -> append(it.text(), splice);
      case Change.RemoveTool it -> removeTool(it.name(), splice);
      case Change.SetMember it -> {
        splice.set(root, it.name(), it.value().bytes());
        yield true;
      }
      case Change.RemoveMember it -> {
        splice.remove(root, it.name());
        yield true;
      }
      case Change.RenameMember it -> {
        if (root.get(it.newName()).exists()) {
          yield false;
        }
        splice.rename(root, it.name(), it.newName());
        yield true;
      }
    };
  }

  private boolean maxTokens(long bound, Splice splice) {
    JsonNode root = body.root();
    String name = Names.spelling(root, "generationConfig");
    JsonNode config = root.get(name);
    byte[] number = new JsonWriter().value(bound).toBytes();
    if (config.isObject()) {
      splice.set(config, Names.spelling(config, "maxOutputTokens"), number);
    } else {
      JsonWriter made = new JsonWriter().beginObject().field("maxOutputTokens", bound);
      splice.set(root, name, made.endObject().toBytes());
    }
    return true;
  }

  private boolean prepend(Text text, Splice splice) {
    JsonNode root = body.root();
    String name = Names.spelling(root, "systemInstruction");
    JsonNode system = root.get(name);
    if (!system.hasValue()) {
      JsonWriter made = new JsonWriter().beginObject().name("parts").beginArray();
      part(text, made);
      splice.set(root, name, made.endArray().endObject().toBytes());
    } else {
      JsonNode parts = system.get("parts");
      if (!parts.isArray()) {
        return false;
      }
      JsonWriter list = new JsonWriter().beginArray();
      part(text, list);
      parts.items().forEach(list::value);
      splice.replace(parts, list.endArray().toBytes());
    }
    prepended++;
    return true;
  }

  private static void part(Text text, JsonWriter out) {
    out.beginObject().field("text", text).endObject();
  }

  private boolean append(Text text, Splice splice) {
    JsonNode root = body.root();
    JsonNode contents = root.get("contents");
    if (!contents.isArray()) {
      return false;
    }
    JsonWriter list = new JsonWriter().beginArray();
    contents.items().forEach(list::value);
    list.beginObject().field("role", "model").name("parts").beginArray();
    part(text, list);
    list.endArray().endObject().endArray();
    splice.replace(contents, list.toBytes());
    return true;
  }

  private boolean replace(Change.ReplaceText edit, Splice splice) {
    JsonNode root = body.root();
    JsonNode system = Names.get(root, "systemInstruction");
    int turn = edit.turn();
    int part = edit.part();
    int systems = prepended + (hadSystem ? 1 : 0);
    JsonNode content;
    if (turn < 0 || part < 0) {
      return true;
    }
    if (turn < systems) {
      if (!system.isObject()) {
        return false;
      }
      content = system;
      if (turn < prepended && part > 0) {
        return true;
      }
      part = turn < prepended ? turn : part + prepended;
    } else {
      if (!root.get("contents").isArray()) {
        return false;
      }
      content = root.get("contents").at(turn - systems);
    }
    JsonNode found = partAt(content.get("parts"), part);
    return found == null || replaced(found, edit.text(), splice);
  }

  /** The part of the wire whose first part of canon is this one. */
  private static @Nullable JsonNode partAt(JsonNode parts, int wanted) {
    int at = 0;
    for (JsonNode part : Names.list(parts)) {
      if (at == wanted) {
        return part;
      }
      at += PartReader.width(part);
    }
    return null;
  }

  private static boolean replaced(JsonNode part, Text text, Splice splice) {
    switch (PartReader.kind(part)) {
      case "text" -> {
        if (!part.get("thought").boolOr(false)) {
          splice.replace(part.get("text"), new JsonWriter().value(text).toBytes());
        }
        return true;
      }
      case "functionResponse" -> {
        return false; // its text stands in a wrapping: encoding knows how to make that
      }
      default -> {
        return true;
      }
    }
  }

  /** Takes the function out; what becomes empty by that goes with it. */
  private boolean removeTool(String name, Splice splice) {
    JsonNode root = body.root();
    JsonNode tools = root.get("tools");
    if (!tools.hasValue()) {
      return true;
    }
    if (!tools.isArray()) {
      return false;
    }
    List<byte[]> kept = new ArrayList<>();
    boolean removed = false;
    for (JsonNode tool : tools.items()) {
      JsonWriter left = new JsonWriter().beginObject();
      int empty = left.size();
      boolean changed = false;
      for (JsonNode.Member member : tool.members()) {
        String kind = Names.camel(member.name());
        if (kind.equals("functionDeclarations")) {
          changed |= functions(member, name, left);
        } else if (kind.equals(name)) {
          changed = true;
        } else {
          left.name(member.name()).value(member.value());
        }
      }
      removed |= changed;
      if (!changed) {
        kept.add(new JsonWriter().value(tool).toBytes());
      } else if (left.size() > empty) {
        kept.add(left.endObject().toBytes());
      }
    }
    if (removed) {
      tools(kept, name, splice);
    }
    return true;
  }

  private static boolean functions(JsonNode.Member member, String name, JsonWriter left) {
    JsonWriter list = new JsonWriter().beginArray();
    int empty = list.size();
    boolean changed = false;
    for (JsonNode function : Names.list(member.value())) {
      if (function.get("name").textIs(name)) {
        changed = true;
      } else {
        list.value(function);
      }
    }
    if (list.size() > empty) {
      left.field(member.name(), list.endArray().toRaw());
    }
    return changed;
  }

  private void tools(List<byte[]> kept, String removed, Splice splice) {
    JsonNode root = body.root();
    JsonNode config = Names.get(root, "toolConfig");
    JsonNode calling = Names.get(config, "functionCallingConfig");
    JsonNode allowed = Names.get(calling, "allowedFunctionNames");
    boolean forced = allowed.size() == 1 && allowed.at(0).textIs(removed);
    if (kept.isEmpty() || forced) {
      if (config.size() > 1) {
        splice.remove(config, Names.spelling(config, "functionCallingConfig"));
      } else if (calling.exists()) {
        splice.remove(root, Names.spelling(root, "toolConfig"));
      }
    }
    if (kept.isEmpty()) {
      splice.remove(root, "tools");
      return;
    }
    JsonWriter list = new JsonWriter().beginArray();
    for (byte[] tool : kept) {
      list.value(dev.fairlead.wire.Raw.of(new String(tool, java.nio.charset.StandardCharsets.UTF_8)));
    }
    splice.replace(root.get("tools"), list.endArray().toBytes());
  }
}
