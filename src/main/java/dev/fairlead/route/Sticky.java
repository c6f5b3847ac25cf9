package dev.fairlead.route;

import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;

/**
 * Where the conversation was answered before.
 *
 * @param endpoint that answered
 * @param named the caller named the session itself; otherwise it is bound only where a cached
 *     prompt is cheaper
 */
public record Sticky(String endpoint, boolean named) {
  void write(JsonWriter out) {
    out.beginObject().field("endpoint", endpoint).field("named", named).endObject();
  }

  static Sticky read(JsonNode node) {
    return new Sticky(node.get("endpoint").textOr(""), node.get("named").boolOr(false));
  }
}
