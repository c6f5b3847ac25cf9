package dev.fairlead.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.Gateway;
import dev.fairlead.config.GatewayConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The operations through a gateway that runs, over HTTP. */
final class RunningGatewayTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "FAIRLEAD_KEY", "a-fixed-key-for-tests",
          "FAIRLEAD_MANAGEMENT_KEY", "another-key-for-tests");

  private final HttpClient client = HttpClient.newHttpClient();

  private HttpResponse<String> send(Gateway gateway, String target, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + target))
            .header("authorization", "Bearer a-fixed-key-for-tests");
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    if (!body.isEmpty()) {
      request.POST(HttpRequest.BodyPublishers.ofString(body));
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return new ObjectMapper().readTree(answer.body());
  }

  private static Gateway start(Path data) throws Exception {
    return Gateway.start(
        new Gateway.Start(
            GatewayConfig.DEFAULT,
            "127.0.0.1",
            0,
            data,
            name -> Optional.ofNullable(ENVIRONMENT.get(name)),
            true));
  }

  private static String models(String... names) {
    return "{\"models\": [\""
        + String.join("\", \"", names)
        + "\"], \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";
  }

  @Test
  void theSimulatorsOptionsAreUnderstoodInTheNamesOfItsModels(@TempDir Path data) throws Exception {
    try (Gateway gateway = start(data)) {
      String chat = "/api/v1/chat/completions";
      String quick = "sim/words-7+ttft=1ms+interval=0ms";
      HttpResponse<String> answer = send(gateway, chat, models(quick));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(json(answer).get("model").asString()).isEqualTo(quick);
      assertThat(json(answer).get("usage").get("completion_tokens").asInt()).isEqualTo(7);

      String broken = "sim/words-7+fault=http-503+scale=0";
      HttpResponse<String> fallback = send(gateway, chat, models(broken, quick));
      assertThat(json(fallback).get("model").asString()).isEqualTo(quick);
      String id = fallback.headers().firstValue("x-generation-id").orElseThrow();
      JsonNode tried =
          json(send(gateway, "/api/v1/generation?id=" + id, ""))
              .get("data")
              .get("provider_responses");
      assertThat(tried.get(0).get("model_permaslug").asString()).isEqualTo(broken);
      JsonNode again =
          json(send(gateway, "/api/v1/generation/decision?recompute=true&id=" + id, ""));
      assertThat(again.get("recomputed").get("equal").asBoolean()).isTrue();

      for (String wrong : Set.of("sim/words-7+ttft=soon", "sim/words-7+", "sim/poet")) {
        assertThat(send(gateway, chat, models(wrong)).statusCode()).as(wrong).isEqualTo(400);
      }
    }
  }

  @Test
  void aFailureNamesWhoWasAskedAndWhoBeforeThem(@TempDir Path data) throws Exception {
    try (Gateway gateway = start(data)) {
      String chat = "/api/v1/chat/completions";
      JsonNode alone =
          json(send(gateway, chat, models("sim/words-1+scale=0+fault=context-length")))
              .get("error")
              .get("metadata");
      assertThat(alone.get("provider_name").asString()).isEqualTo("Simulator");
      assertThat(alone.has("previous_errors")).isFalse();

      String first = "sim/words-1+scale=0+fault=unauthorized";
      HttpResponse<String> both =
          send(gateway, chat, models(first, "sim/words-1+scale=0+fault=content-filter"));
      assertThat(both.statusCode()).isEqualTo(400);
      JsonNode before = json(both).get("error").get("metadata").get("previous_errors");
      assertThat(before.size()).isEqualTo(1);
      assertThat(before.get(0).get("provider").asString()).isEqualTo("Simulator");
      assertThat(before.get(0).get("code").asString()).isEqualTo("provider_unavailable");
      assertThat(before.get(0).get("status").asInt()).isEqualTo(502);
    }
  }

  @Test
  void namesOfTheSimulatorAreRememberedUpToABound(@TempDir Path data) throws Exception {
    try (Gateway gateway = start(data)) {
      String chat = "/api/v1/chat/completions";
      int refused = 0;
      for (int seed = 0; seed < 1_010; seed++) {
        String name = "sim/words-1+scale=0+seed=" + seed;
        refused += send(gateway, chat, models(name)).statusCode() == 400 ? 1 : 0;
      }
      assertThat(refused).isEqualTo(10);
      assertThat(send(gateway, chat, models("sim/words-1+scale=0+seed=1")).statusCode())
          .isEqualTo(200);
      assertThat(send(gateway, chat, models("sim/echo")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void whatAConversationLeavesBehindCanBeReadAtOnce(@TempDir Path data) throws Exception {
    try (Gateway gateway = start(data)) {
      HttpResponse<String> answer =
          send(
              gateway,
              "/api/v1/chat/completions",
              """
              {"model":"sim/echo","messages":[{"role":"user","content":"Hello"}]}""");
      assertThat(answer.statusCode()).isEqualTo(200);
      String id = answer.headers().firstValue("x-generation-id").orElseThrow();

      JsonNode generation = json(send(gateway, "/api/v1/generation?id=" + id, "")).get("data");
      new Description().describes("Generation", generation);
      assertThat(generation.get("finish_reason").asString()).isEqualTo("stop");
      assertThat(generation.get("model").asString()).isEqualTo("sim/echo");
      JsonNode decision =
          json(send(gateway, "/api/v1/generation/decision?recompute=true&id=" + id, ""));
      assertThat(decision.at("/recomputed/equal").asBoolean()).isTrue();

      JsonNode mine = json(send(gateway, "/api/v1/models/user", ""));
      Set<String> authors = new TreeSet<>();
      ModelListTest.ids(mine).forEach(model -> authors.add(model.split("/")[0]));
      assertThat(authors).as("without credentials there is only the simulator").containsOnly("sim");

      HttpResponse<String> list = send(gateway, "/v1/models", "");
      assertThat(ModelListTest.ids(json(list))).contains("sim/echo", "openai/gpt-4o");
      HttpResponse<String> again =
          send(
              gateway,
              "/v1/models",
              "",
              "if-none-match",
              list.headers().firstValue("etag").orElseThrow());
      assertThat(again.statusCode()).isEqualTo(304);
      assertThat(again.body()).isEmpty();
    }
  }
}
