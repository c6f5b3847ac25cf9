package dev.fairlead;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** A JSON document as indented JSON and as YAML 1.2, of which JSON's strings are a part. */
final class Plain {
  private static final Pattern WORDS =
      Pattern.compile("[A-Za-z](?:[A-Za-z0-9_./()+$|-]|:(?=[A-Za-z0-9])| (?=[A-Za-z0-9]))*");

  private static final Set<String> MEANT_OTHERWISE =
      Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

  private Plain() {}

  static String json(JsonNode root) {
    StringBuilder out = new StringBuilder();
    json(root, 0, out);
    return out.append('\n').toString();
  }

  private static void json(JsonNode node, int depth, StringBuilder out) {
    if (node.size() == 0) {
      out.append(node.isObject() ? "{}" : node.isArray() ? "[]" : node.toString());
      return;
    }
    boolean object = node.isObject();
    String line = "\n" + "  ".repeat(depth + 1);
    String before = line;
    out.append(object ? '{' : '[');
    for (JsonNode.Member member : node.members()) {
      out.append(before).append(quoted(member.name())).append(": ");
      json(member.value(), depth + 1, out);
      before = "," + line;
    }
    for (JsonNode item : node.items()) {
      out.append(before);
      json(item, depth + 1, out);
      before = "," + line;
    }
    out.append('\n').append("  ".repeat(depth)).append(object ? '}' : ']');
  }

  static String yaml(JsonNode root) {
    StringBuilder out = new StringBuilder();
    if (root.size() == 0) {
      return out.append(scalar(root)).append('\n').toString();
    }
    yaml(root, 0, out);
    return out.toString();
  }

  private static void yaml(JsonNode node, int depth, StringBuilder out) {
    String indent = "  ".repeat(depth);
    for (JsonNode.Member member : node.members()) {
      out.append(indent).append(text(member.name(), quoted(member.name()))).append(':');
      if (member.value().size() == 0) {
        out.append(' ').append(scalar(member.value())).append('\n');
      } else {
        out.append('\n');
        yaml(member.value(), depth + 1, out);
      }
    }
    for (JsonNode item : node.items()) {
      if (item.size() == 0) {
        out.append(indent).append("- ").append(scalar(item)).append('\n');
      } else {
        int from = out.length();
        yaml(item, depth + 1, out);
        out.setCharAt(from + 2 * depth, '-');
      }
    }
  }

  private static String scalar(JsonNode node) {
    return switch (node.kind()) {
      case OBJECT -> "{}";
      case ARRAY -> "[]";
      case STRING -> text(node.text(), node.toString());
      case NUMBER, BOOLEAN, NULL, ABSENT -> node.toString();
    };
  }

  private static String quoted(String name) {
    return new String(new JsonWriter().value(name).toBytes(), UTF_8);
  }

  /** Plain where nobody can take it for anything but this text. */
  private static String text(String text, String quoted) {
    boolean plain =
        WORDS.matcher(text).matches() && !MEANT_OTHERWISE.contains(text.toLowerCase(Locale.ROOT));
    return plain ? text : quoted;
  }
}
