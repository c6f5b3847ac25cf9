package dev.fairlead.relay;

import java.util.Locale;
import java.util.Optional;

/** What a stream that breaks after its commit point ends with. */
public enum StreamPolicy {
  /** An error event. */
  ERROR,
  /** Another endpoint goes on from the text so far; an error event when none can. */
  CONTINUE,
  /** Nothing is sent before the answer is whole, so that a break is never seen. */
  BUFFER;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<StreamPolicy> of(String word) {
    for (StreamPolicy policy : values()) {
      if (policy.word().equals(word)) {
        return Optional.of(policy);
      }
    }
    return Optional.empty();
  }
}
