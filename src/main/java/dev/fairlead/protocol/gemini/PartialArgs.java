package dev.fairlead.protocol.gemini;

import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts together the arguments of a call that Vertex AI streams in pieces: each piece has a JSON
 * path and a value; pieces of one text follow one another.
 */
final class PartialArgs {
  private static final Pattern STEP = Pattern.compile("\\.([^.\\[]+)|\\[(\\d{1,4})]|\\['([^']*)']");
  private static final int MOST_STEPS = 64;

  private final Map<Object, Object> root = new LinkedHashMap<>();

  void read(JsonNode pieces) {
    for (JsonNode piece : pieces.items()) {
      Object value = value(piece);
      if (value != null) {
        put(steps(Names.get(piece, "jsonPath").textOr("")), value);
      }
    }
  }

  /** Whole arguments that came with the last piece: they say it all. */
  void replace(JsonNode args) {
    if (args.size() > 0) {
      root.clear();
      for (JsonNode.Member member : args.members()) {
        root.put(member.name(), member.value().raw());
      }
    }
  }

  private static @Nullable Object value(JsonNode piece) {
    JsonNode text = Names.get(piece, "stringValue");
    if (text.isString()) {
      return new StringBuilder(text.text());
    }
    for (String name : List.of("numberValue", "boolValue", "nullValue")) {
      JsonNode value = Names.get(piece, name);
      if (value.exists()) {
        return name.equals("nullValue") ? Raw.of("null") : value.raw();
      }
    }
    return null;
  }

  private static List<Object> steps(String path) {
    List<Object> steps = new ArrayList<>();
    Matcher matcher = STEP.matcher(path);
    while (matcher.find() && steps.size() < MOST_STEPS) {
      if (matcher.group(2) != null) {
        steps.add(Integer.valueOf(matcher.group(2)));
      } else {
        steps.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(3));
      }
    }
    return steps;
  }

  @SuppressWarnings("unchecked")
  private void put(List<Object> steps, Object value) {
    Map<Object, Object> at = root;
    for (int i = 0; i < steps.size(); i++) {
      Object step = steps.get(i);
      if (i == steps.size() - 1) {
        if (at.get(step) instanceof StringBuilder begun && value instanceof StringBuilder more) {
          begun.append(more);
        } else {
          at.put(step, value);
        }
        return;
      }
      Object next = at.get(step);
      if (!(next instanceof Map)) {
        next = new LinkedHashMap<Object, Object>();
        at.put(step, next);
      }
      at = (Map<Object, Object>) next;
    }
  }

  String json() {
    JsonWriter out = new JsonWriter();
    write(root, true, out);
    return out.toString();
  }

  /** A map whose keys are all numbers is a list. */
  private static void write(Object value, boolean top, JsonWriter out) {
    switch (value) {
      case Map<?, ?> map -> {
        boolean list = !top && map.keySet().stream().allMatch(Integer.class::isInstance);
        if (list) {
          out.beginArray();
          map.values().forEach(item -> write(item, false, out));
          out.endArray();
        } else {
          out.beginObject();
          map.forEach((name, item) -> write(item, false, out.name(name.toString())));
          out.endObject();
        }
      }
      case Raw raw -> out.value(raw);
      default -> out.value(value.toString());
    }
  }
}
