package dev.fairlead.canon;

import dev.fairlead.wire.Raw;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a dialect said on a node and canon has no seat for: member names and their values, verbatim
 * and in order. Written back when the request leaves in the same dialect; otherwise each member is
 * carried by a bridge or accounted for as a {@link Loss}.
 */
public record Extras(Dialect dialect, Map<String, Raw> members) {
  public Extras {
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
  }

  public static Extras none(Dialect dialect) {
    return new Extras(dialect, Map.of());
  }

  public boolean isEmpty() {
    return members.isEmpty();
  }
}
