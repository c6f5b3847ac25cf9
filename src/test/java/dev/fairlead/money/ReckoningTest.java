package dev.fairlead.money;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.Usage;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ReckoningTest {
  private static final Set<Meter> PROMPT =
      EnumSet.of(
          Meter.INPUT,
          Meter.CACHE_READ,
          Meter.CACHE_READ_AUDIO,
          Meter.CACHE_WRITE,
          Meter.CACHE_WRITE_LONG,
          Meter.INPUT_AUDIO,
          Meter.INPUT_IMAGE,
          Meter.INPUT_VIDEO);
  private static final int FIELDS = 13;
  private static final int CACHED_AUDIO = 7;

  private static Usage usage(long... f) {
    return new Usage(
        f[0],
        f[1],
        f[2],
        f[3],
        f[4],
        f[5],
        f[6],
        f[7],
        f[8],
        f[9],
        f[10],
        f[11],
        f[12],
        Optional.empty(),
        Optional.empty());
  }

  private static Price price(Map<Meter, Long> rates) {
    Map<Meter, Rate> flat = new EnumMap<>(Meter.class);
    rates.forEach((meter, pico) -> flat.put(meter, Rate.flat(pico)));
    return new Price("p1", Instant.EPOCH, flat);
  }

  private static List<String> lines(Cost cost) {
    return cost.lines().stream()
        .map(l -> l.meter().word() + " " + l.quantity() + " x " + l.picoUsd())
        .toList();
  }

  @Test
  void sharesAreTakenOutOfTheWholeAndPricedAtTheirOwnMeters() {
    Usage usage = usage(1000, 500, 300, 200, 50, 120, 40, 10, 20, 30, 5, 15, 2);
    Map<Meter, Long> all = new EnumMap<>(Meter.class);
    for (Meter meter : Meter.values()) {
      all.put(meter, meter.ordinal() + 1L);
    }
    assertThat(lines(Reckoning.reckon(usage, price(all))))
        .containsExactly(
            "input 435 x 1",
            "output 345 x 2",
            "cache_read 290 x 3",
            "cache_write 150 x 4",
            "cache_write_long 50 x 5",
            "reasoning 120 x 6",
            "input_audio 30 x 7",
            "cache_read_audio 10 x 8",
            "output_audio 20 x 9",
            "input_image 30 x 10",
            "input_video 5 x 11",
            "output_image 15 x 12",
            "request 1 x 13",
            "search 2 x 14");
  }

  @Test
  void shareWithoutAMeterFallsBack() {
    Usage usage = usage(1000, 500, 300, 200, 50, 120, 40, 10, 20, 30, 5, 15, 2);
    assertThat(lines(Reckoning.reckon(usage, price(Map.of(Meter.INPUT, 3L, Meter.OUTPUT, 5L)))))
        .containsExactly("input 1000 x 3", "output 500 x 5");
    assertThat(
            lines(Reckoning.reckon(usage, price(Map.of(Meter.INPUT, 3L, Meter.CACHE_WRITE, 4L)))))
        .containsExactly("input 800 x 3", "cache_write 200 x 4");
    assertThat(
            lines(
                Reckoning.reckon(
                    usage,
                    price(Map.of(Meter.INPUT, 3L, Meter.CACHE_READ, 1L, Meter.INPUT_AUDIO, 9L)))))
        .as("cached audio falls to cache read")
        .containsExactly("input 670 x 3", "cache_read 300 x 1", "input_audio 30 x 9");
    assertThat(
            lines(Reckoning.reckon(usage, price(Map.of(Meter.INPUT, 3L, Meter.INPUT_AUDIO, 9L)))))
        .as("where nothing prices the cache, cached audio is audio")
        .containsExactly("input 960 x 3", "input_audio 40 x 9");
  }

  @Test
  void requestIsCountedOnceEvenWithoutTokens() {
    assertThat(lines(Reckoning.reckon(Usage.ZERO, price(Map.of(Meter.REQUEST, 7L)))))
        .containsExactly("request 1 x 7");
    assertThat(Reckoning.reckon(Usage.of(5, 5), Price.FREE).lines()).isEmpty();
    assertThat(Reckoning.reckon(Usage.of(5, 5), Price.FREE).total()).isEqualTo(Money.ZERO);
  }

  @Test
  void wholePromptDecidesTheTierOfEveryMeter() {
    Rate in = new Rate(1, List.of(new Rate.Tier(100, 2), new Rate.Tier(200, 4)));
    Rate out = new Rate(10, List.of(new Rate.Tier(100, 20)));
    Price price = new Price("t", Instant.EPOCH, Map.of(Meter.INPUT, in, Meter.OUTPUT, out));
    assertThat(Reckoning.reckon(Usage.of(100, 1), price).pico()).isEqualTo(big(100 + 10));
    assertThat(Reckoning.reckon(Usage.of(101, 1), price).pico()).isEqualTo(big(202 + 20));
    assertThat(Reckoning.reckon(Usage.of(201, 1), price).pico()).isEqualTo(big(804 + 20));
  }

  @Test
  void misreportsClampInsteadOfMakingCredits() {
    Price price =
        price(
            Map.of(
                Meter.INPUT, 10L, Meter.CACHE_READ, 1L, Meter.OUTPUT, 20L, Meter.REASONING, 30L));
    assertThat(lines(Reckoning.reckon(usage(-5, -7, -1, 0, 0, -9, 0, 0, 0, 0, 0, 0, -3), price)))
        .isEmpty();
    assertThat(lines(Reckoning.reckon(usage(100, 10, 400, 0, 0, 90, 0, 0, 0, 0, 0, 0, 0), price)))
        .containsExactly("cache_read 100 x 1", "reasoning 10 x 30");
  }

  @Test
  void noTokenIsPricedTwiceOrLost() {
    Random random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      Usage usage = randomUsage(random, 1000);
      Map<Meter, Long> rates = randomRates(random);
      rates.putIfAbsent(Meter.INPUT, 5L);
      rates.putIfAbsent(Meter.OUTPUT, 5L);
      Cost cost = Reckoning.reckon(usage, price(rates));
      long in = 0;
      long out = 0;
      for (Cost.Line line : cost.lines()) {
        assertThat(line.quantity()).isPositive();
        if (PROMPT.contains(line.meter())) {
          in += line.quantity();
        } else if (line.meter() != Meter.REQUEST && line.meter() != Meter.SEARCH) {
          out += line.quantity();
        }
      }
      assertThat(in).isEqualTo(Math.max(0, usage.input()));
      assertThat(out).isEqualTo(Math.max(0, usage.output()));
    }
  }

  @Test
  void costGrowsWithTheWholesAndWithEveryDearerShare() {
    Random random = new Random(12);
    int grown = 0;
    for (int i = 0; i < 20_000; i++) {
      long[] fields = randomFields(random, 1000);
      Map<Meter, Long> rates = new EnumMap<>(Meter.class);
      rates.put(Meter.INPUT, 10L);
      rates.put(Meter.OUTPUT, 20L);
      for (Meter dearer : PROMPT) {
        if (dearer != Meter.INPUT && random.nextBoolean()) {
          rates.put(dearer, 90L);
        }
      }
      rates.put(Meter.OUTPUT_AUDIO, 60L);
      rates.put(Meter.REASONING, 60L);
      rates.put(Meter.OUTPUT_IMAGE, 60L);
      rates.put(Meter.SEARCH, 100L);
      BigInteger before = Reckoning.reckon(usage(fields), price(rates)).pico();
      int field = random.nextInt(FIELDS);
      if (field == CACHED_AUDIO) {
        continue; // moves audio from one share of the prompt to another, adds nothing to it
      }
      fields[field] += 1 + random.nextInt(50);
      BigInteger after = Reckoning.reckon(usage(fields), price(rates)).pico();
      assertThat(after).as("field %d", field).isGreaterThanOrEqualTo(before);
      grown += after.compareTo(before) > 0 ? 1 : 0;
    }
    assertThat(grown).isGreaterThan(5_000);
  }

  @Test
  void cheaperCacheNeverCostsMore() {
    Random random = new Random(13);
    Price price = price(Map.of(Meter.INPUT, 10L, Meter.CACHE_READ, 1L, Meter.OUTPUT, 5L));
    for (int i = 0; i < 5_000; i++) {
      long[] fields = randomFields(random, 1000);
      BigInteger before = Reckoning.reckon(usage(fields), price).pico();
      fields[2] += random.nextInt(100);
      assertThat(Reckoning.reckon(usage(fields), price).pico()).isLessThanOrEqualTo(before);
    }
  }

  @Test
  void orderOfTheRatesDoesNotMatter() {
    Random random = new Random(14);
    for (int i = 0; i < 2_000; i++) {
      Usage usage = randomUsage(random, 1000);
      Map<Meter, Long> rates = randomRates(random);
      List<Map.Entry<Meter, Long>> order = new ArrayList<>(rates.entrySet());
      Collections.shuffle(order, random);
      Map<Meter, Rate> shuffled = new LinkedHashMap<>();
      order.forEach(e -> shuffled.put(e.getKey(), Rate.flat(e.getValue())));
      assertThat(Reckoning.reckon(usage, new Price("p1", Instant.EPOCH, shuffled)))
          .isEqualTo(Reckoning.reckon(usage, price(rates)));
    }
  }

  @Test
  void totalIsTheSumOfTheLinesRoundedOnce() {
    Random random = new Random(15);
    for (int i = 0; i < 20_000; i++) {
      Cost cost = Reckoning.reckon(randomUsage(random, 1000), price(randomRates(random)));
      BigInteger twice =
          cost.total().nanoUsd() == 0
              ? BigInteger.ZERO
              : big(cost.total().nanoUsd()).multiply(big(1000));
      assertThat(twice.subtract(cost.pico()).abs()).isLessThanOrEqualTo(big(500));
      assertThat(cost.pico(EnumSet.allOf(Meter.class))).isEqualTo(cost.pico());
    }
    // 3 x 400 pico on two meters: rounded each for itself they would be 1 + 1.
    Cost cost =
        Reckoning.reckon(Usage.of(3, 3), price(Map.of(Meter.INPUT, 400L, Meter.OUTPUT, 400L)));
    assertThat(cost.pico()).isEqualTo(big(2400));
    assertThat(cost.total()).isEqualTo(new Money(2));
  }

  @Test
  void absurdUsageCostsTooMuchAndThrowsNothing() {
    long[] most = new long[FIELDS];
    java.util.Arrays.fill(most, Long.MAX_VALUE);
    Map<Meter, Long> rates = new EnumMap<>(Meter.class);
    for (Meter meter : Meter.values()) {
      rates.put(meter, Long.MAX_VALUE);
    }
    assertThat(Reckoning.reckon(usage(most), price(rates)).total()).isEqualTo(Money.LARGEST);
    long quadrillion = 1_000_000_000_000_000L;
    Cost cost =
        Reckoning.reckon(
            Usage.of(quadrillion, quadrillion),
            price(Map.of(Meter.INPUT, 1_000_000L, Meter.OUTPUT, 2_000_000L)));
    assertThat(cost.total().usd()).isEqualByComparingTo("3000000000");
    java.util.Arrays.fill(most, Long.MIN_VALUE);
    assertThat(Reckoning.reckon(usage(most), price(Map.of(Meter.INPUT, 1L))).total())
        .isEqualTo(Money.ZERO);
  }

  @Test
  void roundingIsHalfUpAwayFromZero() {
    assertThat(Money.ofPico(big(499))).isEqualTo(Money.ZERO);
    assertThat(Money.ofPico(big(500))).isEqualTo(new Money(1));
    assertThat(Money.ofPico(big(1499))).isEqualTo(new Money(1));
    assertThat(Money.ofPico(big(-500))).isEqualTo(new Money(-1));
    assertThat(Money.ofPico(big(-1499))).isEqualTo(new Money(-1));
  }

  private static BigInteger big(long value) {
    return BigInteger.valueOf(value);
  }

  private static Usage randomUsage(Random random, int bound) {
    return usage(randomFields(random, bound));
  }

  /** Mostly sensible, sometimes with shares larger than their whole, sometimes negative. */
  private static long[] randomFields(Random random, int bound) {
    long[] fields = new long[FIELDS];
    for (int i = 0; i < FIELDS; i++) {
      int sized = i < 2 ? bound : bound / 4;
      fields[i] = random.nextInt(20) == 0 ? -random.nextInt(sized) : random.nextInt(sized);
    }
    return fields;
  }

  private static Map<Meter, Long> randomRates(Random random) {
    Map<Meter, Long> rates = new EnumMap<>(Meter.class);
    for (Meter meter : Meter.values()) {
      if (random.nextBoolean()) {
        rates.put(meter, (long) random.nextInt(100_000));
      }
    }
    return rates;
  }
}
