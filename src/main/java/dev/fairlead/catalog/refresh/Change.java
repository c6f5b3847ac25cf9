package dev.fairlead.catalog.refresh;

import dev.fairlead.catalog.PriceWords;
import dev.fairlead.money.Meter;
import java.util.OptionalLong;

/** One thing in which a public list differs from the catalog. */
public sealed interface Change {
  /** The provider's slug. */
  String provider();

  /** The model's id in the catalog, or the provider's own where the catalog has none. */
  String model();

  /** What it was; empty when there was nothing. */
  String before();

  /** What it is now; empty when it is gone. */
  String after();

  /** What it is about: a price's word, a limit, the offer itself. */
  String subject();

  /**
   * An offer that the catalog does not have.
   *
   * @param applied the overlay can hold it; otherwise somebody has to say which model it is
   */
  record Added(String provider, String model, String name, boolean applied) implements Change {
    @Override
    public String before() {
      return "";
    }

    @Override
    public String after() {
      return applied ? name : name + " (not applied: which model is it?)";
    }

    @Override
    public String subject() {
      return "offer";
    }
  }

  /**
   * Another price, in pico-USD a unit.
   *
   * @param aboveInputTokens the tier's bound; 0 for the price below all tiers
   */
  record PriceChanged(
      String provider,
      String model,
      Meter meter,
      long aboveInputTokens,
      OptionalLong oldPico,
      OptionalLong newPico)
      implements Change {
    @Override
    public String before() {
      return shown(oldPico);
    }

    @Override
    public String after() {
      return shown(newPico);
    }

    @Override
    public String subject() {
      String word = PriceWords.word(meter);
      return aboveInputTokens == 0 ? word : word + " above " + aboveInputTokens;
    }

    private String shown(OptionalLong pico) {
      return pico.isEmpty() ? "" : PriceWords.stated(meter, pico.getAsLong()).toPlainString();
    }
  }

  /** Another limit, in tokens. */
  record LimitChanged(
      String provider, String model, String subject, OptionalLong oldLimit, long newLimit)
      implements Change {
    @Override
    public String before() {
      return oldLimit.isEmpty() ? "" : Long.toString(oldLimit.getAsLong());
    }

    @Override
    public String after() {
      return Long.toString(newLimit);
    }
  }

  /** An offer that a complete list no longer has. The catalog keeps it. */
  record Vanished(String provider, String model, String name) implements Change {
    @Override
    public String before() {
      return name;
    }

    @Override
    public String after() {
      return "";
    }

    @Override
    public String subject() {
      return "offer";
    }
  }
}
