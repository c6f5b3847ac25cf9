package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.Loss;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects what could not be said while a request is written. */
final class Losses {
  private final List<Loss> all = new ArrayList<>();

  void add(String node, String field, String reason) {
    all.add(new Loss(node, field, reason));
  }

  List<Loss> all() {
    return all;
  }

  /**
   * Writes what our own dialect said here beyond canon; what another dialect said is lost.
   *
   * @param elsewhere names whose values are written at another place
   */
  void extras(JsonWriter out, String node, Extras extras, Set<String> elsewhere) {
    extras
        .members()
        .forEach(
            (name, value) -> {
              if (extras.dialect() != Dialect.OPENAI_CHAT) {
                add(node, name, "only the " + extras.dialect().id() + " dialect can say it");
              } else if (!elsewhere.contains(name)) {
                out.field(name, value);
              }
            });
  }

  /** The members of the object that our own dialect's extras keep under this name. */
  static void inner(JsonWriter out, Extras extras, String name) {
    Raw left = extras.members().get(name);
    if (extras.dialect() == Dialect.OPENAI_CHAT && left != null) {
      left.node().members().forEach(it -> out.name(it.name()).value(it.value()));
    }
  }

  static Map<String, Raw> own(Extras extras) {
    return extras.dialect() == Dialect.OPENAI_CHAT ? extras.members() : Map.of();
  }
}
