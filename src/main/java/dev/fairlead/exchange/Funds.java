package dev.fairlead.exchange;

import dev.fairlead.canon.Edit;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Loss;
import dev.fairlead.canon.Refused;
import dev.fairlead.identity.Scope;
import dev.fairlead.ledger.Budget;
import dev.fairlead.ledger.Budgets;
import dev.fairlead.ledger.Ceiling;
import dev.fairlead.ledger.Held;
import dev.fairlead.ledger.Hold;
import dev.fairlead.ledger.Ledger;
import dev.fairlead.ledger.Standing;
import dev.fairlead.money.Money;
import dev.fairlead.route.Leg;
import dev.fairlead.route.RoutePlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Keeps the money for one exchange before anybody is called: what the dearest leg of its plan can
 * cost at most. Legs that a budget does not pay for are left out as long as others remain; where
 * none does, a shorter answer is asked for if that is wished, or the request is refused.
 */
final class Funds {
  /** A request's own word on whether a shorter answer will do. */
  static final String CLAMP = "x-fairlead-clamp-output";

  /** A shorter answer than this is no use. */
  private static final long SHORTEST_OUTPUT = 16;

  /** A leg and the most that it can cost the caller. */
  private record Bid(Leg leg, Ceiling ceiling, Money amount) {}

  private final Corridor corridor;
  private final RoutePlan plan;
  private final Ledger ledger;
  private final Budgets budgets;
  private final Corridor.Spending terms;
  private final Entry entry;
  private final long bodyBytes;
  private final boolean clamp;
  private final List<Loss> losses = new ArrayList<>();
  private List<Bid> bids;
  private OptionalLong clamped = OptionalLong.empty();

  Funds(Corridor corridor, Visit visit, Entry entry, RoutePlan plan) {
    this.corridor = corridor;
    this.plan = plan;
    this.ledger = corridor.ledger();
    this.budgets = corridor.budgets();
    this.terms = corridor.spending(entry.principal());
    this.entry = entry;
    this.bodyBytes = visit.request().body().length;
    this.clamp =
        visit.request().headers().get(CLAMP).map("true"::equals).orElse(terms.clampOutput());
    this.bids = bids(plan.legs(), entry.inbound().request().maxTokens());
  }

  private List<Bid> bids(List<Leg> legs, OptionalLong maxTokens) {
    List<Bid> made = new ArrayList<>(legs.size());
    for (Leg leg : legs) {
      Ceiling ceiling =
          Ceiling.of(leg.endpoint(), entry.arrived(), bodyBytes, maxTokens, choices());
      boolean own = leg.rank().own(); // paid at the provider, by whose credential it is
      made.add(new Bid(leg, ceiling, own ? Money.ZERO : terms.markup().atMost(ceiling.amount())));
    }
    return made;
  }

  private long choices() {
    return entry.inbound().request().sampling().choices().orElse(1);
  }

  /**
   * @param patient the caller can wait until this node has heard more of a budget
   * @return empty when it has to
   */
  Optional<Funded> take(boolean patient) throws Refused {
    List<Scope> common = payers();
    withoutOwn(common);
    while (true) {
      List<Scope> scopes = scopes(common);
      switch (ledger.hold(entry.id(), scopes, dearest())) {
        case Hold hold -> {
          return Optional.of(new Funded(hold, legs(), edits(), losses, longest(), notices(scopes)));
        }
        case Held.Denied denied -> less(denied);
        case Held.Asked asked -> {
          if (patient) {
            return Optional.empty();
          }
          if (asked.open()) {
            throw unavailable(
                "This gateway has not heard in time whether a budget has room for this. Models"
                    + " without a price can be called. Try again shortly.");
          }
          less(asked.otherwise());
        }
        case Held.Unavailable() ->
            throw unavailable(
                "The gateway cannot write its books now, so nothing that costs is begun."
                    + " Models without a price can be called. Try again shortly.");
      }
    }
  }

  private static Refused unavailable(String why) {
    return new Refused(
        Fault.gateway(Fault.Kind.LEDGER_UNAVAILABLE, why)
            .withRetryAfter(Optional.of(Duration.ofSeconds(5))));
  }

  /** Leaves out own credentials where they count in a budget that has nothing left. */
  private void withoutOwn(List<Scope> scopes) throws Refused {
    Optional<Bid> own =
        bids.stream()
            .filter(bid -> bid.leg().rank().own())
            .max(Comparator.comparing(bid -> bid.ceiling().amount()));
    if (own.isEmpty()) {
      return;
    }
    Optional<Held.Denied> spent = ledger.exhausted(scopes, own.get().ceiling().amount());
    if (spent.isEmpty()) {
      return;
    }
    List<Bid> rest = bids.stream().filter(bid -> !bid.leg().rank().own()).toList();
    if (rest.isEmpty()) {
      throw new Refused(Unfunded.fault(spent.get(), longest(), way(spent.get()), terms.prepaid()));
    }
    leave(rest, spent.get());
  }

  /** Tries what costs less, or refuses. */
  private void less(Held.Denied denied) throws Refused {
    if (!without(denied) && !shorter(denied)) {
      throw new Refused(Unfunded.fault(denied, longest(), way(denied), terms.prepaid()));
    }
  }

  /** Scopes that callers name freely only where some have a budget: there may be millions. */
  private List<Scope> payers() {
    boolean users = budgets.concern(Scope.Kind.END_USER);
    boolean tags = budgets.concern(Scope.Kind.TAG);
    return Scopes.of(entry).stream()
        .filter(scope -> users || scope.kind() != Scope.Kind.END_USER)
        .filter(scope -> tags || scope.kind() != Scope.Kind.TAG)
        .toList();
  }

  private List<Scope> scopes(List<Scope> common) {
    Set<Scope> scopes = new LinkedHashSet<>(common);
    scopes.addAll(Scopes.of(legs()));
    return List.copyOf(scopes);
  }

  private List<Leg> legs() {
    return bids.stream().map(Bid::leg).toList();
  }

  /** What it may cost at most. */
  Money dearest() {
    Money dearest = Money.ZERO;
    for (Bid bid : bids) {
      dearest = bid.amount().compareTo(dearest) > 0 ? bid.amount() : dearest;
    }
    return dearest;
  }

  /** Leaves out the legs that the budget does not pay for; false when none would remain. */
  private boolean without(Held.Denied denied) {
    Scope scope = denied.budget().scope();
    List<Bid> others = bids.stream().filter(b -> !Scopes.concerns(scope, b.leg())).toList();
    List<Bid> rest =
        others.isEmpty()
            ? bids.stream().filter(b -> b.amount().compareTo(denied.left()) <= 0).toList()
            : others;
    if (rest.isEmpty() || rest.size() == bids.size()) {
      return false;
    }
    leave(rest, denied);
    return true;
  }

  /** Asks nobody but these, and notes why. */
  private void leave(List<Bid> rest, Held.Denied denied) {
    for (Bid bid : bids) {
      if (!rest.contains(bid)) {
        losses.add(
            new Loss(
                "provider",
                bid.leg().endpoint().id(),
                "not asked: it may cost "
                    + bid.amount()
                    + ", and the budget of "
                    + denied.budget().scope()
                    + " has "
                    + denied.left()
                    + " left"));
      }
    }
    bids = rest;
  }

  /** Asks for as much output as the budget pays for; false where that is not wished, or nothing. */
  private boolean shorter(Held.Denied denied) {
    long affordable = affordable(denied) / choices();
    if (!clamp || clamped.isPresent() || affordable < SHORTEST_OUTPUT) {
      return false;
    }
    clamped = OptionalLong.of(affordable);
    losses.add(
        new Loss(
            "",
            "max_tokens",
            "set to "
                + affordable
                + ": the budget of "
                + denied.budget().scope()
                + " has "
                + denied.left()
                + " left"));
    bids =
        bids(legs(), clamped).stream()
            .filter(bid -> bid.amount().compareTo(denied.left()) <= 0)
            .toList();
    return !bids.isEmpty();
  }

  private List<Edit> edits() {
    return clamped.isEmpty()
        ? List.of()
        : List.of(
            new Edit(
                "policy:budget",
                "the budget pays for no longer answer",
                new Edit.Change.SetMaxTokens(clamped.getAsLong())));
  }

  private long longest() {
    return bids.stream().mapToLong(bid -> bid.ceiling().outputTokens()).max().orElse(0);
  }

  /** What the caller may do instead. */
  private WayOut way(Held.Denied denied) {
    Money left = terms.markup().within(denied.left());
    Optional<Bid> cheapest =
        bids.stream()
            .max(Comparator.comparingLong(bid -> bid.ceiling().affordable(left)))
            .filter(bid -> bid.ceiling().affordable(left) > 0);
    return new WayOut(
        affordable(denied),
        cheapest.map(bid -> bid.leg().endpoint().id()),
        WayOut.free(corridor, entry, plan));
  }

  /** What the budget pays for at the cheapest endpoint. */
  private long affordable(Held.Denied denied) {
    Money left = terms.markup().within(denied.left());
    return bids.stream().mapToLong(bid -> bid.ceiling().affordable(left)).max().orElse(0);
  }

  private List<String> notices(List<Scope> scopes) {
    List<String> notices = new ArrayList<>();
    for (Scope scope : scopes) {
      List<Budget> soft = budgets.soft(scope);
      if (!soft.isEmpty() && ledger.isKnown()) {
        Standing standing = ledger.standing(scope);
        for (Budget budget : soft) {
          Money spent = standing.spent(budget.interval());
          if (spent.compareTo(budget.limit()) >= 0) {
            notices.add(
                scope.kind().word()
                    + " "
                    + budget.interval().word()
                    + "; limit="
                    + budget.limit().usd().toPlainString()
                    + "; spent="
                    + spent.usd().toPlainString());
            budgets.passed(budget, spent);
          }
        }
      }
    }
    return notices;
  }
}
