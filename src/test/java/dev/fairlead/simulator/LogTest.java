package dev.fairlead.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.Headers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the simulator remembers, and what it says that it used. */
final class LogTest {
  private final Stage stage = new Stage();

  @Test
  void aCallerThatLeavesStopsTheAnswerAndIsSeen() {
    Caller caller = stage.begin(Stage.streamed("sim/words-60+ttft=100ms+interval=10ms"));
    stage.loop.run(Duration.ofMillis(195));
    caller.leave();
    assertThat(stage.loop.pending()).isZero();
    SimAttempt attempt = stage.last();
    assertThat(attempt.outcome()).isEqualTo(SimAttempt.Outcome.GONE);
    assertThat(attempt.gone()).contains(Duration.ofMillis(195));
    assertThat(attempt.firstByte()).contains(Duration.ofMillis(100));
    assertThat(attempt.deliveredTokens()).isEqualTo(10);
    assertThat(caller.ending).isEqualTo(Caller.Ending.NONE);
  }

  @Test
  void aCallerThatLeavesDuringSilenceIsSeen() {
    Caller caller = stage.begin(Stage.streamed("sim/words-60+fault=S06"));
    stage.loop.run(Duration.ofSeconds(3));
    caller.leave();
    assertThat(stage.last().gone()).contains(Duration.ofSeconds(3));
    assertThat(stage.last().status()).isZero();
    assertThat(stage.loop.pending()).isZero();
  }

  @Test
  void aSlowReaderHoldsTheAnswerBack() {
    Caller caller = stage.begin(Stage.streamed("sim/words-60+fault=endless-line+size=9000000"));
    caller.writable = false;
    stage.loop.run(Duration.ofMinutes(5));
    assertThat(caller.writes).isEmpty();
    assertThat(stage.last().bytes()).isZero();
    caller.readAgain();
    caller.writable = false;
    stage.loop.run(Duration.ofMinutes(5));
    long before = stage.last().bytes();
    assertThat(before).isLessThan(1_000);
    caller.readAgain();
    stage.loop.runAll();
    assertThat(stage.last().bytes()).isGreaterThan(9_000_000);
  }

  @Test
  void theLogIsJsonAndCanBeForgotten() {
    stage.ask("sim/words-60+fault=S08");
    stage.messages("sim/think", true);
    JsonNode attempts = stage.page("/sim/log").get("attempts");
    assertThat(attempts.size()).isEqualTo(2);
    JsonNode cut = attempts.get(0);
    assertThat(cut.get("n").asInt()).isEqualTo(1);
    assertThat(cut.get("path").asString()).isEqualTo("/v1/chat/completions");
    assertThat(cut.get("fault").asString()).isEqualTo("cut");
    assertThat(cut.get("outcome").asString()).isEqualTo("cut");
    assertThat(cut.get("status").asInt()).isEqualTo(200);
    assertThat(cut.at("/true_usage/completion_tokens").asInt()).isEqualTo(40);
    assertThat(cut.get("gone_ms").isNull()).isTrue();
    assertThat(cut.get("first_byte_ms").asDouble()).isEqualTo(50);
    assertThat(cut.get("bytes").asInt()).isPositive();
    assertThat(attempts.get(1).get("dialect").asString()).isEqualTo("anthropic");
    assertThat(attempts.get(1).at("/reported_usage/reasoning_tokens").asInt()).isEqualTo(20);
    assertThat(stage.send("DELETE", "/sim/log", "").status).isEqualTo(204);
    assertThat(stage.page("/sim/log").get("attempts").size()).isZero();
  }

  @Test
  void theLogIsBounded() {
    Scenario small = new Scenario(1, 1, 3, Scenario.defaultBehaviour(), java.util.List.of());
    Stage bounded = new Stage(small);
    for (int i = 0; i < 5; i++) {
      bounded.ask("sim/words-5");
    }
    assertThat(bounded.simulator.attempts())
        .extracting(SimAttempt::number)
        .containsExactly(3L, 4L, 5L);
    assertThat(bounded.simulator.received(1)).isEmpty();
    assertThat(bounded.page("/sim/requests/2").at("/error/message").asString()).contains("2");
  }

  @Test
  void aRequestIsKeptExactlyButForItsCredentials() {
    String body =
        "{ \"model\":\"sim/echo\",  \"messages\":[{\"role\":\"user\",\"content\":\"\u00e9\"}]}";
    Headers headers =
        Headers.of(
            "Authorization", "Bearer secret-key", "X-Api-Key", "another-secret", "X-Plain", "kept");
    stage.send("POST", "/base/v1/chat/completions", body, headers);
    JsonNode page = stage.page("/sim/requests/1");
    assertThat(page.get("body").asString()).isEqualTo(body);
    assertThat(page.get("path").asString()).isEqualTo("/base/v1/chat/completions");
    assertThat(page.toString())
        .contains("[\"X-Plain\",\"kept\"]")
        .contains("[\"Authorization\",\"***\"]")
        .doesNotContain("secret");
    assertThat(stage.send("GET", "/sim/requests/1/body", "").text()).isEqualTo(body);
  }

  private JsonNode usage(String options) {
    return Stage.json(stage.ask(Stage.chat("sim/words-60" + options, "one two three")))
        .get("usage");
  }

  @Test
  void usageIsTheTruthUnlessAskedOtherwise() {
    JsonNode sound = usage("");
    assertThat(sound.get("prompt_tokens").asInt()).isEqualTo(3);
    assertThat(sound.get("completion_tokens").asInt()).isEqualTo(60);
    assertThat(stage.last().promptTokens()).isEqualTo(3);
    assertThat(usage("+usage=missing")).isNull();
    assertThat(usage("+usage=zero").get("total_tokens").asLong()).isZero();
    assertThat(usage("+usage=absurd").get("completion_tokens").asLong()).isEqualTo(1_000_000_000);
    assertThat(usage("+usage=negative").get("completion_tokens").asLong()).isEqualTo(-60);
    assertThat(usage("+cached=2").at("/prompt_tokens_details/cached_tokens").asInt()).isEqualTo(2);
    assertThat(usage("+reasoning=9").at("/completion_tokens_details/reasoning_tokens").asInt())
        .isEqualTo(9);
    assertThat(stage.last().deliveredTokens()).isEqualTo(60);
    assertThat(stage.last().reported().orElseThrow().reasoning()).isEqualTo(9);
  }

  @ParameterizedTest
  @CsvSource({"cumulative, 61", "twice, 2", "decreasing, 2"})
  void usageIsToldSeveralTimes(String shape, int times) {
    ObjectNode body = Stage.streamed("sim/words-60+usage=" + shape);
    body.putObject("stream_options").put("include_usage", true);
    Caller caller = stage.ask(body);
    long told = Stage.chunks(caller).stream().filter(c -> c.path("usage").isObject()).count();
    assertThat(told).isEqualTo(times);
    assertThat(stage.gemini("sim/words-60+usage=" + shape, true).ending)
        .isEqualTo(Caller.Ending.END);
    assertThat(stage.messages("sim/words-60+usage=" + shape, true).text())
        .contains("\"usage\":{\"output_tokens\":");
  }

  @Test
  void finishReasonsCanBeChosen() {
    assertThat(stage.ask("sim/echo+finish=content_filter").text())
        .contains("\"finish_reason\":\"content_filter\"");
    assertThat(stage.ask("sim/echo+finish=none").text()).doesNotContain("\"finish_reason\":\"");
  }
}
