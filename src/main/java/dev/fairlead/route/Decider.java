package dev.fairlead.route;

import dev.fairlead.canon.Loss;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Answers a {@link Question}: a pure function. Candidates pass the hard rules; those that are left
 * stand in pools, one for each model that was asked for (or one for all, where the caller wants no
 * partition); each pool is graded, grouped and arranged; the pools follow each other in the order
 * of the models, except that a model of which no endpoint meets the caller's wished speed lets the
 * others go first. One use, one thread.
 */
final class Decider {
  private final Question question;
  private final RoutingWish wish;
  private final List<Excluded> excluded = new ArrayList<>();
  private final List<Loss> losses = new ArrayList<>();
  private String strategyWord = "none";

  private Decider(Question question) {
    this.question = question;
    this.wish = question.wish();
  }

  static Decision decide(Question question) {
    return new Decider(question).decide();
  }

  private Decision decide() {
    List<List<Place>> pools = new ArrayList<>();
    for (List<Place> pool : pools(survivors())) {
      int number = pools.size();
      excludeUnfit(pool);
      if (!pool.isEmpty()) {
        arrange(pool, number);
        cutFallbacks(pool);
      }
      pools.add(pool);
    }
    pools.removeIf(List::isEmpty);
    if (pools.size() > 1) {
      pools.sort(Comparator.comparing(Decider::disappoints));
    }
    List<Place> places = concat(pools);
    excludeImpatient(places);
    noteLosses();
    List<Decision.Ranked> ranked = new ArrayList<>(places.size());
    places.forEach(place -> ranked.add(Decision.Ranked.of(place)));
    return new Decision(strategyWord, question.draw(0), ranked, excluded, losses);
  }

  private List<Place> survivors() {
    Filters filters = new Filters(question);
    List<Place> survivors = new ArrayList<>(question.candidates().size());
    for (Candidate candidate : question.candidates()) {
      Optional<Excluded> broken = filters.check(candidate);
      if (broken.isPresent()) {
        excluded.add(broken.get());
      } else {
        survivors.add(new Place(candidate, question));
      }
    }
    return survivors;
  }

  private boolean acrossModels() {
    return wish.acrossModels() && wish.sort().isPresent();
  }

  private List<List<Place>> pools(List<Place> survivors) {
    if (acrossModels() || question.choices().size() == 1) {
      return List.of(survivors);
    }
    List<List<Place>> pools = new ArrayList<>();
    question.choices().forEach(choice -> pools.add(new ArrayList<>()));
    survivors.forEach(place -> pools.get(place.candidate.choice()).add(place));
    return pools;
  }

  private void exclude(
      List<Place> pool, Predicate<Place> who, Function<Candidate, Excluded> because) {
    pool.removeIf(
        place -> {
          boolean goes = who.test(place);
          if (goes) {
            excluded.add(because.apply(place.candidate));
          }
          return goes;
        });
  }

  /** Rules that look at the whole pool: health, tools, the flex tier. */
  private void excludeUnfit(List<Place> pool) {
    pool.removeIf(
        place -> {
          Optional<Excluded> open = Filters.breaker(place.candidate, question.now());
          open.ifPresent(excluded::add);
          return open.isPresent();
        });
    if (question.needs().tools()
        && pool.stream().allMatch(place -> place.candidate.lacks("tools"))) {
      exclude(
          pool,
          place -> true,
          who ->
              Excluded.of(
                  who, Rule.TOOLS, "it does not call tools, nor does any other", "catalog"));
    }
    if (wish.tier() == ServiceTier.FLEX && pool.stream().anyMatch(Decider::flex)) {
      exclude(
          pool,
          place -> !flex(place),
          who ->
              Excluded.of(
                  who,
                  Rule.TIER,
                  "the request asks for the flex tier, which has no fallback",
                  Restriction.REQUEST));
    }
  }

  private static boolean flex(Place place) {
    return place.candidate.facts().tier() == ServiceTier.FLEX;
  }

  private void arrange(List<Place> pool, int number) {
    ModelChoice choice = question.choices().get(acrossModels() ? 0 : number);
    Strategy strategy = strategy(pool, choice);
    if (strategyWord.equals("none")) {
      strategyWord = strategy.word();
    }
    if (pool.size() > 1 || !wish.order().isEmpty()) {
      strategy.grade(pool);
    }
    for (Place place : pool) {
      place.sticky = bound(place);
      place.tier =
          wish.tier() == ServiceTier.PRIORITY
                  && place.candidate.facts().tier() != ServiceTier.PRIORITY
              ? 1
              : 0;
      place.weigh(question);
    }
    pool.sort(Place::byGroup);
    double draw = question.draw(number);
    int from = 0;
    for (int to = 1; to <= pool.size(); to++) {
      if (to == pool.size() || Place.byGroup(pool.get(from), pool.get(to)) != 0) {
        strategy.arrange(pool.subList(from, to), draw, from == 0);
        from = to;
      }
    }
  }

  private Strategy strategy(List<Place> pool, ModelChoice choice) {
    Strategy rest = unordered(pool, choice);
    return wish.order().isEmpty() ? rest : new InOrder(wish.order(), rest);
  }

  private Strategy unordered(List<Place> pool, ModelChoice choice) {
    Optional<Sort> sort = choice.sort().or(wish::sort);
    if (sort.isEmpty() && wish.tier() == ServiceTier.PRIORITY) {
      return new ByThroughput();
    }
    if (sort.isEmpty() && wish.tier() == ServiceTier.FLEX && flex(pool.getFirst())) {
      return new ByPrice();
    }
    Optional<Sort> asked = sort.or(question.constraints()::defaultSort);
    if (asked.isPresent()) {
      return switch (asked.get()) {
        case PRICE -> new ByPrice();
        case THROUGHPUT -> new ByThroughput();
        case LATENCY -> new ByLatency();
        case EXACTO -> new Exacto(true);
      };
    }
    boolean exacto = question.needs().tools() && wish.order().isEmpty() && Exacto.applies(pool);
    return exacto ? new Exacto(false) : new Balance();
  }

  /**
   * A conversation goes where it was answered before, unless the caller gave an order or that
   * endpoint has just failed. Without a session that the caller named, only a cheaper cached prompt
   * is a reason.
   */
  private boolean bound(Place place) {
    if (question.sticky().isEmpty() || !wish.order().isEmpty()) {
      return false;
    }
    Sticky sticky = question.sticky().get();
    Candidate candidate = place.candidate;
    return sticky.endpoint().equals(candidate.id())
        && (sticky.named() || (candidate.facts().caches() && candidate.quote().cacheSaves()))
        && !place.recentOutage(question.now());
  }

  private void cutFallbacks(List<Place> pool) {
    if (wish.allowFallbacks()) {
      return;
    }
    boolean ordered = !wish.order().isEmpty();
    Place first = pool.getFirst();
    exclude(
        pool,
        place -> ordered ? place.listed == Place.UNLISTED : !place.equals(first),
        who ->
            Excluded.of(
                who,
                Rule.FALLBACKS,
                ordered ? "it is not in provider.order" : "only the first may serve",
                Restriction.REQUEST));
  }

  /** No endpoint of it is ready and as fast as the caller would like. */
  private static boolean disappoints(List<Place> pool) {
    return pool.stream().noneMatch(place -> place.preferred && !place.cooling());
  }

  /** One list; who wants to be left alone goes to its end, soonest free first. */
  private static List<Place> concat(List<List<Place>> pools) {
    List<Place> places = new ArrayList<>();
    pools.forEach(places::addAll);
    for (Place place : places) {
      if (place.cooling()) {
        places.sort(Comparator.comparing(p -> p.candidate.coolUntil().orElse(Instant.MIN)));
        break;
      }
    }
    return places;
  }

  /** When all want to be left alone for longer than the request may wait, nobody is asked. */
  private void excludeImpatient(List<Place> places) {
    if (places.isEmpty() || !places.getFirst().cooling()) {
      return;
    }
    Instant soonest = places.getFirst().candidate.coolUntil().orElse(question.now());
    if (Duration.between(question.now(), soonest).compareTo(question.patience()) > 0) {
      exclude(
          places,
          place -> true,
          who ->
              Excluded.of(
                  who,
                  Rule.COOLING,
                  "rate limited until " + who.coolUntil().orElse(soonest),
                  "health"));
    }
  }

  private void noteLosses() {
    if (wish.acrossModels() && wish.sort().isEmpty()) {
      losses.add(
          new Loss("provider.sort", "partition", "there is nothing to sort by, so it is ignored"));
    }
    for (ModelChoice choice : question.choices()) {
      if (choice.sort().isPresent() && wish.sort().isPresent()) {
        losses.add(
            new Loss("provider", "sort", "the variant of " + choice.named() + " says how to sort"));
      }
    }
    for (String slug : wish.order()) {
      boolean meansNobody =
          question.candidates().stream().noneMatch(who -> who.facts().isMeantBy(slug, true));
      if (meansNobody) {
        losses.add(new Loss("provider.order", slug, "no endpoint of the models has this slug"));
      }
    }
  }
}
