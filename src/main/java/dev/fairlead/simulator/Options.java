package dev.fairlead.simulator;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Options that were given, checked for their shape. */
record Options(Map<Option, String> given) {
  static final Options NONE = new Options(Map.of());

  private static final String USAGES = "missing|zero|absurd|negative|cumulative|decreasing|twice";
  private static final String FINISHES =
      "stop|end|length|tool_calls|content_filter|refusal|error|pause|other|none";

  Options {
    EnumMap<Option, String> copy = new EnumMap<>(Option.class);
    copy.putAll(given);
    given = Collections.unmodifiableMap(copy);
  }

  /** These options with one more, or with another value of one. */
  Options with(String key, String value) throws BadName {
    Option option = Option.of(key).orElse(null);
    if (option == null) {
      throw new BadName(
          "`"
              + key
              + "` is no option of the simulator; known are "
              + Arrays.stream(Option.values()).map(Option::word).collect(Collectors.joining(", ")));
    }
    if (!option.shape().fits(value)) {
      throw new BadName("`" + key + "=" + value + "`: must be " + option.shape().wanted());
    }
    check(option, value);
    Map<Option, String> more = new EnumMap<>(Option.class);
    more.putAll(given);
    more.put(option, value);
    return new Options(more);
  }

  private static void check(Option option, String value) throws BadName {
    if (option == Option.FAULT) {
      SimFault.check(value);
    }
    boolean known =
        switch (option) {
          case USAGE -> value.matches(USAGES);
          case FINISH -> value.matches(FINISHES);
          case PREFILL -> value.matches("refuse|accept");
          case RETRY_AFTER -> value.matches("-?\\d+(\\.\\d+)?|date|ms|absurd|negative|garbage");
          default -> true;
        };
    if (!known) {
      throw new BadName("`" + option.word() + "=" + value + "`: " + option.meaning());
    }
  }

  /** These options, with those of the other where both have one. */
  Options overlaid(Options other) {
    Map<Option, String> more = new EnumMap<>(Option.class);
    more.putAll(given);
    more.putAll(other.given);
    return new Options(more);
  }

  Optional<String> text(Option option) {
    return Optional.ofNullable(given.get(option));
  }

  boolean flag(Option option) {
    return text(option).filter(v -> v.equals("true") || v.equals("1")).isPresent();
  }

  OptionalLong whole(Option option) {
    return text(option).map(v -> OptionalLong.of(Long.parseLong(v))).orElse(OptionalLong.empty());
  }

  int count(Option option, int fallback) {
    return (int) Math.min(Integer.MAX_VALUE, whole(option).orElse(fallback));
  }

  double decimal(Option option, double fallback) {
    return text(option).map(v -> Double.parseDouble(v.replace("tps", ""))).orElse(fallback);
  }

  Duration duration(Option option, Duration fallback) {
    return text(option).map(Options::duration).orElse(fallback);
  }

  /** The time between two tokens, from {@code interval} or {@code rate}. */
  Duration interval(Duration fallback) {
    double rate = decimal(Option.RATE, 0);
    Duration between = rate > 0 ? Duration.ofNanos((long) (1e9 / rate)) : fallback;
    return duration(Option.INTERVAL, between);
  }

  static Duration duration(String value) {
    int unit = value.length();
    while (!Character.isDigit(value.charAt(unit - 1))) {
      unit--;
    }
    long nanos =
        switch (value.substring(unit)) {
          case "ms" -> 1_000_000L;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          default -> 1_000_000_000L;
        };
    BigDecimal number = new BigDecimal(value.substring(0, unit));
    return Duration.ofNanos(number.multiply(BigDecimal.valueOf(nanos)).longValue());
  }
}
