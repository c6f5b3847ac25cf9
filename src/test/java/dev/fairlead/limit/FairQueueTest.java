package dev.fairlead.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A queue in which nobody starves, nothing lies idle, and everything is bounded. */
final class FairQueueTest {
  private static final Duration LONG = Duration.ofHours(1);

  /** A call as its caller sees it. */
  private final class Asked {
    final String tenant;
    final int cost;
    final FairQueue.Ticket ticket;
    final List<FairQueue.Outcome> told = new ArrayList<>();

    Asked(FairQueue queue, String tenant, int weight, int cost) {
      this.tenant = tenant;
      this.cost = cost;
      this.ticket =
          queue.ask(
              tenant,
              weight,
              cost,
              Runnable::run,
              outcome -> {
                told.add(outcome);
                if (outcome == FairQueue.Outcome.GRANTED) {
                  granted.add(this);
                }
              });
    }

    boolean is(FairQueue.Outcome outcome) {
      return told.equals(List.of(outcome));
    }

    boolean waits() {
      return told.isEmpty();
    }
  }

  private final List<Asked> granted = new ArrayList<>();
  private long now = Long.MAX_VALUE - 1_000; // it may run over

  private FairQueue queue(int concurrency, int length, Duration patience) {
    return new FairQueue(new FairQueue.Settings(concurrency, length, patience), () -> now);
  }

  private Asked ask(FairQueue queue, String tenant) {
    return new Asked(queue, tenant, 1, 1);
  }

  @Test
  void whileThereAreFreePlacesNobodyWaits() {
    FairQueue queue = queue(3, 0, LONG);
    for (int i = 0; i < 3; i++) {
      assertThat(ask(queue, "a").is(FairQueue.Outcome.GRANTED)).isTrue();
    }
    assertThat(ask(queue, "a").is(FairQueue.Outcome.FULL)).isTrue();
    assertThat(queue.running()).isEqualTo(3);
    granted.getFirst().ticket.end();
    granted.getFirst().ticket.end();
    assertThat(queue.running()).isEqualTo(2);
  }

  @Test
  void aGreedyTenantDelaysOthersByOneTurnOnly() {
    FairQueue queue = queue(1, 10_000, LONG);
    for (int i = 0; i < 1_000; i++) {
      ask(queue, "greedy");
    }
    List<Asked> modest = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      modest.add(ask(queue, "modest-" + i));
    }
    for (int i = 0; i < 10; i++) {
      granted.getLast().ticket.end();
    }
    assertThat(modest).allMatch(call -> call.is(FairQueue.Outcome.GRANTED));
  }

  @Test
  void weightsAreSharesOfWhatIsServed() {
    FairQueue queue = queue(1, 10_000, LONG);
    for (int i = 0; i < 700; i++) {
      new Asked(queue, "one", 1, 1);
      new Asked(queue, "two", 2, 1);
      new Asked(queue, "dear", 4, 8);
    }
    while (granted.size() < 700) {
      granted.getLast().ticket.end();
    }
    Map<String, Integer> served = new HashMap<>();
    granted.forEach(call -> served.merge(call.tenant, call.cost, Integer::sum));
    int one = served.getOrDefault("one", 0);
    assertThat(served.getOrDefault("two", 0)).isBetween(2 * one - 4, 2 * one + 4);
    assertThat(served.getOrDefault("dear", 0)).isBetween(4 * one - 16, 4 * one + 16);
  }

  @Test
  void aFullQueueMakesRoomAtTheCostOfWhoeverHasMostWaiting() {
    FairQueue queue = queue(1, 4, LONG);
    ask(queue, "greedy");
    List<Asked> greedy = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      greedy.add(ask(queue, "greedy"));
    }
    assertThat(ask(queue, "greedy").is(FairQueue.Outcome.FULL)).isTrue();
    Asked modest = ask(queue, "modest");
    assertThat(modest.waits()).isTrue();
    assertThat(greedy.get(3).is(FairQueue.Outcome.FULL)).isTrue();
    assertThat(greedy.subList(0, 3)).allMatch(Asked::waits);
    assertThat(queue.waiting()).isEqualTo(4);
    granted.getLast().ticket.end();
    granted.getLast().ticket.end();
    assertThat(modest.is(FairQueue.Outcome.GRANTED)).isTrue();
  }

  @Test
  void whoHasWaitedForTooLongIsToldSo() {
    FairQueue queue = queue(1, 10, Duration.ofSeconds(10));
    Asked running = ask(queue, "a");
    Asked first = ask(queue, "a");
    now += Duration.ofSeconds(4).toNanos();
    Asked second = ask(queue, "b");
    now += Duration.ofSeconds(6).toNanos();
    queue.expire();
    assertThat(first.waits()).isTrue();
    now++;
    queue.expire();
    assertThat(first.is(FairQueue.Outcome.LATE)).isTrue();
    assertThat(second.waits()).isTrue();
    running.ticket.end();
    assertThat(second.is(FairQueue.Outcome.GRANTED)).isTrue();
    first.ticket.end();
    assertThat(queue.running()).isEqualTo(1);
  }

  @Test
  void aCallerWhoLeavesTakesNobodysPlace() {
    FairQueue queue = queue(1, 10, LONG);
    Asked running = ask(queue, "a");
    Asked leaves = ask(queue, "a");
    Asked stays = ask(queue, "a");
    leaves.ticket.end();
    assertThat(queue.waiting()).isEqualTo(1);
    running.ticket.end();
    assertThat(leaves.waits()).isTrue();
    assertThat(stays.is(FairQueue.Outcome.GRANTED)).isTrue();
  }

  @Test
  void aLoopThatHasEndedKeepsNoPlace() {
    FairQueue queue = queue(1, 10, LONG);
    queue.ask(
        "a",
        1,
        1,
        task -> {
          throw new RejectedExecutionException("the loop has ended");
        },
        outcome -> {});
    assertThat(queue.running()).isZero();
    assertThat(ask(queue, "b").is(FairQueue.Outcome.GRANTED)).isTrue();
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    FairQueue queue = queue(1, 1, LONG);
    assertThatThrownBy(() -> new Asked(queue, "a", 0, 1))
        .hasMessage("weight 0 and cost 1 must be from 1 to 64");
    assertThatThrownBy(() -> new Asked(queue, "a", 1, 65))
        .hasMessage("weight 1 and cost 65 must be from 1 to 64");
    assertThatThrownBy(() -> queue(0, 1, LONG)).hasMessageContaining("needs a place at least");
  }

  /**
   * Random traffic: never above the places, never idle while somebody waits, and whoever waits is
   * served before the others have had more than their turns.
   */
  @Test
  void nobodyStarvesAndNothingLiesIdle() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      granted.clear();
      int places = 1 + random.nextInt(4);
      int tenants = 2 + random.nextInt(8);
      int[] weights = new int[tenants];
      for (int i = 0; i < tenants; i++) {
        weights[i] = 1 + random.nextInt(4);
      }
      FairQueue queue = queue(places, 1_000_000, LONG);
      List<Asked> running = new ArrayList<>();
      Map<String, Integer> servedSince = new HashMap<>();
      List<Asked> waiting = new ArrayList<>();
      int most = bound(weights);
      for (int step = 0; step < 500; step++) {
        if (running.isEmpty() || random.nextInt(3) > 0) {
          int tenant = random.nextInt(4) > 0 ? 0 : random.nextInt(tenants); // the first is greedy
          Asked asked = new Asked(queue, "t" + tenant, weights[tenant], 1 + random.nextInt(5));
          if (asked.waits()) {
            waiting.add(asked);
          }
        } else if (!waiting.isEmpty() && random.nextInt(6) == 0) {
          Asked leaves = waiting.remove(random.nextInt(waiting.size()));
          leaves.ticket.end();
        } else {
          running.remove(random.nextInt(running.size())).ticket.end();
        }
        for (Asked served : granted) {
          running.add(served);
          waiting.remove(served);
          servedSince.put(served.tenant, 0);
          waiting.stream()
              .map(call -> call.tenant)
              .distinct()
              .filter(tenant -> !tenant.equals(served.tenant))
              .forEach(tenant -> servedSince.merge(tenant, 1, Integer::sum));
        }
        granted.clear();
        servedSince
            .keySet()
            .removeIf(tenant -> waiting.stream().noneMatch(call -> call.tenant.equals(tenant)));
        assertThat(servedSince.values())
            .as("seed " + seed + ", step " + step + ": others served while one waits")
            .allMatch(others -> others <= most);
        assertThat(queue.running()).isEqualTo(running.size()).isLessThanOrEqualTo(places);
        assertThat(queue.waiting()).isEqualTo(waiting.size());
        assertThat(waiting.isEmpty() || running.size() == places).isTrue();
      }
    }
  }

  /**
   * A call costs 5 at most, so that a tenant of weight 1 is served in its fifth turn at the latest.
   * Until then each other tenant has begun five turns, and what is left of the one that was under
   * way, each with its weight; and besides what it had saved for its own first call.
   */
  private static int bound(int[] weights) {
    int sum = 0;
    for (int weight : weights) {
      sum += 6 * weight + 4;
    }
    return sum;
  }

  @Test
  void manyThreadsAreServedEachOnce() throws Exception {
    FairQueue queue = new FairQueue(new FairQueue.Settings(5, 100_000, LONG), System::nanoTime);
    AtomicInteger underWay = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger served = new AtomicInteger();
    try (ExecutorService loops = Executors.newFixedThreadPool(8)) {
      CountDownLatch all = new CountDownLatch(2_000);
      for (int i = 0; i < 2_000; i++) {
        int id = i;
        loops.execute(
            () -> {
              CompletableFuture<FairQueue.Ticket> made = new CompletableFuture<>();
              FairQueue.Ticket ticket =
                  queue.ask(
                      "tenant-" + id % 7,
                      1,
                      1,
                      loops,
                      outcome -> {
                        assertThat(outcome).isEqualTo(FairQueue.Outcome.GRANTED);
                        int count = underWay.incrementAndGet();
                        most.accumulateAndGet(count, Math::max);
                        made.thenAccept(
                            mine -> {
                              underWay.decrementAndGet();
                              served.incrementAndGet();
                              mine.end();
                              all.countDown();
                            });
                      });
              made.complete(ticket);
            });
      }
      assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
      loops.shutdown();
    }
    assertThat(served.get()).isEqualTo(2_000);
    assertThat(most.get()).isLessThanOrEqualTo(5);
    assertThat(queue.running()).isZero();
    assertThat(queue.waiting()).isZero();
  }
}
