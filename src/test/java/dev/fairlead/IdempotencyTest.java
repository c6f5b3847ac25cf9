package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The same Idempotency-Key gives the same answer, and the work is done and charged once. */
final class IdempotencyTest {
  private static final String OTHER = "another-key-0123456789";
  private static final String MODELS =
      """
      providers:
        sim-a: { name: Sim A, dialect: openai-chat, base_url: "${SIM}/v1", api_key: k }
      keys:
        - { name: other, key: another-key-0123456789 }
        - { name: poor, key: a-poor-key-0123456789, limit: 0 }
      endpoints:
        - { model: acme/paid, provider: sim-a, provider_model: sim/words-20, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/slow, provider: sim-a, provider_model: sim/words-40+interval=50ms, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/down, provider: sim-a, provider_model: sim/words-5+fault=http-500, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
      """;

  private static HttpRequest request(
      GatewayHarness gateway, String key, String path, String name, String body) {
    return HttpRequest.newBuilder(gateway.uri(path))
        .header("authorization", "Bearer " + key)
        .header("content-type", "application/json")
        .header("idempotency-key", name)
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static HttpResponse<String> post(GatewayHarness gateway, String name, String body) {
    return gateway.send(
        request(gateway, GatewayHarness.KEY, "/api/v1/chat/completions", name, body));
  }

  private static boolean replayed(HttpResponse<String> answer) {
    return answer.headers().firstValue("idempotent-replayed").isPresent();
  }

  private static double usage(GatewayHarness gateway) {
    JsonNode key = GatewayHarness.JSON.readTree(gateway.get("/api/v1/key").body());
    return key.get("data").get("usage").asDouble();
  }

  private static List<HttpResponse<String>> together(
      int callers, Callable<HttpResponse<String>> call) throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(callers)) {
      List<Future<HttpResponse<String>>> calls = new ArrayList<>();
      for (int i = 0; i < callers; i++) {
        calls.add(pool.submit(call));
      }
      List<HttpResponse<String>> answers = new ArrayList<>();
      for (Future<HttpResponse<String>> one : calls) {
        answers.add(one.get());
      }
      return answers;
    }
  }

  @Test
  void duplicatesGetTheSameAnswerAndOneIsMadeAndCharged() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(MODELS)) {
      double cost = 0;
      for (int round = 0; round < 10; round++) {
        int calls = gateway.attempts().size();
        boolean stream = round % 2 == 0;
        String name = "round-" + round;
        String body = GatewayHarness.ask("acme/paid", stream, "Hello " + round);
        List<HttpResponse<String>> answers = together(32, () -> post(gateway, name, body));
        Set<String> bodies = new HashSet<>();
        for (HttpResponse<String> answer : answers) {
          assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
          bodies.add(answer.body().replace(": OPENROUTER PROCESSING\n\n", ""));
        }
        assertThat(bodies).hasSize(1);
        assertThat(gateway.attempts()).hasSize(calls + 1);
        HttpResponse<String> later = post(gateway, name, body);
        assertThat(replayed(later)).isTrue();
        assertThat(later.body()).isEqualTo(answers.getFirst().body());
        assertThat(later.headers().firstValue("x-generation-id"))
            .isEqualTo(answers.getFirst().headers().firstValue("x-generation-id"));
        assertThat(later.headers().firstValue("content-type"))
            .isEqualTo(answers.getFirst().headers().firstValue("content-type"));
        if (!stream) {
          cost = GatewayHarness.JSON.readTree(later.body()).get("usage").get("cost").asDouble();
        }
        assertThat(gateway.attempts()).hasSize(calls + 1);
      }
      assertThat(cost).isPositive();
      assertThat(usage(gateway)).isBetween(9.9 * cost, 10.1 * cost);
    }
  }

  @Test
  void anotherRequestUnderTheSameKeyIsRefusedInTheCallersDialect() {
    try (GatewayHarness gateway = GatewayHarness.start(MODELS)) {
      post(gateway, "k1", GatewayHarness.ask("acme/paid", false, "one"));
      HttpResponse<String> refused =
          post(gateway, "k1", GatewayHarness.ask("acme/paid", false, "two"));
      assertThat(refused.statusCode()).isEqualTo(422);
      assertThat(refused.body()).contains("Another request was sent with this Idempotency-Key");
      String message =
          "{\"model\": \"acme/paid\", \"max_tokens\": 20, \"messages\": [{\"role\": \"user\","
              + " \"content\": \"x\"}]}";
      HttpResponse<String> anthropic =
          gateway.send(request(gateway, GatewayHarness.KEY, "/v1/messages", "k1", message));
      assertThat(anthropic.statusCode()).isEqualTo(422);
      assertThat(GatewayHarness.JSON.readTree(anthropic.body()).get("type").asString())
          .isEqualTo("error");
      assertThat(gateway.attempts()).hasSize(1);
    }
  }

  @Test
  void keysOfTwoCallersDoNotMeet() {
    try (GatewayHarness gateway = GatewayHarness.start(MODELS)) {
      String body = GatewayHarness.ask("acme/paid", false, "secret of mine");
      HttpResponse<String> mine = post(gateway, "same", body);
      HttpResponse<String> theirs =
          gateway.send(request(gateway, OTHER, "/api/v1/chat/completions", "same", body));
      assertThat(theirs.statusCode()).isEqualTo(200);
      assertThat(replayed(theirs)).isFalse();
      assertThat(theirs.headers().firstValue("x-generation-id"))
          .isNotEqualTo(mine.headers().firstValue("x-generation-id"));
      assertThat(gateway.attempts()).hasSize(2);
    }
  }

  @Test
  void whatCameToNothingIsTriedAgain() {
    try (GatewayHarness gateway = GatewayHarness.start(MODELS)) {
      String body = GatewayHarness.ask("acme/down", false, "x");
      HttpResponse<String> first = post(gateway, "retry", body);
      assertThat(first.statusCode()).isGreaterThanOrEqualTo(500);
      int calls = gateway.attempts().size();
      HttpResponse<String> second = post(gateway, "retry", body);
      assertThat(second.statusCode()).isGreaterThanOrEqualTo(500);
      assertThat(replayed(second)).isFalse();
      assertThat(gateway.attempts().size() + gateway.attempts("sim/words-5+fault=http-500").size())
          .isGreaterThanOrEqualTo(calls);
      HttpResponse<String> poor =
          gateway.send(
              request(
                  gateway,
                  "a-poor-key-0123456789",
                  "/api/v1/chat/completions",
                  "p",
                  GatewayHarness.ask("acme/paid", false, "x")));
      assertThat(poor.statusCode()).isEqualTo(402);
      // Another request under that key: it is free again, because nothing was done.
      HttpResponse<String> again =
          gateway.send(
              request(
                  gateway,
                  "a-poor-key-0123456789",
                  "/api/v1/chat/completions",
                  "p",
                  GatewayHarness.ask("acme/paid", false, "y")));
      assertThat(again.statusCode()).isEqualTo(402);
    }
  }

  @Test
  void aKeyMustBePrintable() {
    try (GatewayHarness gateway = GatewayHarness.start(MODELS)) {
      for (String bad : List.of("a b", "x".repeat(256))) {
        HttpResponse<String> refused =
            post(gateway, bad, GatewayHarness.ask("acme/paid", false, "x"));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("1 to 255 printable ASCII characters");
      }
      assertThat(gateway.attempts()).isEmpty();
    }
  }

  @Test
  void whoeverLeavesFirstFindsTheAnswerWhenItComesBack() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(MODELS)) {
      HttpRequest request =
          request(
              gateway,
              GatewayHarness.KEY,
              "/api/v1/chat/completions",
              "leaver",
              GatewayHarness.ask("acme/slow", true, "x"));
      HttpResponse<InputStream> left =
          gateway.client().send(request, HttpResponse.BodyHandlers.ofInputStream());
      byte[] start = left.body().readNBytes(200);
      left.body().close();
      HttpResponse<String> back = gateway.send(request);
      assertThat(back.statusCode()).isEqualTo(200);
      assertThat(back.body()).endsWith("data: [DONE]\n\n");
      assertThat(back.body().substring(0, 50))
          .isEqualTo(new String(start, 0, 50, StandardCharsets.UTF_8));
      assertThat(gateway.attempts()).hasSize(1);
    }
  }

  @Test
  void anAnswerThatIsTooLongToBeKeptIsGivenOnce() {
    try (GatewayHarness gateway =
        GatewayHarness.start(MODELS + "idempotency: { answer_bytes: 500 }\n")) {
      for (boolean stream : new boolean[] {false, true}) {
        String body = GatewayHarness.ask("acme/paid", stream, "x");
        HttpResponse<String> first = post(gateway, "long-" + stream, body);
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.body().length()).isGreaterThan(500);
        HttpResponse<String> second = post(gateway, "long-" + stream, body);
        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(second.body()).contains("too large to be given again");
      }
      assertThat(gateway.attempts()).hasSize(2);
    }
  }

  @Test
  void afterAKillWhatWasAnsweredIsAnsweredAgainAndWhatWasNotIsSaidToBeUnknown(@TempDir Path folder)
      throws Exception {
    Files.writeString(
        folder.resolve("fairlead.yaml"),
        "keys:\n  - { name: k, key: " + GatewayHarness.KEY + " }\n");
    String whole = GatewayHarness.ask("sim/words-20", false, "x");
    String slow = GatewayHarness.ask("sim/words-200+interval=100ms", true, "x");
    HttpResponse<String> answered;
    try (Running first = Running.start(folder, "serve", "--port", "0", "--data", "data")) {
      answered = post(first, "done", whole);
      assertThat(answered.statusCode()).as(answered.body()).isEqualTo(200);
      try (InputStream begun =
          CLIENT
              .send(request(first.url(), "cut", slow), HttpResponse.BodyHandlers.ofInputStream())
              .body()) {
        assertThat(begun.read()).isPositive();
        first.signal("KILL");
      }
    }
    try (Running second = Running.start(folder, "serve", "--port", "0", "--data", "data")) {
      HttpResponse<String> again = post(second, "done", whole);
      assertThat(replayed(again)).isTrue();
      assertThat(again.body()).isEqualTo(answered.body());
      HttpResponse<String> unknown = post(second, "cut", slow);
      assertThat(unknown.statusCode()).isEqualTo(409);
      assertThat(unknown.body()).contains("what became of it is not known");
      assertThat(post(second, "new", whole).statusCode()).isEqualTo(200);
    }
  }

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static HttpResponse<String> post(Running running, String name, String body)
      throws Exception {
    return CLIENT.send(request(running.url(), name, body), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest request(String url, String name, String body) {
    return HttpRequest.newBuilder(URI.create(url + "/api/v1/chat/completions"))
        .header("authorization", "Bearer " + GatewayHarness.KEY)
        .header("content-type", "application/json")
        .header("idempotency-key", name)
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  /** There is no room for more answers on their way: the first caller has its own all the same. */
  @Test
  void withoutRoomTheFirstCallerIsServedAndOthersAreTold() throws Exception {
    try (GatewayHarness gateway =
        GatewayHarness.start(MODELS + "idempotency: { memory_bytes: 200 }\n")) {
      String body = GatewayHarness.ask("acme/slow", true, "Hello");
      HttpResponse<InputStream> first =
          gateway
              .client()
              .send(
                  request(gateway, GatewayHarness.KEY, "/api/v1/chat/completions", "crowded", body),
                  HttpResponse.BodyHandlers.ofInputStream());
      assertThat(first.body().readNBytes(1_000)).hasSize(1_000);
      HttpResponse<String> second = post(gateway, "crowded", body);
      assertThat(second.statusCode()).isEqualTo(409);
      assertThat(new String(first.body().readAllBytes(), StandardCharsets.UTF_8))
          .contains("[DONE]");
      assertThat(post(gateway, "crowded", body).statusCode()).isEqualTo(409);
      assertThat(gateway.attempts()).hasSize(1);
    }
  }

  /** Nothing was charged and nothing came: whoever sends it again has it tried again. */
  @Test
  void aStreamThatFailedForNothingLeavesItsNameFree() {
    String dead =
        "  - { model: acme/cut, provider: sim-a, provider_model: sim/words-20+fault=cut+after=2+first=1,"
            + " price: { prompt: 0, completion: 0 }, context_length: 8192 }\n";
    try (GatewayHarness gateway = GatewayHarness.start(MODELS.stripTrailing() + "\n" + dead)) {
      String body = GatewayHarness.ask("acme/cut", true, "Hello");
      HttpResponse<String> first = post(gateway, "free", body);
      assertThat(first.statusCode()).isEqualTo(200);
      assertThat(first.body()).contains("\"error\"");
      HttpResponse<String> second = post(gateway, "free", body);
      assertThat(replayed(second)).as(first.body() + second.body()).isFalse();
      assertThat(second.body()).contains("[DONE]").doesNotContain("\"error\"");
      assertThat(replayed(post(gateway, "free", body))).isTrue();
    }
  }
}
