package dev.fairlead.exchange;

import dev.fairlead.attempt.Gate;
import dev.fairlead.canon.Fault;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.identity.Scope;
import dev.fairlead.limit.Admission;
import dev.fairlead.limit.Consumption;
import dev.fairlead.limit.Demand;
import dev.fairlead.limit.Level;
import dev.fairlead.limit.Limited;
import dev.fairlead.limit.Names;
import dev.fairlead.limit.Pass;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the limits have let in of one exchange. It was let in together with one endpoint; whoever
 * else is asked has limits on its model and its provider, too. All of it ends once, and what was
 * used counts at the model and provider that served. Confined to the exchange's loop.
 */
final class Turnstile implements Gate {
  private final Corridor corridor;
  private final Demand demand;
  private final Endpoint with;
  private final Pass entered;
  private final Set<Scope> passed = new HashSet<>();
  private final List<Pass> later = new ArrayList<>();

  /**
   * @param with the endpoint that it was let in with
   * @param entered how
   */
  Turnstile(Corridor corridor, Demand demand, Endpoint with, Pass entered) {
    this.corridor = corridor;
    this.demand = demand;
    this.with = with;
    this.entered = entered;
  }

  List<Level> levels() {
    return entered.levels();
  }

  @Override
  public Answer ask(Endpoint endpoint) {
    if (endpoint == with) {
      return OPEN;
    }
    List<Scope> scopes = new ArrayList<>(Scopes.of(endpoint));
    scopes.removeAll(Scopes.of(with));
    scopes.removeAll(passed);
    if (scopes.isEmpty()) {
      return OPEN;
    }
    return switch (corridor.limiter().admit(scopes, demand)) {
      case Pass pass -> {
        later.add(pass);
        passed.addAll(scopes);
        yield OPEN;
      }
      case Limited limited -> new Shut(fault(limited));
      case Admission.Awaited(Limited otherwise) -> new Later(fault(otherwise));
      case Admission.Silent silent ->
          new Shut(
              Fault.gateway(
                      Fault.Kind.LEDGER_UNAVAILABLE,
                      "This gateway has not heard of its share of the rate limits for too long.")
                  .withRetryAfter(Optional.of(Duration.ofSeconds(5))));
    };
  }

  private Fault fault(Limited limited) {
    String message = Limits.message(limited, new Names(corridor.keys()));
    return Fault.gateway(Fault.Kind.RATE_LIMITED, message).withRetryAfter(limited.retryAfter());
  }

  /**
   * Ends all of it.
   *
   * @param served empty where nobody did
   */
  void end(Consumption actual, Optional<Endpoint> served) {
    end(entered, actual, served);
    later.forEach(pass -> end(pass, actual, served));
  }

  private void end(Pass pass, Consumption actual, Optional<Endpoint> served) {
    corridor
        .limiter()
        .end(
            pass,
            scope -> {
              boolean elsewhere =
                  Limits.isOfEndpoint(scope)
                      && served.filter(it -> Scopes.of(it).contains(scope)).isEmpty();
              return elsewhere ? Consumption.NOTHING : actual;
            });
  }
}
