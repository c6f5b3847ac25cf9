package dev.fairlead.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Measure;
import dev.fairlead.config.Per;
import dev.fairlead.identity.Scope;
import dev.fairlead.money.Money;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Random operations against a model that is too simple to be wrong: it keeps every call that was
 * ever let in, and adds up.
 */
final class LimiterModelTest {
  private static final int SEEDS = 150;
  private static final int STEPS = 600;

  /** One call that was let in, as the model knows it. */
  private static final class Call {
    final long nanos;
    final Set<Counter.Key> keys;
    final Demand demand;
    final Pass pass;
    Consumption now;
    boolean over;
    boolean cancelled;

    Call(long nanos, Set<Counter.Key> keys, Demand demand, Pass pass) {
      this.nanos = nanos;
      this.keys = keys;
      this.demand = demand;
      this.pass = pass;
      this.now = demand.most();
    }

    long counts(Counter.Key key, long at) {
      if (cancelled || !keys.contains(key)) {
        return 0;
      }
      if (key.measure() == Measure.CONCURRENCY) {
        return over ? 0 : 1;
      }
      long part = key.per().orElseThrow().length().toNanos() / Window.PARTS;
      boolean gone = Math.floorDiv(at, part) - Math.floorDiv(nanos, part) > Window.PARTS;
      return gone ? 0 : now.of(key.measure());
    }
  }

  private final List<Call> calls = new ArrayList<>();
  private long clock;
  private long latest;
  private List<Rule> rules = List.of();

  private long used(Counter.Key key, long at) {
    long sum = 0;
    for (Call call : calls) {
      sum += call.counts(key, at);
    }
    return sum;
  }

  private record Case(Rule rule, Scope scope, Counter.Key key, long asked) {}

  private List<Case> cases(List<Scope> scopes, Demand demand) {
    return scopes.stream()
        .flatMap(
            scope ->
                rules.stream()
                    .filter(
                        rule ->
                            rule.kind() == scope.kind()
                                && (rule.only().isEmpty() || rule.only().contains(scope.id()))
                                && (demand.free() || !rule.freeModelsOnly())
                                && !(rule.measure() == Measure.COST
                                    && demand.most().cost().isZero()))
                    .map(
                        rule ->
                            new Case(
                                rule,
                                scope,
                                Counter.Key.of(rule, scope),
                                demand.most().of(rule.measure()))))
        .toList();
  }

  @Test
  void everyAnswerIsThatOfTheModel() {
    int refused = 0;
    int never = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      calls.clear();
      clock = random.nextLong() / 4;
      latest = clock;
      rules = rules(random);
      Limiter limiter = new Limiter(Scope::id, () -> clock);
      limiter.replace(rules);
      for (int step = 0; step < STEPS; step++) {
        tick(random);
        switch (random.nextInt(12)) {
          case 0 -> {
            rules = rules(random);
            limiter.replace(rules);
          }
          case 1, 2, 3, 4 -> finish(limiter, random);
          default -> {
            Admission admission = ask(limiter, random, "seed " + seed + ", step " + step);
            if (admission instanceof Limited limited) {
              refused++;
              never += limited.retryAfter().isEmpty() ? 1 : 0;
            }
          }
        }
      }
    }
    assertThat(refused).isGreaterThan(SEEDS * 10);
    assertThat(never).isGreaterThan(SEEDS);
  }

  private void tick(Random random) {
    switch (random.nextInt(10)) {
      case 0 -> clock += random.nextLong(Duration.ofHours(2).toNanos());
      case 1 -> clock -= random.nextLong(Duration.ofMinutes(2).toNanos());
      case 2, 3, 4 -> clock += random.nextLong(Duration.ofSeconds(20).toNanos());
      case 5 -> clock = Math.floorDiv(clock, 250_000_000L) * 250_000_000L + 250_000_000L;
      default -> clock += random.nextLong(1_000_000);
    }
  }

  /** The limiter has looked at the clock. */
  private void looked() {
    latest = Math.max(latest, clock);
  }

  private static List<Rule> rules(Random random) {
    List<Rule> made = new ArrayList<>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      Measure measure = Measure.values()[random.nextInt(Measure.values().length)];
      made.add(
          new Rule(
              "r" + i,
              random.nextBoolean() ? Scope.Kind.KEY : Scope.Kind.MODEL,
              random.nextInt(3) == 0 ? Set.of("1") : Set.of(),
              measure,
              switch (measure) {
                case REQUESTS -> 1 + random.nextInt(8);
                case CONCURRENCY -> 1 + random.nextInt(4);
                default -> random.nextInt(400);
              },
              measure == Measure.CONCURRENCY
                  ? Optional.empty()
                  : Optional.of(Per.values()[random.nextInt(3)]),
              random.nextInt(4) == 0));
    }
    return made;
  }

  private Admission ask(Limiter limiter, Random random, String where) {
    List<Scope> scopes =
        Stream.of(Scope.Kind.KEY, Scope.Kind.MODEL)
            .map(kind -> new Scope(kind, "" + random.nextInt(3)))
            .toList();
    Demand demand =
        new Demand(
            new Consumption(
                random.nextInt(60), random.nextInt(60), new Money(random.nextInt(3) * 40L)),
            random.nextBoolean());
    looked();
    List<Case> cases = cases(scopes, demand);
    boolean fits =
        cases.stream().allMatch(c -> used(c.key(), latest) + c.asked() <= c.rule().amount());
    Admission admission = limiter.admit(scopes, demand);
    assertThat(admission instanceof Pass).as(where).isEqualTo(fits);
    switch (admission) {
      case Pass pass -> {
        Set<Counter.Key> keys =
            cases.stream().map(Case::key).collect(java.util.stream.Collectors.toSet());
        calls.add(new Call(latest, keys, demand, pass));
      }
      case Limited limited -> refused(limited, cases, where);
      case Admission.Awaited awaited -> throw new AssertionError("one node waits for nobody");
      case Admission.Silent silent -> throw new AssertionError("one node needs to hear nobody");
    }
    levels(admission, cases, where);
    return admission;
  }

  private void refused(Limited limited, List<Case> cases, String where) {
    Case told =
        cases.stream()
            .filter(c -> c.rule() == limited.rule() && c.scope().equals(limited.scope()))
            .findFirst()
            .orElseThrow();
    assertThat(limited.used()).as(where).isEqualTo(used(told.key(), latest));
    assertThat(limited.asked()).as(where).isEqualTo(told.asked());
    if (limited.retryAfter().isEmpty()) {
      assertThat(told.asked()).as(where).isGreaterThan(told.rule().amount());
      return;
    }
    assertThat(cases).as(where).allMatch(c -> c.asked() <= c.rule().amount());
    if (told.rule().measure() == Measure.CONCURRENCY) {
      return;
    }
    long at = latest + limited.retryAfter().get().toNanos();
    long room = told.rule().amount() - told.asked();
    assertThat(used(told.key(), at)).as(where).isLessThanOrEqualTo(room);
    assertThat(used(told.key(), at - 1)).as(where + ", no sooner").isGreaterThan(room);
    for (Case other : cases) {
      if (other.rule().measure() != Measure.CONCURRENCY) {
        assertThat(used(other.key(), at) + other.asked())
            .as(where + ", then nothing else is in the way")
            .isLessThanOrEqualTo(other.rule().amount());
      }
    }
  }

  private void levels(Admission admission, List<Case> cases, String where) {
    assertThat(admission.levels()).as(where).hasSize(cases.size());
    for (int i = 0; i < cases.size(); i++) {
      Level level = admission.levels().get(i);
      Case expected = cases.get(i);
      assertThat(level.rule()).isEqualTo(expected.rule());
      long left = expected.rule().amount() - used(expected.key(), latest);
      assertThat(level.remaining()).as(where).isEqualTo(Math.max(0, left));
      if (expected.rule().measure() != Measure.CONCURRENCY) {
        long at = latest + level.reset().toNanos();
        assertThat(used(expected.key(), at)).as(where).isZero();
        if (level.reset().isPositive()) {
          assertThat(used(expected.key(), at - 1)).as(where).isPositive();
        }
      }
    }
  }

  /** Ends a call, or one that has ended before, which changes nothing. */
  private void finish(Limiter limiter, Random random) {
    if (calls.isEmpty()) {
      return;
    }
    Call call = calls.get(random.nextInt(calls.size()));
    Consumption actual =
        new Consumption(random.nextInt(90), random.nextInt(90), new Money(random.nextInt(90)));
    boolean cancel = random.nextInt(4) == 0;
    if (cancel) {
      limiter.cancel(call.pass);
    } else {
      limiter.end(call.pass, actual);
    }
    if (!call.over) {
      if (!call.keys.isEmpty()) {
        looked();
      }
      call.over = true;
      call.cancelled = cancel;
      call.now = actual;
    }
  }
}
