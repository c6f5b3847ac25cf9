package dev.fairlead.catalog;

import dev.fairlead.config.ConfigNode;
import dev.fairlead.config.Section;
import dev.fairlead.money.Meter;
import dev.fairlead.money.Price;
import dev.fairlead.money.Rate;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Reads {@code price:}, which is one mapping, or a list of mappings each with its {@code from:}, or
 * the word {@code free}.
 */
final class PriceReader {
  private static final BigDecimal MOST = BigDecimal.valueOf(100_000);

  private PriceReader() {}

  /**
   * @param id of the endpoint, for the names of its prices
   */
  static Optional<List<Price>> read(Section owner, String id) {
    Optional<ConfigNode> node = owner.value("price");
    if (node.isEmpty()) {
      return Optional.empty();
    }
    List<Price> prices = new ArrayList<>();
    switch (node.get().kind()) {
      case SCALAR -> {
        if (!node.get().text().equals("free")) {
          owner.problem("price", "is no price", "write { prompt: …, completion: … } or free");
        }
        prices.add(Price.FREE);
      }
      case SEQUENCE ->
          Section.list(node.get(), owner.path() + ".price", owner.problems())
              .forEach(s -> prices.add(one(s, id)));
      case MAPPING, NOTHING -> owner.section("price").ifPresent(s -> prices.add(one(s, id)));
    }
    prices.sort(Comparator.comparing(Price::from));
    for (int i = 1; i < prices.size(); i++) {
      if (prices.get(i).from().equals(prices.get(i - 1).from())) {
        owner.problem("price", "has two prices from the same day", "give each its own `from:`");
      }
    }
    return prices.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(prices));
  }

  private static Price one(Section s, String id) {
    Instant from = from(s);
    Map<Meter, Long> base = rates(s);
    Map<Meter, List<Rate.Tier>> tiers = new EnumMap<>(Meter.class);
    long last = 0;
    for (Section above : s.sections("above")) {
      long tokens = above.whole("tokens", 0, 1, 1_000_000_000L);
      if (tokens <= last) {
        above.problem("tokens", "must grow from tier to tier", "put the smallest first");
      }
      last = tokens;
      rates(above)
          .forEach(
              (meter, pico) -> {
                if (!base.containsKey(meter)) {
                  above.problem(PriceWords.word(meter), "has no price below the tier", "add one");
                }
                tiers
                    .computeIfAbsent(meter, m -> new ArrayList<>())
                    .add(new Rate.Tier(tokens, pico));
              });
      above.end();
    }
    if (!base.containsKey(Meter.INPUT) || !base.containsKey(Meter.OUTPUT)) {
      s.problem("prompt", "and `completion` must both be stated", "write 0 for what is free");
    }
    s.end();
    Map<Meter, Rate> rates = new EnumMap<>(Meter.class);
    base.forEach((m, pico) -> rates.put(m, new Rate(pico, tiers.getOrDefault(m, List.of()))));
    return price(id, from, rates);
  }

  /** A price with a name that changes whenever the price does. */
  static Price price(String id, Instant from, Map<Meter, Rate> rates) {
    CRC32 sum = new CRC32();
    sum.update((id + from + new EnumMap<>(rates)).getBytes(StandardCharsets.UTF_8));
    return new Price(id + "@" + Long.toHexString(sum.getValue()), from, rates);
  }

  private static Map<Meter, Long> rates(Section s) {
    Map<Meter, Long> found = new EnumMap<>(Meter.class);
    PriceWords.meters()
        .forEach(
            (word, meter) ->
                s.amount(word)
                    .ifPresent(
                        stated -> {
                          if (stated.compareTo(MOST) > 0) {
                            s.problem(
                                word,
                                "is more than " + MOST + " USD",
                                "prices are USD per million tokens");
                          } else {
                            found.put(meter, PriceWords.pico(meter, stated));
                          }
                        }));
    return found;
  }

  private static Instant from(Section s) {
    Optional<String> text = s.text("from");
    if (text.isEmpty()) {
      return Instant.EPOCH;
    }
    try {
      return text.get().contains("T")
          ? Instant.parse(text.get())
          : LocalDate.parse(text.get()).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeParseException e) {
      s.problem("from", "is no date", "write 2026-01-31 or 2026-01-31T12:00:00Z");
      return Instant.EPOCH;
    }
  }
}
