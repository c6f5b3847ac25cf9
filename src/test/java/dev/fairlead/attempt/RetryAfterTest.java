package dev.fairlead.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.Headers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a provider's wish to be left alone is read. */
final class RetryAfterTest {
  private static final String NOW = "Fri, 20 Nov 2026 12:00:00 GMT";

  @ParameterizedTest
  @CsvSource({"2,2000", "0,0", "0.5,500", "3600,3600000", "' 7 ',7000"})
  void secondsAreRead(String value, long millis) {
    assertThat(RetryAfter.read(Headers.of("retry-after", value)))
        .contains(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-5", "31536000", "soon", "", "NaN", "Infinity", "1e300", "3601"})
  void whatIsNegativeOrAbsurdIsAsGoodAsNone(String value) {
    assertThat(RetryAfter.read(Headers.of("retry-after", value, "date", NOW))).isEmpty();
  }

  @Test
  void millisecondsComeFirst() {
    Headers both = Headers.of("retry-after", "9", "retry-after-ms", "1500");
    assertThat(RetryAfter.read(both)).contains(Duration.ofMillis(1500));
  }

  @Test
  void aDateIsReadAgainstTheProvidersOwnClock() {
    Headers later = Headers.of("retry-after", "Fri, 20 Nov 2026 12:00:03 GMT", "date", NOW);
    assertThat(RetryAfter.read(later)).contains(Duration.ofSeconds(3));
    Headers past = Headers.of("retry-after", "Fri, 20 Nov 2026 11:00:00 GMT", "date", NOW);
    assertThat(RetryAfter.read(past)).isEmpty();
    assertThat(RetryAfter.read(Headers.of("retry-after", NOW))).isEmpty();
  }
}
