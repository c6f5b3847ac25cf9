package dev.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class BreakerTest {
  private static final Instant T0 = Instant.parse("2026-11-20T12:00:00Z");
  private final Breaker breaker = new Breaker(T0);

  private void fail(int times, Instant at) {
    for (int i = 0; i < times; i++) {
      breaker.report(breaker.admit(at).orElseThrow(), Breaker.Outcome.FAILURE, at);
    }
  }

  @Test
  void opensAfterFiveFailuresInARow() {
    fail(4, T0);
    assertThat(breaker.phase()).isEqualTo(Breaker.Phase.CLOSED);
    fail(1, T0);
    assertThat(breaker.phase()).isEqualTo(Breaker.Phase.OPEN);
    assertThat(breaker.admit(T0.plusMillis(999))).isEmpty();
  }

  @Test
  void aSuccessBetweenStartsTheCountAnew() {
    fail(4, T0);
    breaker.report(breaker.admit(T0).orElseThrow(), Breaker.Outcome.SUCCESS, T0);
    fail(4, T0);
    assertThat(breaker.phase()).isEqualTo(Breaker.Phase.CLOSED);
  }

  @Test
  void opensWhenHalfOfManyFail() {
    for (int i = 0; i < 10; i++) {
      breaker.report(breaker.admit(T0).orElseThrow(), Breaker.Outcome.SUCCESS, T0);
      assertThat(breaker.phase()).isEqualTo(Breaker.Phase.CLOSED);
      fail(1, T0);
    }
    assertThat(breaker.phase()).isEqualTo(Breaker.Phase.OPEN);
  }

  @Test
  void failuresLongAgoDoNotCount() {
    for (int i = 0; i < 9; i++) {
      breaker.report(breaker.admit(T0).orElseThrow(), Breaker.Outcome.SUCCESS, T0);
      fail(1, T0);
    }
    Instant later = T0.plusSeconds(25);
    breaker.report(breaker.admit(later).orElseThrow(), Breaker.Outcome.SUCCESS, later);
    fail(1, later);
    assertThat(breaker.phase()).isEqualTo(Breaker.Phase.CLOSED);
  }

  @Test
  void exactlyOneProbePassesAtATime() {
    fail(5, T0);
    Instant due = T0.plusSeconds(1);
    Optional<Breaker.Permit> probe = breaker.admit(due);
    assertThat(probe).hasValueSatisfying(permit -> assertThat(permit.probe()).isTrue());
    assertThat(breaker.admit(due.plusSeconds(30))).isEmpty();
    breaker.report(probe.orElseThrow(), Breaker.Outcome.SUCCESS, due);
    assertThat(breaker.phase()).isEqualTo(Breaker.Phase.CLOSED);
  }

  @Test
  void aReportFromBeforeTheOpeningChangesNothing() {
    Breaker.Permit early = breaker.admit(T0).orElseThrow();
    fail(5, T0);
    breaker.report(early, Breaker.Outcome.SUCCESS, T0);
    assertThat(breaker.phase()).isEqualTo(Breaker.Phase.OPEN);
    Breaker.Permit probe = breaker.admit(T0.plusSeconds(1)).orElseThrow();
    breaker.report(early, Breaker.Outcome.SUCCESS, T0.plusSeconds(1));
    assertThat(breaker.phase()).isEqualTo(Breaker.Phase.HALF_OPEN);
    breaker.report(probe, Breaker.Outcome.NEUTRAL, T0.plusSeconds(1));
    assertThat(breaker.phase()).isEqualTo(Breaker.Phase.OPEN);
  }

  @Test
  void aProbeThatNeverComesBackDoesNotBlockForever() {
    fail(5, T0);
    assertThat(breaker.admit(T0.plusSeconds(1))).isPresent();
    assertThat(breaker.admit(T0.plusSeconds(60))).isEmpty();
    assertThat(breaker.admit(T0.plusSeconds(61))).isPresent();
  }

  @Test
  void aDeadEndpointSeesAtMostOneProbeASecondAndARecoveredOneIsBackInFive() {
    for (int dead = 10; dead < 100; dead += 7) {
      Breaker fresh = new Breaker(T0);
      for (int i = 0; i < 5; i++) {
        fresh.report(fresh.admit(T0).orElseThrow(), Breaker.Outcome.FAILURE, T0);
      }
      Instant recovers = T0.plusSeconds(dead);
      List<Instant> probes = new ArrayList<>();
      Instant back = T0;
      for (Instant now = T0; back.equals(T0); now = now.plusMillis(10)) {
        Optional<Breaker.Permit> permit = fresh.admit(now);
        if (permit.isPresent()) {
          probes.add(now);
          boolean alive = !now.isBefore(recovers);
          fresh.report(
              permit.get(), alive ? Breaker.Outcome.SUCCESS : Breaker.Outcome.FAILURE, now);
          back = alive ? now : T0;
        }
      }
      for (int i = 1; i < probes.size(); i++) {
        assertThat(probes.get(i)).isAfterOrEqualTo(probes.get(i - 1).plusSeconds(1));
      }
      assertThat(back).isBeforeOrEqualTo(recovers.plusSeconds(5));
      assertThat(fresh.phase()).isEqualTo(Breaker.Phase.CLOSED);
    }
  }

  @Test
  void concurrentCallersGetOneProbeASecondBetweenThem() throws Exception {
    fail(5, T0);
    int callers = 8;
    try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
      for (int second = 1; second <= 200; second++) {
        Instant now = T0.plusSeconds(5L * second);
        AtomicInteger probes = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> done = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
          done.add(
              threads.submit(
                  () -> {
                    start.await();
                    Optional<Breaker.Permit> permit = breaker.admit(now);
                    if (permit.isPresent()) {
                      probes.incrementAndGet();
                      breaker.report(permit.get(), Breaker.Outcome.FAILURE, now);
                    }
                    return probes;
                  }));
        }
        start.countDown();
        for (Future<?> one : done) {
          one.get();
        }
        assertThat(probes).hasValue(1);
      }
    }
  }
}
