package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.Refused;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reading members with their rules. A member that is absent or null says nothing; one of the wrong
 * kind is refused with its path. {@code path} is the object's own; empty for the request.
 */
final class Fields {
  private Fields() {}

  static final Extras NONE = Extras.none(Dialect.OPENAI_CHAT);

  static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  static Refused wrong(String path, String wanted, JsonNode found) {
    String shown = found.toString();
    return Refused.invalid(
        path
            + ": must be "
            + wanted
            + (found.exists()
                ? ", but is " + (shown.length() > 60 ? shown.substring(0, 60) + "…" : shown)
                : ", but is missing"));
  }

  static Optional<String> string(JsonNode object, String path, String name) throws Refused {
    JsonNode node = object.get(name);
    if (!node.hasValue()) {
      return Optional.empty();
    }
    if (!node.isString()) {
      throw wrong(join(path, name), "a string", node);
    }
    return Optional.of(node.text());
  }

  static Text requiredText(JsonNode object, String path, String name) throws Refused {
    JsonNode node = object.get(name);
    if (!node.isString()) {
      throw wrong(join(path, name), "a string", node);
    }
    return node.asText();
  }

  static Optional<Boolean> bool(JsonNode object, String path, String name) throws Refused {
    JsonNode node = object.get(name);
    if (!node.hasValue()) {
      return Optional.empty();
    }
    if (!node.isBoolean()) {
      throw wrong(join(path, name), "true or false", node);
    }
    return Optional.of(node.boolOr(false));
  }

  static Optional<BigDecimal> number(JsonNode object, String name, double low, double high)
      throws Refused {
    JsonNode node = object.get(name);
    if (!node.hasValue()) {
      return Optional.empty();
    }
    double value = node.doubleOr(Double.NaN);
    if (!(value >= low && value <= high)) {
      String wanted =
          high == Double.MAX_VALUE
              ? "a number of at least " + plain(low)
              : "a number from " + plain(low) + " to " + plain(high);
      throw wrong(name, wanted, node);
    }
    return Optional.of(node.decimal());
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  static OptionalLong whole(JsonNode object, String path, String name, long low, long high)
      throws Refused {
    JsonNode node = object.get(name);
    if (!node.hasValue()) {
      return OptionalLong.empty();
    }
    long value = node.longOr(Long.MIN_VALUE);
    if (value == Long.MIN_VALUE || value < low || value > high) {
      String wanted =
          low == Long.MIN_VALUE
              ? "a whole number"
              : high == Long.MAX_VALUE
                  ? "a whole number of at least " + low
                  : "a whole number from " + low + " to " + high;
      throw wrong(join(path, name), wanted, node);
    }
    return OptionalLong.of(value);
  }

  static OptionalInt small(JsonNode object, String name, int low, int high) throws Refused {
    OptionalLong value = whole(object, "", name, low, high);
    return value.isPresent() ? OptionalInt.of((int) value.getAsLong()) : OptionalInt.empty();
  }

  /** An object member; absent when it says nothing. */
  static JsonNode object(JsonNode object, String path, String name) throws Refused {
    return ofKind(object, path, name, "an object");
  }

  static JsonNode array(JsonNode object, String path, String name) throws Refused {
    return ofKind(object, path, name, "an array");
  }

  private static JsonNode ofKind(JsonNode object, String path, String name, String wanted)
      throws Refused {
    JsonNode node = object.get(name);
    if (!node.hasValue()) {
      return JsonNode.ABSENT;
    }
    if (wanted.endsWith("array") ? !node.isArray() : !node.isObject()) {
      throw wrong(join(path, name), wanted, node);
    }
    return node;
  }

  static List<String> strings(JsonNode array, String path) throws Refused {
    List<String> out = new ArrayList<>();
    for (JsonNode item : array.items()) {
      if (!item.isString()) {
        throw wrong(path + "[" + out.size() + "]", "a string", item);
      }
      out.add(item.text());
    }
    return out;
  }

  /** The members that nobody read, verbatim; null says nothing and is left out. */
  static Map<String, Raw> unread(JsonNode object, Set<String> read) {
    Map<String, Raw> out = new LinkedHashMap<>();
    for (JsonNode.Member member : object.members()) {
      if (!read.contains(member.name()) && member.value().hasValue()) {
        out.put(member.name(), member.value().raw());
      }
    }
    return out;
  }

  static Extras extras(JsonNode object, Set<String> read) {
    Map<String, Raw> members = unread(object, read);
    return members.isEmpty() ? NONE : new Extras(Dialect.OPENAI_CHAT, members);
  }

  /** Members as one object, to hang under the name of the member that they stood in. */
  static Raw asObject(Map<String, Raw> members) {
    JsonWriter out = new JsonWriter().beginObject();
    members.forEach(out::field);
    return out.endObject().toRaw();
  }
}
