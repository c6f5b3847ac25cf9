package dev.fairlead.catalog;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** In which of the two data regions that OpenRouter knows an endpoint computes. */
public final class Regions {
  private static final Set<String> EU =
      Set.of(
          "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
          "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK");

  private Regions() {}

  /** {@code eu} or {@code us}, when its region says so or all of its provider's datacenters do. */
  public static Optional<String> of(Endpoint endpoint) {
    Optional<String> named = endpoint.region().map(r -> r.toLowerCase(Locale.ROOT));
    if (named.isPresent()) {
      return Optional.of(named.get().startsWith("eu") ? "eu" : "us")
          .filter(r -> named.get().startsWith(r));
    }
    List<String> places = endpoint.provider().datacenters();
    if (places.isEmpty()) {
      return Optional.empty();
    }
    if (places.stream().allMatch("US"::equals)) {
      return Optional.of("us");
    }
    return places.stream().allMatch(EU::contains) ? Optional.of("eu") : Optional.empty();
  }
}
