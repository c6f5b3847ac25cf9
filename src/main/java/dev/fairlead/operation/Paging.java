package dev.fairlead.operation;

import dev.fairlead.canon.Refused;
import java.util.Optional;

/** Numbers in the query that say which part of a list is wanted. */
public final class Paging {
  private Paging() {}

  public static Optional<Integer> number(Ask ask, String name, int least, int most) throws Refused {
    Optional<String> value = ask.parameter(name).map(String::strip).filter(v -> !v.isEmpty());
    if (value.isEmpty()) {
      return Optional.empty();
    }
    try {
      int number = Integer.parseInt(value.get());
      if (number >= least && number <= most) {
        return Optional.of(number);
      }
    } catch (NumberFormatException e) {
      // told below, together with numbers that are out of bounds
    }
    throw Refused.invalid(name + ": must be a whole number from " + least + " to " + most + ".");
  }
}
