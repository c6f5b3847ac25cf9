package dev.fairlead.exchange;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Refused;
import dev.fairlead.ledger.Budget;
import dev.fairlead.ledger.Ceiling;
import dev.fairlead.ledger.Held;
import dev.fairlead.ledger.Hold;
import dev.fairlead.ledger.Ledger;
import dev.fairlead.money.Money;
import dev.fairlead.route.Leg;
import dev.fairlead.route.RoutePlan;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Keeps the money for an exchange before anybody is called, or says why there is not enough. */
final class Funds {
  private static final Duration SOON = Duration.ofSeconds(1);

  private Funds() {}

  /**
   * The most that the plan can cost, by its dearest leg; empty when it costs nothing.
   *
   * @param bodyBytes the size of the request
   */
  static Optional<Ceiling> dearest(Entry entry, RoutePlan plan, long bodyBytes) {
    ChatRequest request = entry.inbound().request();
    Optional<Ceiling> dearest = Optional.empty();
    Money most = Money.ZERO;
    for (Leg leg : plan.legs()) {
      Ceiling ceiling =
          Ceiling.of(
              leg.endpoint(),
              entry.arrived(),
              bodyBytes,
              request.maxTokens(),
              request.sampling().choices().orElse(1));
      if (ceiling.amount().compareTo(most) > 0) {
        most = ceiling.amount();
        dearest = Optional.of(ceiling);
      }
    }
    return dearest;
  }

  /** Holds what the dearest leg of the plan can cost at most. */
  static Hold take(Ledger ledger, Entry entry, Optional<Ceiling> dearest) throws Refused {
    Money asked = dearest.map(Ceiling::amount).orElse(Money.ZERO);
    return switch (ledger.hold(entry.id(), Scopes.payers(entry.principal()), asked)) {
      case Hold hold -> hold;
      case Held.Denied denied -> throw new Refused(refusal(denied, dearest));
      case Held.Unavailable() ->
          throw new Refused(
              Fault.gateway(
                      Fault.Kind.LEDGER_UNAVAILABLE,
                      "The gateway cannot write its books now, so nothing that costs is begun."
                          + " Models without a price can be called. Try again shortly.")
                  .withRetryAfter(Optional.of(Duration.ofSeconds(5))));
    };
  }

  private static Fault refusal(Held.Denied denied, Optional<Ceiling> dearest) {
    Budget budget = denied.budget();
    Optional<Instant> reset = budget.interval().end(denied.day());
    long most = dearest.map(Ceiling::outputTokens).orElse(0L);
    long affordable = dearest.map(ceiling -> ceiling.affordable(denied.left())).orElse(0L);
    String message =
        "This request requires more credits, or fewer max_tokens. You requested up to "
            + most
            + " tokens, but can only afford "
            + affordable
            + ". The "
            + budget.scope().kind().word()
            + "'s "
            + budget.interval().word()
            + " limit is "
            + budget.limit()
            + ": "
            + denied.spent()
            + " is spent and "
            + denied.held()
            + " is held for requests under way; this one may cost "
            + denied.asked()
            + "."
            + reset.map(at -> " The limit begins anew at " + at + ".").orElse("");
    Fault fault =
        Fault.client(Fault.Kind.PAYMENT_REQUIRED, message)
            .withMetadata(metadata(denied, reset, affordable));
    return denied.inFlight() ? fault.withRetryAfter(Optional.of(SOON)) : fault;
  }

  private static Raw metadata(Held.Denied denied, Optional<Instant> reset, long affordable) {
    Budget budget = denied.budget();
    JsonWriter out = new JsonWriter().beginObject();
    if (denied.inFlight()) {
      out.field("limit_source", "openrouter_in_flight_budget");
      out.field("reason", "in_flight_budget_exhausted");
    } else {
      out.field("limit_source", "openrouter_key_limit");
      out.field("reason", "weight_exceeds_budget");
    }
    out.field("scope", budget.scope().kind().word());
    out.field("interval", budget.interval().word());
    out.field("limit", budget.limit().usd());
    out.field("spent", denied.spent().usd());
    out.field("held", denied.held().usd());
    out.field("asked", denied.asked().usd());
    out.field("affordable_tokens", affordable);
    reset.ifPresent(at -> out.field("resets_at", at.toString()));
    out.field(
        "remedy_hint",
        denied.inFlight()
            ? "try again when requests under way have ended"
            : affordable > 0
                ? "set max_tokens to " + affordable + " or less, or call a cheaper model"
                : "call a cheaper model, wait for the reset, or have the limit raised");
    return out.endObject().toRaw();
  }
}
