package dev.fairlead.attempt;

import dev.fairlead.canon.Fault;
import java.time.Duration;

/**
 * What follows a fault: a pure function of the fault, the tries so far and the time left.
 *
 * @param maxTries most calls for one request
 * @param backoff first pause before the same endpoint is tried again; doubled each time, jittered
 * @param patience longest {@code Retry-After} that is waited for when another model could answer
 * @param lastPatience the same when nobody else is left
 */
public record RetryRule(int maxTries, Duration backoff, Duration patience, Duration lastPatience) {
  public static final RetryRule DEFAULT =
      new RetryRule(8, Duration.ofMillis(250), Duration.ofSeconds(5), Duration.ofSeconds(20));

  /** What to do. */
  public sealed interface Step {
    /** Try the same endpoint again after a pause. */
    record Same(Duration after) implements Step {}

    /** Try the next endpoint now. */
    record Next() implements Step {}

    /** Give up and tell the caller. */
    record Stop() implements Step {}
  }

  /**
   * The situation after a failed try.
   *
   * @param unprocessed the provider cannot have acted on the request
   * @param triesHere tries at this endpoint so far, this one included
   * @param triesInAll tries so far, this one included
   * @param sameModelLeft another endpoint of the same model is left
   * @param anyLeft another endpoint of any model is left
   * @param left time until the total deadline
   * @param draw a random number in [0, 1) for the jitter
   */
  public record Situation(
      Fault fault,
      boolean unprocessed,
      int triesHere,
      int triesInAll,
      boolean sameModelLeft,
      boolean anyLeft,
      Duration left,
      double draw) {}

  private static final Step NEXT = new Step.Next();
  private static final Step STOP = new Step.Stop();

  public Step decide(Situation now) {
    if (now.triesInAll() >= maxTries || now.left().isNegative() || now.left().isZero()) {
      return STOP;
    }
    return switch (now.fault().kind()) {
      case RATE_LIMITED -> rateLimited(now);
      case SERVER_ERROR -> now.triesHere() < 2 ? same(now) : nextOrStop(now);
      case RESET -> now.triesHere() < 2 ? same(now) : nextOrStop(now);
      case OVERLOADED, CONNECT_REFUSED, CONNECT_TIMEOUT, DNS ->
          now.anyLeft() ? NEXT : now.triesHere() < 3 ? same(now) : STOP;
      case QUOTA_EXHAUSTED,
          BAD_CREDENTIAL,
          MODEL_GONE,
          TLS,
          FIRST_TOKEN_TIMEOUT,
          IDLE_TIMEOUT,
          MALFORMED,
          EMPTY_ANSWER,
          REDIRECTED,
          STREAM_ERROR,
          TRUNCATED,
          TOO_LARGE,
          CONTEXT_LENGTH,
          MAX_TOKENS,
          INVALID_REQUEST,
          INVALID_IMAGE,
          NOT_FOUND,
          PAYLOAD_TOO_LARGE,
          UNPROCESSABLE,
          PAYMENT_REQUIRED,
          FORBIDDEN,
          CONFLICT,
          INTERNAL ->
          nextOrStop(now);
      // A provider's own time-out says nothing about the exchange's total time.
      case TOTAL_TIMEOUT, CLIENT_TIMEOUT ->
          now.fault().source() == Fault.Source.PROVIDER ? nextOrStop(now) : STOP;
      case CONTENT_POLICY,
          REFUSED,
          UNAUTHENTICATED,
          CLIENT_GONE,
          MODEL_UNKNOWN,
          NO_ENDPOINTS,
          DRAINING,
          LEDGER_UNAVAILABLE,
          EXHAUSTED ->
          STOP;
    };
  }

  private Step rateLimited(Situation now) {
    if (now.sameModelLeft()) {
      return NEXT;
    }
    if (now.triesHere() >= 3) {
      return nextOrStop(now);
    }
    if (now.fault().retryAfter().isEmpty()) {
      return now.triesHere() < 2 || !now.anyLeft() ? same(now) : NEXT;
    }
    Duration pause = now.fault().retryAfter().get();
    Duration bound = now.anyLeft() ? patience : lastPatience;
    boolean worthIt = pause.compareTo(bound) <= 0 && pause.compareTo(now.left()) < 0;
    // A little later than asked: the provider's clock and ours do not tick together.
    return worthIt ? new Step.Same(pause.plus(jitter(now, pause.dividedBy(20)))) : nextOrStop(now);
  }

  private Step same(Situation now) {
    Duration pause = backoff.multipliedBy(1L << Math.min(now.triesHere() - 1, 10));
    Duration half = pause.dividedBy(2);
    Duration jittered = now.unprocessed() ? half.dividedBy(5) : half.plus(jitter(now, half));
    return jittered.compareTo(now.left()) < 0 ? new Step.Same(jittered) : nextOrStop(now);
  }

  private static Step nextOrStop(Situation now) {
    return now.anyLeft() ? NEXT : STOP;
  }

  private static Duration jitter(Situation now, Duration most) {
    return Duration.ofNanos((long) (most.toNanos() * now.draw()));
  }
}
