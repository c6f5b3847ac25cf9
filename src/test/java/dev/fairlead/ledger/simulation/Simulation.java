package dev.fairlead.ledger.simulation;

import dev.fairlead.identity.Scope;
import dev.fairlead.ledger.BudgetPeriod;
import dev.fairlead.ledger.LeaseTerms;
import dev.fairlead.money.Interval;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * One bad day of a cluster, made from a seed: virtual time, and a scheduler that runs one step
 * after another. First everything goes wrong for some minutes; then the world heals, the money is
 * spent to its end, the nodes stop, and everything has to have come out even.
 */
final class Simulation {
  /** What came of it. */
  record Result(
      long hash, int steps, int charges, long lateCharges, long absorbed, double leastUsed) {}

  private record Step(long at, long order, String name, Runnable what) implements Comparable<Step> {
    @Override
    public int compareTo(Step other) {
      return at == other.at ? Long.compare(order, other.order) : Long.compare(at, other.at);
    }
  }

  private record Kind(Scope scope, Interval interval) {}

  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final long DAY = 86_400 * SECOND;
  private static final long FIRST_DAY = 20_780;
  private static final long BAD = 40 * SECOND;
  private static final long DRAIN = 15 * SECOND;
  private static final long QUIET = 10 * SECOND;
  private static final long LAST = 400 * SECOND;
  private static final long TICK = 150 * MILLI;
  private static final LeaseTerms TERMS =
      new LeaseTerms(Duration.ofSeconds(5), Duration.ofMillis(2_500), 20_000);
  private static final long LONGEST_CALL = 2_200 * MILLI;
  private static final int PARTS = 250;

  private final SplittableRandom chance;
  private final PriorityQueue<Step> steps = new PriorityQueue<>();
  private final Checker checker = new Checker();
  private final Network network;
  private final Authority authority;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Kind, Long> limits = new LinkedHashMap<>();
  private final List<List<Scope>> chains = new ArrayList<>();
  private final double authorityRate;
  private long authorityBoot;
  private boolean authorityUp = true;
  private long wallOffset;
  private long now;
  private long order;
  private long hash = 17;
  private boolean healed;
  private boolean ended;
  private long endedAt;
  private long admittedAt;

  private Simulation(long seed, Bug bug) {
    chance = new SplittableRandom(seed);
    network = new Network(chance.split());
    authority = new Authority(TERMS, bug);
    authorityRate = 1 + TERMS.driftPpm() / 1e6 * (2 * chance.nextDouble() - 1);
    authorityBoot = chance.nextLong();
    wallOffset = chance.nextBoolean() ? DAY - chance.nextLong(BAD) : DAY / 2;
    plan();
    int count = 2 + chance.nextInt(3);
    for (int i = 0; i < count; i++) {
      boolean twin = i == count - 1 && count > 2 && chance.nextBoolean();
      nodes.add(new Node(twin ? "n0" : "n" + i, i, TERMS, bug, chance.split()));
    }
  }

  static Result run(long seed, Bug bug) {
    return new Simulation(seed, bug).run();
  }

  private void plan() {
    Scope workspace = new Scope(Scope.Kind.WORKSPACE, "w");
    for (int i = 0; i < 2; i++) {
      chains.add(
          List.of(
              new Scope(Scope.Kind.ORGANIZATION, "default"),
              workspace,
              new Scope(Scope.Kind.MEMBER, "m" + i),
              new Scope(Scope.Kind.KEY, "k" + i),
              new Scope(Scope.Kind.END_USER, "u" + i)));
    }
    for (List<Scope> chain : chains) {
      for (Scope scope : chain) {
        put(new Kind(scope, Interval.DAILY), 500_000 + chance.nextLong(1_500_000));
        if (scope.kind() == Scope.Kind.KEY || scope.kind() == Scope.Kind.ORGANIZATION) {
          put(new Kind(scope, Interval.MONTHLY), 800_000 + chance.nextLong(3_000_000));
        }
      }
    }
  }

  private void put(Kind kind, long nano) {
    limits.put(kind, nano);
    authority.book().limit(kind.scope(), kind.interval(), nano);
    checker.limit(BudgetPeriod.on(FIRST_DAY, kind.scope(), kind.interval()), nano);
  }

  private final Map<Long, List<List<BudgetPeriod>>> unders = new LinkedHashMap<>();

  private List<BudgetPeriod> under(int chain, long day) {
    return unders
        .computeIfAbsent(day, d -> chains.stream().map(c -> budgets(c, d)).toList())
        .get(chain);
  }

  private List<BudgetPeriod> budgets(List<Scope> chain, long day) {
    List<BudgetPeriod> all = new ArrayList<>();
    for (Scope scope : chain) {
      for (Interval interval : Interval.values()) {
        if (limits.containsKey(new Kind(scope, interval))) {
          all.add(BudgetPeriod.on(day, scope, interval));
        }
      }
    }
    return all;
  }

  private Result run() {
    roll();
    for (Node node : nodes) {
      after(chance.nextLong(TICK), "tick", () -> tick(node));
      after(chance.nextLong(SECOND), "ask", () -> ask(node));
    }
    after(TICK, "sweep", this::sweep);
    after(SECOND, "trouble", this::trouble);
    after(BAD, "heal", this::heal);
    after(BAD + DRAIN, "stop", this::stop);
    int count = 0;
    while (!steps.isEmpty()) {
      Step step = steps.remove();
      now = step.at();
      mix(now);
      mix(step.name().hashCode());
      step.what().run();
      count++;
    }
    checker.end(authority.book());
    return new Result(
        hash, count, checker.charges(), checker.lateCharges(), checker.absorbed(), leastUsed);
  }

  private double leastUsed = 1;

  private void mix(long value) {
    hash = (hash ^ value) * 0x9E3779B97F4A7C15L;
    hash ^= hash >>> 29;
  }

  private void after(long nanos, String name, Runnable what) {
    steps.add(new Step(now + nanos, order++, name, what));
  }

  private void tick(Node node) {
    if (ended) {
      return;
    }
    if (node.up()) {
      for (Message message : node.tick(now)) {
        send(node, message, true);
      }
      node.check(checker);
    }
    after(TICK / 2 + chance.nextLong(TICK), "tick", () -> tick(node));
  }

  private void send(Node node, Message message, boolean up) {
    int copies = network.copies(node.index);
    for (int i = 0; i < copies; i++) {
      after(
          network.delayNanos(),
          up ? "up" : "down",
          () -> {
            if (up) {
              atAuthority(node, message);
            } else if (node.up() && network.reaches(node.index)) {
              mix(message.digest());
              node.hear(message, now);
              node.check(checker);
            }
          });
    }
  }

  private void atAuthority(Node from, Message message) {
    if (!authorityUp || !network.reaches(from.index)) {
      return;
    }
    mix(message.digest());
    roll();
    authority
        .hear(message, checker)
        .ifPresent(
            reply -> {
              if (healed || chance.nextInt(100) != 0) {
                send(from, reply, false);
              } else {
                crashAuthority(); // after its commit, before its answer
              }
            });
    checkBooks();
  }

  private void checkBooks() {
    checker.books(authority.book());
  }

  private void roll() {
    authority.book().day(FIRST_DAY + Math.floorDiv(wallOffset + now, DAY));
  }

  private void sweep() {
    if (authorityUp) {
      roll();
      Set<Checker.Life> serving = new HashSet<>();
      nodes.stream().filter(n -> n.serves(now)).forEach(n -> serving.add(n.current()));
      if (authority.expire(authorityBoot + (long) (now * authorityRate), serving, checker)) {
        checkBooks();
      }
    }
    if (!ended || now < endedAt + 20 * SECOND) {
      after(5 * TICK, "sweep", this::sweep);
    }
  }

  private void ask(Node node) {
    if (ended) {
      return;
    }
    boolean refused = true;
    if (node.up()) {
      List<BudgetPeriod> under = under(chance.nextInt(chains.size()), node.day());
      long least = under.stream().mapToLong(checker::limit).min().orElseThrow();
      long nano = healed ? Math.max(1, least / PARTS) : 1 + chance.nextLong(least / 15 + 1);
      String id = node.ask(under, nano, now, checker);
      node.check(checker);
      mix(id.hashCode());
      refused = id.isEmpty();
      if (!refused) {
        admittedAt = now;
        long charge = healed ? nano : chance.nextInt(6) == 0 ? 0 : chance.nextLong(nano + 1);
        after(
            1 + chance.nextLong(healed ? 100 * MILLI : LONGEST_CALL),
            "finish",
            () -> finish(node, id, charge));
      }
    }
    long pause = healed && !refused ? 80 * MILLI : 500 * MILLI;
    after(chance.nextLong(pause) + 1, "ask", () -> ask(node));
  }

  private void finish(Node node, String id, long charge) {
    if (node.finish(id, charge, checker)) {
      node.check(checker);
    } else {
      after(chance.nextLong(20 * SECOND), "start", () -> start(node));
    }
  }

  private void start(Node node) {
    if (!ended) {
      node.start();
    }
  }

  private void crashAuthority() {
    authority.crash();
    authorityBoot = chance.nextLong();
    authorityUp = false;
    after(chance.nextLong(5 * SECOND), "authority", () -> authorityUp = true);
  }

  private void trouble() {
    if (healed) {
      return;
    }
    Node node = nodes.get(chance.nextInt(nodes.size()));
    switch (chance.nextInt(8)) {
      case 0 -> {
        if (node.up()) {
          node.crash(checker);
          after(chance.nextLong(20 * SECOND), "start", () -> start(node));
        }
      }
      case 1, 2 -> {
        network.cut(node.index);
        after(chance.nextLong(25 * SECOND), "join", () -> network.join(node.index));
      }
      case 3 -> crashAuthority();
      case 4 -> wallOffset += (chance.nextBoolean() ? 3_600 : -3_600) * SECOND;
      case 5, 6 -> change();
      default -> network.join(node.index);
    }
    after(chance.nextLong(3 * SECOND) + 1, "trouble", this::trouble);
  }

  private void change() {
    List<Kind> kinds = List.copyOf(limits.keySet());
    Kind kind = kinds.get(chance.nextInt(kinds.size()));
    put(kind, chance.nextLong(2_000_000));
  }

  /** No more troubles, enough limits, and noon. */
  private void heal() {
    healed = true;
    network.heal();
    authorityUp = true;
    wallOffset = (authority.book().day() - FIRST_DAY) * DAY + DAY / 2 - now;
    for (Node node : nodes) {
      node.disk.heal();
      if (node.index > 0 && node.name.equals("n0")) {
        after(1, "part", () -> part(node));
      } else {
        node.start();
      }
    }
  }

  /** Of two nodes with one name, one comes to its senses, and starts again under its own. */
  private void part(Node node) {
    if (node.up()) {
      node.crash(checker);
    }
    node.rename();
    after(5 * SECOND, "start", () -> start(node));
  }

  /** All spent: the nodes hang up, and what they still hold comes back. */
  private void stop() {
    if (now - admittedAt < QUIET && now < LAST) {
      after(SECOND, "stop", this::stop);
      return;
    }
    long day = authority.book().day();
    for (int chain = 0; chain < chains.size(); chain++) {
      double most = 0;
      for (BudgetPeriod budget : under(chain, day)) {
        long limit = checker.limit(budget);
        most = Math.max(most, limit == 0 ? 1 : (double) checker.spent(budget) / limit);
      }
      leastUsed = Math.min(leastUsed, most);
    }
    ended = true;
    endedAt = now;
    after(2 * SECOND, "last", this::last);
  }

  private void last() {
    for (Node node : nodes) {
      for (int i = 0; node.up() && i < 200; i++) {
        node.tick(now + i * SECOND).stream()
            .filter(m -> m instanceof Message.Settle)
            .forEach(m -> authority.hear(m, checker).ifPresent(reply -> node.hear(reply, now)));
      }
      if (node.up()) {
        node.crash(checker);
      }
    }
    checkBooks();
  }
}
