package dev.fairlead.money;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * What callers pay beyond what providers ask.
 *
 * @param percent of what the provider asks
 */
public record Markup(BigDecimal percent) {
  public static final Markup NONE = new Markup(BigDecimal.ZERO);

  /** The most that an amount comes to: a fraction of a nano-USD counts as one. */
  public Money atMost(Money asked) {
    return percent.signum() == 0 ? asked : money(asked, RoundingMode.CEILING);
  }

  /** The same lines for what the caller pays. */
  public Cost on(Cost asked) {
    if (percent.signum() == 0 || asked.total().isZero()) {
      return asked;
    }
    BigInteger pico = scaled(new BigDecimal(asked.pico()), RoundingMode.HALF_UP);
    Money total = Money.ofPico(pico);
    return new Cost(asked.lines(), total, asked.priceVersion());
  }

  /** What of an amount is left for the provider. */
  public Money within(Money paid) {
    if (percent.signum() == 0) {
      return paid;
    }
    BigDecimal share = BigDecimal.valueOf(paid.nanoUsd()).divide(factor(), 0, RoundingMode.FLOOR);
    return new Money(share.longValueExact());
  }

  private Money money(Money amount, RoundingMode mode) {
    BigInteger nano = scaled(BigDecimal.valueOf(amount.nanoUsd()), mode);
    return nano.bitLength() < Long.SIZE ? new Money(nano.longValue()) : Money.LARGEST;
  }

  private BigInteger scaled(BigDecimal amount, RoundingMode mode) {
    return amount.multiply(factor()).setScale(0, mode).toBigInteger();
  }

  private BigDecimal factor() {
    return BigDecimal.ONE.add(percent.movePointLeft(2));
  }
}
