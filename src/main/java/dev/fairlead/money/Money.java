package dev.fairlead.money;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * An amount of money in nano-USD (10⁻⁹ USD). Arithmetic is exact and refuses to overflow; about
 * nine billion USD fit.
 */
public record Money(long nanoUsd) implements Comparable<Money> {
  public static final Money ZERO = new Money(0);

  /** More than anything costs. */
  public static final Money LARGEST = new Money(Long.MAX_VALUE);

  private static final BigInteger PICO_PER_NANO = BigInteger.valueOf(1000);

  /**
   * The one rounding of a cost: half up (away from zero), from pico-USD. A cost that does not fit,
   * which only a misreport of usage can make, is the largest amount that does.
   */
  public static Money ofPico(BigInteger picoUsd) {
    BigInteger[] parts = picoUsd.divideAndRemainder(PICO_PER_NANO);
    BigInteger rounded =
        Math.abs(parts[1].intValue()) >= 500
            ? parts[0].add(BigInteger.valueOf(picoUsd.signum()))
            : parts[0];
    return rounded.bitLength() < Long.SIZE
        ? new Money(rounded.longValue())
        : rounded.signum() > 0 ? LARGEST : new Money(-LARGEST.nanoUsd);
  }

  /** From USD as people write it; digits below a nano-USD are rounded half up. */
  public static Money ofUsd(BigDecimal usd) {
    return new Money(usd.movePointRight(9).setScale(0, RoundingMode.HALF_UP).longValueExact());
  }

  public Money plus(Money other) {
    return new Money(Math.addExact(nanoUsd, other.nanoUsd));
  }

  public Money minus(Money other) {
    return new Money(Math.subtractExact(nanoUsd, other.nanoUsd));
  }

  /** What is left when the other is taken off: never below nothing. */
  public Money less(Money other) {
    return compareTo(other) <= 0 ? ZERO : minus(other);
  }

  public boolean isZero() {
    return nanoUsd == 0;
  }

  /** In USD, without needless zeros. */
  public BigDecimal usd() {
    return nanoUsd == 0
        ? BigDecimal.ZERO
        : new BigDecimal(BigInteger.valueOf(nanoUsd), 9).stripTrailingZeros();
  }

  @Override
  public int compareTo(Money other) {
    return Long.compare(nanoUsd, other.nanoUsd);
  }

  @Override
  public String toString() {
    return "$" + usd().toPlainString();
  }
}
