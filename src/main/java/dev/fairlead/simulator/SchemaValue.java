package dev.fairlead.simulator;

import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Writes a value that a JSON Schema allows: every property, the first of alternatives, the smallest
 * of ranges. Knows types, enum, const, ranges, lengths, common formats, anyOf, oneOf, allOf of
 * objects, and references within the schema; patterns and negations are not looked at.
 */
final class SchemaValue {
  private static final int MAX_DEPTH = 12;

  private final JsonNode root;
  private final String text;
  private final JsonWriter out = new JsonWriter();

  private SchemaValue(JsonNode root, String text) {
    this.root = root;
    this.text = text;
  }

  /**
   * @param text what strings say where the schema lets them say anything
   */
  static String of(JsonNode schema, String text) {
    SchemaValue value = new SchemaValue(schema, text);
    value.write(schema, 0);
    return value.out.toString();
  }

  private void write(JsonNode written, int depth) {
    JsonNode schema = resolved(written);
    if (schema.get("const").exists()) {
      out.value(schema.get("const"));
    } else if (schema.get("enum").at(0).exists()) {
      out.value(schema.get("enum").at(0));
    } else if (schema.get("anyOf").at(0).exists()) {
      write(chosen(schema.get("anyOf")), depth + 1);
    } else if (schema.get("oneOf").at(0).exists()) {
      write(chosen(schema.get("oneOf")), depth + 1);
    } else {
      typed(schema, depth);
    }
  }

  private void typed(JsonNode schema, int depth) {
    switch (type(schema)) {
      case "object" -> object(schema, depth);
      case "array" -> array(schema, depth);
      case "string" -> out.value(string(schema));
      case "integer" -> out.value((long) Math.ceil(number(schema)));
      case "number" -> out.value(number(schema));
      case "boolean" -> out.value(true);
      default -> out.nullValue();
    }
  }

  private static String type(JsonNode schema) {
    JsonNode type = schema.get("type");
    for (JsonNode one : type.items()) {
      if (!one.textIs("null")) {
        return one.textOr("null").toLowerCase(Locale.ROOT);
      }
    }
    if (type.isString()) {
      return type.text().toLowerCase(Locale.ROOT); // Gemini writes its types in capitals
    }
    if (type.isArray()) {
      return "null";
    }
    boolean object = schema.get("properties").exists() || schema.get("allOf").exists();
    return schema.get("items").exists()
        ? "array"
        : object || depthless(schema) ? "object" : "string";
  }

  private static boolean depthless(JsonNode schema) {
    return schema.size() == 0;
  }

  /** The first alternative that is not null. */
  private JsonNode chosen(JsonNode alternatives) {
    for (JsonNode one : alternatives.items()) {
      if (!resolved(one).get("type").textIs("null")) {
        return one;
      }
    }
    return alternatives.at(0);
  }

  private void object(JsonNode schema, int depth) {
    out.beginObject();
    members(schema, depth, new HashSet<>());
    out.endObject();
  }

  private void members(JsonNode schema, int depth, Set<String> written) {
    for (JsonNode.Member member : schema.get("properties").members()) {
      boolean wanted = depth < MAX_DEPTH || isRequired(schema, member.name());
      if (wanted && depth < 2 * MAX_DEPTH && written.add(member.name())) {
        out.name(member.name());
        write(member.value(), depth + 1);
      }
    }
    for (JsonNode part : schema.get("allOf").items()) {
      members(resolved(part), depth + 1, written);
    }
  }

  private static boolean isRequired(JsonNode schema, String name) {
    for (JsonNode required : schema.get("required").items()) {
      if (required.textIs(name)) {
        return true;
      }
    }
    return false;
  }

  private void array(JsonNode schema, int depth) {
    out.beginArray();
    long fixed = 0;
    for (JsonNode item : schema.get("prefixItems").items()) {
      write(item, depth + 1);
      fixed++;
    }
    long most = schema.get("maxItems").longOr(Long.MAX_VALUE);
    long least = schema.get("minItems").longOr(depth < MAX_DEPTH ? 1 : 0);
    boolean open = fixed == 0 || least > fixed;
    long count = open ? Math.min(Math.max(least, 0), Math.min(most, 100)) : fixed;
    for (long i = fixed; i < count; i++) {
      write(schema.get("items"), depth + 1);
    }
    out.endArray();
  }

  private String string(JsonNode schema) {
    String value =
        switch (schema.get("format").textOr("")) {
          case "date" -> "2026-01-31";
          case "date-time" -> "2026-01-31T12:00:00Z";
          case "time" -> "12:00:00Z";
          case "duration" -> "PT1M";
          case "email" -> "somebody@example.com";
          case "hostname" -> "example.com";
          case "ipv4" -> "192.0.2.1";
          case "ipv6" -> "2001:db8::1";
          case "uri", "uri-reference" -> "https://example.com/";
          case "uuid" -> "00000000-0000-4000-8000-000000000001";
          default -> fitted(schema);
        };
    return value;
  }

  private String fitted(JsonNode schema) {
    long most = schema.get("maxLength").longOr(10_000);
    long least = Math.min(schema.get("minLength").longOr(0), 10_000);
    String value = text + "x".repeat((int) Math.max(0, least - text.length()));
    int[] characters = value.codePoints().limit(Math.max(0, most)).toArray();
    return new String(characters, 0, characters.length);
  }

  private static double number(JsonNode schema) {
    double step = schema.get("multipleOf").doubleOr(0);
    double least = schema.get("minimum").doubleOr(Double.NEGATIVE_INFINITY);
    least = Math.max(least, above(schema, step));
    double most = schema.get("maximum").doubleOr(Double.POSITIVE_INFINITY);
    most = Math.min(most, below(schema, step));
    double value = Math.min(Math.max(1, least), most);
    return step > 0 ? Math.ceil(value / step) * step : value;
  }

  private static double above(JsonNode schema, double step) {
    double bound = schema.get("exclusiveMinimum").doubleOr(Double.NEGATIVE_INFINITY);
    return bound + unit(schema, step);
  }

  private static double below(JsonNode schema, double step) {
    double bound = schema.get("exclusiveMaximum").doubleOr(Double.POSITIVE_INFINITY);
    return bound - unit(schema, step);
  }

  private static double unit(JsonNode schema, double step) {
    return step > 0 ? step : schema.get("type").textIs("integer") ? 1 : 0.0625;
  }

  /** Follows references within the document, as far as is sane. */
  private JsonNode resolved(JsonNode schema) {
    JsonNode at = schema;
    for (int hops = 0; hops < 8 && at.get("$ref").isString(); hops++) {
      JsonNode target = root;
      for (String step : at.get("$ref").text().replaceFirst("^#/?", "").split("/")) {
        target = step.isEmpty() ? target : target.get(step.replace("~1", "/").replace("~0", "~"));
      }
      at = target;
    }
    return at;
  }
}
