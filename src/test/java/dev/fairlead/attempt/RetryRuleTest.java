package dev.fairlead.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Fault.Kind;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What follows a fault, as a table. */
final class RetryRuleTest {
  private static final RetryRule RULE = RetryRule.DEFAULT;
  private static final Duration MUCH = Duration.ofMinutes(5);

  private static Fault fault(Kind kind) {
    return Fault.provider(kind, "it failed");
  }

  private static RetryRule.Situation at(Fault fault, int here, boolean same, boolean any) {
    return new RetryRule.Situation(fault, false, here, here, same, any, MUCH, 0.5);
  }

  private static String word(RetryRule.Step step) {
    return switch (step) {
      case RetryRule.Step.Same ignored -> "same";
      case RetryRule.Step.Next ignored -> "next";
      case RetryRule.Step.Stop ignored -> "stop";
    };
  }

  /** Kind; after the first try with another model left; after the second; alone after the first. */
  @ParameterizedTest
  @CsvSource({
    "RATE_LIMITED,        same, next, same",
    "QUOTA_EXHAUSTED,     next, next, stop",
    "OVERLOADED,          next, next, same",
    "SERVER_ERROR,        same, next, same",
    "BAD_CREDENTIAL,      next, next, stop",
    "MODEL_GONE,          next, next, stop",
    "MALFORMED,           next, next, stop",
    "EMPTY_ANSWER,        next, next, stop",
    "REDIRECTED,          next, next, stop",
    "STREAM_ERROR,        next, next, stop",
    "CONNECT_REFUSED,     next, next, same",
    "CONNECT_TIMEOUT,     next, next, same",
    "DNS,                 next, next, same",
    "TLS,                 next, next, stop",
    "FIRST_TOKEN_TIMEOUT, next, next, stop",
    "IDLE_TIMEOUT,        next, next, stop",
    "TOTAL_TIMEOUT,       next, next, stop",
    "RESET,               same, next, same",
    "TRUNCATED,           next, next, stop",
    "TOO_LARGE,           next, next, stop",
    "CONTEXT_LENGTH,      next, next, stop",
    "INVALID_REQUEST,     next, next, stop",
    "CONTENT_POLICY,      stop, stop, stop",
    "REFUSED,             stop, stop, stop",
  })
  void everyProvidersFaultHasItsStep(Kind kind, String first, String second, String alone) {
    assertThat(word(RULE.decide(at(fault(kind), 1, false, true)))).isEqualTo(first);
    assertThat(word(RULE.decide(at(fault(kind), 2, false, true)))).isEqualTo(second);
    assertThat(word(RULE.decide(at(fault(kind), 1, false, false)))).isEqualTo(alone);
  }

  @Test
  void theGatewaysOwnDeadlineIsTheEnd() {
    Fault over = Fault.gateway(Kind.TOTAL_TIMEOUT, "over");
    assertThat(word(RULE.decide(at(over, 1, true, true)))).isEqualTo("stop");
  }

  @Test
  void aLimitedEndpointGivesWayToAnotherOfItsModel() {
    Fault limited = fault(Kind.RATE_LIMITED).withRetryAfter(Optional.of(Duration.ofSeconds(1)));
    assertThat(word(RULE.decide(at(limited, 1, true, true)))).isEqualTo("next");
  }

  @ParameterizedTest
  @CsvSource({"0,same", "2,same", "5,same", "6,next", "3600,next"})
  void theAskedPauseIsWaitedWithinPatience(long seconds, String expected) {
    Fault limited =
        fault(Kind.RATE_LIMITED).withRetryAfter(Optional.of(Duration.ofSeconds(seconds)));
    assertThat(word(RULE.decide(at(limited, 1, false, true)))).isEqualTo(expected);
  }

  @Test
  void noRetryComesBeforeTheAskedPause() {
    Random random = new Random(11);
    for (int i = 0; i < 1000; i++) {
      Duration asked = Duration.ofMillis(random.nextInt(5000));
      RetryRule.Situation now =
          new RetryRule.Situation(
              fault(Kind.RATE_LIMITED).withRetryAfter(Optional.of(asked)),
              false,
              1,
              1,
              false,
              true,
              MUCH,
              random.nextDouble());
      assertThat(RULE.decide(now))
          .isInstanceOfSatisfying(
              RetryRule.Step.Same.class,
              same -> assertThat(same.after()).isGreaterThanOrEqualTo(asked));
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theMostTriesAndTheDeadlineBoundEverything(Kind kind) {
    RetryRule.Situation tired =
        new RetryRule.Situation(fault(kind), true, 1, RULE.maxTries(), true, true, MUCH, 0);
    RetryRule.Situation late =
        new RetryRule.Situation(fault(kind), true, 1, 1, true, true, Duration.ZERO, 0);
    assertThat(word(RULE.decide(tired))).isEqualTo("stop");
    assertThat(word(RULE.decide(late))).isEqualTo("stop");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theSameEndpointIsNeverTriedFourTimes(Kind kind) {
    for (boolean any : new boolean[] {true, false}) {
      assertThat(word(RULE.decide(at(fault(kind), 3, false, any)))).isNotEqualTo("same");
    }
  }

  @Test
  void silentEndpointsAreNeverTriedAgain() {
    for (Kind kind : EnumSet.of(Kind.FIRST_TOKEN_TIMEOUT, Kind.IDLE_TIMEOUT)) {
      assertThat(word(RULE.decide(at(fault(kind), 1, true, false)))).isEqualTo("stop");
    }
  }

  @Test
  void pausesGrowAndNeverPassTheDeadline() {
    RetryRule.Situation close =
        new RetryRule.Situation(
            fault(Kind.SERVER_ERROR), false, 1, 1, false, true, Duration.ofMillis(50), 0.9);
    assertThat(word(RULE.decide(close))).isEqualTo("next");
  }
}
