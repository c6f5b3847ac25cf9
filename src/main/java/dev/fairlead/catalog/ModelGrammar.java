package dev.fairlead.catalog;

import java.util.Optional;

/**
 * Names that say themselves what they mean, too many for a list: the simulator's, with their
 * options. A pure function, cheap enough for an event loop.
 */
@FunctionalInterface
public interface ModelGrammar {
  /** No name means anything but what stands in the list. */
  ModelGrammar NONE = name -> Optional.empty();

  /** A model and the one endpoint that serves it. */
  record Made(Model model, Endpoint endpoint) {}

  /** What a name means that stands in no list; empty when it means nothing. */
  Optional<Made> read(String name);
}
