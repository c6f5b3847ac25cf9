package dev.fairlead.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.config.Measure;
import dev.fairlead.config.Per;
import dev.fairlead.identity.Scope;
import dev.fairlead.money.Money;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What limits promise, each promise by itself, and under many threads. */
final class LimitTest {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private static final long PART = MINUTE / Window.PARTS;
  private static final Scope KEY = new Scope(Scope.Kind.KEY, "k1");
  private static final Scope OTHER = new Scope(Scope.Kind.KEY, "k2");
  private static final Scope MODEL = new Scope(Scope.Kind.MODEL, "acme/large");

  private long now = -5_000_000_007L; // the clock may begin anywhere
  private final Limiter limiter = new Limiter(scope -> scope.id() + "-name", () -> now);

  private static Rule rule(Scope.Kind kind, Measure measure, long amount) {
    Optional<Per> per = measure == Measure.CONCURRENCY ? Optional.empty() : Optional.of(Per.MINUTE);
    return new Rule("a limit", kind, Set.of(), measure, amount, per, false);
  }

  private static Demand tokens(long input, long output) {
    return new Demand(new Consumption(input, output, Money.ZERO), false);
  }

  private Admission ask(Scope... scopes) {
    return limiter.admit(List.of(scopes), tokens(0, 0));
  }

  private Pass pass(Admission admission) {
    assertThat(admission).isInstanceOf(Pass.class);
    return (Pass) admission;
  }

  private Limited limited(Admission admission) {
    assertThat(admission).isInstanceOf(Limited.class);
    return (Limited) admission;
  }

  private void take(int times, Scope... scopes) {
    for (int i = 0; i < times; i++) {
      limiter.end(pass(ask(scopes)), Consumption.NOTHING);
    }
  }

  // ---------------------------------------------------------------- never more than the limit

  /** A hundred threads want more than there is, for five minutes of a clock that they drive. */
  private static List<WindowChecker.Entry> hammered(
      LongSupplier clock, ThreadLocal<Long> read, BooleanSupplier admits) throws Exception {
    List<WindowChecker.Entry> log = Collections.synchronizedList(new ArrayList<>());
    try (ExecutorService callers = Executors.newFixedThreadPool(100)) {
      for (int thread = 0; thread < 100; thread++) {
        callers.execute(
            () -> {
              for (int i = 0; i < 300; i++) {
                if (admits.getAsBoolean()) {
                  log.add(new WindowChecker.Entry(read.get(), 1));
                }
              }
            });
      }
      callers.shutdown();
      assertThat(callers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(clock.getAsLong()).isGreaterThan(5 * MINUTE);
    return log;
  }

  /** Each look takes 10 ms and some, and whoever looks remembers what it saw. */
  private static LongSupplier driven(ThreadLocal<Long> read) {
    AtomicLong time = new AtomicLong();
    return () -> {
      long seen = time.addAndGet(10_123_457);
      read.set(seen);
      return seen;
    };
  }

  @Test
  void theCheckerCatchesALimiterOfFixedWindows() throws Exception {
    ThreadLocal<Long> read = ThreadLocal.withInitial(() -> 0L);
    LongSupplier clock = driven(read);
    long[] state = {-1, 0};
    Object lock = new Object();
    List<WindowChecker.Entry> log =
        hammered(
            clock,
            read,
            () -> {
              synchronized (lock) {
                long window = clock.getAsLong() / MINUTE;
                // a quiet half minute, as traffic has it, so that a burst lies on either side
                if (window == 1 && clock.getAsLong() % MINUTE < MINUTE / 2) {
                  return false;
                }
                if (window != state[0]) {
                  state[0] = window;
                  state[1] = 0;
                }
                return state[1]++ < 100;
              }
            });
    assertThat(WindowChecker.violations(log, MINUTE, 100)).isNotEmpty();
  }

  @Test
  void aHundredThreadsNeverGetMoreThanAHundredInAnyMinute() throws Exception {
    ThreadLocal<Long> read = ThreadLocal.withInitial(() -> 0L);
    LongSupplier clock = driven(read);
    Limiter hammered = new Limiter(Scope::id, clock);
    hammered.replace(List.of(rule(Scope.Kind.KEY, Measure.REQUESTS, 100)));
    List<WindowChecker.Entry> log =
        hammered(
            clock,
            read,
            () -> {
              Admission admission = hammered.admit(List.of(KEY), tokens(1, 1));
              long admitted = read.get();
              if (admission instanceof Pass pass) {
                hammered.end(pass, Consumption.NOTHING); // looks at the clock, too
              }
              read.set(admitted);
              return admission instanceof Pass;
            });
    assertThat(WindowChecker.violations(log, MINUTE, 100)).isEmpty();
    // and hardly less: whoever always asks gets all of it in each window and a part
    long last = log.stream().mapToLong(WindowChecker.Entry::nanos).max().orElse(0);
    assertThat(log.size()).isGreaterThanOrEqualTo((int) (last / (MINUTE + 8 * PART)) * 100);
  }

  @Test
  void aHundredThreadsNeverHaveMoreUnderWayThanTheConcurrency() throws Exception {
    limiter.replace(List.of(rule(Scope.Kind.KEY, Measure.CONCURRENCY, 7)));
    AtomicInteger underWay = new AtomicInteger();
    AtomicInteger admitted = new AtomicInteger();
    Set<Integer> seen = ConcurrentHashMap.newKeySet();
    try (ExecutorService callers = Executors.newFixedThreadPool(100)) {
      for (int thread = 0; thread < 100; thread++) {
        callers.execute(
            () -> {
              for (int i = 0; i < 200; i++) {
                if (limiter.admit(List.of(KEY), tokens(1, 1)) instanceof Pass pass) {
                  seen.add(underWay.incrementAndGet());
                  admitted.incrementAndGet();
                  Thread.yield();
                  underWay.decrementAndGet();
                  limiter.end(pass, Consumption.NOTHING);
                  limiter.end(pass, Consumption.NOTHING);
                }
              }
            });
      }
      callers.shutdown();
      assertThat(callers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(seen).allMatch(count -> count <= 7);
    assertThat(admitted.get()).isPositive();
    List<Pass> all = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      all.add(pass(ask(KEY))); // every place has come back
    }
    Limited limited = limited(ask(KEY));
    assertThat(limited.used()).isEqualTo(7);
    assertThat(limited.retryAfter()).hasValue(Duration.ofSeconds(1));
    limiter.cancel(all.get(3));
    pass(ask(KEY));
  }

  @Test
  void anAmountLeavesWhenItsPartIsAWholeWindowAgo() {
    limiter.replace(List.of(rule(Scope.Kind.KEY, Measure.REQUESTS, 2)));
    now = 3 * PART;
    take(1, KEY);
    now = 4 * PART - 1;
    take(1, KEY);
    now += 5;
    Limited limited = limited(ask(KEY));
    assertThat(limited.used()).isEqualTo(2);
    assertThat(limited.asked()).isEqualTo(1);
    assertThat(limited.retryAfter()).hasValue(Duration.ofNanos(MINUTE - 5 + 1));
    now = 4 * PART - 1 + MINUTE;
    limited(ask(KEY));
    now++;
    pass(ask(KEY));
  }

  @Test
  void aClockThatGoesBackLetsNobodyInAgain() {
    limiter.replace(List.of(rule(Scope.Kind.KEY, Measure.REQUESTS, 3)));
    now = 10 * MINUTE;
    take(3, KEY);
    now = 5 * MINUTE;
    limited(ask(KEY));
    now = Long.MIN_VALUE / 4;
    limited(ask(KEY));
    now = 11 * MINUTE - 1;
    limited(ask(KEY));
  }

  // ---------------------------------------------------------------- all or nothing

  @Test
  void whatOneScopeRefusesIsTakenFromNone() {
    limiter.replace(
        List.of(
            rule(Scope.Kind.KEY, Measure.REQUESTS, 10),
            rule(Scope.Kind.MODEL, Measure.REQUESTS, 2)));
    take(2, KEY, MODEL);
    for (int i = 0; i < 50; i++) {
      assertThat(limited(ask(KEY, MODEL)).scope()).isEqualTo(MODEL);
    }
    take(8, KEY);
    assertThat(limited(ask(KEY)).scope()).isEqualTo(KEY);
    take(1, OTHER);
  }

  @Test
  void ofSeveralLimitsInTheWayTheOneThatLastsLongestIsTold() {
    Rule minute = rule(Scope.Kind.KEY, Measure.REQUESTS, 1);
    Rule day =
        new Rule(
            "daily", Scope.Kind.KEY, Set.of(), Measure.REQUESTS, 1, Optional.of(Per.DAY), false);
    limiter.replace(List.of(minute, day));
    take(1, KEY);
    Limited limited = limited(ask(KEY));
    assertThat(limited.rule()).isEqualTo(day);
    assertThat(limited.retryAfter().orElseThrow()).isGreaterThan(Duration.ofDays(1));
    assertThat(limited.levels()).extracting(Level::remaining).containsExactly(0L, 0L);
  }

  @Test
  void whatIsCancelledWasNeverTaken() {
    limiter.replace(
        List.of(
            rule(Scope.Kind.KEY, Measure.REQUESTS, 1), rule(Scope.Kind.KEY, Measure.TOKENS, 10)));
    Pass pass = pass(limiter.admit(List.of(KEY), tokens(4, 6)));
    limited(ask(KEY));
    limiter.cancel(pass);
    limiter.cancel(pass);
    limiter.end(pass, new Consumption(99, 99, Money.ZERO));
    assertThat(limiter.size()).isZero();
    pass(limiter.admit(List.of(KEY), tokens(5, 5)));
    limited(ask(KEY));
  }

  // ---------------------------------------------------------------- reserve and correct

  @Test
  void whatACallCameToTakesThePlaceOfWhatWasReserved() {
    limiter.replace(List.of(rule(Scope.Kind.KEY, Measure.TOKENS, 1_000)));
    Pass first = pass(limiter.admit(List.of(KEY), tokens(100, 800)));
    assertThat(limited(limiter.admit(List.of(KEY), tokens(50, 51))).used()).isEqualTo(900);
    limiter.end(first, new Consumption(90, 10, Money.ZERO));
    Pass second = pass(limiter.admit(List.of(KEY), tokens(400, 500)));
    assertThat(second.levels().getFirst().remaining()).isZero();
    limiter.end(second, new Consumption(400, 700, Money.ZERO)); // more than was reserved
    assertThat(limited(limiter.admit(List.of(KEY), tokens(0, 1))).used()).isEqualTo(1_200);
    now += MINUTE + PART;
    pass(limiter.admit(List.of(KEY), tokens(0, 1_000)));
  }

  @Test
  void aCorrectionBelongsToTheMomentOfItsAdmission() {
    limiter.replace(List.of(rule(Scope.Kind.KEY, Measure.OUTPUT_TOKENS, 100)));
    Pass slow = pass(limiter.admit(List.of(KEY), tokens(7, 60)));
    now += MINUTE / 2;
    Pass quick = pass(limiter.admit(List.of(KEY), tokens(7, 40)));
    now += MINUTE / 2 + PART;
    limiter.end(slow, new Consumption(7, 90, Money.ZERO)); // its minute is over
    assertThat(limited(limiter.admit(List.of(KEY), tokens(0, 61))).used()).isEqualTo(40);
    limiter.end(quick, new Consumption(7, 0, Money.ZERO));
    pass(limiter.admit(List.of(KEY), tokens(0, 100)));
  }

  @Test
  void aReservationOfNothingMayStillComeToSomething() {
    limiter.replace(List.of(rule(Scope.Kind.KEY, Measure.TOKENS, 10)));
    Pass pass = pass(limiter.admit(List.of(KEY), tokens(0, 0)));
    for (int i = 0; i < 1_000; i++) {
      limiter.end(pass(ask(new Scope(Scope.Kind.KEY, "passer-by " + i))), Consumption.NOTHING);
    }
    limiter.end(pass, new Consumption(4, 6, Money.ZERO));
    assertThat(limited(limiter.admit(List.of(KEY), tokens(1, 0))).used()).isEqualTo(10);
  }

  @Test
  void costIsCountedExactlyAndWhatIsFreeIsNeverRefusedForIt() {
    limiter.replace(List.of(rule(Scope.Kind.KEY, Measure.COST, 5_000_000)));
    Demand dear = new Demand(new Consumption(1, 1, new Money(5_000_000)), false);
    Pass pass = pass(limiter.admit(List.of(KEY), dear));
    assertThat(limited(limiter.admit(List.of(KEY), dear)).used()).isEqualTo(5_000_000);
    pass(limiter.admit(List.of(KEY), new Demand(new Consumption(1, 1, Money.ZERO), true)));
    limiter.end(pass, new Consumption(1, 1, new Money(1)));
    Demand rest = new Demand(new Consumption(1, 1, new Money(4_999_999)), false);
    pass(limiter.admit(List.of(KEY), rest));
  }

  @Test
  void noMisreportBreaksASum() {
    limiter.replace(List.of(rule(Scope.Kind.KEY, Measure.TOKENS, 100)));
    for (int i = 0; i < 40; i++) {
      Pass pass = pass(limiter.admit(List.of(new Scope(Scope.Kind.KEY, "k" + i)), tokens(1, 1)));
      long absurd = i % 2 == 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
      limiter.end(pass, new Consumption(absurd, absurd, new Money(absurd)));
      Admission next = limiter.admit(List.of(new Scope(Scope.Kind.KEY, "k" + i)), tokens(1, 1));
      assertThat(next instanceof Limited).isEqualTo(i % 2 == 0);
    }
  }

  @Test
  void aCallThatAsksForMoreThanTheWholeLimitIsToldThatItNeverFits() {
    limiter.replace(
        List.of(
            rule(Scope.Kind.KEY, Measure.REQUESTS, 1),
            rule(Scope.Kind.KEY, Measure.TOKENS, 1_000)));
    take(1, KEY);
    Limited limited = limited(limiter.admit(List.of(KEY), tokens(600, 401)));
    assertThat(limited.rule().measure()).isEqualTo(Measure.TOKENS);
    assertThat(limited.asked()).isEqualTo(1_001);
    assertThat(limited.retryAfter()).isEmpty();
    assertThat(limited(limiter.admit(List.of(KEY), tokens(600, 400))).retryAfter()).isPresent();
  }

  // ---------------------------------------------------------------- which rules apply

  @Test
  void aRuleForSomeIsForThemByIdOrByName() {
    limiter.replace(
        List.of(
            new Rule(
                "some",
                Scope.Kind.KEY,
                Set.of("k1", "k2-name"),
                Measure.REQUESTS,
                1,
                Optional.of(Per.MINUTE),
                false)));
    take(1, KEY);
    limited(ask(KEY));
    take(1, OTHER);
    limited(ask(OTHER));
    take(20, new Scope(Scope.Kind.KEY, "k3"));
  }

  @Test
  void aRuleForFreeModelsCountsOnlyThem() {
    limiter.replace(
        List.of(
            new Rule(
                "free",
                Scope.Kind.KEY,
                Set.of(),
                Measure.REQUESTS,
                1,
                Optional.of(Per.MINUTE),
                true)));
    take(10, KEY);
    Demand free = new Demand(Consumption.NOTHING, true);
    pass(limiter.admit(List.of(KEY), free));
    limited(limiter.admit(List.of(KEY), free));
    take(10, KEY);
  }

  @Test
  void whereNoRuleAppliesNothingIsCounted() {
    Pass pass = pass(ask(KEY));
    assertThat(pass.levels()).isEmpty();
    limiter.end(pass, Consumption.NOTHING);
    limiter.replace(List.of(rule(Scope.Kind.MODEL, Measure.REQUESTS, 1)));
    assertThat(pass(ask(KEY)).levels()).isEmpty();
    assertThat(limiter.size()).isZero();
  }

  @Test
  void rulesAreReplacedAndWhatWasCountedStays() {
    limiter.replace(List.of(rule(Scope.Kind.KEY, Measure.REQUESTS, 10)));
    take(6, KEY);
    limiter.replace(List.of(rule(Scope.Kind.KEY, Measure.REQUESTS, 4)));
    assertThat(limited(ask(KEY)).used()).isEqualTo(6);
    limiter.replace(List.of());
    pass(ask(KEY));
    limiter.replace(List.of(rule(Scope.Kind.KEY, Measure.REQUESTS, 8)));
    assertThat(pass(ask(KEY)).levels().getFirst().remaining()).isEqualTo(1);
    limiter.replace(
        List.of(
            rule(Scope.Kind.KEY, Measure.REQUESTS, 100),
            new Rule(
                "one of them",
                Scope.Kind.KEY,
                Set.of("k1"),
                Measure.REQUESTS,
                8,
                Optional.of(Per.MINUTE),
                false)));
    pass(ask(KEY)); // counted once, though two rules count the same
    assertThat(limited(ask(KEY)).used()).isEqualTo(8);
  }

  @Test
  void aLevelTellsWhatIsLeftAndWhenAllOfItIsThereAgain() {
    limiter.replace(List.of(rule(Scope.Kind.KEY, Measure.REQUESTS, 5)));
    now = 0;
    take(1, KEY);
    now = 10 * PART;
    Level level = pass(ask(KEY)).levels().getFirst();
    assertThat(level.remaining()).isEqualTo(3);
    assertThat(level.reset()).isEqualTo(Duration.ofNanos(MINUTE + PART));
  }

  @Test
  void aRuleThatMakesNoSenseIsNotMade() {
    assertThatThrownBy(() -> rule(Scope.Kind.KEY, Measure.REQUESTS, -1))
        .hasMessageContaining("the limit 'a limit' of -1 must be between 0 and");
    assertThatThrownBy(
            () -> new Rule("r", Scope.Kind.KEY, Set.of(), Measure.COST, 1, Optional.empty(), false))
        .hasMessage("the limit 'r' on cost needs a window");
    assertThatThrownBy(
            () ->
                new Rule(
                    "r",
                    Scope.Kind.KEY,
                    Set.of(),
                    Measure.CONCURRENCY,
                    1,
                    Optional.of(Per.DAY),
                    false))
        .hasMessage("the limit 'r' on concurrency must have no window");
  }

  // ---------------------------------------------------------------- bounded memory

  @Test
  void scopesThatAreIdleAreForgotten() {
    limiter.replace(List.of(rule(Scope.Kind.KEY, Measure.REQUESTS, 5)));
    int most = 0;
    for (int i = 0; i < 10_000; i++) {
      take(1, new Scope(Scope.Kind.KEY, "k" + i));
      now += MINUTE / 100;
      most = Math.max(most, limiter.size());
    }
    assertThat(most).as("a hundred count at a time").isBetween(100, 200);
  }

  /** With far more scopes than places each of them still keeps its limit. */
  @Test
  void whereThereIsNoPlaceForAllNobodyGetsMoreThanItsLimit() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      Limiter small = new Limiter(Scope::id, () -> now, 10);
      small.replace(List.of(rule(Scope.Kind.END_USER, Measure.REQUESTS, 3)));
      List<List<WindowChecker.Entry>> logs = new ArrayList<>();
      for (int user = 0; user < 400; user++) {
        logs.add(new ArrayList<>());
      }
      int admitted = 0;
      for (int i = 0; i < 20_000; i++) {
        now += random.nextInt(200) == 0 ? 2 * MINUTE : random.nextLong(MINUTE / 50);
        int user = (int) Math.min(399, Math.abs(random.nextGaussian() * 100));
        Scope scope = new Scope(Scope.Kind.END_USER, "user-" + user);
        if (small.admit(List.of(scope), tokens(1, 1)) instanceof Pass pass) {
          admitted++;
          logs.get(user).add(new WindowChecker.Entry(now, 1));
          small.end(pass, Consumption.NOTHING);
        }
        assertThat(small.size()).isLessThanOrEqualTo(10 + 256);
      }
      for (List<WindowChecker.Entry> log : logs) {
        assertThat(WindowChecker.violations(log, MINUTE, 3)).as("seed " + seed).isEmpty();
      }
      assertThat(admitted).as("most are let in all the same").isGreaterThan(10_000);
    }
  }

  @Test
  void everyWordOfTheConfigurationIsARule() {
    String words =
        Arrays.stream(Measure.values()).map(Measure::word).collect(Collectors.joining(" "));
    assertThat(words).isEqualTo("requests input_tokens output_tokens tokens cost concurrency");
    Consumption one = new Consumption(3, 4, new Money(5));
    assertThat(Arrays.stream(Measure.values()).map(one::of))
        .containsExactly(1L, 3L, 4L, 7L, 5L, 1L);
  }
}
