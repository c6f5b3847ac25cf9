package dev.fairlead;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Providers' credentials that are kept here: who may use them, where they go, and where never. */
final class CredentialTest {
  private static final String SECRET = "sk-upstream-secret-4711";

  /** Has no credential of its own, and an address that a test may be called at. */
  private static final String MODELS =
      """
      providers:
        sim-a: { name: Sim A, dialect: openai-chat, base_url: "${SIM}/v1", env: [SIM_A_NOBODY_SETS_THIS] }
        sim-b: { name: Sim B, dialect: openai-chat, base_url: "${SIM}/v1", api_key: configured }
      endpoints:
        - { model: acme/a, provider: sim-a, provider_model: sim/words-20, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/b, provider: sim-b, provider_model: sim/words-20, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/refused, provider: sim-a, provider_model: sim/words-20+fault=unauthorized+first=1, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
      """;

  private GatewayHarness gateway;

  @BeforeEach
  void open() {
    gateway = GatewayHarness.start(MODELS);
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  private HttpResponse<String> ask(String key, String method, String path, String body) {
    return gateway.send(
        HttpRequest.newBuilder(gateway.uri("/api/v1" + path))
            .header("authorization", "Bearer " + key)
            .header("content-type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private HttpResponse<String> manage(String method, String path, String body) {
    return ask(GatewayHarness.MANAGEMENT_KEY, method, path, body);
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return GatewayHarness.JSON.readTree(answer.body());
  }

  private HttpResponse<String> chat(String key, String model) {
    return ask(
        key,
        "POST",
        "/chat/completions",
        "{\"model\": \""
            + model
            + "\", \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}");
  }

  private String stored(String more) {
    HttpResponse<String> made =
        manage(
            "POST", "/byok", "{\"provider\": \"sim-a\", \"key\": \"" + SECRET + "\"" + more + "}");
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    assertThat(made.body()).doesNotContain(SECRET);
    return json(made).get("data").get("id").asString();
  }

  private JsonNode key() {
    return json(ask(GatewayHarness.KEY, "GET", "/key", "")).get("data");
  }

  @Test
  void anOwnCredentialServesAndCostsTheCallerNothingHere() {
    assertThat(chat(GatewayHarness.KEY, "acme/a").statusCode()).isEqualTo(404);
    stored("");
    HttpResponse<String> answer = chat(GatewayHarness.KEY, "acme/a");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode usage = json(answer).get("usage");
    assertThat(usage.get("is_byok").asBoolean()).isTrue();
    assertThat(usage.get("cost").decimalValue()).isEqualByComparingTo("0");
    assertThat(usage.get("cost_details").get("upstream_inference_cost").decimalValue())
        .isPositive();
    BigDecimal asked = usage.get("cost_details").get("upstream_inference_cost").decimalValue();
    GatewayHarness.await(
        "it is posted",
        Duration.ofSeconds(10),
        () -> key().get("byok_usage").decimalValue().signum() > 0);
    JsonNode key = key();
    assertThat(key.get("usage").decimalValue()).isEqualByComparingTo("0");
    for (String sum : List.of("", "_daily", "_weekly", "_monthly")) {
      assertThat(key.get("byok_usage" + sum).decimalValue()).isEqualByComparingTo(asked);
    }
    String day = LocalDate.now(ZoneOffset.UTC).toString();
    JsonNode activity = json(manage("GET", "/activity?date=" + day, "")).get("data").get(0);
    assertThat(activity.get("byok_usage_inference").decimalValue()).isEqualByComparingTo(asked);
    assertThat(activity.get("usage").decimalValue()).isEqualByComparingTo("0");
    String id = answer.headers().firstValue("x-generation-id").orElse("");
    assertThat(
            json(ask(GatewayHarness.KEY, "GET", "/generation?id=" + id, ""))
                .get("data")
                .get("is_byok")
                .asBoolean())
        .isTrue();
    assertThat(json(chat(GatewayHarness.KEY, "acme/b")).get("usage").get("is_byok").asBoolean())
        .isFalse();
  }

  @Test
  void whatOwnCredentialsCostCountsWhereThatIsWished() {
    stored("");
    String counting = "{\"name\": \"c\", \"limit\": 0.00002, \"include_byok_in_limit\": true}";
    HttpResponse<String> made = manage("POST", "/keys", counting);
    String key = json(made).get("key").asString();
    String hash = json(made).get("data").get("hash").asString();
    BigDecimal asked =
        json(chat(key, "acme/a"))
            .get("usage")
            .get("cost_details")
            .get("upstream_inference_cost")
            .decimalValue();
    assertThat(asked).isGreaterThan(new BigDecimal("0.00002"));
    GatewayHarness.await(
        "it counts", Duration.ofSeconds(10), () -> chat(key, "acme/a").statusCode() == 402);
    JsonNode told = json(chat(key, "acme/a")).get("error").get("metadata");
    assertThat(told.get("limit_source").asString()).isEqualTo("openrouter_key_limit");
    assertThat(told.get("spent").decimalValue()).isGreaterThanOrEqualTo(asked);
    assertThat(chat(key, "acme/b").statusCode())
        .as("what is charged has the same limit")
        .isEqualTo(402);
    JsonNode shown = json(ask(key, "GET", "/key", "")).get("data");
    assertThat(shown.get("limit_remaining").decimalValue()).isEqualByComparingTo("0");
    assertThat(shown.get("usage").decimalValue()).isEqualByComparingTo("0");

    manage("PATCH", "/keys/" + hash, "{\"include_byok_in_limit\": false}");
    assertThat(chat(key, "acme/a").statusCode()).isEqualTo(200);
    String budgets = "/workspaces/default/budgets";
    manage("PUT", budgets + "/daily", "{\"limit_usd\": 0.00002}");
    assertThat(chat(GatewayHarness.KEY, "acme/a").statusCode()).isEqualTo(200);
    manage("PUT", budgets + "/monthly", "{\"limit_usd\": 100, \"include_byok_in_budgets\": true}");
    assertThat(
            json(manage("GET", budgets + "/daily", "")).get("include_byok_in_budgets").asBoolean())
        .as("it is one wish for all budgets of a workspace")
        .isTrue();
    GatewayHarness.await(
        "it counts there, too",
        Duration.ofSeconds(10),
        () -> chat(GatewayHarness.KEY, "acme/a").statusCode() == 403);
  }

  @Test
  void theGatewaysOwnCredentialIsChargedAsUsual() {
    stored(", \"own\": false");
    JsonNode usage = json(chat(GatewayHarness.KEY, "acme/a")).get("usage");
    assertThat(usage.get("is_byok").asBoolean()).isFalse();
    assertThat(usage.get("cost").decimalValue()).isPositive();
  }

  @Test
  void aRefusedCredentialIsFollowedByTheNext() {
    String first = stored(", \"sort_order\": 0, \"name\": \"first\"");
    // Attempts are counted by credential: each is refused at its first call, so the other serves
    // only when it has been called before.
    manage("PATCH", "/byok/" + first, "{\"disabled\": true}");
    HttpResponse<String> second =
        manage(
            "POST",
            "/byok",
            "{\"provider\": \"sim-a\", \"key\": \"sk-second-secret-0815\", \"sort_order\": 1}");
    assertThat(second.statusCode()).isEqualTo(201);
    assertThat(chat(GatewayHarness.KEY, "acme/refused").statusCode()).isGreaterThanOrEqualTo(400);
    manage("PATCH", "/byok/" + first, "{\"disabled\": false}");
    int before = gateway.attempts().size();
    HttpResponse<String> served = chat(GatewayHarness.KEY, "acme/refused");
    assertThat(served.statusCode()).as(served.body()).isEqualTo(200);
    assertThat(gateway.attempts()).hasSize(before + 2);
  }

  @Test
  void onlyThoseWhoMayUseItDo() {
    String hash =
        json(ask(GatewayHarness.KEY, "GET", "/key", "")).get("data").get("hash").asString();
    HttpResponse<String> made = manage("POST", "/keys", "{\"name\": \"other\"}");
    String other = json(made).get("key").asString();
    String id = stored(", \"allowed_api_key_hashes\": [\"" + hash + "\"]");
    assertThat(chat(GatewayHarness.KEY, "acme/a").statusCode()).isEqualTo(200);
    assertThat(chat(other, "acme/a").statusCode()).isEqualTo(404);
    manage(
        "PATCH",
        "/byok/" + id,
        "{\"allowed_api_key_hashes\": null, \"allowed_models\": [\"acme/x\"]}");
    assertThat(chat(GatewayHarness.KEY, "acme/a").statusCode()).isGreaterThanOrEqualTo(400);
    manage("PATCH", "/byok/" + id, "{\"allowed_models\": [\"acme/a\"]}");
    assertThat(chat(other, "acme/a").statusCode()).isEqualTo(200);
    manage("DELETE", "/byok/" + id, "");
    assertThat(chat(GatewayHarness.KEY, "acme/a").statusCode()).isEqualTo(404);
    assertThat(manage("GET", "/byok/" + id, "").statusCode()).isEqualTo(404);
  }

  @Test
  void aTestCallSaysWhetherItWorks() {
    String id = stored("");
    HttpResponse<String> works = manage("POST", "/byok/" + id + "/test", "");
    assertThat(json(works).get("data").get("status").asString())
        .as(works.body())
        .isEqualTo("works");
    assertThat(works.body()).doesNotContain(SECRET);
  }

  @Test
  void whatIsWrongIsSaid() {
    assertThat(manage("POST", "/byok", "{\"provider\": \"nobody\", \"key\": \"x\"}").body())
        .contains("'nobody' is not known here");
    assertThat(manage("POST", "/byok", "{\"provider\": \"sim-a\"}").body())
        .contains("key: is missing");
    assertThat(
            manage(
                    "POST",
                    "/byok",
                    "{\"provider\": \"sim-a\", \"key\": \"x\", \"allowed_models\": []}")
                .body())
        .contains("allowed_models: must not be empty; null allows all");
    assertThat(ask(GatewayHarness.KEY, "GET", "/byok", "").statusCode()).isEqualTo(403);
  }

  @Test
  void itIsBoundToItsOriginAndItsSecretStandsNowhere(@org.junit.jupiter.api.io.TempDir Path folder)
      throws Exception {
    String yaml = MODELS.replace("${SIM}", "http://127.0.0.1:" + gateway.simulatorPort());
    Files.writeString(
        folder.resolve("fairlead.yaml"),
        yaml
            + "keys:\n  - { name: k, key: "
            + GatewayHarness.KEY
            + " }\n"
            + "  - { name: m, key: "
            + GatewayHarness.MANAGEMENT_KEY
            + ", management: true }\n");
    String[] words = {"serve", "--port", "0", "--data", "data"};
    String seen;
    try (Running first = Running.start(folder, words)) {
      assertThat(
              post(
                  first,
                  GatewayHarness.MANAGEMENT_KEY,
                  "/byok",
                  "{\"provider\": \"sim-a\", \"key\": \"" + SECRET + "\"}"))
          .isEqualTo(201);
      assertThat(chat(first)).isEqualTo(200);
      first.signal("TERM");
      assertThat(first.ended()).isZero();
      seen = first.out() + first.err();
    }
    assertThat(seen).doesNotContain(SECRET);
    assertThat(everything(folder.resolve("data"))).doesNotContain(SECRET);
    try (Running again = Running.start(folder, words)) {
      assertThat(chat(again)).isEqualTo(200);
    }
    // The provider moves: localhost is another origin than 127.0.0.1.
    Files.writeString(
        folder.resolve("fairlead.yaml"),
        Files.readString(folder.resolve("fairlead.yaml"))
            .replaceFirst("http://127.0.0.1", "http://localhost"));
    int before = gateway.attempts().size();
    try (Running moved = Running.start(folder, words)) {
      assertThat(chat(moved)).isGreaterThanOrEqualTo(400);
    }
    assertThat(gateway.attempts()).hasSize(before);
  }

  private int chat(Running running) {
    return post(
        running,
        GatewayHarness.KEY,
        "/chat/completions",
        "{\"model\": \"acme/a\", \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}");
  }

  private int post(Running running, String key, String path, String body) {
    return gateway
        .send(
            HttpRequest.newBuilder(java.net.URI.create(running.url() + "/api/v1" + path))
                .header("authorization", "Bearer " + key)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build())
        .statusCode();
  }

  private static String everything(Path folder) throws IOException {
    StringBuilder all = new StringBuilder();
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(new String(Files.readAllBytes(file), ISO_8859_1));
      }
    }
    assertThat(Map.of("read", all.length() > 1_000)).containsEntry("read", true);
    return all.toString();
  }
}
