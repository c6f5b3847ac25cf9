package dev.fairlead.route;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The circuit breaker of one endpoint. Closed, it lets everything through and counts. After {@link
 * #CONSECUTIVE} failures in a row, or when at least half of at least {@link #ENOUGH} requests
 * failed, it opens: nothing passes but one probe at a time, the first after a second, then after
 * two, then every {@link #LONGEST_PAUSE}. A probe that succeeds closes it, so that an endpoint is
 * back within five seconds of its recovery, and a dead one sees at most one request a second.
 *
 * <p>Whoever calls an endpoint first asks {@link #admit} and must give the permit back with what
 * came of it. A probe that is never given back is taken for failed after {@link #PROBE_LEASE}.
 *
 * <p>The state is immutable and its transitions are pure; this class only swaps it atomically, so
 * it may be called from any thread and never blocks.
 */
public final class Breaker {
  /** Failures in a row that open it. */
  static final int CONSECUTIVE = 5;

  /** Requests in the window that are needed to judge by the share of failures. */
  static final int ENOUGH = 20;

  /** The window of that judgement: between one and two of these. */
  static final Duration WINDOW = Duration.ofSeconds(10);

  static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);
  static final Duration PROBE_LEASE = Duration.ofSeconds(60);

  /** What passes. */
  public enum Phase {
    CLOSED,
    /** Nothing, until a probe is due. */
    OPEN,
    /** Nothing: a probe is on its way. */
    HALF_OPEN
  }

  /** What came of a request that was let through. */
  public enum Outcome {
    SUCCESS,
    FAILURE,
    /** It says nothing about the endpoint: the client hung up, or its request was wrong. */
    NEUTRAL
  }

  /**
   * Leave to call the endpoint.
   *
   * @param epoch of the state that gave it; a report from an older one changes nothing
   */
  public record Permit(boolean probe, long epoch) {}

  /**
   * @param epoch counts openings, closings and probes
   * @param since when the phase began
   * @param pause how long it stays open before the next probe
   */
  record State(
      Phase phase, long epoch, Instant since, Duration pause, int inARow, Tally now, Tally before) {

    static State closed(long epoch, Instant now) {
      return new State(Phase.CLOSED, epoch, now, FIRST_PAUSE, 0, new Tally(now, 0, 0), Tally.NONE);
    }

    private State open(Instant now, Duration newPause) {
      return new State(Phase.OPEN, epoch + 1, now, newPause, 0, Tally.NONE, Tally.NONE);
    }

    private State halfOpen(Instant now) {
      return new State(Phase.HALF_OPEN, epoch + 1, now, pause, 0, Tally.NONE, Tally.NONE);
    }

    /** When the next request may pass; empty when one may pass at any time. */
    Optional<Instant> probeAt() {
      return switch (phase) {
        case CLOSED -> Optional.empty();
        case OPEN -> Optional.of(since.plus(pause));
        case HALF_OPEN -> Optional.of(since.plus(PROBE_LEASE));
      };
    }

    /** The state in which a probe has left; empty when none may. */
    Optional<State> probing(Instant now) {
      return probeAt().filter(due -> !now.isBefore(due)).map(due -> halfOpen(now));
    }

    State after(Permit permit, Outcome outcome, Instant now) {
      if (permit.epoch() != epoch) {
        return this;
      }
      return switch (phase) {
        case CLOSED -> counted(outcome, now);
        case OPEN -> this;
        case HALF_OPEN ->
            switch (outcome) {
              case SUCCESS -> closed(epoch + 1, now);
              case FAILURE -> open(now, shorter(pause.multipliedBy(2), LONGEST_PAUSE));
              case NEUTRAL -> open(now, pause);
            };
      };
    }

    private State counted(Outcome outcome, Instant when) {
      if (outcome == Outcome.NEUTRAL) {
        return this;
      }
      boolean failed = outcome == Outcome.FAILURE;
      boolean rolls = !when.isBefore(now.from().plus(WINDOW));
      Tally older = rolls ? now : before;
      Tally fresh = (rolls ? new Tally(when, 0, 0) : now).plus(failed);
      if (!older.equals(Tally.NONE) && !when.isBefore(older.from().plus(WINDOW.multipliedBy(2)))) {
        older = Tally.NONE;
      }
      int row = failed ? inARow + 1 : 0;
      int all = fresh.all() + older.all();
      int failures = fresh.failures() + older.failures();
      if (failed && (row >= CONSECUTIVE || (all >= ENOUGH && failures * 2 >= all))) {
        return open(when, FIRST_PAUSE);
      }
      return new State(phase, epoch, since, pause, row, fresh, older);
    }

    private static Duration shorter(Duration a, Duration b) {
      return a.compareTo(b) < 0 ? a : b;
    }
  }

  /** Requests counted from an instant on. */
  record Tally(Instant from, int all, int failures) {
    static final Tally NONE = new Tally(Instant.EPOCH, 0, 0);

    Tally plus(boolean failed) {
      return new Tally(from, all + 1, failures + (failed ? 1 : 0));
    }
  }

  private final AtomicReference<State> state;

  public Breaker(Instant now) {
    this.state = new AtomicReference<>(State.closed(0, now));
  }

  State state() {
    return Objects.requireNonNull(state.get(), "never set to null");
  }

  public Phase phase() {
    return state().phase();
  }

  /** Leave to call the endpoint now; empty when it must be spared. */
  public Optional<Permit> admit(Instant now) {
    while (true) {
      State seen = state();
      if (seen.phase() == Phase.CLOSED) {
        return Optional.of(new Permit(false, seen.epoch()));
      }
      Optional<State> next = seen.probing(now);
      if (next.isEmpty()) {
        return Optional.empty();
      }
      if (state.compareAndSet(seen, next.get())) {
        return Optional.of(new Permit(true, next.get().epoch()));
      }
    }
  }

  /** What came of a call. Returns the phase after it. */
  public Phase report(Permit permit, Outcome outcome, Instant now) {
    while (true) {
      State seen = state();
      State next = seen.after(permit, outcome, now);
      if (next.equals(seen) || state.compareAndSet(seen, next)) {
        return next.phase();
      }
    }
  }
}
