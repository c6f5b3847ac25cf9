package dev.fairlead.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What holds for every request that does not say otherwise, in the words of the {@code provider}
 * object of a request.
 *
 * @param sort endpoints strictly by this; balanced by price when empty
 * @param only no others than these; anyone when empty
 */
public record RoutingConfig(
    Optional<Sort> sort, List<String> only, List<String> ignore, List<String> quantizations) {

  /** What endpoints are sorted by. */
  public enum Sort {
    PRICE,
    THROUGHPUT,
    LATENCY
  }

  public static final RoutingConfig DEFAULT =
      new RoutingConfig(Optional.empty(), List.of(), List.of(), List.of());

  public RoutingConfig {
    only = List.copyOf(only);
    ignore = List.copyOf(ignore);
    quantizations = List.copyOf(quantizations);
  }

  static RoutingConfig read(Section s) {
    RoutingConfig read =
        new RoutingConfig(
            s.word(
                "sort",
                Map.of(
                    "price", Sort.PRICE, "throughput", Sort.THROUGHPUT, "latency", Sort.LATENCY)),
            s.texts("only").orElse(List.of()),
            s.texts("ignore").orElse(List.of()),
            s.texts("quantizations").orElse(List.of()));
    s.end();
    return read;
  }
}
