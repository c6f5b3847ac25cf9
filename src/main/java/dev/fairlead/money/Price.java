package dev.fairlead.money;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an endpoint costs from one day on.
 *
 * @param version names this price in every record that was reckoned with it
 * @param from the first instant at which it holds
 */
public record Price(String version, Instant from, Map<Meter, Rate> rates) {
  public static final Price FREE = new Price("free", Instant.EPOCH, Map.of());

  public Price {
    EnumMap<Meter, Rate> copy = new EnumMap<>(Meter.class);
    copy.putAll(rates);
    rates = java.util.Collections.unmodifiableMap(copy);
  }

  public Optional<Rate> rate(Meter meter) {
    return Optional.ofNullable(rates.get(meter));
  }

  /** True when nothing is charged whatever is used. */
  public boolean isFree() {
    return rates.values().stream()
        .allMatch(r -> r.picoUsd() == 0 && r.tiers().stream().allMatch(t -> t.picoUsd() == 0));
  }
}
