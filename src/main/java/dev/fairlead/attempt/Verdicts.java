package dev.fairlead.attempt;

import dev.fairlead.canon.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the caller is told when nobody could answer. */
final class Verdicts {
  /** After this long a breaker has probed its endpoint again. */
  private static final Duration USUAL_PAUSE = Duration.ofSeconds(5);

  private Verdicts() {}

  /**
   * A single endpoint's fault is told as it is. Of several, what lies in the request itself comes
   * first, for that the caller can mend; then a common limit; then the list. The others are told as
   * what went before.
   *
   * @param byEndpoint the last fault of each endpoint, in the order of trying
   */
  static Fault summary(Map<String, Fault> byEndpoint, Fault last) {
    List<Fault> all = List.copyOf(byEndpoint.values());
    if (all.size() <= 1 || last.kind() == Fault.Kind.CONTENT_POLICY) {
      return last.withRetryAfter(least(all)).after(without(last, all));
    }
    for (Fault fault : all) {
      if (fault.status() >= 400 && fault.status() < 429) {
        return fault.after(without(fault, all));
      }
    }
    if (all.stream().allMatch(f -> f.kind() == Fault.Kind.RATE_LIMITED)) {
      return last.withRetryAfter(least(all)).after(without(last, all));
    }
    List<String> reasons = new ArrayList<>();
    byEndpoint.forEach((endpoint, fault) -> reasons.add(endpoint + ": " + fault.kind().word()));
    return Fault.provider(
            Fault.Kind.EXHAUSTED,
            "No endpoint could answer. " + String.join(", ", reasons) + ". Try again later.")
        .withRetryAfter(least(all).or(() -> Optional.of(USUAL_PAUSE)))
        .after(all);
  }

  private static List<Fault> without(Fault told, List<Fault> all) {
    List<Fault> others = new ArrayList<>(all);
    others.remove(told);
    return others;
  }

  private static Optional<Duration> least(Collection<Fault> faults) {
    return faults.stream()
        .map(Fault::retryAfter)
        .flatMap(Optional::stream)
        .min(Comparator.naturalOrder());
  }
}
