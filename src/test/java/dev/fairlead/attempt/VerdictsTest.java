package dev.fairlead.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Fault.Kind;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the caller is told when nobody could answer. */
final class VerdictsTest {
  private static Fault provider(Kind kind) {
    return Fault.provider(kind, "the provider's " + kind.word());
  }

  private static Fault limited(long seconds) {
    return provider(Kind.RATE_LIMITED).withRetryAfter(Optional.of(Duration.ofSeconds(seconds)));
  }

  private static Fault summary(Fault... faults) {
    Map<String, Fault> byEndpoint = new LinkedHashMap<>();
    for (int i = 0; i < faults.length; i++) {
      byEndpoint.put("p" + i + "|m", faults[i]);
    }
    return Verdicts.summary(byEndpoint, faults[faults.length - 1]);
  }

  @Test
  void aSingleFaultIsToldAsItIs() {
    assertThat(summary(provider(Kind.SERVER_ERROR))).isEqualTo(provider(Kind.SERVER_ERROR));
  }

  @Test
  void aCommonLimitIsALimitWithTheShortestPause() {
    Fault told = summary(limited(90), limited(30));
    assertThat(told.status()).isEqualTo(429);
    assertThat(told.retryAfter()).contains(Duration.ofSeconds(30));
  }

  @Test
  void whatTheCallerCanMendComesFirst() {
    Fault mine = Fault.client(Kind.CONTEXT_LENGTH, "too long");
    assertThat(summary(provider(Kind.OVERLOADED), mine, provider(Kind.RESET)).kind())
        .isEqualTo(Kind.CONTEXT_LENGTH);
  }

  @Test
  void aRefusalIsNotBuriedInAList() {
    Fault refused = Fault.client(Kind.CONTENT_POLICY, "no");
    assertThat(summary(provider(Kind.OVERLOADED), refused).kind()).isEqualTo(Kind.CONTENT_POLICY);
  }

  @Test
  void aMixtureIsAListWithAPause() {
    Fault told = summary(provider(Kind.OVERLOADED), provider(Kind.BAD_CREDENTIAL));
    assertThat(told.status()).isEqualTo(503);
    assertThat(told.message()).contains("p0|m: overloaded", "p1|m: bad_credential");
    assertThat(told.retryAfter()).isPresent();
  }

  @Test
  void whatOthersAnsweredIsToldBesideIt() {
    Fault down = provider(Kind.SERVER_ERROR).by("Down");
    Fault busy = provider(Kind.OVERLOADED).by("Busy");
    Fault mine = Fault.client(Kind.CONTEXT_LENGTH, "too long").by("Small");
    assertThat(summary(down).earlier()).isEmpty();
    assertThat(summary(down, busy).earlier()).containsExactly(down, busy);
    assertThat(summary(down, mine, busy).earlier()).containsExactly(down, busy);
    assertThat(summary(limited(9), limited(3)).earlier()).containsExactly(limited(9));
  }

  @Test
  void ourOwnBadCredentialIsNever401() {
    assertThat(summary(provider(Kind.BAD_CREDENTIAL)).status()).isEqualTo(502);
    assertThat(summary(provider(Kind.BAD_CREDENTIAL), provider(Kind.BAD_CREDENTIAL)).status())
        .isNotIn(401, 403);
  }
}
