package dev.fairlead.catalog;

import java.util.OptionalDouble;

/** Two inclusive bounds, each of which may be open. */
public record Range(OptionalDouble least, OptionalDouble most) {
  public static final Range ANY = new Range(OptionalDouble.empty(), OptionalDouble.empty());

  public boolean isAny() {
    return least.isEmpty() && most.isEmpty();
  }

  /** A figure that nobody knows is in no range but the one without bounds. */
  public boolean holds(OptionalDouble figure) {
    return isAny()
        || (figure.isPresent()
            && figure.getAsDouble() >= least.orElse(Double.NEGATIVE_INFINITY)
            && figure.getAsDouble() <= most.orElse(Double.POSITIVE_INFINITY));
  }

  public boolean holds(double figure) {
    return holds(OptionalDouble.of(figure));
  }
}
