package dev.fairlead.protocol.gemini;

import dev.fairlead.canon.CacheMark;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What one request loses on its way into this dialect. */
final class Losses {
  /** Members of other dialects' requests that speak to a gateway and not to the model. */
  private static final Set<String> TO_THE_GATEWAY =
      Set.of(
          "provider",
          "models",
          "route",
          "plugins",
          "transforms",
          "usage",
          "preset",
          "trace",
          "session_id",
          "debug",
          "stream_options");

  private final List<Loss> losses = new ArrayList<>();

  void add(String node, String field, String reason) {
    losses.add(new Loss(node, field, reason));
  }

  /** Extras of another dialect have no place here. */
  void extras(String node, Extras extras) {
    if (extras.dialect() != Dialect.GEMINI) {
      for (String name : extras.members().keySet()) {
        if (!node.isEmpty() || !TO_THE_GATEWAY.contains(name)) {
          add(node, name, "Gemini has no such field; it was left out.");
        }
      }
    }
  }

  void cache(String node, Optional<CacheMark> mark) {
    if (mark.isPresent()) {
      add(node, "cache_control", "Gemini caches by itself and takes no marks; it was left out.");
    }
  }

  List<Loss> all() {
    return losses;
  }
}
