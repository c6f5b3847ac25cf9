package dev.fairlead.protocol.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.net.URLDecoder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a JSON Schema as Gemini takes it. Two forms exist. {@code parametersJsonSchema} and {@code
 * responseJsonSchema} take JSON Schema: there references are put in the place where they point,
 * {@code allOf} is joined and {@code const} becomes an {@code enum} of one; a schema that uses none
 * of these keeps its bytes. {@code parameters} and {@code responseSchema} take a subset of OpenAPI
 * 3.0, into which everything else is translated or dropped with a loss.
 */
final class SchemaForGemini {
  private static final int MOST_SCHEMAS = 20_000;
  private static final List<String> REWRITTEN =
      List.of("\"$ref\"", "\"allOf\"", "\"const\"", "\"$defs\"", "\"definitions\"");
  private static final Set<String> DROPPED =
      Set.of("$ref", "allOf", "$defs", "definitions", "$schema", "$id", "$comment");
  private static final Set<String> SUBSET =
      Set.of(
          "title",
          "description",
          "maxItems",
          "minItems",
          "required",
          "minProperties",
          "maxProperties",
          "minLength",
          "maxLength",
          "pattern",
          "example",
          "propertyOrdering",
          "default",
          "minimum",
          "maximum");
  private static final Set<String> FORMATS =
      Set.of("float", "double", "int32", "int64", "enum", "date-time");

  private final JsonNode root;
  private final String node;
  private final String field;
  private final boolean subset;
  private final Losses losses;
  private final Deque<String> inside = new ArrayDeque<>();
  private int schemas;

  private SchemaForGemini(Raw schema, String node, String field, boolean subset, Losses losses) {
    this.root = schema.node();
    this.node = node;
    this.field = field;
    this.subset = subset;
    this.losses = losses;
  }

  /** As JSON Schema without references. */
  static Raw json(Raw schema, String node, String field, Losses losses) {
    String text = schema.toString();
    if (REWRITTEN.stream().noneMatch(text::contains)) {
      return schema;
    }
    return new SchemaForGemini(schema, node, field, false, losses).write();
  }

  /** As OpenAPI's subset. */
  static Raw subset(Raw schema, String node, String field, Losses losses) {
    return new SchemaForGemini(schema, node, field, true, losses).write();
  }

  /** True for a schema that asks for an object without members, and says nothing else. */
  static boolean isEmpty(Raw schema) {
    JsonNode node = schema.node();
    if (!node.isObject() || node.size() > 0 && !node.get("type").textIs("object")) {
      return false;
    }
    for (JsonNode.Member member : node.members()) {
      boolean says =
          switch (member.name()) {
            case "type", "title", "$schema" -> false;
            case "properties", "required" -> member.value().size() > 0;
            case "additionalProperties" -> member.value().boolOr(true);
            default -> true;
          };
      if (says) {
        return false;
      }
    }
    return true;
  }

  private Raw write() {
    JsonWriter out = new JsonWriter();
    schema(root, out);
    return out.toRaw();
  }

  /** What a schema says with its references and its {@code allOf} put together. */
  private static final class View {
    final Map<String, JsonNode> members = new LinkedHashMap<>();
    final Map<String, JsonNode> properties = new LinkedHashMap<>();
    final Set<String> required = new LinkedHashSet<>();
    final List<String> references = new ArrayList<>();
    boolean recursive;
  }

  private void schema(JsonNode schema, JsonWriter out) {
    if (!schema.isObject()) {
      if (subset) {
        out.beginObject().endObject();
      } else {
        out.value(schema);
      }
      return;
    }
    View view = new View();
    collect(schema, view);
    if (view.recursive || ++schemas > MOST_SCHEMAS) {
      losses.add(
          node,
          field + ".$ref",
          "The schema refers to itself or is too large written out; there it asks for any object.");
      out.beginObject().field("type", subset ? "OBJECT" : "object").endObject();
    } else if (subset) {
      subset(view, out);
    } else {
      json(view, out);
    }
    view.references.forEach(reference -> inside.pop());
  }

  private void collect(JsonNode schema, View view) {
    JsonNode reference = schema.get("$ref");
    if (reference.isString()) {
      String pointer = reference.text();
      if (inside.contains(pointer)) {
        view.recursive = true;
        return;
      }
      JsonNode found = resolve(pointer);
      if (!found.isObject()) {
        losses.add(node, field + ".$ref", "The reference " + pointer + " leads nowhere.");
      } else {
        inside.push(pointer);
        view.references.add(pointer);
        collect(found, view);
      }
    }
    for (JsonNode part : schema.get("allOf").items()) {
      collect(part, view);
    }
    for (JsonNode.Member member : schema.members()) {
      switch (member.name()) {
        case "properties" -> {
          view.members.putIfAbsent("properties", member.value());
          for (JsonNode.Member property : member.value().members()) {
            view.properties.put(property.name(), property.value());
          }
        }
        case "required" -> {
          view.members.putIfAbsent("required", member.value());
          for (JsonNode name : member.value().items()) {
            view.required.add(name.textOr(""));
          }
        }
        default -> {
          if (!DROPPED.contains(member.name())) {
            view.members.put(member.name(), member.value());
          }
        }
      }
    }
  }

  private JsonNode resolve(String pointer) {
    if (!pointer.startsWith("#")) {
      return JsonNode.ABSENT;
    }
    JsonNode at = root;
    for (String step : pointer.substring(1).split("/", -1)) {
      if (!step.isEmpty()) {
        String name = decoded(step).replace("~1", "/").replace("~0", "~");
        at = at.isArray() ? at.at(index(name)) : at.get(name);
      }
    }
    return at;
  }

  private static String decoded(String step) {
    try {
      return step.indexOf('%') < 0 ? step : URLDecoder.decode(step, UTF_8);
    } catch (IllegalArgumentException e) {
      return step; // a stray percent sign stands for itself
    }
  }

  private static int index(String name) {
    return name.matches("\\d{1,6}") ? Integer.parseInt(name) : -1;
  }

  private void json(View view, JsonWriter out) {
    out.beginObject();
    view.members.forEach(
        (name, value) -> {
          switch (name) {
            case "properties" -> {
              out.name(name).beginObject();
              view.properties.forEach((key, property) -> schema(property, out.name(key)));
              out.endObject();
            }
            case "required" -> required(view, out);
            case "const" -> {
              if (!view.members.containsKey("enum")) {
                out.name("enum").beginArray().value(value).endArray();
              }
            }
            case "items", "additionalProperties", "not", "contains", "propertyNames" ->
                schema(value, out.name(name));
            case "anyOf", "oneOf", "prefixItems" -> options(value, out.name(name));
            case "patternProperties", "dependentSchemas" -> {
              out.name(name).beginObject();
              for (JsonNode.Member member : value.members()) {
                schema(member.value(), out.name(member.name()));
              }
              out.endObject();
            }
            default -> out.name(name).value(value);
          }
        });
    out.endObject();
  }

  private void options(JsonNode list, JsonWriter out) {
    out.beginArray();
    for (JsonNode option : list.items()) {
      schema(option, out);
    }
    out.endArray();
  }

  private static void required(View view, JsonWriter out) {
    out.name("required").beginArray();
    view.required.forEach(out::value);
    out.endArray();
  }

  private void subset(View view, JsonWriter out) {
    out.beginObject();
    boolean nullable = view.members.getOrDefault("nullable", JsonNode.ABSENT).boolOr(false);
    List<String> types = types(view.members.get("type"));
    nullable |= types.remove("null");
    JsonNode literal = view.members.get("const");
    JsonNode words = view.members.get("enum");
    boolean enumerated = words != null || literal != null;
    List<JsonNode> options = new ArrayList<>();
    for (String name : List.of("anyOf", "oneOf")) {
      for (JsonNode option : view.members.getOrDefault(name, JsonNode.ABSENT).items()) {
        if (option.get("type").textIs("null")) {
          nullable = true;
        } else {
          options.add(option);
        }
      }
    }
    if (enumerated) {
      enumeration(words, literal, types, out);
    } else if (types.size() == 1) {
      out.field("type", types.getFirst().toUpperCase(Locale.ROOT));
    }
    if (!options.isEmpty() || types.size() > 1 && !enumerated) {
      out.name("anyOf").beginArray();
      options.forEach(option -> schema(option, out));
      if (options.isEmpty()) {
        types.forEach(
            type -> out.beginObject().field("type", type.toUpperCase(Locale.ROOT)).endObject());
      }
      out.endArray();
    }
    subsetMembers(view, out);
    if (nullable) {
      out.field("nullable", true);
    }
    out.endObject();
  }

  private void subsetMembers(View view, JsonWriter out) {
    view.members.forEach(
        (name, value) -> {
          switch (name) {
            case "type", "const", "enum", "anyOf", "oneOf", "nullable" -> {}
            case "properties" -> {
              if (!view.properties.isEmpty()) {
                out.name(name).beginObject();
                view.properties.forEach((key, property) -> schema(property, out.name(key)));
                out.endObject();
              }
            }
            case "items" -> schema(value, out.name(name));
            case "required" -> required(view, out);
            case "format" -> {
              if (FORMATS.contains(value.textOr(""))) {
                out.name(name).value(value);
              } else {
                dropped(name);
              }
            }
            default -> {
              if (SUBSET.contains(name)) {
                out.name(name).value(value);
              } else {
                dropped(name);
              }
            }
          }
        });
  }

  /** Only strings can be listed: other values become strings. */
  private void enumeration(
      @Nullable JsonNode words, @Nullable JsonNode literal, List<String> types, JsonWriter out) {
    List<JsonNode> values = new ArrayList<>();
    if (words != null) {
      words.items().forEach(values::add);
    } else if (literal != null) {
      values.add(literal);
    }
    boolean strings = values.stream().allMatch(JsonNode::isString);
    if (!strings || types.stream().anyMatch(type -> !type.equals("string"))) {
      losses.add(node, field + ".enum", "Gemini lists only strings; the values became strings.");
    }
    out.field("type", "STRING").field("format", "enum").name("enum").beginArray();
    for (JsonNode value : values) {
      if (value.hasValue()) {
        out.value(value.isString() ? value.text() : value.toString());
      }
    }
    out.endArray();
  }

  private static List<String> types(@Nullable JsonNode type) {
    List<String> types = new ArrayList<>();
    if (type != null && type.isString()) {
      types.add(type.text().toLowerCase(Locale.ROOT));
    } else if (type != null) {
      for (JsonNode item : type.items()) {
        types.add(item.textOr("").toLowerCase(Locale.ROOT));
      }
    }
    return types;
  }

  private void dropped(String keyword) {
    losses.add(
        node, field + "." + keyword, "Gemini's schemas have no such keyword; it was left out.");
  }
}
