package dev.fairlead.protocol.anthropic;

import dev.fairlead.canon.CacheMark;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.Refused;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reading of members that may be absent or wrong, and keeping of those that nobody knows. */
final class Fields {
  private Fields() {}

  /** The members of an object that are not modelled, verbatim. */
  static Extras rest(JsonNode object, Set<String> modelled) {
    Map<String, Raw> members = new LinkedHashMap<>();
    for (JsonNode.Member member : object.members()) {
      boolean strangeMark =
          member.name().equals("cache_control")
              && member.value().hasValue()
              && mark(member.value()).isEmpty();
      if (!modelled.contains(member.name()) || strangeMark) {
        members.put(member.name(), member.value().raw());
      }
    }
    return new Extras(Dialect.ANTHROPIC, members);
  }

  /** The members of an object that are not modelled, as an object; empty when there are none. */
  static Optional<Raw> restObject(JsonNode object, Set<String> modelled) {
    Extras rest = rest(object, modelled);
    if (rest.isEmpty()) {
      return Optional.empty();
    }
    JsonWriter out = new JsonWriter().beginObject();
    rest.members().forEach(out::field);
    return Optional.of(out.endObject().toRaw());
  }

  /** A cache mark of the known shape; others stay where they are, verbatim. */
  static Optional<CacheMark> mark(JsonNode node) {
    if (!node.get("type").textIs("ephemeral")) {
      return Optional.empty();
    }
    for (JsonNode.Member member : node.members()) {
      if (!member.name().equals("type") && !member.name().equals("ttl")) {
        return Optional.empty();
      }
    }
    JsonNode ttl = node.get("ttl");
    return ttl.hasValue() && !ttl.isString()
        ? Optional.empty()
        : Optional.of(new CacheMark(ttl.textIfAny()));
  }

  static String requiredText(JsonNode object, String name, String path) throws Refused {
    JsonNode node = object.get(name);
    if (!node.isString()) {
      throw wrong(path + "." + name, node, "a string", "set it");
    }
    return node.text();
  }

  static Optional<BigDecimal> number(JsonNode object, String name) throws Refused {
    JsonNode node = object.get(name);
    if (!node.hasValue()) {
      return Optional.empty();
    }
    if (!node.isNumber()) {
      throw wrong(name, node, "a number", "send it without quotes, or leave it out");
    }
    return Optional.of(node.decimal());
  }

  static boolean bool(JsonNode object, String name, String path) throws Refused {
    JsonNode node = object.get(name);
    if (node.hasValue() && !node.isBoolean()) {
      throw wrong(path, node, "true or false", "leave it out for the default");
    }
    return node.boolOr(false);
  }

  /** The value at a path is not what it must be. */
  static Refused wrong(String path, JsonNode node, String wanted, String advice) {
    String found = node.exists() ? "is " + shortened(node.toString()) : "is missing";
    return Refused.invalid(path + " " + found + ", but must be " + wanted + "; " + advice + ".");
  }

  static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
