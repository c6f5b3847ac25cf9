package dev.fairlead.exchange;

import dev.fairlead.canon.Fault;
import dev.fairlead.identity.Scope;
import dev.fairlead.ledger.Budget;
import dev.fairlead.ledger.Held;
import dev.fairlead.money.Interval;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What a caller is told whose budget does not pay for a request. */
final class Unfunded {
  private static final Duration SOON = Duration.ofSeconds(1);

  private Unfunded() {}

  /**
   * @param most tokens of output that were asked for
   * @param way what may be done instead
   * @param prepaid the organization's budget is its credits
   */
  static Fault fault(Held.Denied denied, long most, WayOut way, boolean prepaid) {
    Budget budget = denied.budget();
    Optional<Instant> reset = budget.interval().end(denied.day());
    boolean workspace = budget.scope().kind() == Scope.Kind.WORKSPACE && !denied.inFlight();
    String message =
        (workspace
                ? "Workspace "
                    + budget.interval().word()
                    + " budget of "
                    + budget.limit()
                    + " exceeded. "
                : "This request requires more credits, or fewer max_tokens. ")
            + "You requested up to "
            + most
            + " tokens, but can only afford "
            + way.tokens()
            + ". The "
            + budget.interval().word()
            + " limit of "
            + named(budget.scope())
            + " is "
            + budget.limit()
            + ": "
            + denied.spent()
            + " is spent and "
            + denied.held()
            + " is held for requests under way; this one may cost "
            + denied.asked()
            + "."
            + reset.map(at -> " The limit begins anew at " + at + ".").orElse("")
            + way.model().map(name -> " " + name + " costs nothing.").orElse("");
    Fault.Kind kind = workspace ? Fault.Kind.FORBIDDEN : Fault.Kind.PAYMENT_REQUIRED;
    Fault fault = Fault.client(kind, message).withMetadata(metadata(denied, reset, way, prepaid));
    return denied.inFlight() ? fault.withRetryAfter(Optional.of(SOON)) : fault;
  }

  /** A key is not named by its hash: its owner knows which one it used. */
  private static String named(Scope scope) {
    return switch (scope.kind()) {
      case KEY, ORGANIZATION -> "the " + scope.kind().word();
      case WORKSPACE, MEMBER, END_USER, TAG, MODEL, PROVIDER ->
          scope.kind().word() + " '" + scope.name() + "'";
    };
  }

  private static Raw metadata(
      Held.Denied denied, Optional<Instant> reset, WayOut way, boolean prepaid) {
    Budget budget = denied.budget();
    JsonWriter out = new JsonWriter().beginObject();
    out.field("limit_source", source(denied, prepaid));
    out.field("reason", denied.inFlight() ? "in_flight_budget_exhausted" : "weight_exceeds_budget");
    out.field("scope", budget.scope().kind().word());
    out.field("scope_id", budget.scope().name());
    out.field("interval", budget.interval().word());
    out.field("limit", budget.limit().usd());
    out.field("spent", denied.spent().usd());
    out.field("held", denied.held().usd());
    out.field("asked", denied.asked().usd());
    out.field("affordable_tokens", way.tokens());
    way.endpoint().ifPresent(id -> out.field("affordable_at", id));
    way.model().ifPresent(id -> out.field("free_model", id));
    reset.ifPresent(at -> out.field("resets_at", at.toString()));
    out.field("remedy_hint", way.hint(denied.inFlight()));
    return out.endObject().toRaw();
  }

  private static String source(Held.Denied denied, boolean prepaid) {
    if (denied.inFlight()) {
      return "openrouter_in_flight_budget";
    }
    Budget budget = denied.budget();
    return switch (budget.scope().kind()) {
      case KEY -> "openrouter_key_limit";
      case ORGANIZATION ->
          prepaid && budget.interval() == Interval.LIFETIME
              ? "openrouter_credits"
              : "fairlead_budget";
      case WORKSPACE, MEMBER, END_USER, TAG, MODEL, PROVIDER -> "fairlead_budget";
    };
  }
}
