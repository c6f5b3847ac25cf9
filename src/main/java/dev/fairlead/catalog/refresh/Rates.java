package dev.fairlead.catalog.refresh;

import dev.fairlead.money.Meter;
import dev.fairlead.money.Rate;
import dev.fairlead.wire.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gathers what a list states, meter by meter, into rates. */
final class Rates {
  private final Map<Meter, Long> base = new EnumMap<>(Meter.class);
  private final Map<Meter, List<Rate.Tier>> tiers = new EnumMap<>(Meter.class);

  /** A number or a string of digits; nothing for anything else and for what is negative. */
  static Optional<BigDecimal> number(JsonNode node) {
    try {
      Optional<BigDecimal> value =
          node.isNumber()
              ? Optional.of(node.decimal())
              : node.textIfAny().filter(t -> t.length() < 40).map(BigDecimal::new);
      return value.filter(v -> v.signum() >= 0 && v.compareTo(BigDecimal.valueOf(1_000_000)) < 0);
    } catch (NumberFormatException e) {
      return Optional.empty(); // a word instead of a price says nothing
    }
  }

  void put(Meter meter, JsonNode stated, int digits) {
    number(stated).ifPresent(v -> base.put(meter, pico(v, digits)));
  }

  void tier(long above, Meter meter, JsonNode stated, int digits) {
    number(stated)
        .ifPresent(
            v ->
                tiers
                    .computeIfAbsent(meter, m -> new ArrayList<>())
                    .add(new Rate.Tier(above, pico(v, digits))));
  }

  private static long pico(BigDecimal stated, int digits) {
    return stated.movePointRight(digits).setScale(0, RoundingMode.HALF_UP).longValueExact();
  }

  boolean tiered() {
    return !tiers.isEmpty();
  }

  /** A price needs both directions; a zero beside a priced prompt is a missing figure. */
  Map<Meter, Rate> done() {
    Long prompt = base.get(Meter.INPUT);
    if (prompt == null || !base.containsKey(Meter.OUTPUT)) {
      return Map.of();
    }
    Map<Meter, Rate> rates = new EnumMap<>(Meter.class);
    base.forEach(
        (meter, pico) -> {
          if (pico > 0 || prompt == 0 || meter == Meter.OUTPUT) {
            rates.put(meter, new Rate(pico, tiers.getOrDefault(meter, List.of())));
          }
        });
    return rates;
  }
}
