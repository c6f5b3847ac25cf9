package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who pays for which piece of a stream that broke, under each policy for such streams. */
final class BrokenStreamCostTest {
  private static final String CONFIG =
      """
      stream_policy: POLICY
      providers:
        sim-a: { name: Sim A, dialect: openai-chat, base_url: "${SIM}/v1", api_key: k, data_policy: { training: false } }
        sim-b: { name: Sim B, dialect: openai-chat, base_url: "${SIM}/v1", api_key: k, data_policy: { training: false } }
        sim-c: { name: Sim C, dialect: anthropic, base_url: "${SIM}/v1", api_key: k, data_policy: { training: false } }
      endpoints:
        - { model: acme/helped, provider: sim-a, provider_model: sim/words-40+fault=cut+after=9, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/helped, provider: sim-b, provider_model: sim/words-40+usage=missing, price: { prompt: 3.00, completion: 4.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/left, provider: sim-a, provider_model: sim/words-40+fault=cut+after=9, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/left, provider: sim-b, provider_model: sim/words-40+fault=http-503, price: { prompt: 3.00, completion: 4.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/other, provider: sim-a, provider_model: sim/words-40+fault=cut+after=9, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/other, provider: sim-b, provider_model: sim/words-40+seed=7+prefill=refuse, price: { prompt: 3.00, completion: 4.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/started, provider: sim-c, provider_model: sim/words-40+fault=cut+after=25, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
      """;

  private static GatewayHarness start(String policy) {
    return GatewayHarness.start(CONFIG.replace("POLICY", policy));
  }

  private static HttpResponse<String> ask(GatewayHarness gateway, String model) {
    return gateway.post(
        "/api/v1/chat/completions",
        "{\"model\": \""
            + model
            + "\", \"stream\": true, \"provider\": {\"order\": [\"sim-a\", \"sim-b\"]},"
            + " \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}");
  }

  private static long charged(GatewayHarness gateway, HttpResponse<String> answer) {
    return gateway
        .generation(answer.headers().firstValue("x-generation-id").orElseThrow())
        .get("total_cost")
        .decimalValue()
        .movePointRight(9)
        .longValueExact();
  }

  @Test
  void whatPassedBeforeNobodyCouldGoOnIsTheFirstOnes() {
    try (GatewayHarness gateway = start("continue")) {
      HttpResponse<String> answer = ask(gateway, "acme/left");
      assertThat(answer.body()).contains("\"error\"");
      SettlementRow row = SettlementRow.read(gateway, 1).getFirst();
      assertThat(row.id()).doesNotContain("#");
      assertThat(row.provider()).isEqualTo("sim-a");
      assertThat(row.source()).isEqualTo("meter");
      assertThat(row.lost()).isZero();
      assertThat(row.charge()).isPositive().isEqualTo(charged(gateway, answer));
      assertThat(SettlementRow.all(gateway)).hasSize(1);
    }
  }

  @Test
  void anotherAnswerThatContradictsIsLostAndTheFirstIsCharged() {
    try (GatewayHarness gateway = start("continue")) {
      HttpResponse<String> answer = ask(gateway, "acme/other");
      assertThat(answer.body()).contains("no other endpoint gave an answer that continues it");
      List<SettlementRow> rows = SettlementRow.read(gateway, 2);
      assertThat(rows).hasSize(2);
      assertThat(rows.stream().filter(row -> row.lost() == 0))
          .singleElement()
          .satisfies(row -> assertThat(row.provider()).isEqualTo("sim-a"))
          .satisfies(row -> assertThat(row.charge()).isEqualTo(charged(gateway, answer)));
      assertThat(rows.stream().filter(row -> row.lost() == 1))
          .singleElement()
          .satisfies(row -> assertThat(row.provider()).isEqualTo("sim-b"))
          .satisfies(row -> assertThat(row.charge()).isZero());
    }
  }

  @Test
  void ofAContinuedAnswerTheOneWhoEndsItIsChargedAndTheFirstIsLost() {
    try (GatewayHarness gateway = start("continue")) {
      HttpResponse<String> answer = ask(gateway, "acme/helped");
      assertThat(answer.body()).contains("\"finish_reason\":\"stop\"");
      helped(gateway, answer);
    }
  }

  @Test
  void whatWasThrownAwayIsNotCharged() {
    try (GatewayHarness gateway = start("buffer")) {
      HttpResponse<String> answer = ask(gateway, "acme/helped");
      assertThat(answer.body()).contains("\"finish_reason\":\"stop\"");
      helped(gateway, answer);
    }
    try (GatewayHarness gateway = start("buffer")) {
      HttpResponse<String> answer = ask(gateway, "acme/left");
      assertThat(answer.body()).contains("\"error\"");
      assertThat(SettlementRow.read(gateway, 1))
          .singleElement()
          .satisfies(row -> assertThat(row.id()).endsWith("#1"))
          .satisfies(row -> assertThat(row.provider()).isEqualTo("sim-a"))
          .satisfies(row -> assertThat(row.lost()).isOne());
      assertThat(charged(gateway, answer)).isZero();
    }
  }

  /** Forty words are about 260 characters, and so 65 tokens for who knows no better. */
  private static void helped(GatewayHarness gateway, HttpResponse<String> answer) {
    List<SettlementRow> rows = SettlementRow.read(gateway, 2);
    assertThat(rows).hasSize(2);
    assertThat(rows.stream().filter(row -> row.lost() == 0))
        .singleElement()
        .satisfies(row -> assertThat(row.provider()).isEqualTo("sim-b"))
        .satisfies(row -> assertThat(row.charge()).isEqualTo(charged(gateway, answer)));
    assertThat(rows.stream().filter(row -> row.lost() == 1))
        .singleElement()
        .satisfies(row -> assertThat(row.provider()).isEqualTo("sim-a"))
        .satisfies(row -> assertThat(row.output()).isBetween(8L, 20L))
        .satisfies(row -> assertThat(row.charge()).isZero());
  }

  @Test
  void whatWasToldAtTheBeginningIsNotAllThatIsCharged() {
    try (GatewayHarness gateway = start("error")) {
      HttpResponse<String> answer = ask(gateway, "acme/started");
      assertThat(answer.body()).contains("\"error\"");
      SettlementRow row = SettlementRow.read(gateway, 1).getFirst();
      assertThat(row.source()).isEqualTo("meter");
      assertThat(row.input()).isEqualTo(gateway.attempts().getFirst().promptTokens());
      assertThat(row.output()).isBetween(25L, 60L);
      assertThat(row.charge()).isEqualTo(charged(gateway, answer));
    }
  }
}
