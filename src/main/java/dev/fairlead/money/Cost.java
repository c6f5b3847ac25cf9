package dev.fairlead.money;

import java.math.BigInteger;
import java.util.List;
import java.util.Set;

/**
 * What an exchange costs, item by item.
 *
 * @param total what is charged: the sum of the lines, rounded once, or less
 * @param priceVersion the price it was reckoned with
 */
public record Cost(List<Line> lines, Money total, String priceVersion) {
  public static final Cost NOTHING = new Cost(List.of(), Money.ZERO, "none");

  /** {@code quantity} units of a meter at {@code picoUsd} each. */
  public record Line(Meter meter, long quantity, long picoUsd) {
    public BigInteger pico() {
      return BigInteger.valueOf(quantity).multiply(BigInteger.valueOf(picoUsd));
    }
  }

  public Cost {
    lines = List.copyOf(lines);
  }

  public static Cost of(List<Line> lines, String priceVersion) {
    BigInteger sum = BigInteger.ZERO;
    for (Line line : lines) {
      sum = sum.add(line.pico());
    }
    return new Cost(lines, Money.ofPico(sum), priceVersion);
  }

  /** The same lines, charged no further than a bound. */
  public Cost atMost(Money bound) {
    return total.compareTo(bound) <= 0 ? this : new Cost(lines, bound, priceVersion);
  }

  /** The exact sum before rounding, in pico-USD. */
  public BigInteger pico() {
    return lines.stream().map(Line::pico).reduce(BigInteger.ZERO, BigInteger::add);
  }

  /** The exact sum of some meters' lines, in pico-USD. */
  public BigInteger pico(Set<Meter> meters) {
    return lines.stream()
        .filter(line -> meters.contains(line.meter()))
        .map(Line::pico)
        .reduce(BigInteger.ZERO, BigInteger::add);
  }
}
