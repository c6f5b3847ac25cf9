package dev.fairlead.recorded;

import dev.fairlead.protocol.Exchanges.Exchange;
import java.util.List;
import java.util.Optional;

/** Differences that are right, each with its reason. */
final class Explained {
  private Explained() {}

  static Optional<String> why(Exchange exchange, String direction, List<String> differences) {
    return Optional.empty();
  }
}
