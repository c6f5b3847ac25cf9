package dev.fairlead.canon;

import java.util.List;
import java.util.Optional;

/** One message of a conversation: who speaks, and the parts in order. */
public record Turn(Role role, List<Part> parts, Optional<String> name, Extras extras) {
  public Turn {
    parts = List.copyOf(parts);
  }

  public Turn withParts(List<Part> newParts) {
    return new Turn(role, newParts, name, extras);
  }
}
