package dev.fairlead.route;

import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Lists of words, flags and instants in records: what is empty or false is not written. */
final class Words {
  private Words() {}

  static void write(JsonWriter out, String name, Collection<String> words) {
    if (words.isEmpty()) {
      return;
    }
    out.name(name).beginArray();
    words.forEach(out::value);
    out.endArray();
  }

  static List<String> read(JsonNode node) {
    List<String> words = new ArrayList<>();
    node.items().forEach(item -> words.add(item.textOr("")));
    return words;
  }

  static Optional<List<String>> readIfAny(JsonNode node) {
    return node.isArray() ? Optional.of(read(node)) : Optional.empty();
  }

  static void flag(JsonWriter out, String name, boolean on) {
    if (on) {
      out.field(name, true);
    }
  }

  static void instant(JsonWriter out, String name, Optional<Instant> when) {
    if (when.isPresent()) {
      out.field(name, when.get().toString());
    }
  }

  static Optional<Instant> instant(JsonNode node) {
    return node.isString() ? Optional.of(Instant.parse(node.text())) : Optional.empty();
  }
}
