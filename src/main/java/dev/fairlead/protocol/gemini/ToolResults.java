package dev.fairlead.protocol.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.Part;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.MalformedJson;
import dev.fairlead.wire.Text;
import java.util.List;
import java.util.Optional;

/**
 * Tool results, which here are always JSON objects. A text that is a JSON object stands as it is;
 * any other text stands under {@code result}, a failure under {@code error}. Reading takes the same
 * wrapping off again, and only where writing would put it on.
 */
final class ToolResults {
  private ToolResults() {}

  /** Reads a response into content; true when it tells of a failure. */
  static boolean read(JsonNode response, List<Part> content) {
    if (!response.hasValue()) {
      return false;
    }
    if (response.size() == 1) {
      JsonNode error = response.get("error");
      if (error.exists() && unwrappable(error, true)) {
        content.add(PartReader.text(unwrapped(error)));
        return true;
      }
      JsonNode result = response.get("result");
      if (result.exists() && unwrappable(result, false)) {
        content.add(PartReader.text(unwrapped(result)));
        return false;
      }
    }
    if (!response.isObject() || response.size() > 0) {
      content.add(PartReader.text(Text.of(response.toString())));
    }
    return false;
  }

  private static boolean unwrappable(JsonNode value, boolean objects) {
    return value.isString()
        ? structure(value.text()).isEmpty()
        : value.isArray() || objects && value.isObject();
  }

  private static Text unwrapped(JsonNode value) {
    return value.isString() ? value.asText() : Text.of(value.toString());
  }

  static void write(String text, boolean failed, JsonWriter out) {
    Optional<JsonNode> json = structure(text);
    if (!failed && json.isPresent() && json.get().isObject()) {
      out.value(json.get());
      return;
    }
    if (!failed && text.isEmpty()) {
      out.beginObject().endObject();
      return;
    }
    out.beginObject().name(failed ? "error" : "result");
    json.ifPresentOrElse(out::value, () -> out.value(text));
    out.endObject();
  }

  /** The text as a JSON object or array, when it is one. */
  static Optional<JsonNode> structure(String text) {
    String trimmed = text.strip();
    if (!trimmed.startsWith("{") && !trimmed.startsWith("[")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.read(trimmed.getBytes(UTF_8), JsonLimits.RESPONSE).root());
    } catch (MalformedJson e) {
      return Optional.empty(); // not JSON after all: then it is a text like any other
    }
  }
}
