package dev.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.fairlead.canon.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class SignalBookTest {
  private static final String E = "alpha|a/b";
  private Instant now = Instant.parse("2026-11-20T12:00:00Z");
  private final SignalBook book = new SignalBook(() -> now);

  private void success(long latency, double throughput) {
    book.observe(Observation.success(E, "k", book.admit(E), now, latency, throughput));
  }

  private void failure(Fault.Kind kind) {
    failure(Fault.provider(kind, "no"));
  }

  private void failure(Fault fault) {
    book.observe(Observation.failure(E, "k", book.admit(E), now, fault));
  }

  private EndpointSignals signals() {
    book.refresh();
    return book.of(E);
  }

  @Test
  void percentilesOfLatencyAreThoseFromBelow() {
    for (int i = 1; i <= 1000; i++) {
      success(i, 0);
    }
    Percentiles latency = signals().latency();
    assertThat(latency.count()).isEqualTo(1000);
    assertThat(latency.p50()).isCloseTo(500, withPercentage(1));
    assertThat(latency.p75()).isCloseTo(750, withPercentage(1));
    assertThat(latency.p90()).isCloseTo(900, withPercentage(1));
    assertThat(latency.p99()).isCloseTo(990, withPercentage(1));
    assertThat(signals().throughput().isNone()).isTrue();
  }

  @Test
  void percentilesOfThroughputAreWhatMostReached() {
    for (int i = 1; i <= 100; i++) {
      success(1, i);
    }
    Percentiles throughput = signals().throughput();
    assertThat(throughput.p50()).isCloseTo(50, withPercentage(2));
    assertThat(throughput.p90()).isCloseTo(10, withPercentage(2));
    assertThat(throughput.p99()).isCloseTo(1, withPercentage(2));
  }

  @Test
  void measurementsAreForgottenAfterFiveMinutesAndKeptForThirtyInTheStats() {
    success(100, 10);
    now = now.plus(Duration.ofMinutes(4));
    assertThat(signals().latency().count()).isEqualTo(1);
    now = now.plus(Duration.ofSeconds(91));
    assertThat(signals().latency().isNone()).isTrue();
    assertThat(book.stats(E).latency().p50()).isEqualTo(100);
    now = now.plus(Duration.ofMinutes(31));
    book.refresh();
    assertThat(book.stats(E).latency().isNone()).isTrue();
  }

  @Test
  void uptimeCountsFailuresAndNotRateLimitsOrTheCallersErrors() {
    for (int i = 0; i < 9; i++) {
      success(1, 1);
    }
    failure(Fault.Kind.SERVER_ERROR);
    failure(Fault.Kind.RATE_LIMITED);
    failure(Fault.Kind.INVALID_REQUEST);
    failure(Fault.Kind.BAD_CREDENTIAL);
    book.refresh();
    assertThat(book.stats(E).uptime5m()).hasValue(90);
    assertThat(book.stats(E).uptime30m()).hasValue(90);
    now = now.plus(Duration.ofMinutes(10));
    book.refresh();
    assertThat(book.stats(E).uptime5m()).isEmpty();
    assertThat(book.stats(E).uptime30m()).hasValue(90);
    now = now.plus(Duration.ofHours(2));
    book.refresh();
    assertThat(book.stats(E).uptime30m()).isEmpty();
    assertThat(book.stats(E).uptime1d()).hasValue(90);
  }

  @Test
  void aSingleFailureAmongManySuccessesIsNoOutage() {
    for (int i = 0; i < 50; i++) {
      success(1, 1);
    }
    failure(Fault.Kind.SERVER_ERROR);
    assertThat(signals().lastOutage()).isEmpty();
    failure(Fault.Kind.SERVER_ERROR);
    assertThat(signals().lastOutage()).contains(now);
  }

  @Test
  void retryAfterHoldsForItsEndpointAndCredential() {
    Fault limited =
        Fault.provider(Fault.Kind.RATE_LIMITED, "slow down")
            .withRetryAfter(Optional.of(Duration.ofSeconds(20)));
    failure(limited);
    assertThat(signals().coolUntil("k", now)).contains(now.plusSeconds(20));
    assertThat(signals().coolUntil("other", now)).isEmpty();
    assertThat(book.of("beta|a/b").coolUntil("k", now)).isEmpty();
    assertThat(signals().coolUntil("k", now.plusSeconds(20))).isEmpty();
  }

  @Test
  void absurdRetryAftersAreBounded() {
    failure(
        Fault.provider(Fault.Kind.RATE_LIMITED, "")
            .withRetryAfter(Optional.of(Duration.ofDays(900))));
    assertThat(signals().coolUntil("k", now)).contains(now.plus(Duration.ofMinutes(10)));
    now = now.plus(Duration.ofMinutes(11));
    failure(
        Fault.provider(Fault.Kind.RATE_LIMITED, "")
            .withRetryAfter(Optional.of(Duration.ofSeconds(-3))));
    assertThat(signals().coolUntil("k", now)).isEmpty();
  }

  @Test
  void withoutAWordThePauseDoublesUntilASuccess() {
    failure(Fault.Kind.RATE_LIMITED);
    assertThat(signals().coolUntil("k", now)).contains(now.plusSeconds(1));
    failure(Fault.Kind.RATE_LIMITED);
    assertThat(signals().coolUntil("k", now)).contains(now.plusSeconds(2));
    for (int i = 0; i < 20; i++) {
      failure(Fault.Kind.RATE_LIMITED);
    }
    assertThat(signals().coolUntil("k", now)).contains(now.plusSeconds(30));
    success(1, 1);
    failure(Fault.Kind.RATE_LIMITED);
    assertThat(signals().coolUntil("k", now)).contains(now.plusSeconds(1));
  }

  @Test
  void theBreakerOpensAndAProbeClosesItAndEndsTheOutage() {
    for (int i = 0; i < 5; i++) {
      failure(Fault.Kind.SERVER_ERROR);
    }
    assertThat(book.of(E).breaker()).isEqualTo(Breaker.Phase.OPEN);
    assertThat(book.of(E).probeAt()).contains(now.plusSeconds(1));
    assertThat(book.admit(E)).isEmpty();
    now = now.plusSeconds(1);
    Optional<Breaker.Permit> probe = book.admit(E);
    assertThat(book.of(E).breaker()).isEqualTo(Breaker.Phase.HALF_OPEN);
    book.observe(Observation.success(E, "k", probe, now, 5, 5));
    assertThat(book.of(E).breaker()).isEqualTo(Breaker.Phase.CLOSED);
    assertThat(book.of(E).lastOutage()).isEmpty();
  }

  @Test
  void aProbeThatIsRateLimitedShowsLife() {
    for (int i = 0; i < 5; i++) {
      failure(Fault.Kind.CONNECT_REFUSED);
    }
    now = now.plusSeconds(1);
    failure(Fault.Kind.RATE_LIMITED);
    assertThat(book.of(E).breaker()).isEqualTo(Breaker.Phase.CLOSED);
    assertThat(signals().coolUntil("k", now)).isPresent();
  }

  @Test
  void toolCallsAreCounted() {
    for (int i = 0; i < 10; i++) {
      book.observe(
          Observation.success(E, "k", book.admit(E), now, 1, 1).ofTools(Optional.of(i > 1)));
    }
    book.observe(Observation.success(E, "k", book.admit(E), now, 1, 1).ofTools(Optional.empty()));
    assertThat(signals().tools()).isEqualTo(new EndpointSignals.Tools(11, 10, 2));
    assertThat(signals().requests()).isEqualTo(11);
  }

  @Test
  void manyThreadsLoseNothing() throws Exception {
    int threads = 8;
    int each = 5_000;
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        done.add(
            pool.submit(
                () -> {
                  for (int i = 0; i < each; i++) {
                    success(10, 10);
                  }
                }));
      }
      for (Future<?> one : done) {
        one.get();
      }
    }
    assertThat(signals().requests()).isEqualTo((long) threads * each);
    assertThat(signals().latency().count()).isEqualTo((long) threads * each);
    assertThat(book.stats(E).uptime5m()).hasValue(100);
  }
}
