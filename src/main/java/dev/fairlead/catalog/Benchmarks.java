package dev.fairlead.catalog;

import java.util.OptionalDouble;

/** Public scores of a model, as OpenRouter lists them; empty where nobody measured. */
public record Benchmarks(
    OptionalDouble intelligence,
    OptionalDouble coding,
    OptionalDouble agentic,
    OptionalDouble designArenaElo) {
  public static final Benchmarks NONE =
      new Benchmarks(
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty());
}
