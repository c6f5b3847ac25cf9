package dev.fairlead.canon;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * How much the model shall think, and what the caller wants to see of it.
 *
 * @param enabled empty when the caller did not say; false switches thinking off
 * @param effort in words, for models that are steered so
 * @param budget in tokens, for models that are steered so
 * @param exclude think, but do not show it
 * @param summary {@code auto}, {@code concise} or {@code detailed}
 */
public record ReasoningWish(
    Optional<Boolean> enabled,
    Optional<Effort> effort,
    OptionalLong budget,
    boolean exclude,
    Optional<String> summary) {

  /** Nothing was said. */
  public static final ReasoningWish UNSET =
      new ReasoningWish(
          Optional.empty(), Optional.empty(), OptionalLong.empty(), false, Optional.empty());

  /** OpenRouter's scale, lowest first. */
  public enum Effort {
    NONE,
    MINIMAL,
    LOW,
    MEDIUM,
    HIGH,
    XHIGH,
    MAX;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    public static Optional<Effort> of(String word) {
      for (Effort effort : values()) {
        if (effort.word().equals(word)) {
          return Optional.of(effort);
        }
      }
      return Optional.empty();
    }

    /** The share of the output bound that budget-steered models get (OpenRouter's table). */
    public double share() {
      return switch (this) {
        case NONE -> 0;
        case MINIMAL -> 0.1;
        case LOW -> 0.2;
        case MEDIUM -> 0.5;
        case HIGH -> 0.8;
        case XHIGH, MAX -> 0.95;
      };
    }
  }

  public boolean isUnset() {
    return equals(UNSET);
  }

  /** True when the caller asked for thinking in any way. */
  public boolean isOn() {
    return enabled.orElse(budget.isPresent() || effort.filter(e -> e != Effort.NONE).isPresent());
  }

  /** True when the caller switched thinking off. */
  public boolean isOff() {
    return enabled.filter(on -> !on).isPresent() || effort.filter(Effort.NONE::equals).isPresent();
  }
}
