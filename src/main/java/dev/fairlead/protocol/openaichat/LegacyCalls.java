package dev.fairlead.protocol.openaichat;

import java.util.HashMap;
import java.util.Map;

/**
 * Gives ids to the calls of the legacy function dialect, which has none: a result belongs to the
 * last call of the same function before it.
 */
final class LegacyCalls {
  private final Map<String, String> last = new HashMap<>();
  private int count;

  String called(String name) {
    String id = "call_legacy_" + count++;
    last.put(name, id);
    return id;
  }

  String answered(String name) {
    return last.getOrDefault(name, "call_legacy_" + name);
  }
}
