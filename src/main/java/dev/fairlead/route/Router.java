package dev.fairlead.route;

import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.Model;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Makes plans. Each is a function of its input alone; what is kept between plans is only a digest
 * of the catalog that was used last. Safe for all threads, never blocks.
 */
public final class Router {
  private final Predicate<Model> distillable;
  private final Duration patience;
  private volatile Roster roster;

  /**
   * @param distillable which models' authors permit distillation
   * @param patience how long a request may wait when all providers want to be left alone; beyond
   *     it, the caller is told to come back
   */
  public Router(Predicate<Model> distillable, Duration patience) {
    this.distillable = distillable;
    this.patience = patience;
    this.roster = new Roster(Catalog.EMPTY, distillable);
  }

  /** Digests a new catalog ahead of the first plan that uses it. */
  public void prepare(Catalog catalog) {
    roster(catalog);
  }

  public Planned plan(PlanInput input) {
    Roster known = roster(input.catalog());
    Question question = question(known, input);
    PlanRecord record = new PlanRecord(question, Decider.decide(question));
    List<Decision.Ranked> ranked = record.decision().ranked();
    if (ranked.isEmpty()) {
      Refusal refusal = Refusal.of(question, record.decision());
      return new NoRoute(refusal.fault(), refusal.availability(), record);
    }
    List<Leg> legs = new ArrayList<>(ranked.size());
    for (Decision.Ranked rank : ranked) {
      legs.add(new Leg(known.endpoint(rank.endpoint()), model(known, rank.model()), rank));
    }
    return new RoutePlan(legs, record);
  }

  /**
   * The same request for other models: what was wished, needed and forbidden stays as it was.
   *
   * @return empty where none of them may answer it
   */
  public Optional<RoutePlan> instead(
      RoutePlan plan, List<String> models, Catalog catalog, Signals signals, Seats seats) {
    if (models.isEmpty()) {
      return Optional.empty();
    }
    Question asked = plan.record().question();
    Planned planned =
        plan(
            new PlanInput(
                catalog,
                asked.wish().withModels(models),
                asked.needs(),
                asked.constraints(),
                signals,
                seats,
                Optional.empty(),
                asked.now(),
                asked.seed(),
                asked.policyVersion()));
    return planned instanceof RoutePlan other ? Optional.of(other) : Optional.empty();
  }

  private static Model model(Roster known, String id) {
    return known
        .catalog()
        .model(id)
        .orElseThrow(
            () -> new IllegalStateException("decided for a model that is not there: " + id));
  }

  private Roster roster(Catalog catalog) {
    Roster known = roster;
    if (!known.isOf(catalog)) {
      known = new Roster(catalog, distillable);
      roster = known;
    }
    return known;
  }

  private Question question(Roster known, PlanInput input) {
    Resolver resolver = new Resolver(input.catalog(), input.wish(), input.now());
    List<ModelChoice> choices = new ArrayList<>();
    boolean allKnown = true;
    for (String named : input.wish().models()) {
      ModelChoice choice = resolver.resolve(named);
      choices.add(choice);
      allKnown &= choice.state() != ModelChoice.State.UNKNOWN;
    }
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; allKnown && i < choices.size(); i++) {
      if (!repeats(choices, i)) {
        known.candidates(input, choices.get(i), i, candidates);
      }
    }
    return new Question(
        input.now(),
        input.seed(),
        input.catalog().version(),
        input.policyVersion(),
        input.wish(),
        choices,
        input.needs(),
        input.constraints(),
        input.sticky(),
        patience,
        candidates);
  }

  /** Two names of one model are one model, where the first stands. */
  private static boolean repeats(List<ModelChoice> choices, int at) {
    for (int i = 0; i < at; i++) {
      if (choices.get(i).id().equals(choices.get(at).id())) {
        return true;
      }
    }
    return false;
  }
}
