package dev.fairlead.route;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Who calls tools best. Endpoints fall into three grades: good; not enough known; deprioritised,
 * because their throughput is below the pool's median by more than 1.5 median absolute deviations,
 * or their tool calls succeed less often than the median by more than 2. On its own account it is
 * used for requests with tools once enough is known ({@link #applies}) and balances within a grade;
 * when asked for by name, the best comes first within a grade.
 *
 * @param asked the caller asked for it by name
 */
record Exacto(boolean asked) implements Strategy {
  private static final int FEWEST_PROVIDERS = 4;
  private static final int FEWEST_REQUESTS = 100;
  private static final int FEWEST_TOOL_REQUESTS = 200;

  /** Fewest tool calls by which an endpoint is judged. */
  private static final int ENOUGH_CALLS = 10;

  /** Fewest measured endpoints that make a median worth comparing with. */
  private static final int ENOUGH_PEERS = 3;

  private static final double THROUGHPUT_DEVIATIONS = 1.5;
  private static final double SUCCESS_DEVIATIONS = 2;

  /** Of the median: where nearly all are alike, a hair's breadth is no difference. */
  private static final double LEAST_DEVIATION = 0.02;

  private static final Balance BALANCE = new Balance();

  private static final Comparator<Place> BEST_FIRST =
      Comparator.<Place>comparingDouble(place -> -place.candidate.signals().tools().success())
          .thenComparing(ByThroughput.ORDER);

  /** Whether enough is known of a pool to use it unasked. Source: OpenRouter's Auto Exacto. */
  static boolean applies(List<Place> pool) {
    if (pool.size() < FEWEST_PROVIDERS) {
      return false;
    }
    Set<String> providers = new HashSet<>();
    long requests = 0;
    long tools = 0;
    for (Place place : pool) {
      providers.add(place.candidate.facts().provider());
      requests += place.candidate.signals().requests();
      tools += place.candidate.signals().tools().recent();
    }
    return providers.size() >= FEWEST_PROVIDERS
        && requests >= FEWEST_REQUESTS
        && tools >= FEWEST_TOOL_REQUESTS;
  }

  @Override
  public String word() {
    return asked ? "exacto" : "auto-exacto";
  }

  @Override
  public void grade(List<Place> pool) {
    ToDoubleFunction<Place> speed = place -> place.candidate.signals().throughput().p50();
    ToDoubleFunction<Place> success = place -> place.candidate.signals().tools().success();
    List<Place> fast = pool.stream().filter(Exacto::timed).toList();
    List<Place> judged = pool.stream().filter(Exacto::judged).toList();
    double slowest = floor(fast, speed, THROUGHPUT_DEVIATIONS);
    double worst = floor(judged, success, SUCCESS_DEVIATIONS);
    for (Place place : pool) {
      boolean tooSlow = timed(place) && speed.applyAsDouble(place) < slowest;
      boolean tooBad = judged(place) && success.applyAsDouble(place) < worst;
      if (tooSlow || tooBad) {
        place.grade = 2;
        place.demote(Demotion.LOW_QUALITY);
      } else {
        place.grade = judged(place) ? 0 : 1;
      }
    }
  }

  private static boolean timed(Place place) {
    return !place.candidate.signals().throughput().isNone();
  }

  private static boolean judged(Place place) {
    return place.candidate.signals().tools().finished() >= ENOUGH_CALLS;
  }

  private static double floor(List<Place> places, ToDoubleFunction<Place> of, double deviations) {
    if (places.size() < ENOUGH_PEERS) {
      return -Double.MAX_VALUE;
    }
    double[] values = places.stream().mapToDouble(of).toArray();
    double median = median(values);
    double[] distances = Arrays.stream(values).map(value -> Math.abs(value - median)).toArray();
    double deviation = Math.max(median(distances), LEAST_DEVIATION * median);
    return median - deviations * deviation;
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }

  @Override
  public void arrange(List<Place> group, double draw, boolean leading) {
    if (asked) {
      group.sort(BEST_FIRST);
      group.forEach(place -> place.reason = Reason.QUALITY);
    } else {
      BALANCE.arrange(group, draw, leading);
    }
  }
}
