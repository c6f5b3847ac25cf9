package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.simulator.SimAttempt;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Where a provider allows only so many calls at once, tenants take turns. */
final class QueueTest {
  private static final String OTHER = "another-key-0123456789";
  private static final String CONFIG =
      """
      providers:
        sim-a: { name: Sim A, dialect: openai-chat, base_url: "${SIM}/v1", api_key: k }
        sim-b: { name: Sim B, dialect: openai-chat, base_url: "${SIM}/v1", api_key: k }
        sim-c: { name: Sim C, dialect: openai-chat, base_url: "${SIM}/v1", api_key: k }
      keys:
        - { name: other, key: another-key-0123456789 }
      fair_queues:
        - { provider: sim-a, concurrency: 2, wait: 20s }
        - { provider: sim-b, concurrency: 1, wait: 100ms }
      endpoints:
        - { model: acme/a, provider: sim-a, provider_model: sim/words-3+ttft=100ms }
        - { model: acme/b, provider: sim-b, provider_model: sim/words-4+ttft=1s }
        - { model: acme/bc, provider: sim-b, provider_model: sim/words-4+ttft=1s }
        - { model: acme/bc, provider: sim-c, provider_model: sim/words-5 }
      """;

  private static HttpResponse<String> call(GatewayHarness gateway, String key, String model) {
    return gateway.send(
        HttpRequest.newBuilder(gateway.uri("/api/v1/chat/completions"))
            .header("authorization", "Bearer " + key)
            .header("content-type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"model\": \""
                        + model
                        + "\", \"provider\": {\"order\": [\"sim-b\"]}"
                        + ", \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}"))
            .build());
  }

  private static int mostAtOnce(List<SimAttempt> attempts) {
    int most = 0;
    for (SimAttempt one : attempts) {
      int now = 0;
      for (SimAttempt other : attempts) {
        Duration ended = other.ended().orElse(Duration.ofDays(1));
        if (other.at().compareTo(one.at()) <= 0 && ended.compareTo(one.at()) > 0) {
          now++;
        }
      }
      most = Math.max(most, now);
    }
    return most;
  }

  @Test
  void aTenantWhoFloodsDoesNotKeepAnotherWaiting() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(CONFIG);
        ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      AtomicInteger flooded = new AtomicInteger();
      List<Future<Integer>> flood = flood(gateway, pool, flooded);
      for (int i = 0; i < 5; i++) {
        assertThat(call(gateway, OTHER, "acme/a").statusCode()).isEqualTo(200);
      }
      assertThat(flooded.get()).as("calls of the flood that came before").isLessThan(25);
      for (Future<Integer> one : flood) {
        assertThat(one.get()).isEqualTo(200);
      }
      assertThat(mostAtOnce(gateway.attempts())).isEqualTo(2);
    }
  }

  private static List<Future<Integer>> flood(
      GatewayHarness gateway, ExecutorService pool, AtomicInteger flooded) {
    List<Future<Integer>> flood = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      flood.add(
          pool.submit(
              () -> {
                int status = call(gateway, GatewayHarness.KEY, "acme/a").statusCode();
                flooded.incrementAndGet();
                return status;
              }));
    }
    GatewayHarness.await("the flood", Duration.ofSeconds(10), () -> gateway.attempts().size() >= 2);
    return flood;
  }

  @Test
  void keysOfAnOrganizationWaitInOneLineWhereThatIsWished() throws Exception {
    String config = CONFIG.replace("concurrency: 2, ", "concurrency: 2, by: organization, ");
    try (GatewayHarness gateway = GatewayHarness.start(config);
        ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      String organization =
          manage(gateway, "/organizations", "{\"name\": \"Acme\"}")
              .get("data")
              .get("id")
              .asString();
      String theirs =
          manage(
                  gateway,
                  "/keys",
                  "{\"name\": \"k\", \"organization_id\": \"" + organization + "\"}")
              .get("key")
              .asString();
      AtomicInteger flooded = new AtomicInteger();
      List<Future<Integer>> flood = flood(gateway, pool, flooded);
      Future<HttpResponse<String>> same = pool.submit(() -> call(gateway, OTHER, "acme/a"));
      assertThat(call(gateway, theirs, "acme/a").statusCode()).isEqualTo(200);
      assertThat(flooded.get()).as("calls of the flood that came before").isLessThan(20);
      assertThat(same.get().statusCode()).isEqualTo(200);
      assertThat(flooded.get())
          .as("another key of the same has no line of its own")
          .isGreaterThan(30);
      for (Future<Integer> one : flood) {
        assertThat(one.get()).isEqualTo(200);
      }
    }
  }

  private static JsonNode manage(GatewayHarness gateway, String path, String body) {
    GatewayHarness.Answer made = gateway.ask(GatewayHarness.MANAGEMENT_KEY, "POST", path, body);
    assertThat(made.status()).as(made.raw().body()).isEqualTo(201);
    return made.json();
  }

  @Test
  void whoWaitsTooLongGoesElsewhereOrIsTold() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(CONFIG);
        ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<HttpResponse<String>> first =
          pool.submit(() -> call(gateway, GatewayHarness.KEY, "acme/b"));
      GatewayHarness.await(
          "the first call", Duration.ofSeconds(10), () -> gateway.attempts().size() == 1);
      HttpResponse<String> refused = call(gateway, OTHER, "acme/b");
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.body()).contains("Sim B");
      assertThat(refused.headers().firstValue("retry-after")).isPresent();
      assertThat(call(gateway, OTHER, "acme/bc").statusCode()).isEqualTo(200);
      assertThat(gateway.attempts("sim/words-5")).hasSize(1);
      assertThat(first.get().statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aPlaceIsFreeAgainWhenItsCallerLeaves() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(CONFIG)) {
      for (int i = 0; i < 3; i++) {
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
          int before = gateway.attempts().size();
          Future<?> leaving = pool.submit(() -> call(gateway, GatewayHarness.KEY, "acme/b"));
          GatewayHarness.await(
              "the call", Duration.ofSeconds(10), () -> gateway.attempts().size() > before);
          leaving.cancel(true);
        }
      }
      GatewayHarness.await(
          "a free place",
          Duration.ofSeconds(10),
          () -> call(gateway, OTHER, "acme/b").statusCode() == 200);
    }
  }
}
