package dev.fairlead.attempt;

import dev.fairlead.http.Headers;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * How long a provider asks to be left alone: {@code retry-after-ms}, or {@code retry-after} in
 * seconds or as an HTTP date, which is read against the answer's own {@code date}. Negative or
 * absurd values are as good as none.
 */
final class RetryAfter {
  private static final Duration MOST = Duration.ofHours(1);

  private RetryAfter() {}

  static Optional<Duration> read(Headers headers) {
    Optional<Duration> millis = headers.get("retry-after-ms").flatMap(v -> number(v, 0.001));
    if (millis.isPresent()) {
      return millis;
    }
    Optional<String> value = headers.get("retry-after");
    Optional<Duration> seconds = value.flatMap(v -> number(v, 1));
    return seconds.isPresent()
        ? seconds
        : value.flatMap(v -> headers.get("date").flatMap(now -> between(now, v)));
  }

  private static Optional<Duration> number(String value, double unit) {
    try {
      double nanos = Double.parseDouble(value.strip()) * unit * 1e9;
      return Double.isNaN(nanos) ? Optional.empty() : sane(Duration.ofNanos((long) nanos));
    } catch (NumberFormatException e) {
      return Optional.empty(); // no number: perhaps a date
    }
  }

  private static Optional<Duration> between(String now, String then) {
    try {
      return sane(Duration.between(date(now), date(then)));
    } catch (DateTimeParseException e) {
      return Optional.empty(); // neither number nor date: as good as none
    }
  }

  private static ZonedDateTime date(String value) {
    return ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME);
  }

  private static Optional<Duration> sane(Duration pause) {
    return pause.isNegative() || pause.compareTo(MOST) > 0 ? Optional.empty() : Optional.of(pause);
  }
}
