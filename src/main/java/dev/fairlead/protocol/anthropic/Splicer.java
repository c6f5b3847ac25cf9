package dev.fairlead.protocol.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.Edit;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.MalformedJson;
import dev.fairlead.wire.Splice;
import dev.fairlead.wire.Text;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes edits in received bytes. Edits follow one another; as long as they touch different places
 * they are made in one pass, otherwise the document is read again in between.
 */
final class Splicer {
  private Json doc;
  private Splice splice;
  private final Set<String> touched = new HashSet<>();

  /** Whether the caller gave a system, which is a turn then. */
  private final boolean hadSystem;

  /** How many system turns were put in front; in the bytes, they are blocks of one system. */
  private int prepended;

  private Splicer(Json doc) {
    this.doc = doc;
    this.splice = new Splice(doc);
    this.hadSystem = doc.root().get("system").hasValue();
  }

  static Optional<byte[]> splice(Json doc, List<Edit> edits) {
    Splicer splicer = new Splicer(doc);
    try {
      for (Edit edit : edits) {
        if (!splicer.make(edit.change())) {
          return Optional.empty();
        }
      }
    } catch (MalformedJson e) {
      return Optional.empty(); // an edit brought something too large or too deep: encode instead
    }
    return Optional.of(splicer.splice.toBytes());
  }

  private boolean make(Edit.Change change) throws MalformedJson {
    return switch (change) {
      case Edit.Change.SetModel it -> set("model", json(Text.of(it.model())));
      case Edit.Change.SetMaxTokens it ->
          set("max_tokens", Long.toString(it.maxTokens()).getBytes(UTF_8));
      case Edit.Change.SetMember it -> set(it.name(), it.value().bytes());
      case Edit.Change.RemoveMember it -> {
        touch(it.name());
        splice.remove(doc.root(), it.name());
        yield true;
      }
      case Edit.Change.RenameMember it -> rename(it.name(), it.newName());
      case Edit.Change.ReplaceText it -> replaceText(it);
      case Edit.Change.PrependSystem it -> prependSystem(it.text());
      case Edit.Change.AppendAssistant it -> appendAssistant(it.text());
      case Edit.Change.RemoveTool it -> removeTool(it.name());
    };
  }

  /** Makes sure that nothing was changed there yet in the document at hand. */
  private void touch(String... places) throws MalformedJson {
    boolean again = false;
    for (String place : places) {
      again |= touched.contains(place);
    }
    if (again) {
      doc = Json.read(splice.toBytes(), JsonLimits.REQUEST.withMaxBytes(1 << 28));
      splice = new Splice(doc);
      touched.clear();
    }
    touched.addAll(Arrays.asList(places));
  }

  private boolean set(String name, byte[] value) throws MalformedJson {
    touch(name);
    splice.set(doc.root(), name, value);
    return true;
  }

  private boolean rename(String name, String newName) throws MalformedJson {
    touch(name, newName);
    if (doc.root().get(newName).exists()) {
      return false;
    }
    splice.rename(doc.root(), name, newName);
    return true;
  }

  private boolean replaceText(Edit.Change.ReplaceText change) throws MalformedJson {
    int turn = change.turn() - prepended;
    boolean inSystem = turn < 0 || (hadSystem && turn == 0);
    touch(inSystem ? "system" : "messages");
    if (change.turn() < 0 || change.part() < 0) {
      return true;
    }
    if (turn < 0) {
      return change.part() > 0 || replace(doc.root().get("system"), change.turn(), change.text());
    }
    if (inSystem) {
      return replace(doc.root().get("system"), change.part() + prepended, change.text());
    }
    JsonNode message = doc.root().get("messages").at(hadSystem ? turn - 1 : turn);
    return replace(message.get("content"), change.part(), change.text());
  }

  private boolean replace(JsonNode content, int part, Text text) {
    if (content.isString()) {
      if (part == 0) {
        splice.replace(content, json(text));
      }
      return true;
    }
    JsonNode block = content.at(part);
    if (block.get("type").textIs("text") && block.get("text").isString()) {
      splice.replace(block.get("text"), json(text));
      splice.remove(block, "citations");
      return true;
    }
    if (block.get("type").textIs("tool_result")) {
      JsonNode answer = block.get("content");
      boolean single =
          answer.isString() || (answer.size() == 1 && answer.at(0).get("type").textIs("text"));
      return !single || replace(answer, 0, text);
    }
    return true; // there is no text to replace
  }

  private boolean prependSystem(Text text) throws MalformedJson {
    touch("system");
    JsonNode system = doc.root().get("system");
    prepended++;
    if (!system.hasValue()) {
      splice.set(doc.root(), "system", json(text));
      return true;
    }
    JsonWriter block = new JsonWriter();
    block(text, block);
    if (system.isString()) {
      JsonWriter both = new JsonWriter().beginArray();
      block(text, both);
      block(system.asText(), both);
      splice.replace(system, both.endArray().toBytes());
      return true;
    }
    if (!system.isArray()) {
      return false;
    }
    String rest = system.toString().substring(1);
    splice.replace(system, ("[" + block + (system.size() > 0 ? "," : "") + rest).getBytes(UTF_8));
    return true;
  }

  private boolean appendAssistant(Text text) throws MalformedJson {
    touch("messages");
    JsonNode messages = doc.root().get("messages");
    JsonWriter message = new JsonWriter().beginObject().field("role", "assistant");
    message.name("content").beginArray();
    block(text, message);
    message.endArray().endObject();
    if (messages.size() == 0) {
      return false;
    }
    JsonNode last = messages.at(messages.size() - 1);
    splice.replace(last, (last + "," + message).getBytes(UTF_8));
    return true;
  }

  private boolean removeTool(String name) throws MalformedJson {
    touch("tools", "tool_choice");
    JsonNode root = doc.root();
    JsonNode tools = root.get("tools");
    StringBuilder kept = new StringBuilder();
    int before = tools.size();
    int after = 0;
    for (JsonNode tool : tools.items()) {
      String type = tool.get("type").textOr("custom");
      String called = type.equals("custom") ? tool.get("name").textOr("") : type;
      if (!called.equals(name)) {
        kept.append(after++ > 0 ? "," : "").append(tool);
      }
    }
    if (after == before) {
      return true;
    }
    if (after == 0) {
      splice.remove(root, "tools").remove(root, "tool_choice");
      return true;
    }
    JsonNode choice = root.get("tool_choice");
    if (choice.get("type").textIs("tool") && choice.get("name").textIs(name)) {
      if (choice.get("disable_parallel_tool_use").exists()) {
        return false; // without a choice, the switch would have no place
      }
      splice.remove(root, "tool_choice");
    }
    splice.replace(tools, ("[" + kept + "]").getBytes(UTF_8));
    return true;
  }

  private static void block(Text text, JsonWriter out) {
    out.beginObject().field("type", "text").field("text", text).endObject();
  }

  private static byte[] json(Text text) {
    return new JsonWriter().value(text).toBytes();
  }
}
