package dev.fairlead.protocol.gemini;

import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.util.Locale;
import java.util.Set;

/**
 * Reads a schema in Gemini's OpenAPI subset as JSON Schema: types in lower case, {@code nullable}
 * as a null type, counts that came as strings as numbers. A schema that is JSON Schema already
 * keeps its bytes.
 */
final class SchemaFromGemini {
  private static final Set<String> COUNTS =
      Set.of("minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties");

  private boolean changed;

  private SchemaFromGemini() {}

  static Raw read(Raw schema) {
    SchemaFromGemini reader = new SchemaFromGemini();
    JsonWriter out = new JsonWriter(schema.length() + 64);
    reader.schema(schema.node(), out);
    return reader.changed ? out.toRaw() : schema;
  }

  private void schema(JsonNode schema, JsonWriter out) {
    if (!schema.isObject()) {
      out.value(schema);
      return;
    }
    boolean nullable = schema.get("nullable").boolOr(false);
    out.beginObject();
    for (JsonNode.Member member : schema.members()) {
      JsonNode value = member.value();
      String name = Names.camel(member.name());
      changed |= !name.equals(member.name());
      switch (name) {
        case "nullable", "propertyOrdering" -> changed = true;
        case "type" -> type(value, nullable, out.name(name));
        case "properties" -> {
          out.name(name).beginObject();
          for (JsonNode.Member property : value.members()) {
            schema(property.value(), out.name(property.name()));
          }
          out.endObject();
        }
        case "items", "additionalProperties" -> schema(value, out.name(name));
        case "anyOf", "oneOf", "allOf" -> {
          out.name(name).beginArray();
          for (JsonNode option : value.items()) {
            schema(option, out);
          }
          out.endArray();
        }
        default -> {
          if (COUNTS.contains(name) && value.isString() && value.text().matches("\\d{1,18}")) {
            changed = true;
            out.field(name, Long.parseLong(value.text()));
          } else {
            out.name(member.name().startsWith("$") ? member.name() : name).value(value);
          }
        }
      }
    }
    out.endObject();
  }

  private void type(JsonNode value, boolean nullable, JsonWriter out) {
    if (!value.isString()) {
      out.value(value);
      return;
    }
    String lower = value.text().toLowerCase(Locale.ROOT);
    changed |= nullable || !lower.equals(value.text());
    if (nullable) {
      out.beginArray().value(lower).value("null").endArray();
    } else {
      out.value(lower);
    }
  }
}
