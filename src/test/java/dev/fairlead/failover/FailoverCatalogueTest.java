package dev.fairlead.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.GatewayHarness;
import dev.fairlead.simulator.SimAttempt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The sixteen faults of the public failover catalogue (methodology v0.1), judged from outside as
 * the catalogue judges. Every time of the simulator and of the gateway is multiplied by one factor;
 * the breaker's pauses alone are real time. In full time: {@code mvn verify -Pslow
 * -Dtest=FailoverCatalogueTest}.
 */
final class FailoverCatalogueTest {
  private static final List<String> CONTINUED = List.of("S08", "S09", "S14");
  private static final List<String> SCENARIOS =
      List.of(
          "S01", "S02", "S03", "S04", "S05", "S06", "S07", "S08", "S09", "S10", "S11", "S11h",
          "S12", "S13", "S14", "S15", "S16");

  @Test
  void everyFaultPassesInScaledTime() throws Exception {
    // A quarter: below it, the room between a limit and its bound is less than a slow machine's
    // sleep.
    run(0.25, SCENARIOS.size());
  }

  @Test
  @Tag("slow")
  void everyFaultPassesInFullTime() throws Exception {
    run(1, 4);
  }

  private static void run(double scale, int atOnce) throws Exception {
    Map<String, Judge.Verdict> verdicts = new TreeMap<>();
    try (GatewayHarness error = start(scale, "error");
        GatewayHarness cont = start(scale, "continue");
        ExecutorService threads = Executors.newFixedThreadPool(atOnce)) {
      healthy(error);
      healthy(cont);
      Map<String, Future<Judge.Verdict>> running = new TreeMap<>();
      for (String id : SCENARIOS) {
        GatewayHarness at = CONTINUED.contains(id) ? cont : error;
        Callable<Judge.Verdict> scenario = () -> new Play(at, id, scale).run();
        running.put(id, threads.submit(scenario));
      }
      for (Map.Entry<String, Future<Judge.Verdict>> each : running.entrySet()) {
        verdicts.put(each.getKey(), each.getValue().get());
      }
    }
    verdicts.forEach(
        (id, verdict) ->
            System.out.println(
                id
                    + " "
                    + verdict.mark().name().toLowerCase(Locale.ROOT)
                    + (verdict.reasons().isEmpty() ? "" : " " + verdict.reasons())));
    assertThat(verdicts).hasSize(SCENARIOS.size());
    assertThat(verdicts.values()).allMatch(v -> v.mark() == Judge.Mark.PASS);
  }

  /** Whatever a scenario left behind, others are answered within ten seconds. */
  private static void healthy(GatewayHarness at) {
    Seen seen =
        Door.OPENROUTER.call(at, List.of("bench/healthy"), true, "Hello", Duration.ofSeconds(10));
    assertThat(seen.looksComplete()).as("a healthy call: " + seen).isTrue();
  }

  private static GatewayHarness start(double scale, String policy) {
    StringBuilder yaml = new StringBuilder(512);
    yaml.append("stream_policy: ").append(policy).append('\n');
    yaml.append("timeouts: { first_token: ").append(millis(10_000, scale));
    yaml.append(", last_first_token: ").append(millis(120_000, scale));
    yaml.append(", idle: ").append(millis(20_000, scale));
    yaml.append(", linger: ").append(millis(2_000, scale)).append(" }\n");
    yaml.append("retry: { backoff: ").append(millis(250, scale));
    yaml.append(", patience: ").append(millis(5_000, scale)).append(" }\n");
    yaml.append("providers:\n");
    yaml.append("  one: { name: One, base_url: \"${SIM}/v1\", auth: none }\n");
    yaml.append("  two: { name: Two, base_url: \"${SIM}/v1\", auth: none }\n");
    yaml.append("endpoints:\n");
    endpoint(yaml, "bench/healthy", "one", "sim/words-60");
    for (String id : SCENARIOS) {
      endpoint(yaml, primary(id), "one", "sim/words-60" + fault(id));
      String prefill = id.equals("S14") ? "+prefill=refuse" : "";
      endpoint(yaml, fallback(id), "two", "sim/words-60" + prefill);
    }
    return GatewayHarness.start(yaml.toString(), scale, Map.of());
  }

  private static String fault(String id) {
    return id.equals("S11h") ? "+fault=no-done-hold" : "+fault=" + id;
  }

  private static void endpoint(StringBuilder yaml, String model, String provider, String sim) {
    yaml.append("  - { model: ").append(model).append(", provider: ").append(provider);
    yaml.append(", provider_model: \"").append(sim).append("\" }\n");
  }

  private static String millis(long full, double scale) {
    return (long) (full * scale) + "ms";
  }

  private static String primary(String id) {
    return "bench/" + id.toLowerCase(Locale.ROOT) + "-primary";
  }

  private static String fallback(String id) {
    return "bench/" + id.toLowerCase(Locale.ROOT) + "-fallback";
  }

  /** One scenario, played. */
  private record Play(GatewayHarness at, String id, double scale) {
    private static final int REQUESTS = 20;

    Judge.Verdict run() throws InterruptedException {
      List<Seen> answers = new ArrayList<>();
      String prompt = "Say sixty words. sim-run: " + id;
      long began = System.nanoTime();
      for (int i = 0; i < (id.equals("S15") ? REQUESTS : 1); i++) {
        long due = began + (long) (i * 4e9 * scale);
        Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
        List<String> models = List.of(primary(id), fallback(id));
        answers.add(
            Door.OPENROUTER.call(
                at, models, true, prompt, Duration.ofMillis((long) (130_000 * scale))));
      }
      List<SimAttempt> all =
          at.attempts().stream().filter(a -> a.run().equals(java.util.Optional.of(id))).toList();
      List<SimAttempt> primary =
          all.stream().filter(a -> a.model().equals("sim/words-60" + fault(id))).toList();
      Judge.Case it =
          new Judge.Case(
              id.substring(0, 3),
              answers,
              expected(prompt),
              primary.stream().map(a -> seconds(a.at().minus(primary.getFirst().at()))).toList(),
              all.size() - primary.size(),
              recovery(primary),
              scale);
      healthy(at);
      return Judge.judge(it);
    }

    /** From the end of the outage to the primary's first healthy answer. */
    private double recovery(List<SimAttempt> primary) {
      Duration outage = Duration.ofNanos((long) (60e9 * scale));
      return primary.stream()
          .filter(a -> a.fault().isEmpty())
          .findFirst()
          .map(a -> seconds(a.at().minus(primary.getFirst().at()).minus(outage)))
          .orElse(-1.0);
    }

    private String expected(String prompt) {
      return Door.OPENROUTER
          .call(at, List.of("bench/healthy"), false, prompt, Duration.ofSeconds(10))
          .text();
    }

    private static double seconds(Duration duration) {
      return duration.toNanos() / 1e9;
    }
  }
}
