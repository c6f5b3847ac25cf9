package dev.fairlead.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.identity.Scope;
import dev.fairlead.identity.Tenant;
import dev.fairlead.money.Interval;
import dev.fairlead.money.Money;
import dev.fairlead.store.StoreFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What stands in a log can be read by this version, and by all that follow. */
final class SettlementFrameTest {
  private static final long OWN = 0x0102030405060708L >> 16;
  private static final List<Scope> SCOPES =
      List.of(new Scope(Scope.Kind.WORKSPACE, "w"), new Scope(Scope.Kind.KEY, "k"));

  private static Settlement settlement(Money own, boolean lost) {
    return settlement("default", own, lost);
  }

  private static Settlement settlement(String organization, Money own, boolean lost) {
    return new Settlement(
        "gen-1",
        Instant.parse("2026-11-28T12:00:00.5Z"),
        "k",
        new Tenant(organization, "w"),
        "a/m",
        "p|a/m",
        "p",
        Settlement.Source.METER,
        "v1",
        new Money(500),
        new Money(400),
        new Money(300),
        own,
        10,
        20,
        5,
        lost);
  }

  private static byte[] without(byte[] bytes, int from, int count) {
    byte[] less = Arrays.copyOf(bytes, bytes.length - count);
    System.arraycopy(bytes, from + count, less, from, bytes.length - from - count);
    return less;
  }

  private static int place(byte[] bytes, long number) {
    for (int i = 0; i + 8 <= bytes.length; i++) {
      if (ByteBuffer.wrap(bytes).getLong(i) == number) {
        return i;
      }
    }
    throw new AssertionError("it is not there");
  }

  private static int organization(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf("default") - 2;
  }

  @Test
  void whatIsWrittenIsRead() {
    List<Settled> all =
        List.of(
            new Settled(settlement("acme", new Money(OWN), true), SCOPES, 20_000, Optional.empty()),
            new Settled(settlement(Money.ZERO, true), List.of(), 20_000, Optional.empty(), true),
            new Settled(
                settlement(Money.ZERO, false),
                SCOPES,
                20_001,
                Optional.of(
                    new LeaseCharge(
                        "gen-1",
                        "n",
                        7,
                        List.of(new BudgetPeriod(SCOPES.get(1), Interval.DAILY, 20_001)),
                        300))));
    assertThat(SettlementFrame.read(SettlementFrame.write(all))).isEqualTo(all);
  }

  @Test
  void whatOlderVersionsWroteIsRead() {
    Settled now = new Settled(settlement(new Money(OWN), false), SCOPES, 20_000, Optional.empty());
    Settled then = new Settled(settlement(Money.ZERO, false), SCOPES, 20_000, Optional.empty());
    byte[] bytes = SettlementFrame.write(List.of(now));
    byte[] fifth = without(bytes, organization(bytes), 2 + "default".length());
    fifth[0] = 5;
    assertThat(SettlementFrame.read(fifth)).containsExactly(now);
    byte[] fourth = without(fifth, fifth.length - 1, 1); // whether it is under way
    fourth[0] = 4;
    assertThat(SettlementFrame.read(fourth)).containsExactly(now);
    int own = place(fourth, OWN);
    byte[] third = without(fourth, own, 8);
    third[0] = 3;
    assertThat(SettlementFrame.read(third)).containsExactly(then);
    byte[] second = without(third, own - 1, 1); // whether it was lost
    second[0] = 2;
    assertThat(SettlementFrame.read(second)).containsExactly(then);
    byte[] first = without(second, second.length - 1, 1); // whether a lease pays
    first[0] = 1;
    assertThat(SettlementFrame.read(first)).containsExactly(then);
  }

  @Test
  void whatNewerVersionsWroteIsRefused() {
    byte[] bytes =
        SettlementFrame.write(
            List.of(new Settled(settlement(Money.ZERO, false), SCOPES, 20_000, Optional.empty())));
    bytes[0]++;
    assertThatThrownBy(() -> SettlementFrame.read(bytes))
        .isInstanceOf(StoreFailure.class)
        .hasMessageContaining("newer version");
  }
}
