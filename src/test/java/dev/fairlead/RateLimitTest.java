package dev.fairlead;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.GatewayConfig;
import dev.fairlead.config.Interpolation;
import dev.fairlead.config.Problems;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Limits through the front door: what is told, what is refused, and what a refusal leaves. */
final class RateLimitTest {
  private static final String TRIAL = "trial-key-0123456789";
  private static final String POOR = "poor-key-0123456789";
  private static final String CHAT = "/v1/chat/completions";
  private static final String OPENROUTER = "/api/v1/chat/completions";
  private static final String MODELS =
      """
      providers:
        sim-a: { name: Sim A, dialect: openai-chat, base_url: "${SIM}/v1", api_key: k }
        sim-b: { name: Sim B, dialect: openai-chat, base_url: "${SIM}/v1", api_key: k }
        dead: { name: Dead, dialect: openai-chat, base_url: "${DEAD}/v1", api_key: k }
      endpoints:
        - { model: acme/paid, provider: sim-a, provider_model: sim/words-20, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 1000 }
        - { model: acme/free, provider: sim-a, provider_model: sim/words-5, price: { prompt: 0, completion: 0 }, context_length: 8192, max_completion_tokens: 1000 }
        - { model: acme/slow, provider: sim-a, provider_model: sim/words-2000+rate=200tps, price: { prompt: 0, completion: 0 }, context_length: 8192, max_completion_tokens: 4000 }
        - { model: acme/two, provider: sim-a, provider_model: sim/words-20, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 1000 }
        - { model: acme/two, provider: sim-b, provider_model: sim/words-20, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 1000 }
        - { model: acme/over, provider: dead, provider_model: gone, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 1000 }
        - { model: acme/over, provider: sim-a, provider_model: sim/words-20, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 1000 }
        - { model: acme/dead, provider: dead, provider_model: gone, price: { prompt: 0, completion: 0 }, context_length: 8192, max_completion_tokens: 1000 }
      keys:
        - { name: trial, key: trial-key-0123456789 }
        - { name: poor, key: poor-key-0123456789, limit: 0.00001 }
      rate_limits:
      """;

  private static GatewayHarness gateway(String... limits) {
    return GatewayHarness.start(yaml(limits));
  }

  private static String yaml(String... limits) {
    StringBuilder yaml = new StringBuilder(MODELS);
    for (String limit : limits) {
      yaml.append("  - { ").append(limit).append(" }\n");
    }
    return yaml.toString();
  }

  private static String chat(String model, String more) {
    return "{\"model\": \""
        + model
        + "\", "
        + more
        + "\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";
  }

  private static HttpRequest request(GatewayHarness gateway, String key, String path, String body) {
    return HttpRequest.newBuilder(gateway.uri(path))
        .header("authorization", "Bearer " + key)
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static HttpResponse<String> call(
      GatewayHarness gateway, String key, String path, String body) {
    return gateway.send(request(gateway, key, path, body));
  }

  private static HttpResponse<String> served(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer;
  }

  private static HttpResponse<String> refused(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
    return answer;
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return GatewayHarness.JSON.readTree(answer.body());
  }

  private static long number(HttpResponse<String> answer, String name) {
    return Long.parseLong(header(answer, name));
  }

  @Test
  void openAiClientsAreToldOnSuccessAndOnRefusal() {
    try (GatewayHarness gateway =
        gateway(
            "name: rpm, scope: key, requests: 2, per: minute",
            "name: daily, scope: workspace, requests: 1000, per: day",
            "name: tpm, scope: key, tokens: 100000, per: minute")) {
      HttpResponse<String> first = served(call(gateway, TRIAL, CHAT, chat("acme/paid", "")));
      assertThat(header(first, "x-ratelimit-limit-requests")).isEqualTo("2");
      assertThat(header(first, "x-ratelimit-remaining-requests")).isEqualTo("1");
      assertThat(header(first, "x-ratelimit-reset-requests")).matches("1m0(\\.\\d{1,3})?s");
      assertThat(header(first, "x-ratelimit-limit-tokens")).isEqualTo("100000");
      assertThat(number(first, "x-ratelimit-remaining-tokens")).isBetween(98_900L, 98_999L);
      assertThat(first.headers().map()).doesNotContainKey("x-ratelimit-limit");
      HttpResponse<String> stream =
          served(call(gateway, TRIAL, CHAT, chat("acme/paid", "\"stream\": true, ")));
      assertThat(header(stream, "x-ratelimit-remaining-requests")).isEqualTo("0");

      int asked = gateway.attempts().size();
      for (String streamed : List.of("", "\"stream\": true, ")) {
        HttpResponse<String> no = refused(call(gateway, TRIAL, CHAT, chat("acme/paid", streamed)));
        assertThat(header(no, "x-ratelimit-remaining-requests")).isEqualTo("0");
        assertThat(number(no, "retry-after")).isBetween(1L, 61L);
        assertThat(header(no, "x-request-id")).startsWith("gen-");
        assertThat(header(no, "x-should-retry")).isEmpty();
        JsonNode error = json(no).get("error");
        assertThat(error.get("type").asString()).isEqualTo("rate_limit_error");
        assertThat(error.get("code").asString()).isEqualTo("rate_limit_exceeded");
        assertThat(error.get("message").asString())
            .startsWith(
                "Rate limit exceeded: rpm. The key 'trial' may have 2 requests in any minute: 2"
                    + " count now, and this call asks for 1. Try again in ");
      }
      assertThat(gateway.attempts()).as("nobody was called").hasSize(asked);
      served(call(gateway, GatewayHarness.KEY, CHAT, chat("acme/paid", "")));
    }
  }

  @Test
  void openRouterClientsAreToldWhichLimitItWas() {
    try (GatewayHarness gateway =
        gateway(
            "name: rpm, scope: key, requests: 100, per: minute",
            "name: free-models-per-day, scope: key, free_models: true, requests: 1, per: day")) {
      HttpResponse<String> paid = served(call(gateway, TRIAL, OPENROUTER, chat("acme/paid", "")));
      assertThat(header(paid, "X-RateLimit-Limit")).isEqualTo("100");
      assertThat(header(paid, "X-RateLimit-Remaining")).isEqualTo("99");
      assertThat(Instant.ofEpochMilli(number(paid, "X-RateLimit-Reset")))
          .isBetween(Instant.now().plusSeconds(20), Instant.now().plusSeconds(61));
      assertThat(header(paid, "access-control-expose-headers")).contains("X-RateLimit-Remaining");
      HttpResponse<String> free = served(call(gateway, TRIAL, OPENROUTER, chat("acme/free", "")));
      assertThat(header(free, "X-RateLimit-Limit")).isEqualTo("1");
      assertThat(header(free, "X-RateLimit-Remaining")).isEqualTo("0");
      assertThat(header(free, "x-ratelimit-limit-requests")).isEqualTo("1");

      HttpResponse<String> no = refused(call(gateway, TRIAL, OPENROUTER, chat("acme/free", "")));
      JsonNode error = json(no).get("error");
      assertThat(error.get("code").asInt()).isEqualTo(429);
      assertThat(error.get("message").asString())
          .startsWith("Rate limit exceeded: free-models-per-day.")
          .contains("1 request of models without a price in any day");
      JsonNode metadata = error.get("metadata");
      assertThat(metadata.get("error_type").asString()).isEqualTo("rate_limit_exceeded");
      assertThat(metadata.get("limit_source").asString()).isEqualTo("openrouter_free_tier_daily");
      assertThat(metadata.get("limit_name").asString()).isEqualTo("free-models-per-day");
      assertThat(metadata.get("scope").asString()).isEqualTo("key");
      assertThat(metadata.get("scope_name").asString()).isEqualTo("trial");
      assertThat(metadata.get("measure").asString()).isEqualTo("requests");
      assertThat(metadata.get("window").asString()).isEqualTo("day");
      assertThat(metadata.get("limit").asInt()).isEqualTo(1);
      assertThat(metadata.get("used").asInt()).isEqualTo(1);
      assertThat(metadata.get("asked").asInt()).isEqualTo(1);
      assertThat(metadata.get("retry_after").decimalValue())
          .isBetween(new BigDecimal(86_000), new BigDecimal(86_400 + 360));
      assertThat(metadata.get("remedy_hint").asString()).startsWith("Try again in 24h");
      JsonNode repeated = metadata.get("headers");
      for (String name :
          List.of("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")) {
        assertThat(header(no, name)).isEqualTo(repeated.get(name).asString()).isNotEmpty();
      }
      served(call(gateway, TRIAL, OPENROUTER, chat("acme/paid", "")));
    }
  }

  @Test
  void anthropicAndGeminiClientsAreToldInTheirWords() {
    try (GatewayHarness gateway =
        gateway(
            "name: rpm, scope: key, requests: 2, per: minute",
            "name: in, scope: key, input_tokens: 5000, per: minute",
            "name: out, scope: key, output_tokens: 300, per: minute")) {
      String messages =
          "{\"model\": \"acme/free\", \"max_tokens\": 50, \"messages\": [{\"role\": \"user\","
              + " \"content\": \"Hello\"}]}";
      HttpResponse<String> first = served(call(gateway, TRIAL, "/v1/messages", messages));
      assertThat(header(first, "anthropic-ratelimit-requests-limit")).isEqualTo("2");
      assertThat(header(first, "anthropic-ratelimit-requests-remaining")).isEqualTo("1");
      assertThat(Instant.parse(header(first, "anthropic-ratelimit-requests-reset")))
          .isBetween(Instant.now().plusSeconds(20), Instant.now().plusSeconds(62));
      assertThat(header(first, "anthropic-ratelimit-input-tokens-limit")).isEqualTo("5000");
      assertThat(header(first, "anthropic-ratelimit-output-tokens-limit")).isEqualTo("300");
      assertThat(header(first, "anthropic-ratelimit-output-tokens-remaining")).isEqualTo("250");
      assertThat(header(first, "anthropic-ratelimit-tokens-remaining")).isEqualTo("250");
      assertThat(first.headers().map()).doesNotContainKey("x-ratelimit-limit-requests");

      String generate =
          "{\"contents\": [{\"role\": \"user\", \"parts\": [{\"text\": \"Hello\"}]}],"
              + " \"generationConfig\": {\"maxOutputTokens\": 50}}";
      String gemini = "/v1beta/models/acme/free:generateContent";
      HttpResponse<String> second = served(call(gateway, TRIAL, gemini, generate));
      assertThat(header(second, "x-ratelimit-remaining-requests")).isEqualTo("0");

      HttpResponse<String> no = refused(call(gateway, TRIAL, "/v1/messages", messages));
      assertThat(json(no).get("type").asString()).isEqualTo("error");
      assertThat(json(no).get("error").get("type").asString()).isEqualTo("rate_limit_error");
      assertThat(json(no).get("error").get("message").asString()).contains("exceeded: rpm.");
      assertThat(header(no, "anthropic-ratelimit-requests-remaining")).isEqualTo("0");
      assertThat(number(no, "retry-after")).isPositive();

      HttpResponse<String> neither = refused(call(gateway, TRIAL, gemini, generate));
      JsonNode error = json(neither).get("error");
      assertThat(error.get("status").asString()).isEqualTo("RESOURCE_EXHAUSTED");
      assertThat(error.get("message").asString()).contains("exceeded: rpm.");
      assertThat(error.get("details").get(1).get("retryDelay").asString()).endsWith("s");
    }
  }

  @Test
  void tokensAreReservedAndThenWhatCameCounts() {
    try (GatewayHarness gateway = gateway("name: tph, scope: key, tokens: 1000, per: hour")) {
      long used = 0;
      for (String stream : List.of("", "\"stream\": true, ")) {
        String body = chat("acme/paid", stream + "\"max_tokens\": 400, ");
        HttpResponse<String> answer = served(call(gateway, TRIAL, OPENROUTER, body));
        long remaining = number(answer, "x-ratelimit-remaining-tokens");
        assertThat(remaining).as("what was used and 400").isBetween(600 - used - 60, 600 - used);
        HttpResponse<String> record =
            gateway.send(
                HttpRequest.newBuilder(
                        gateway.uri("/api/v1/generation?id=" + header(answer, "x-generation-id")))
                    .header("authorization", "Bearer " + TRIAL)
                    .build());
        JsonNode generation = json(record).get("data");
        used +=
            generation.get("tokens_prompt").asLong() + generation.get("tokens_completion").asLong();
        assertThat(used).isBetween(1L, 399L);
      }
      HttpResponse<String> full =
          refused(call(gateway, TRIAL, OPENROUTER, chat("acme/paid", "\"max_tokens\": 970, ")));
      assertThat(json(full).get("error").get("metadata").get("used").asLong()).isEqualTo(used);
      assertThat(header(full, "X-RateLimit-Limit")).isEqualTo("1000");
      served(call(gateway, TRIAL, OPENROUTER, chat("acme/paid", "\"max_tokens\": 400, ")));
    }
  }

  @Test
  void aCallThatCanNeverFitIsToldSo() {
    try (GatewayHarness gateway =
        gateway(
            "name: small, scope: key, only: [trial], tokens: 500, per: minute",
            "name: cheap, scope: key, only: [poor], cost: 0.000001, per: hour")) {
      HttpResponse<String> no =
          refused(call(gateway, TRIAL, OPENROUTER, chat("acme/paid", "\"max_tokens\": 600, ")));
      assertThat(no.headers().firstValue("retry-after")).isEmpty();
      assertThat(header(no, "x-should-retry")).isEqualTo("false");
      JsonNode error = json(no).get("error");
      assertThat(error.get("message").asString())
          .startsWith(
              "Rate limit exceeded: small. The key 'trial' may have 500 tokens in any minute, and"
                  + " this call alone asks for 6")
          .endsWith(
              ": it can never be let in. Set max_tokens to less, shorten the prompt, or have the"
                  + " limit raised.");
      assertThat(error.get("metadata").get("retry_after").isNull()).isTrue();
      served(call(gateway, TRIAL, OPENROUTER, chat("acme/paid", "\"max_tokens\": 100, ")));

      HttpResponse<String> dear = refused(call(gateway, POOR, OPENROUTER, chat("acme/paid", "")));
      assertThat(json(dear).get("error").get("message").asString())
          .contains("The key 'poor' may have a cost of $0.000001 in any hour, and this call alone")
          .contains("call a cheaper model");
      assertThat(json(dear).get("error").get("metadata").get("limit").decimalValue())
          .isEqualByComparingTo("0.000001");
      served(call(gateway, POOR, OPENROUTER, chat("acme/free", "")));
    }
  }

  @Test
  void whatIsRefusedCostsNothingAndLeavesNothing() {
    try (GatewayHarness gateway =
        gateway(
            "name: rpm, scope: key, requests: 3, per: minute",
            "name: together, scope: workspace, concurrency: 1")) {
      for (int i = 0; i < 10; i++) { // refused for money: no share of the limit is used up
        HttpResponse<String> no = call(gateway, POOR, OPENROUTER, chat("acme/paid", ""));
        assertThat(no.statusCode()).as(no.body()).isEqualTo(402);
      }
      HttpResponse<String> yes = served(call(gateway, POOR, CHAT, chat("acme/free", "")));
      assertThat(header(yes, "x-ratelimit-remaining-requests")).isEqualTo("2");
      for (String wrong :
          List.of(chat("acme/none", ""), "{", chat("acme/free", "\"top_p\": [], "))) {
        assertThat(call(gateway, POOR, CHAT, wrong).statusCode()).isBetween(400, 404);
      }
      for (int i = 0; i < 2; i++) { // what fails at the provider was let in, and has ended
        assertThat(call(gateway, POOR, CHAT, chat("acme/dead", "")).statusCode()).isEqualTo(502);
      }
      refused(call(gateway, POOR, CHAT, chat("acme/free", "")));

      for (int i = 0; i < 3; i++) {
        served(call(gateway, TRIAL, CHAT, chat("acme/paid", "")));
      }
      refused(call(gateway, TRIAL, CHAT, chat("acme/paid", ""))); // no money is held for it
      HttpResponse<String> key =
          gateway.send(
              HttpRequest.newBuilder(gateway.uri("/api/v1/key"))
                  .header("authorization", "Bearer " + TRIAL)
                  .build());
      assertThat(json(key).get("data").get("held").decimalValue()).isEqualByComparingTo("0");
    }
  }

  @Test
  void aCallerWhoLeavesMakesRoomForTheNext() throws Exception {
    try (GatewayHarness gateway = gateway("name: one, scope: key, concurrency: 1")) {
      HttpResponse<InputStream> slow =
          gateway
              .client()
              .send(
                  request(gateway, TRIAL, CHAT, chat("acme/slow", "\"stream\": true, ")),
                  HttpResponse.BodyHandlers.ofInputStream());
      slow.body().readNBytes(500);
      HttpResponse<String> no = refused(call(gateway, TRIAL, CHAT, chat("acme/free", "")));
      assertThat(json(no).get("error").get("message").asString())
          .isEqualTo(
              "Rate limit exceeded: one. The key 'trial' may have 1 call at once: 1 count now,"
                  + " and this call asks for 1. Try again when one of them has ended.");
      assertThat(number(no, "retry-after")).isEqualTo(1);
      served(call(gateway, GatewayHarness.KEY, CHAT, chat("acme/free", "")));
      slow.body().close();
      GatewayHarness.await(
          "the place is free again",
          Duration.ofSeconds(20),
          () -> call(gateway, TRIAL, CHAT, chat("acme/free", "")).statusCode() == 200);
    }
  }

  @Test
  void anEndUserIsTheSameWhateverKeyItComesWithAndModelsAndProvidersAreCounted() {
    try (GatewayHarness gateway =
        gateway(
            "name: users, scope: end_user, requests: 2, per: minute",
            "name: model, scope: model, only: [acme/free], requests: 4, per: minute",
            "name: provider, scope: provider, only: sim-a, requests: 5, per: minute")) {
      String alice = chat("acme/free", "\"user\": \"alice\", ");
      served(call(gateway, TRIAL, CHAT, alice));
      served(call(gateway, TRIAL, CHAT, alice));
      assertThat(refused(call(gateway, POOR, CHAT, alice)).body())
          .contains("exceeded: users. The end user 'alice' may have 2 requests");
      served(call(gateway, POOR, CHAT, chat("acme/free", "\"user\": \"carol\", ")));
      served(call(gateway, TRIAL, CHAT, chat("acme/free", "\"user\": \"bob\", ")));
      assertThat(refused(call(gateway, TRIAL, CHAT, chat("acme/free", ""))).body())
          .contains("exceeded: model. The model 'acme/free' may have 4 requests");
      served(call(gateway, TRIAL, CHAT, chat("acme/paid", "")));
      assertThat(refused(call(gateway, TRIAL, CHAT, chat("acme/paid", ""))).body())
          .contains("exceeded: provider. The provider 'sim-a' may have 5 requests");
    }
  }

  @Test
  void manyCallersNeverGetMoreThanTheLimit() throws Exception {
    try (GatewayHarness gateway = gateway("name: rph, scope: key, requests: 100, per: hour");
        ExecutorService callers = Executors.newFixedThreadPool(32)) {
      Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
      for (int i = 0; i < 300; i++) {
        String body = chat("acme/free", i % 2 == 0 ? "\"stream\": true, " : "");
        callers.execute(
            () -> statuses.merge(call(gateway, TRIAL, CHAT, body).statusCode(), 1, Integer::sum));
      }
      callers.shutdown();
      assertThat(callers.awaitTermination(120, TimeUnit.SECONDS)).isTrue();
      assertThat(statuses).isEqualTo(Map.of(200, 100, 429, 200));
      assertThat(gateway.attempts()).hasSize(100);
    }
  }

  @Test
  void aChangedLimitHoldsAtOnceAndWhatWasCountedStays() throws Exception {
    try (GatewayHarness gateway = gateway("name: rpm, scope: key, requests: 50, per: hour")) {
      for (int i = 0; i < 3; i++) {
        served(call(gateway, TRIAL, CHAT, chat("acme/free", "")));
      }
      Problems problems = new Problems();
      Map<String, String> variables =
          Map.of(
              "SIM", "http://127.0.0.1:" + gateway.simulatorPort(), "DEAD", "http://127.0.0.1:1");
      GatewayConfig config =
          GatewayConfig.read(
              "fairlead.yaml",
              yaml("name: rpm, scope: key, requests: 4, per: hour").getBytes(UTF_8),
              Interpolation.of(variables),
              problems);
      assertThat(problems.list()).isEmpty();
      gateway.gateway().reload(config);
      HttpResponse<String> last = served(call(gateway, TRIAL, CHAT, chat("acme/free", "")));
      assertThat(header(last, "x-ratelimit-remaining-requests")).isEqualTo("0");
      refused(call(gateway, TRIAL, CHAT, chat("acme/free", "")));
    }
  }

  @Test
  void withoutLimitsThereAreNoFields() {
    try (GatewayHarness gateway = GatewayHarness.start(MODELS.replace("rate_limits:\n", ""))) {
      List<String> names = new ArrayList<>();
      for (String path : List.of(CHAT, OPENROUTER)) {
        names.addAll(
            served(call(gateway, TRIAL, path, chat("acme/free", ""))).headers().map().keySet());
      }
      assertThat(names).noneMatch(name -> name.contains("ratelimit"));
    }
  }

  @Test
  void aProviderWithoutRoomIsPassedOver() {
    try (GatewayHarness gateway =
        gateway("name: provider, scope: provider, requests: 2, per: minute")) {
      String ask = chat("acme/two", "\"provider\": {\"order\": [\"sim-a\", \"sim-b\"]}, ");
      for (String provider : List.of("Sim A", "Sim A", "Sim B", "Sim B")) {
        HttpResponse<String> answer = served(call(gateway, TRIAL, OPENROUTER, ask));
        assertThat(json(answer).get("provider").asString()).isEqualTo(provider);
      }
      assertThat(refused(call(gateway, TRIAL, OPENROUTER, ask)).body())
          .contains("exceeded: provider. The provider 'sim-a' may have 2 requests");
    }
  }

  @Test
  void whoIsAskedAfterAFailureIsCountedToo() {
    try (GatewayHarness gateway =
        gateway(
            "name: a, scope: provider, only: [sim-a], requests: 2, per: minute",
            "name: gone, scope: provider, only: [dead], tokens: 5000, per: minute")) {
      String ask = chat("acme/over", "\"provider\": {\"order\": [\"dead\", \"sim-a\"]}, ");
      String left = "";
      for (int i = 0; i < 2; i++) {
        HttpResponse<String> answer = served(call(gateway, TRIAL, CHAT, ask));
        String now = header(answer, "x-ratelimit-remaining-tokens");
        assertThat(now)
            .as("what served elsewhere is not counted there")
            .isIn(left, i == 0 ? now : "");
        left = now;
      }
      HttpResponse<String> refused = call(gateway, TRIAL, CHAT, ask);
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).contains("connect_refused, sim-a|acme/over: rate_limited");
      assertThat(gateway.attempts()).hasSize(2);
      assertThat(refused(call(gateway, TRIAL, CHAT, chat("acme/paid", ""))).body())
          .contains("The provider 'sim-a' may have 2 requests");
    }
  }

  @Test
  void aDayDoesNotBeginAnewWithTheProcess(@TempDir Path folder) throws Exception {
    String limit = "name: daily, scope: key, requests: 3, per: day";
    try (GatewayHarness upstream = gateway(limit)) {
      Files.writeString(
          folder.resolve("fairlead.yaml"),
          yaml(limit)
              .replace("${SIM}", "http://127.0.0.1:" + upstream.simulatorPort())
              .replace("${DEAD}", "http://127.0.0.1:1"));
      for (String end : List.of("TERM", "KILL", "KILL")) {
        try (Running node = Running.start(folder, "serve", "--port", "0", "--data", "data")) {
          assertThat(Running.chat(node.url(), TRIAL, "acme/free").statusCode()).isEqualTo(200);
          if (end.equals("KILL")) {
            Thread.sleep(3_000); // it is written down every two seconds
          }
          node.signal(end);
          node.ended();
        }
      }
      try (Running node = Running.start(folder, "serve", "--port", "0", "--data", "data")) {
        assertThat(Running.chat(node.url(), TRIAL, "acme/free").body())
            .contains("may have 3 requests in any day: 3 count now");
      }
    }
  }
}
