package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Attempts that did not serve, answers beyond all bounds, and callers who leave. */
final class AccountedTest {
  private static final String CONFIG =
      """
      providers:
        sim-a: { name: Sim A, dialect: openai-chat, base_url: "${SIM}/v1", api_key: k, data_policy: { training: false } }
        sim-b: { name: Sim B, dialect: openai-chat, base_url: "${SIM}/v1", api_key: k, data_policy: { training: false } }
        sim-c: { name: Sim C, dialect: anthropic, base_url: "${SIM}/v1", api_key: k, data_policy: { training: false } }
      timeouts: { first_token: 500ms, whole: 500ms }
      spending: { drain_cancelled: [sim-b] }
      endpoints:
        - { model: acme/empty, provider: sim-a, provider_model: sim/words-20+fault=empty, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/empty, provider: sim-b, provider_model: sim/words-20, price: { prompt: 3.00, completion: 4.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/late, provider: sim-a, provider_model: sim/words-20+ttft=20s, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/late, provider: sim-b, provider_model: sim/words-20, price: { prompt: 3.00, completion: 4.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/refused, provider: sim-a, provider_model: sim/words-20+fault=http-500, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/refused, provider: sim-b, provider_model: sim/words-20, price: { prompt: 3.00, completion: 4.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/endless, provider: sim-a, provider_model: sim/words-20000+ignoremax=true+interval=1ms, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/endless-b, provider: sim-c, provider_model: sim/words-20000+ignoremax=true+interval=1ms, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/left-a, provider: sim-a, provider_model: sim/words-60+interval=20ms, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/left-b, provider: sim-b, provider_model: sim/words-60+interval=20ms, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
      """;

  private static String ask(String model, boolean stream) {
    return "{\"model\": \""
        + model
        + "\", \"max_tokens\": 50, \"stream\": "
        + stream
        + ", \"provider\": {\"order\": [\"sim-a\", \"sim-b\"]}"
        + ", \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";
  }

  private static HttpRequest call(GatewayHarness gateway, String model, boolean stream) {
    return gateway
        .request("/api/v1/chat/completions")
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(ask(model, stream)))
        .build();
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return GatewayHarness.JSON.readTree(answer.body());
  }

  private static String id(HttpResponse<?> answer) {
    return answer.headers().firstValue("x-generation-id").orElse("");
  }

  @Test
  void whatDidNotServeIsBookedAndChargedToNobody() {
    for (boolean stream : new boolean[] {false, true}) {
      try (GatewayHarness gateway = GatewayHarness.start(CONFIG)) {
        List<String> ids = new ArrayList<>();
        for (String model : List.of("acme/empty", "acme/late", "acme/refused")) {
          HttpResponse<String> answer =
              gateway.post("/api/v1/chat/completions", ask(model, stream));
          assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
          ids.add(id(answer));
        }
        List<SettlementRow> rows = SettlementRow.read(gateway, 5);
        assertThat(rows).hasSize(5);
        long charged = 0;
        for (SettlementRow row : rows) {
          if (row.lost() == 0) {
            assertThat(row.provider()).isEqualTo("sim-b");
            assertThat(row.charge()).isEqualTo(row.cost()).isPositive();
            charged += row.charge();
          } else {
            assertThat(row.provider()).isEqualTo("sim-a");
            assertThat(row.charge()).isZero();
            assertThat(row.cost()).isPositive();
          }
        }
        assertThat(rows.stream().filter(r -> r.lost() == 1).map(SettlementRow::id))
            .containsExactlyInAnyOrder(ids.get(0) + "#1", ids.get(1) + "#1");
        assertThat(
                rows.stream()
                    .filter(r -> r.id().equals(ids.get(1) + "#1"))
                    .map(SettlementRow::source))
            .containsExactly("catalog");
        JsonNode key = json(gateway.get("/api/v1/key")).get("data");
        assertThat(key.get("usage").decimalValue())
            .isEqualByComparingTo(BigDecimal.valueOf(charged, 9));
        assertThat(key.get("held").decimalValue()).isEqualByComparingTo("0");
        long requests = 0;
        HttpResponse<String> activity =
            gateway.send(
                java.net.http.HttpRequest.newBuilder(
                        gateway.uri(
                            "/api/v1/activity?date="
                                + java.time.LocalDate.now(java.time.ZoneOffset.UTC)))
                    .header("authorization", "Bearer " + GatewayHarness.MANAGEMENT_KEY)
                    .build());
        for (JsonNode row : json(activity).get("data")) {
          requests += row.get("requests").asLong();
          assertThat(row.get("provider_name").asString()).isEqualTo("Sim B");
        }
        assertThat(requests).isEqualTo(3);
      }
    }
  }

  @Test
  void anAnswerFarBeyondItsBoundIsEnded() {
    try (GatewayHarness gateway = GatewayHarness.start(CONFIG)) {
      HttpResponse<String> own =
          gateway.post("/api/v1/chat/completions", ask("acme/endless", true));
      assertThat(own.body()).contains("\"finish_reason\":\"length\"", "\"budget\"", "[DONE]");
      assertThat(own.body().length()).isLessThan(200_000);
      HttpResponse<String> anthropic =
          gateway.post(
              "/v1/messages",
              """
              {"model": "acme/endless", "max_tokens": 50, "stream": true,
               "messages": [{"role": "user", "content": "Hello"}]}""");
      assertThat(anthropic.body())
          .contains("\"stop_reason\":\"max_tokens\"", "event: content_block_stop")
          .contains("event: message_stop");
      HttpResponse<String> vendor = gateway.post("/v1/chat/completions", ask("acme/endless", true));
      assertThat(vendor.body()).contains("\"finish_reason\":\"length\"", "[DONE]");
      assertThat(vendor.body()).containsOnlyOnce("\"role\":\"assistant\"");
      HttpResponse<String> messages =
          gateway.post(
              "/v1/messages",
              """
              {"model": "acme/endless-b", "max_tokens": 50, "stream": true,
               "messages": [{"role": "user", "content": "Hello"}]}""");
      assertThat(messages.body())
          .containsOnlyOnce("event: message_start")
          .containsOnlyOnce("event: content_block_stop")
          .contains("\"stop_reason\":\"max_tokens\"")
          .contains("event: message_stop");
      List<SettlementRow> rows = SettlementRow.read(gateway, 4);
      assertThat(rows).hasSize(4);
      for (SettlementRow row : rows) {
        assertThat(row.charge()).isPositive().isLessThanOrEqualTo(300_000);
        assertThat(row.cost()).isGreaterThan(row.charge());
      }
      assertThat(json(gateway.get("/api/v1/key")).get("data").get("held").decimalValue())
          .isEqualByComparingTo("0");
    }
  }

  @Test
  void whereTheWholeAnswerIsBilledItIsHeardToItsEndWhenTheCallerLeaves() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(CONFIG)) {
      List<Long> charges = new ArrayList<>();
      for (String model : List.of("acme/left-a", "acme/left-b")) {
        HttpResponse<InputStream> answer =
            gateway
                .client()
                .send(call(gateway, model, true), HttpResponse.BodyHandlers.ofInputStream());
        answer.body().readNBytes(1_500);
        answer.body().close();
        GatewayHarness.await(
            "it is settled",
            Duration.ofSeconds(20),
            () -> gateway.get("/api/v1/generation?id=" + id(answer)).statusCode() == 200);
        JsonNode generation = gateway.generation(id(answer));
        assertThat(generation.get("cancelled").asBoolean()).isTrue();
        charges.add(generation.get("total_cost").decimalValue().movePointRight(9).longValueExact());
      }
      List<SettlementRow> rows = SettlementRow.read(gateway, 2);
      assertThat(rows).extracting(SettlementRow::source).containsExactly("meter", "provider");
      assertThat(rows).extracting(SettlementRow::charge).containsExactlyElementsOf(charges);
      assertThat(charges.get(1)).isGreaterThan(charges.get(0));
      assertThat(gateway.attempts().get(1).deliveredTokens()).isEqualTo(50);
      assertThat(json(gateway.get("/api/v1/key")).get("data").get("held").decimalValue())
          .isEqualByComparingTo("0");
    }
  }

  @Test
  void aWholeAnswerIsHeardToItsEndTooWhereItIsBilledAnyway() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(CONFIG)) {
      int calls = 0;
      for (String model : List.of("acme/left-a", "acme/left-b")) {
        CompletableFuture<HttpResponse<String>> answer =
            gateway
                .client()
                .sendAsync(call(gateway, model, false), HttpResponse.BodyHandlers.ofString());
        int begun = ++calls;
        GatewayHarness.await(
            "it is called", Duration.ofSeconds(10), () -> gateway.attempts().size() == begun);
        Thread.sleep(200);
        assertThat(answer.cancel(true)).isTrue();
      }
      List<SettlementRow> rows = SettlementRow.read(gateway, 2);
      assertThat(rows)
          .filteredOn(row -> row.lost() == 0)
          .singleElement()
          .satisfies(
              heard -> {
                assertThat(heard.provider()).isEqualTo("sim-b");
                assertThat(heard.source()).isEqualTo("provider");
                assertThat(heard.charge()).isEqualTo(heard.cost()).isPositive();
              });
      assertThat(rows)
          .filteredOn(row -> row.lost() == 1)
          .singleElement()
          .satisfies(given -> assertThat(given.charge()).isZero());
      assertThat(json(gateway.get("/api/v1/key")).get("data").get("held").decimalValue())
          .isEqualByComparingTo("0");
    }
  }
}
