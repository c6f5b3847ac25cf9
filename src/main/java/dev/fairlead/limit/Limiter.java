package dev.fairlead.limit;

import dev.fairlead.config.Measure;
import dev.fairlead.identity.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Lets calls in. Admission is one step over all rules of all scopes of a call: each has room for
 * it, or nothing is taken. It is decided in memory, under a lock that is held for a few additions;
 * where no rule is set, without it. Time is that of a clock that never goes back, whatever the wall
 * clock does.
 *
 * <p>Threads: everything here may be called from any loop, and nothing waits for more than the
 * lock.
 */
public final class Limiter {
  private static final int MOST_COUNTERS = 50_000;
  private static final Duration ELSEWHERE = Duration.ofSeconds(1);

  /**
   * What one rule has to do with a call.
   *
   * @param may what this node may let in of the rule's amount
   */
  private record Claim(Rule rule, Scope scope, Counter counter, long asked, long used, long may) {
    boolean fits() {
      return asked <= may - used;
    }

    /** It is not this node's use that is in the way. */
    boolean lacksShare() {
      return asked <= rule.amount() - used;
    }

    long lacking() {
      return asked - Math.max(0, may - used);
    }

    boolean canFit() {
      return asked <= rule.amount();
    }
  }

  private final Function<Scope, String> names;
  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Counters counters;
  private final Set<Counter> changed = new LinkedHashSet<>();
  private Optional<Shares> shares = Optional.empty();
  private boolean keeping;
  private volatile Map<Scope.Kind, List<Rule>> rules = Map.of();
  private long latest;

  /**
   * @param names what people call a scope, for rules that name those they are set on; its id where
   *     it has no other name
   * @param nanos a clock that never goes back
   */
  public Limiter(Function<Scope, String> names, LongSupplier nanos) {
    this(names, nanos, MOST_COUNTERS);
  }

  /**
   * @param most how many counters are kept for each kind of window
   */
  Limiter(Function<Scope, String> names, LongSupplier nanos, int most) {
    this.names = names;
    this.nanos = nanos;
    this.counters = new Counters(most);
    this.latest = nanos.getAsLong();
  }

  /** From now on this node lets in what fits in its shares only. */
  public void share(Shares among) {
    lock.lock();
    try {
      shares = Optional.of(among);
    } finally {
      lock.unlock();
    }
  }

  <T> T locked(BiFunction<Counters, Long, T> work) {
    lock.lock();
    try {
      return work.apply(counters, now());
    } finally {
      lock.unlock();
    }
  }

  /** From now on these rules hold, and no others. What was counted of a scope still counts. */
  public void replace(Collection<Rule> all) {
    Map<Scope.Kind, List<Rule>> next = new EnumMap<>(Scope.Kind.class);
    for (Rule rule : all) {
      next.computeIfAbsent(rule.kind(), kind -> new ArrayList<>()).add(rule);
    }
    rules = next;
  }

  /** Asks to be let in, once for each scope. Whoever gets a pass must end it. */
  public Admission admit(List<Scope> scopes, Demand demand) {
    Map<Scope.Kind, List<Rule>> holding = rules;
    if (holding.isEmpty()) {
      return Pass.UNLIMITED;
    }
    lock.lock();
    try {
      long now = now();
      List<Claim> claims = claims(holding, scopes, demand, now);
      boolean silent = shares.isPresent() && !shares.get().serve(now);
      if (silent && !claims.isEmpty()) {
        return new Admission.Silent();
      }
      Optional<Admission> refusal = refusal(claims, now);
      return refusal.isPresent() ? refusal.get() : pass(claims, now);
    } finally {
      lock.unlock();
    }
  }

  /** Even a clock that goes back does not make anything leave late, or come early. */
  private long now() {
    long read = nanos.getAsLong();
    if (read - latest > 0) {
      latest = read;
    }
    return latest;
  }

  private List<Claim> claims(
      Map<Scope.Kind, List<Rule>> holding, List<Scope> scopes, Demand demand, long now) {
    List<Claim> claims = new ArrayList<>();
    for (Scope scope : scopes) {
      for (Rule rule : holding.getOrDefault(scope.kind(), List.of())) {
        if (applies(rule, scope, demand)) {
          Counter counter = counter(claims, Counter.Key.of(rule, scope), now);
          long asked = demand.most().of(rule.measure());
          long may = may(counter, rule);
          claims.add(new Claim(rule, scope, counter, asked, counter.used(now), may));
        }
      }
    }
    return claims;
  }

  private long may(Counter counter, Rule rule) {
    return shares.map(all -> all.of(counter.key(), rule.amount())).orElse(rule.amount());
  }

  private boolean applies(Rule rule, Scope scope, Demand demand) {
    if (rule.freeModelsOnly() && !demand.free()) {
      return false;
    }
    if (rule.measure() == Measure.COST && demand.most().cost().isZero()) {
      return false; // what costs nothing is never refused for its cost
    }
    return rule.only().isEmpty()
        || rule.only().contains(scope.id())
        || rule.only().contains(names.apply(scope));
  }

  /** Rules that count the same share a counter, in which a call is counted once. */
  private Counter counter(List<Claim> claims, Counter.Key key, long now) {
    Counter found = counters.find(key, now);
    for (Claim claim : claims) {
      if (claim.counter().key().equals(found.key())) {
        return claim.counter();
      }
    }
    return found;
  }

  private Optional<Admission> refusal(List<Claim> claims, long now) {
    Optional<Claim> worst = Optional.empty();
    Optional<Claim> awaited = Optional.empty();
    Duration longest = Duration.ZERO;
    for (Claim claim : claims) {
      if (claim.fits()) {
        continue;
      }
      if (!claim.canFit()) {
        return Optional.of(limited(claim, Optional.empty(), claims, now));
      }
      if (claim.lacksShare() && mayGrow(claim, now)) {
        awaited = awaited.or(() -> Optional.of(claim));
        continue;
      }
      Duration pause = pause(claim, now);
      if (worst.isEmpty() || pause.compareTo(longest) > 0) {
        worst = Optional.of(claim);
        longest = pause;
      }
    }
    Duration pause = longest;
    if (worst.isPresent()) {
      return worst.map(claim -> limited(claim, Optional.of(pause), claims, now));
    }
    return awaited.map(
        claim ->
            new Admission.Awaited(limited(claim, Optional.of(pause(claim, now)), claims, now)));
  }

  private boolean mayGrow(Claim claim, long now) {
    return shares
        .map(all -> all.need(claim.counter().key(), claim.rule().amount(), claim.lacking(), now))
        .orElse(false);
  }

  /** Of what counts elsewhere, nobody here knows when it ends. */
  private static Duration pause(Claim claim, long now) {
    Duration own = claim.counter().until(now, Math.max(0, claim.may() - claim.asked()));
    return own.isZero() ? ELSEWHERE : own;
  }

  private Limited limited(
      Claim claim, Optional<Duration> retryAfter, List<Claim> claims, long now) {
    return new Limited(
        claim.rule(), claim.scope(), claim.used(), claim.asked(), retryAfter, levels(claims, now));
  }

  private Pass pass(List<Claim> claims, long now) {
    List<Pass.Charge> charges = new ArrayList<>(claims.size());
    for (Claim claim : claims) {
      if (charges.stream().noneMatch(charge -> charge.counter() == claim.counter())) {
        charges.add(claim.counter().take(claim.scope(), now, claim.asked()));
        changed(claim.counter());
        counters.keep(claim.counter());
        shares.ifPresent(all -> all.used(claim.counter().key(), claim.rule().amount(), now));
      }
    }
    return new Pass(charges, levels(claims, now));
  }

  private List<Level> levels(List<Claim> claims, long now) {
    List<Level> levels = new ArrayList<>(claims.size());
    for (Claim claim : claims) {
      long elsewhere = shares.map(all -> all.elsewhere(claim.counter().key())).orElse(0L);
      long left = claim.rule().amount() - claim.counter().used(now) - elsewhere;
      Duration reset = claim.counter().untilEmpty(now);
      levels.add(new Level(claim.rule(), claim.scope(), Math.max(0, left), reset));
    }
    return levels;
  }

  /** Ends a call with what it came to, which takes the place of what was reserved for it. */
  public void end(Pass pass, Consumption actual) {
    end(pass, scope -> actual);
  }

  /**
   * The same, where it came to different things for its scopes. Of scopes that share a counter, the
   * first that was let in stands for all.
   */
  public void end(Pass pass, Function<Scope, Consumption> actual) {
    finish(
        pass,
        charge ->
            actual.apply(charge.scope()).of(charge.counter().key().measure()) - charge.amount());
  }

  /** Gives back all that was taken for a call that never went out. */
  public void cancel(Pass pass) {
    finish(pass, charge -> -charge.amount());
  }

  private void finish(Pass pass, Function<Pass.Charge, Long> correction) {
    if (pass.charges().isEmpty()) {
      return;
    }
    lock.lock();
    try {
      if (pass.end()) {
        long now = now();
        for (Pass.Charge charge : pass.charges()) {
          charge.counter().end(now, charge.part(), correction.apply(charge));
          changed(charge.counter());
          counters.drop(charge.counter(), now);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void changed(Counter counter) {
    if (keeping && counter.isLong()) {
      changed.add(counter);
    }
  }

  /** Takes up what counted before, and from now on tells what has changed. */
  void restore(List<Count> counts) {
    lock.lock();
    try {
      keeping = true;
      long now = now();
      for (Count count : counts) {
        Counter counter = new Counter(count.key());
        counter.restore(count, now);
        if (counter.used(now) != 0) {
          counters.keep(counter);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** What counts in the long windows that have changed since this was asked last. */
  List<Count> changed() {
    lock.lock();
    try {
      long now = now();
      List<Count> counts = changed.stream().map(counter -> counter.count(now)).toList();
      changed.clear();
      return counts;
    } finally {
      lock.unlock();
    }
  }

  /** It could not be written down: it is told again. */
  void unsaved(List<Count> counts) {
    lock.lock();
    try {
      long now = now();
      counts.forEach(count -> changed.add(counters.find(count.key(), now)));
    } finally {
      lock.unlock();
    }
  }

  /** How many counters are kept. */
  int size() {
    lock.lock();
    try {
      return counters.size();
    } finally {
      lock.unlock();
    }
  }
}
