package dev.fairlead.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Measure;
import dev.fairlead.config.Per;
import dev.fairlead.identity.Scope;
import dev.fairlead.money.Money;
import dev.fairlead.store.Database;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Long windows outlive the process that counted. */
final class CountsTest {
  private static final Scope KEY = new Scope(Scope.Kind.KEY, "k1");
  private static final Demand ONE = new Demand(new Consumption(10, 5, Money.ZERO), true);

  @TempDir Path folder;
  private Database database;
  private Instant wall = Instant.parse("2026-11-28T12:00:00Z");

  @BeforeEach
  void open() {
    database =
        Database.open(folder.resolve("r.db"), Database.Use.RECORDS, Counts.MIGRATIONS, () -> wall);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static Rule rule(Measure measure, long amount, Per per) {
    return new Rule("r", Scope.Kind.KEY, Set.of(), measure, amount, Optional.of(per), false);
  }

  /** A process: its monotonic clock begins anywhere. */
  private final class Life {
    private long nanos;
    private final Limiter limiter;
    private final Counts counts;

    Life(long begin, Rule... rules) {
      nanos = begin;
      limiter = new Limiter(Scope::id, Counts.clock(() -> wall, () -> nanos));
      limiter.replace(List.of(rules));
      counts = new Counts(limiter, database, () -> wall);
    }

    boolean call() {
      Admission admission = limiter.admit(List.of(KEY), ONE);
      if (admission instanceof Pass pass) {
        limiter.end(pass, ONE.most());
        return true;
      }
      return false;
    }

    void pass(Duration time) {
      nanos += time.toNanos();
      wall = wall.plus(time);
    }
  }

  @Test
  void whatWasCountedBeforeStillCounts() {
    Rule[] rules = {rule(Measure.REQUESTS, 3, Per.DAY), rule(Measure.TOKENS, 1_000, Per.HOUR)};
    Life first = new Life(-5_000_000_000L, rules);
    assertThat(first.call()).isTrue();
    first.pass(Duration.ofHours(2));
    assertThat(first.call()).isTrue();
    first.counts.save();
    Life second = new Life(Long.MAX_VALUE / 3, rules);
    assertThat(second.call()).isTrue();
    assertThat(second.call()).isFalse();
    second.counts.save();
    second.pass(Duration.ofHours(22).plusMinutes(30));
    assertThat(second.call()).as("the first has left").isTrue();
    assertThat(second.call()).isFalse();
    second.counts.save();
    Life third = new Life(17, rules);
    third.pass(Duration.ofHours(30));
    for (int i = 0; i < 3; i++) {
      assertThat(third.call()).isTrue();
    }
    assertThat(third.call()).isFalse();
  }

  @Test
  void aWallClockThatWentBackLetsNobodyInAgain() {
    Rule rule = rule(Measure.REQUESTS, 1, Per.HOUR);
    Life first = new Life(0, rule);
    assertThat(first.call()).isTrue();
    first.counts.save();
    wall = wall.minus(Duration.ofHours(5));
    Life second = new Life(0, rule);
    assertThat(second.call()).isFalse();
    second.pass(Duration.ofMinutes(59));
    assertThat(second.call()).isFalse();
    second.pass(Duration.ofMinutes(2));
    assertThat(second.call()).isTrue();
  }

  @Test
  void whatDoesNotCountAnyMoreIsNotKept() {
    Rule rule = rule(Measure.REQUESTS, 3, Per.HOUR);
    Life first = new Life(0, rule);
    first.call();
    first.counts.save();
    first.pass(Duration.ofHours(60));
    assertThat(new Life(0, rule).limiter.size()).isZero();
  }

  /** However often it begins anew: no hour holds more than the limit, by the wall clock. */
  @Test
  void noWindowHoldsMoreWhateverEnds() {
    for (long seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      Rule rule = rule(Measure.REQUESTS, 20, Per.HOUR);
      List<Instant> admitted = new ArrayList<>();
      Life life = new Life(random.nextLong() >> 2, rule);
      for (int step = 0; step < 400; step++) {
        life.pass(Duration.ofMillis(random.nextLong(240_000)));
        if (life.call()) {
          admitted.add(wall);
        }
        life.counts.save();
        if (random.nextInt(10) == 0) {
          life = new Life(random.nextLong() >> 2, rule);
        }
      }
      for (int i = 20; i < admitted.size(); i++) {
        assertThat(Duration.between(admitted.get(i - 20), admitted.get(i)))
            .as("seed %d", seed)
            .isGreaterThanOrEqualTo(Duration.ofHours(1));
      }
      assertThat(admitted.size()).as("it lets somebody in").isGreaterThan(100);
      wall = wall.plus(Duration.ofDays(3));
    }
  }
}
