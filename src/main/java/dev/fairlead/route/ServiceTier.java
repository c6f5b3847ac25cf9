package dev.fairlead.route;

import java.util.Locale;

/** A class of service. Of a request: what it opts in to. Of an endpoint: what it sells. */
public enum ServiceTier {
  STANDARD,
  PRIORITY,
  FLEX;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The request's words; those that name no tier of ours ({@code auto}, …) are no opt-in. */
  static ServiceTier ofRequest(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "priority", "fast" -> PRIORITY;
      case "flex" -> FLEX;
      default -> STANDARD;
    };
  }

  /** An endpoint's tier is the last segment of its tag, where that names one. */
  static ServiceTier ofTag(String tag) {
    if (tag.endsWith("/priority")) {
      return PRIORITY;
    }
    return tag.endsWith("/flex") ? FLEX : STANDARD;
  }
}
