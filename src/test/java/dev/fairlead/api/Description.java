package dev.fairlead.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The shipped description of the API, and whether an answer is as described. */
final class Description {
  final JsonNode document;

  Description() {
    try (InputStream in = Description.class.getResourceAsStream("/openapi.json")) {
      document = new ObjectMapper().readTree(in);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Required members are there, and all that are described have one of their types. */
  void describes(String schema, JsonNode value) {
    check(document.at("/components/schemas/" + schema), value, schema);
  }

  /** The schema of what an operation answers when all is well. */
  JsonNode answer(String path, String method) {
    return document
        .get("paths")
        .get(path)
        .get(method)
        .at("/responses/200/content/application~1json/schema");
  }

  void check(JsonNode schema, JsonNode value, String where) {
    if (schema.has("$ref")) {
      check(document.at(schema.get("$ref").asString().substring(1)), value, where);
      return;
    }
    if (schema.has("oneOf")) {
      return; // which one it is, its own tests say
    }
    types(schema, value, where);
    if (value.isNull()) {
      return;
    }
    for (JsonNode name : schema.path("required")) {
      assertThat(value.has(name.asString())).as(where + "." + name.asString()).isTrue();
    }
    if (schema.has("enum")) {
      assertThat(schema.get("enum")).as(where).contains(value);
    }
    for (Map.Entry<String, JsonNode> member : schema.path("properties").properties()) {
      if (value.has(member.getKey())) {
        check(member.getValue(), value.get(member.getKey()), where + "." + member.getKey());
      }
    }
    if (value.isArray() && schema.has("items")) {
      value.forEach(item -> check(schema.get("items"), item, where + "[]"));
    }
  }

  private static void types(JsonNode schema, JsonNode value, String where) {
    if (!schema.has("type")) {
      return;
    }
    List<String> types = new ArrayList<>();
    if (schema.get("type").isArray()) {
      schema.get("type").forEach(type -> types.add(type.asString()));
    } else {
      types.add(schema.get("type").asString());
    }
    assertThat(types).as(where + " = " + value).anyMatch(type -> is(type, value));
  }

  private static boolean is(String type, JsonNode value) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isString();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      default -> throw new AssertionError("no such type: " + type);
    };
  }
}
