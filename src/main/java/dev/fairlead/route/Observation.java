package dev.fairlead.route;

import dev.fairlead.canon.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What one attempt at an endpoint taught.
 *
 * @param credential the name of the credential that was used; empty for none
 * @param permit the breaker's leave under which it ran, given back with this
 * @param firstTokenMillis from sending to the first token
 * @param tokensPerSecond generated tokens over the time of generation
 * @param retryAfter how long the provider asked to be left alone
 * @param withTools the request had tools
 * @param goodCalls when it ended in tool calls: whether all parsed, named a tool and kept its
 *     schema
 */
public record Observation(
    String endpoint,
    String credential,
    Optional<Breaker.Permit> permit,
    Verdict verdict,
    Instant at,
    OptionalLong firstTokenMillis,
    OptionalDouble tokensPerSecond,
    Optional<Duration> retryAfter,
    boolean withTools,
    Optional<Boolean> goodCalls) {

  /** What it says about the endpoint. */
  public enum Verdict {
    SUCCESS,
    /** The endpoint failed: counts against its uptime. */
    FAILURE,
    /** It is well and wants to be left alone; no failure. */
    RATE_LIMITED,
    /** It is well and refuses this credential; other credentials are not concerned. */
    CREDENTIAL,
    /** Nothing: the request was wrong, or it was we. */
    NEUTRAL;

    /** What a failed attempt says. */
    public static Verdict of(Fault fault) {
      return switch (fault.kind()) {
        case INVALID_REQUEST,
            CONTEXT_LENGTH,
            MAX_TOKENS,
            CONTENT_POLICY,
            REFUSED,
            INVALID_IMAGE,
            FORBIDDEN,
            CONFLICT,
            PAYLOAD_TOO_LARGE,
            UNPROCESSABLE,
            CLIENT_GONE,
            CLIENT_TIMEOUT,
            MODEL_UNKNOWN,
            NO_ENDPOINTS,
            DRAINING,
            LEDGER_UNAVAILABLE,
            EXHAUSTED,
            INTERNAL ->
            NEUTRAL;
        case RATE_LIMITED -> RATE_LIMITED;
        case UNAUTHENTICATED, PAYMENT_REQUIRED, QUOTA_EXHAUSTED, BAD_CREDENTIAL -> CREDENTIAL;
        case NOT_FOUND,
            OVERLOADED,
            SERVER_ERROR,
            MODEL_GONE,
            MALFORMED,
            EMPTY_ANSWER,
            REDIRECTED,
            STREAM_ERROR,
            CONNECT_REFUSED,
            CONNECT_TIMEOUT,
            DNS,
            TLS,
            FIRST_TOKEN_TIMEOUT,
            IDLE_TIMEOUT,
            TOTAL_TIMEOUT,
            RESET,
            TRUNCATED,
            TOO_LARGE ->
            FAILURE;
      };
    }

    /** What the breaker is told: an endpoint that answers a probe with 429 is alive. */
    Breaker.Outcome outcome(boolean probe) {
      return switch (this) {
        case SUCCESS -> Breaker.Outcome.SUCCESS;
        case FAILURE -> Breaker.Outcome.FAILURE;
        case RATE_LIMITED, CREDENTIAL -> probe ? Breaker.Outcome.SUCCESS : Breaker.Outcome.NEUTRAL;
        case NEUTRAL -> Breaker.Outcome.NEUTRAL;
      };
    }
  }

  /** An answer that came to its end. */
  public static Observation success(
      String endpoint,
      String credential,
      Optional<Breaker.Permit> permit,
      Instant at,
      long firstTokenMillis,
      double tokensPerSecond) {
    return new Observation(
        endpoint,
        credential,
        permit,
        Verdict.SUCCESS,
        at,
        OptionalLong.of(firstTokenMillis),
        tokensPerSecond > 0 ? OptionalDouble.of(tokensPerSecond) : OptionalDouble.empty(),
        Optional.empty(),
        false,
        Optional.empty());
  }

  /** An attempt that failed, with what its fault says. */
  public static Observation failure(
      String endpoint,
      String credential,
      Optional<Breaker.Permit> permit,
      Instant at,
      Fault fault) {
    return new Observation(
        endpoint,
        credential,
        permit,
        Verdict.of(fault),
        at,
        OptionalLong.empty(),
        OptionalDouble.empty(),
        fault.retryAfter(),
        false,
        Optional.empty());
  }

  /** The same of a request with tools. */
  public Observation ofTools(Optional<Boolean> callsWereGood) {
    return new Observation(
        endpoint,
        credential,
        permit,
        verdict,
        at,
        firstTokenMillis,
        tokensPerSecond,
        retryAfter,
        true,
        callsWereGood);
  }
}
