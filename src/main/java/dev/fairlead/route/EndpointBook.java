package dev.fairlead.route;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The windows of one endpoint. Not safe by itself: {@link SignalBook} sees to it that one thread
 * writes at a time; readers see only the immutable values that are published.
 */
final class EndpointBook {
  private static final long SECOND = 1000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;

  /** Fewest requests by which an uptime is told. */
  static final int ENOUGH_FOR_UPTIME = 5;

  /** A failure is an outage when at least one in so many requests of the minute failed. */
  private static final int OUTAGE_SHARE = 10;

  private static final Duration SHORTEST_COOLING = Duration.ofSeconds(1);
  private static final Duration LONGEST_COOLING = Duration.ofSeconds(30);
  private static final Duration LONGEST_ASKED = Duration.ofMinutes(10);
  private static final Duration CREDENTIAL_COOLING = Duration.ofSeconds(60);

  private final CountWindow good5m = new CountWindow(30 * SECOND, 11);
  private final CountWindow bad5m = new CountWindow(30 * SECOND, 11);
  private final CountWindow good30m = new CountWindow(5 * MINUTE, 7);
  private final CountWindow bad30m = new CountWindow(5 * MINUTE, 7);
  private final CountWindow good1d = new CountWindow(HOUR, 25);
  private final CountWindow bad1d = new CountWindow(HOUR, 25);
  private final CountWindow requests30m = new CountWindow(5 * MINUTE, 7);
  private final CountWindow tools2h = new CountWindow(10 * MINUTE, 13);
  private final CountWindow finished1d = new CountWindow(HOUR, 25);
  private final CountWindow badCalls1d = new CountWindow(HOUR, 25);
  private final ValueWindow latency5m = new ValueWindow(30 * SECOND, 11);
  private final ValueWindow latency30m = new ValueWindow(5 * MINUTE, 7);
  private final ValueWindow throughput5m = new ValueWindow(30 * SECOND, 11);
  private final ValueWindow throughput30m = new ValueWindow(5 * MINUTE, 7);
  private final Map<String, Instant> coolUntil = new HashMap<>();
  private final Map<String, Instant> heard = new HashMap<>();
  private final Map<String, Integer> limitedInARow = new HashMap<>();
  private Optional<Instant> lastOutage = Optional.empty();
  private int failedInARow;

  void write(Observation seen) {
    long now = seen.at().toEpochMilli();
    requests30m.add(now);
    seen.firstTokenMillis().ifPresent(millis -> latency(now, millis));
    seen.tokensPerSecond().ifPresent(tokens -> throughput(now, tokens));
    if (seen.withTools()) {
      tools2h.add(now);
    }
    if (seen.goodCalls().isPresent()) {
      finished1d.add(now);
      if (!seen.goodCalls().get()) {
        badCalls1d.add(now);
      }
    }
    switch (seen.verdict()) {
      case SUCCESS -> success(seen, now);
      case FAILURE -> failure(seen, now);
      case RATE_LIMITED -> limited(seen);
      case CREDENTIAL -> cool(seen, seen.retryAfter().orElse(CREDENTIAL_COOLING));
      case NEUTRAL -> {} // it says nothing about the endpoint
    }
  }

  private void latency(long now, long millis) {
    latency5m.add(now, millis);
    latency30m.add(now, millis);
  }

  private void throughput(long now, double tokensPerSecond) {
    long tenths = Math.round(tokensPerSecond * 10);
    throughput5m.add(now, tenths);
    throughput30m.add(now, tenths);
  }

  private void success(Observation seen, long now) {
    good5m.add(now);
    good30m.add(now);
    good1d.add(now);
    failedInARow = 0;
    limitedInARow.remove(seen.credential());
    if (seen.permit().filter(Breaker.Permit::probe).isPresent()) {
      lastOutage = Optional.empty(); // a probe came through: the outage is over
    }
  }

  private void failure(Observation seen, long now) {
    bad5m.add(now);
    bad30m.add(now);
    bad1d.add(now);
    failedInARow++;
    long failures = bad5m.sum(now, 2);
    long all = failures + good5m.sum(now, 2);
    if (failedInARow > 1 || failures * OUTAGE_SHARE >= all) {
      lastOutage = Optional.of(seen.at());
    }
    seen.retryAfter().ifPresent(pause -> cool(seen, pause));
  }

  /** Without a word from the provider the pause doubles from limit to limit. */
  private void limited(Observation seen) {
    int row = limitedInARow.merge(seen.credential(), 1, Integer::sum);
    Duration ours = SHORTEST_COOLING.multipliedBy(1L << Math.min(row - 1, 5));
    cool(seen, seen.retryAfter().orElse(shorter(ours, LONGEST_COOLING)));
  }

  private void cool(Observation seen, Duration pause) {
    if (!pause.isNegative() && !pause.isZero()) {
      coolUntil.put(seen.credential(), seen.at().plus(shorter(pause, LONGEST_ASKED)));
    }
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** What plans read, the percentiles taken from an earlier reading when that is fresh enough. */
  EndpointSignals signals(Breaker.State breaker, Instant when, Optional<EndpointSignals> fresh) {
    long now = when.toEpochMilli();
    coolUntil.values().removeIf(until -> !until.isAfter(when));
    heard.values().removeIf(until -> !until.isAfter(when));
    return new EndpointSignals(
        breaker.phase(),
        breaker.probeAt(),
        lastOutage,
        fresh.map(EndpointSignals::latency).orElseGet(() -> latency5m.percentiles(now, 1, false)),
        fresh
            .map(EndpointSignals::throughput)
            .orElseGet(() -> throughput5m.percentiles(now, 0.1, true)),
        requests30m.sum(now),
        new EndpointSignals.Tools(tools2h.sum(now), finished1d.sum(now), badCalls1d.sum(now)),
        heard.isEmpty() ? coolUntil : withHeard());
  }

  private Map<String, Instant> withHeard() {
    Map<String, Instant> all = new HashMap<>(heard);
    coolUntil.forEach((name, until) -> all.merge(name, until, EndpointBook::later));
    return all;
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  /** Another node was told to leave it alone. */
  void hear(String credential, Instant until) {
    heard.put(credential, until);
  }

  /** What this node itself was told. */
  Map<String, Instant> cooling() {
    return Map.copyOf(coolUntil);
  }

  EndpointStats stats(Instant when) {
    long now = when.toEpochMilli();
    return new EndpointStats(
        uptime(good5m.sum(now), bad5m.sum(now)),
        uptime(good30m.sum(now), bad30m.sum(now)),
        uptime(good1d.sum(now), bad1d.sum(now)),
        latency30m.percentiles(now, 1, false),
        throughput30m.percentiles(now, 0.1, true));
  }

  private static OptionalDouble uptime(long good, long bad) {
    long all = good + bad;
    return all < ENOUGH_FOR_UPTIME ? OptionalDouble.empty() : OptionalDouble.of(100.0 * good / all);
  }
}
