package dev.fairlead.protocol.gemini;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Member names. The API is protobuf's JSON: it writes lowerCamelCase and reads snake_case too, and
 * it reads one object where a list of them is meant. So do we.
 */
final class Names {
  private Names() {}

  /** The member of that camelCase name, under either spelling. */
  static JsonNode get(JsonNode object, String camel) {
    JsonNode found = object.get(camel);
    if (found.exists() || !object.isObject()) {
      return found;
    }
    String snake = snake(camel);
    return snake.equals(camel) ? found : object.get(snake);
  }

  /** The spelling under which the object has the member; the camelCase one when it has none. */
  static String spelling(JsonNode object, String camel) {
    String snake = snake(camel);
    return !object.get(camel).exists() && object.get(snake).exists() ? snake : camel;
  }

  static String snake(String camel) {
    StringBuilder out = new StringBuilder(camel.length() + 4);
    for (int i = 0; i < camel.length(); i++) {
      char c = camel.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        out.append('_').append((char) (c + 32));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  static String camel(String name) {
    if (name.indexOf('_') < 1) {
      return name;
    }
    StringBuilder out = new StringBuilder(name.length());
    boolean up = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '_') {
        up = true;
      } else {
        out.append(up ? Character.toUpperCase(c) : c);
        up = false;
      }
    }
    return out.toString();
  }

  /** The elements of a list; the value itself where one object stands for a list of one. */
  static Iterable<JsonNode> list(JsonNode node) {
    return node.isObject() ? List.of(node) : node.items();
  }

  /** The members that have a value and whose camelCase name is not among these, as they came. */
  static Map<String, Raw> rest(JsonNode object, Set<String> known) {
    Map<String, Raw> rest = new LinkedHashMap<>();
    for (JsonNode.Member member : object.members()) {
      if (!known.contains(camel(member.name())) && member.value().hasValue()) {
        rest.put(member.name(), member.value().raw());
      }
    }
    return rest;
  }

  static Extras extras(Map<String, Raw> members) {
    return new Extras(Dialect.GEMINI, members);
  }

  static Extras extras(JsonNode object, Set<String> known) {
    return extras(rest(object, known));
  }

  /** The members of these extras when they are of this dialect; otherwise none. */
  static Map<String, Raw> own(Extras extras) {
    return extras.dialect() == Dialect.GEMINI ? extras.members() : Map.of();
  }

  static Raw object(Map<String, Raw> members) {
    JsonWriter out = new JsonWriter().beginObject();
    members.forEach(out::field);
    return out.endObject().toRaw();
  }
}
