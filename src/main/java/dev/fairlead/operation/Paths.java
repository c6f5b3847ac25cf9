package dev.fairlead.operation;

import dev.fairlead.protocol.Flavour;

/**
 * What a path means, whichever way it was pasted together: doubled slashes, a missing or doubled
 * {@code /v1}, a slash at the end.
 *
 * @param flavour OpenRouter's below {@code /api}, the vendors' everywhere else
 * @param gemini below {@code /v1beta}
 * @param rest what follows the version, with a leading slash: {@code /chat/completions}
 */
public record Paths(Flavour flavour, boolean gemini, String rest) {

  public static Paths of(String path) {
    String rest = path.contains("//") ? path.replaceAll("/{2,}", "/") : path;
    if (rest.length() > 1 && rest.endsWith("/")) {
      rest = rest.substring(0, rest.length() - 1);
    }
    Flavour flavour = Flavour.VENDOR;
    if (rest.equals("/api") || rest.startsWith("/api/")) {
      flavour = Flavour.OPENROUTER;
      rest = rest.substring("/api".length());
    }
    boolean gemini = false;
    while (true) {
      if (rest.equals("/v1") || rest.startsWith("/v1/")) {
        rest = rest.substring("/v1".length());
      } else if (rest.startsWith("/v1beta/")) {
        rest = rest.substring("/v1beta".length());
        gemini = true;
      } else {
        return new Paths(flavour, gemini, rest);
      }
    }
  }
}
