package dev.fairlead.protocol.anthropic;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Tool names as the API takes them: {@code ^[a-zA-Z0-9_-]{1,128}$}. A name that does not fit is
 * written with underscores, the same one throughout a request, and never as another tool's.
 */
final class ToolNames {
  private static final int LONGEST = 128;

  private final Map<String, String> written = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private final Losses losses;

  ToolNames(Losses losses) {
    this.losses = losses;
  }

  /** Names that fit keep themselves, whatever is renamed later. */
  void reserve(String name) {
    if (clean(name).equals(name)) {
      written.put(name, name);
      taken.add(name);
    }
  }

  String written(String name, String node) {
    String known = written.get(name);
    if (known != null) {
      return known;
    }
    String clean = clean(name);
    String unique = clean;
    for (int n = 2; taken.contains(unique); n++) {
      String suffix = "_" + n;
      unique = clean.substring(0, Math.min(clean.length(), LONGEST - suffix.length())) + suffix;
    }
    if (!unique.equals(name)) {
      losses.add(node, "name", "tool names are 1 to 128 letters, digits, _ and -; sent as " + unique);
    }
    written.put(name, unique);
    taken.add(unique);
    return unique;
  }

  /** The text in the API's charset for names and ids. */
  static String clean(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length() && i < LONGEST; i++) {
      char c = text.charAt(i);
      boolean fits =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
      out.append(fits ? c : '_');
    }
    return out.isEmpty() ? "_" : out.toString();
  }
}
