package dev.fairlead.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.GatewayHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/**
 * The upstream fault matrix: each row at a primary beside a healthy fallback, streamed and whole,
 * in chat as it passes and in chat as it is rewritten, and where a row depends on the dialect in
 * each of them. Judged by what the caller gets, by the record, and by the provider's log.
 */
final class UpstreamFaultMatrixTest {
  private static final double SCALE = 0.1;
  private static final String PROMPT = "Say twelve words.";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Who calls, and what the provider speaks. */
  private enum Way {
    REWRITTEN(Door.OPENROUTER, "openai-chat", false),
    PASSED(Door.CHAT, "openai-chat", false),
    MESSAGES(Door.MESSAGES, "anthropic", true),
    GEMINI(Door.GEMINI, "gemini", true),
    FROM_MESSAGES(Door.OPENROUTER, "anthropic", true),
    FROM_GEMINI(Door.OPENROUTER, "gemini", true);

    private final Door door;
    private final String dialect;
    private final boolean onlyWhereItMatters;

    Way(Door door, String dialect, boolean onlyWhereItMatters) {
      this.door = door;
      this.dialect = dialect;
      this.onlyWhereItMatters = onlyWhereItMatters;
    }
  }

  private record Try(Row row, Way way, boolean stream, int number) {
    Row.Due due() {
      return stream ? row.streamed() : row.whole();
    }

    String name() {
      return row.id()
          + (stream ? " streamed " : " whole ")
          + way.name().toLowerCase(Locale.ROOT)
          + " "
          + row.fault();
    }

    String primary() {
      return "fault/" + row.id().toLowerCase(Locale.ROOT) + "-" + number;
    }

    /** The option without meaning tells the cases apart in the provider's log. */
    String providerModel() {
      boolean sized = row.fault().contains("size=");
      return "sim/words-12+" + row.fault() + (sized ? "+calls=" : "+size=") + number;
    }

    String fallback() {
      return "healthy/" + way.dialect;
    }
  }

  private static List<Try> tries() {
    List<Try> all = new ArrayList<>();
    for (Row row : Row.ALL) {
      for (Way way : Way.values()) {
        for (boolean stream : new boolean[] {true, false}) {
          Try it = new Try(row, way, stream, all.size() + 1);
          if (it.due() != Row.Due.NONE && (row.everywhere() || !way.onlyWhereItMatters)) {
            all.add(it);
          }
        }
      }
    }
    return all;
  }

  private static String yaml(List<Try> tries) {
    StringBuilder yaml =
        new StringBuilder(
            """
            timeouts: { connect: 800ms, first_token: 1s, last_first_token: 5s, whole: 1500ms,
                        idle: 1s, linger: 200ms, total: 15s }
            retry: { backoff: 25ms, patience: 1500ms }
            providers:
            """);
    for (String dialect : List.of("openai-chat", "anthropic", "gemini")) {
      String base = dialect.equals("gemini") ? "v1beta" : "v1";
      for (String side : List.of("one", "two")) {
        yaml.append("  ").append(side).append('-').append(dialect);
        yaml.append(": { dialect: ").append(dialect).append(", auth: none, base_url: \"${SIM}/");
        yaml.append(base).append("\" }\n");
      }
    }
    yaml.append("endpoints:\n");
    for (String dialect : List.of("openai-chat", "anthropic", "gemini")) {
      endpoint(yaml, "healthy/" + dialect, "two-" + dialect, "sim/words-12");
    }
    for (Try it : tries) {
      endpoint(yaml, it.primary(), "one-" + it.way().dialect, it.providerModel());
    }
    return yaml.toString();
  }

  private static void endpoint(StringBuilder yaml, String model, String provider, String sim) {
    yaml.append("  - { model: ").append(model).append(", provider: ").append(provider);
    yaml.append(", provider_model: \"").append(sim).append("\" }\n");
  }

  @TestFactory
  Stream<DynamicTest> everyRow() {
    List<Try> tries = tries();
    List<Future<?>> running = new ArrayList<>();
    GatewayHarness at = GatewayHarness.start(yaml(tries), SCALE, Map.of());
    Seen healthy = Door.OPENROUTER.call(at, List.of("healthy/openai-chat"), true, PROMPT, PATIENCE);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    tries.forEach(it -> running.add(threads.submit(() -> play(at, it, healthy.text()))));
    threads.shutdown();
    int[] passed = {0};
    Stream<DynamicTest> rows =
        tries.stream()
            .map(
                it ->
                    DynamicTest.dynamicTest(
                        it.name(), () -> await(running.get(it.number() - 1), passed)));
    DynamicTest count =
        DynamicTest.dynamicTest(
            "the count",
            () -> System.out.println("tested " + tries.size() + ", passed " + passed[0]));
    return Stream.concat(rows, Stream.of(count)).onClose(at::close);
  }

  private static void await(Future<?> running, int[] passed) throws Throwable {
    try {
      running.get();
      passed[0]++;
    } catch (ExecutionException e) {
      throw e.getCause();
    }
  }

  private static void play(GatewayHarness at, Try it, String expected) {
    List<String> models = List.of(it.primary(), it.fallback());
    Seen seen = it.way().door.call(at, models, it.stream(), PROMPT, PATIENCE);
    String what = it.name() + ": " + seen;
    assertThat(seen.hung()).as("hangs: " + what).isFalse();
    assertThat(seen.cut()).as("cut: " + what).isFalse();
    JsonNode record = at.generation(seen.generation());
    JsonNode calls = record.get("provider_responses");
    String last = calls.path(calls.size() - 1).path("model_permaslug").asString();
    switch (it.due()) {
      case SERVED, RESCUED -> {
        assertThat(seen.looksComplete() && seen.terminal()).as(what).isTrue();
        assertThat(seen.text()).as(what).isEqualTo(expected);
        boolean rescued = it.due() == Row.Due.RESCUED;
        assertThat(last)
            .as("who served: " + calls)
            .isEqualTo(rescued ? it.fallback() : it.primary());
        assertThat(calls.path(calls.size() - 1).path("fault").isNull()).isTrue();
      }
      case BROKEN -> {
        assertThat(seen.failed()).as("no error event: " + what).isTrue();
        // OpenRouter's flavour closes every stream with its marker, after the error as well.
        boolean marked = seen.terminal() && it.way().door != Door.OPENROUTER;
        assertThat(marked).as("a terminal marker: " + what).isFalse();
        assertThat(seen.finish()).as("a finish: " + what).isIn("", "error");
        assertThat(seen.text()).as(what).isNotEmpty().isNotEqualTo(expected);
        assertThat(expected).as(what).startsWith(seen.text());
        assertThat(last).isEqualTo(it.primary());
        assertThat(calls.path(0).path("fault").isNull()).as("no fault: " + calls).isFalse();
        assertThat(record.path("error").path("kind").isNull()).isFalse();
      }
      case REFUSED -> {
        assertThat(seen.status()).as(what).isEqualTo(400);
        assertThat(seen.error().toString())
            .as(what)
            .containsPattern("content policy|content filtering|Responsible AI");
        assertThat(calls).hasSize(1);
      }
      case FINISHED -> {
        assertThat(seen.looksComplete() && seen.terminal()).as(what).isTrue();
        assertThat(last).isEqualTo(it.primary());
      }
      case NONE -> throw new IllegalStateException(it.name());
    }
    recorded(it, calls);
    assertThat(at.attempts(it.providerModel()).size())
        .as("tries of the primary: " + calls)
        .isBetween(1, it.row().most());
    assertThat(record.path("total_cost").asDouble()).isNotNegative();
    assertThat(record.path("tokens_completion").asLong()).as("usage: " + record).isNotNegative();
  }

  private static void recorded(Try it, JsonNode calls) {
    String word = calls.path(0).path("fault").asString("");
    if (!it.row().word().isEmpty() && it.due() != Row.Due.SERVED) {
      boolean late = it.due() != Row.Due.BROKEN && it.row().streamed() == Row.Due.BROKEN;
      assertThat(word).as("the recorded fault: " + calls).isNotEmpty();
      if (!late) {
        assertThat(word).as("the recorded fault: " + calls).isEqualTo(it.row().word());
      }
    }
  }
}
