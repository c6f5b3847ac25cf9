package dev.fairlead.exchange;

import dev.fairlead.attempt.Attempts;
import dev.fairlead.catalog.Catalog;
import dev.fairlead.config.StreamPolicy;
import dev.fairlead.http.ServerRequest;
import dev.fairlead.idempotency.Idempotency;
import dev.fairlead.identity.Keys;
import dev.fairlead.identity.Organization;
import dev.fairlead.identity.Principal;
import dev.fairlead.identity.Proxies;
import dev.fairlead.identity.Tenants;
import dev.fairlead.journal.Journal;
import dev.fairlead.ledger.Budgets;
import dev.fairlead.ledger.Ledger;
import dev.fairlead.limit.Limiter;
import dev.fairlead.money.Markup;
import dev.fairlead.provider.CredentialRegister;
import dev.fairlead.route.Constraints;
import dev.fairlead.route.Router;
import dev.fairlead.route.Seats;
import dev.fairlead.route.SignalBook;
import dev.fairlead.route.Stickiness;
import dev.fairlead.wire.JsonLimits;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The rooms along the corridor: what an exchange needs of each.
 *
 * @param catalog the snapshot that holds at the moment of asking
 * @param constraints what configuration forbids
 * @param seats with which credentials providers can be called for somebody
 */
public record Corridor(
    Keys keys,
    Tenants tenants,
    Supplier<Catalog> catalog,
    Supplier<Constraints> constraints,
    Router router,
    Function<Optional<Principal>, Seats> seats,
    CredentialRegister credentials,
    SignalBook signals,
    Stickiness stickiness,
    Attempts attempts,
    Journal journal,
    Idempotency idempotency,
    Limiter limiter,
    Ledger ledger,
    Budgets budgets,
    Yardsticks yardsticks,
    Departures departures,
    Settings settings,
    InstantSource clock,
    LongSupplier nanos,
    RandomGenerator random) {

  /** The address that somebody calls from. */
  public String address(ServerRequest request) {
    return settings.proxies().client(request.peer(), request.headers().all("x-forwarded-for"));
  }

  /** How money is kept and charged for somebody. */
  Spending spending(Principal caller) {
    Optional<Organization> organization = tenants.organization(caller.organization());
    return organization.map(settings.spending()::of).orElse(settings.spending());
  }

  /**
   * How exchanges are run.
   *
   * @param keepAlive longest silence towards a caller who waits for a stream
   * @param proxies whose word on a caller's address is taken
   */
  public record Settings(
      StreamPolicy streamPolicy,
      Duration keepAlive,
      JsonLimits limits,
      Spending spending,
      Proxies proxies) {
    public static final Settings DEFAULT =
        new Settings(
            StreamPolicy.ERROR,
            Duration.ofSeconds(10),
            JsonLimits.REQUEST,
            Spending.DEFAULT,
            Proxies.NONE);
  }

  /**
   * How money is kept and charged.
   *
   * @param clampOutput ask for a shorter answer rather than refuse; a request may say otherwise
   * @param prepaid the organization's lifetime budget is its credits
   */
  public record Spending(boolean clampOutput, Markup markup, boolean prepaid) {
    public static final Spending DEFAULT = new Spending(false, Markup.NONE, false);

    /** What an organization says otherwise. */
    Spending of(Organization organization) {
      return organization.markup().isEmpty() && organization.prepaid().isEmpty()
          ? this
          : new Spending(
              clampOutput,
              organization.markup().orElse(markup),
              organization.prepaid().orElse(prepaid));
    }
  }
}
