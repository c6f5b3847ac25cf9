package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Ten thousand requests with every kind of end, among them callers who leave after each event of a
 * stream: each has one record, and every figure of what it cost is the same wherever it stands.
 */
final class BooksTest {
  private static final int REQUESTS = 10_000;
  private static final int CALLERS = 16;
  private static final BigDecimal MOST = new BigDecimal("0.001");
  private static final String MODELS =
      """
      providers:
        sim-a: { name: Sim A, dialect: openai-chat, base_url: "${SIM}/v1", api_key: k }
      spending:
        budgets:
          - { scope: organization, limit: 1000, reset: daily }
          - { scope: workspace, limit: 1000, reset: monthly }
          - { scope: end_user, id: ann, limit: 1000, reset: weekly }
          - { scope: tag, id: books, limit: 1000 }
      endpoints:
        - { model: acme/good, provider: sim-a, provider_model: sim/words-20, price: { prompt: 1.37, completion: 2.71 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/silent, provider: sim-a, provider_model: sim/words-12+usage=missing, price: { prompt: 1.37, completion: 2.71 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/absurd, provider: sim-a, provider_model: sim/words-12+usage=absurd, price: { prompt: 1.37, completion: 2.71 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/cut, provider: sim-a, provider_model: sim/words-30+fault=cut+after=9+every=4, price: { prompt: 1.37, completion: 2.71 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/down, provider: sim-a, provider_model: sim/words-5+fault=http-503+every=4, price: { prompt: 1.37, completion: 2.71 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/free, provider: sim-a, provider_model: sim/words-5, price: { prompt: 0, completion: 0 }, context_length: 8192, max_completion_tokens: 100 }
      """;

  /** A request's answer: what the caller was told of its cost, if it heard the end. */
  private record Heard(String id, Optional<BigDecimal> cost) {}

  private static String model(int i) {
    return switch (i % 10) {
      case 0, 1, 2, 3, 4 -> "acme/good";
      case 5 -> "acme/silent";
      case 6 -> "acme/absurd";
      case 7 -> "acme/cut";
      case 8 -> "acme/down";
      default -> "acme/free";
    };
  }

  private static HttpRequest request(GatewayHarness gateway, int i, boolean stream) {
    String body =
        "{\"model\": \""
            + model(i)
            + "\", \"stream\": "
            + stream
            + ", \"user\": \"ann\","
            + " \"messages\": [{\"role\": \"user\", \"content\": \"Hello "
            + "x".repeat(i % 50)
            + "\"}]}";
    return gateway
        .request("/api/v1/chat/completions")
        .header("content-type", "application/json")
        .header("x-fairlead-tags", "books")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static Optional<BigDecimal> told(String json) {
    JsonNode usage = GatewayHarness.JSON.readTree(json).path("usage");
    return usage.has("cost") ? Optional.of(usage.get("cost").decimalValue()) : Optional.empty();
  }

  private static Heard call(GatewayHarness gateway, int i) {
    boolean stream = i % 2 == 1;
    boolean leaves = i % 10 == 3;
    try {
      if (!stream) {
        HttpResponse<String> answer = gateway.send(request(gateway, i, false));
        return new Heard(
            id(answer), answer.statusCode() == 200 ? told(answer.body()) : Optional.empty());
      }
      HttpResponse<InputStream> answer =
          gateway
              .client()
              .send(request(gateway, i, true), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream in = answer.body()) {
        return new Heard(id(answer), leaves ? leave(in, i / 10 % 25) : toTheEnd(in));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String id(HttpResponse<?> answer) {
    return answer.headers().firstValue("x-generation-id").orElse("");
  }

  /** Leaves after so many events; what came of it, it does not know. */
  private static Optional<BigDecimal> leave(InputStream in, int events) throws IOException {
    int seen = 0;
    int last = 0;
    while (seen < events) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      if (next == '\n' && last == '\n') {
        seen++;
      }
      last = next;
    }
    return Optional.empty();
  }

  private static Optional<BigDecimal> toTheEnd(InputStream in) throws IOException {
    String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    Optional<BigDecimal> cost = Optional.empty();
    for (String line : text.split("\n")) {
      if (line.startsWith("data: {")) {
        cost = told(line.substring(6)).or(List.of(cost)::getFirst);
      }
    }
    return cost;
  }

  private static JsonNode get(GatewayHarness gateway, String key, String path) {
    HttpResponse<String> answer =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri(path))
                .header("authorization", "Bearer " + key)
                .build());
    assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
    return GatewayHarness.JSON.readTree(answer.body()).get("data");
  }

  private static JsonNode managed(GatewayHarness gateway, String path) {
    return get(gateway, GatewayHarness.MANAGEMENT_KEY, path);
  }

  @Test
  void everyFigureIsTheSameWhereverItStands() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(MODELS, 0.001, Map.of())) {
      List<Heard> heard = new ArrayList<>();
      AtomicInteger next = new AtomicInteger();
      try (ExecutorService pool = Executors.newFixedThreadPool(CALLERS)) {
        List<Future<List<Heard>>> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
          callers.add(
              pool.submit(
                  () -> {
                    List<Heard> mine = new ArrayList<>();
                    for (int n = next.getAndIncrement(); n < REQUESTS; n = next.getAndIncrement()) {
                      mine.add(call(gateway, n));
                    }
                    return mine;
                  }));
        }
        for (Future<List<Heard>> caller : callers) {
          heard.addAll(caller.get());
        }
      }
      assertThat(heard).hasSize(REQUESTS);
      GatewayHarness.await(
          "nothing is held any more",
          Duration.ofSeconds(30),
          () ->
              get(gateway, GatewayHarness.KEY, "/api/v1/key").get("held").decimalValue().signum()
                  == 0);

      BigDecimal recorded = recorded(gateway, heard);
      JsonNode key = get(gateway, GatewayHarness.KEY, "/api/v1/key");
      assertThat(key.get("usage").decimalValue()).isEqualByComparingTo(recorded);
      assertThat(managed(gateway, "/api/v1/credits").get("total_usage").decimalValue())
          .isEqualByComparingTo(recorded);
      BigDecimal activity = BigDecimal.ZERO;
      for (JsonNode row :
          managed(gateway, "/api/v1/activity?date=" + LocalDate.now(ZoneOffset.UTC))) {
        activity = activity.add(row.get("usage").decimalValue());
      }
      assertThat(activity).isEqualByComparingTo(recorded);
      String month = LocalDate.now(ZoneOffset.UTC).toString().substring(0, 7);
      assertThat(managed(gateway, "/api/v1/invoices/" + month).get("total").decimalValue())
          .isEqualByComparingTo(recorded);
      JsonNode budgets = managed(gateway, "/api/v1/budgets");
      assertThat(budgets).hasSize(4);
      for (JsonNode budget : budgets) {
        if (budget.has("spent_usd")) {
          assertThat(budget.get("spent_usd").decimalValue())
              .as(budget.toString())
              .isEqualByComparingTo(recorded);
          assertThat(budget.get("held_usd").decimalValue()).isEqualByComparingTo("0");
        }
      }
    }
  }

  /** The sum of all records; each must say what its caller was told, and lie within its hold. */
  private static BigDecimal recorded(GatewayHarness gateway, List<Heard> heard) throws Exception {
    Map<String, BigDecimal> costs = new ConcurrentHashMap<>();
    Set<String> ids = new HashSet<>();
    // While a breaker is open, a request is refused before there is anything to record.
    List<Heard> served = heard.stream().filter(one -> !one.id().isEmpty()).toList();
    assertThat(served.size()).isGreaterThan(REQUESTS * 9 / 10 - 1);
    assertThat(heard).allMatch(one -> !one.id().isEmpty() || one.cost().isEmpty());
    for (Heard one : served) {
      assertThat(ids.add(one.id())).as("two requests have one id").isTrue();
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(CALLERS)) {
      List<Future<?>> looks = new ArrayList<>();
      for (Heard one : served) {
        looks.add(
            pool.submit(
                () -> {
                  JsonNode record =
                      get(gateway, GatewayHarness.KEY, "/api/v1/generation?id=" + one.id());
                  BigDecimal cost = record.get("total_cost").decimalValue();
                  assertThat(cost).isBetween(BigDecimal.ZERO, MOST);
                  one.cost().ifPresent(told -> assertThat(told).isEqualByComparingTo(cost));
                  costs.put(one.id(), cost);
                }));
      }
      for (Future<?> look : looks) {
        look.get();
      }
    }
    long told = heard.stream().filter(one -> one.cost().isPresent()).count();
    assertThat(told).isGreaterThan(REQUESTS / 2);
    return costs.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
