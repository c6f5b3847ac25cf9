package dev.fairlead.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Problems;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class ScenarioFileTest {
  private static final String FILE =
      """
      seed: 5
      scale: 0.5
      log: 100
      unknown: words-12
      models:
        openai/gpt-4o:
          description: Behaves, slowly.
          behave: words-60
          ttft: 400ms
          interval: 20ms
          price: { prompt: 2.50, completion: 10.00 }
        flaky:
          attempts: [words-20+fault=http-500, words-20+fault=cut, words-20]
        scripted:
          steps:
            - think: Let me see.
              signature: abc
            - wait: 2s
            - say: Hello there.
            - call: { tool: weather, arguments: '{"city":"Graz"}' }
      """;

  private static Scenario read(String text) {
    Problems problems = new Problems();
    Scenario scenario = ScenarioFile.read("scenario.yaml", text.getBytes(UTF_8), problems);
    assertThat(problems.list()).isEmpty();
    return scenario;
  }

  @Test
  void modelsHaveNamesPacesAndPrices() {
    Stage stage = new Stage(read(FILE));
    Caller caller = stage.ask("openai/gpt-4o");
    assertThat(caller.headMillis).isEqualTo(200);
    assertThat(caller.endMillis).isEqualTo(200 + 59 * 10);
    SimAttempt attempt = stage.last();
    long nano = attempt.promptTokens() * 2500 + 60 * 10_000;
    assertThat(attempt.trueCost().nanoUsd()).isEqualTo(nano);
    assertThat(stage.page("/v1/models").get("data").get(0).get("id").asString())
        .isEqualTo("openai/gpt-4o");
  }

  @Test
  void optionsBehindANameAreLaidOverIt() {
    Stage stage = new Stage(read(FILE));
    Caller caller = stage.ask("openai/gpt-4o+fault=cut+after=2");
    assertThat(caller.ending).isEqualTo(Caller.Ending.CUT);
    assertThat(caller.headMillis).isEqualTo(200);
    assertThat(stage.last().deliveredTokens()).isEqualTo(2);
    assertThat(stage.last().trueCost().nanoUsd())
        .isEqualTo(stage.last().promptTokens() * 2500 + 20_000);
  }

  @Test
  void attemptsAreScripted() {
    Stage stage = new Stage(read(FILE));
    assertThat(stage.ask("flaky").status).isEqualTo(500);
    Caller cut = stage.ask("flaky");
    assertThat(cut.ending).isEqualTo(Caller.Ending.CUT);
    assertThat(Tokens.count(Stage.text(cut))).isEqualTo(20);
    assertThat(cut.text()).doesNotContain("\"finish_reason\":\"stop\"");
    assertThat(stage.ask("sim/flaky").status).isEqualTo(200);
    assertThat(Tokens.count(Stage.text(stage.ask("flaky")))).isEqualTo(20);
    assertThat(Tokens.count(Stage.text(stage.ask("anything-else")))).isEqualTo(12);
  }

  @Test
  void stepsAreSaidInTheirOrder() {
    Stage stage = new Stage(read(FILE));
    Caller caller = stage.messages("scripted", false);
    JsonNode content = Stage.json(caller).get("content");
    assertThat(content.get(0).get("thinking").asString()).isEqualTo("Let me see.");
    assertThat(content.get(0).get("signature").asString()).isEqualTo("abc");
    assertThat(content.get(1).get("text").asString()).isEqualTo("Hello there.");
    assertThat(content.get(2).at("/input/city").asString()).isEqualTo("Graz");
    assertThat(caller.endMillis).isGreaterThan(1000);
  }

  @Test
  void jsonIsReadToo() {
    Scenario scenario = read("{\"seed\": 3, \"models\": {\"m\": {\"behave\": \"echo\"}}}");
    assertThat(scenario.seed()).isEqualTo(3);
    assertThat(scenario.models()).hasSize(1);
  }

  @Test
  void whatIsWrongIsToldWithItsLine() {
    Problems problems = new Problems();
    String text =
        """
        sed: 5
        models:
          a: { behave: wrods-60 }
          b: { behave: words-60, fault: S99 }
          c: { ttft: 5 }
        """;
    ScenarioFile.read("scenario.yaml", text.getBytes(UTF_8), problems);
    assertThat(problems.list().stream().map(Object::toString))
        .anyMatch(line -> line.startsWith("scenario.yaml:1:1: `sed`") && line.contains("seed"))
        .anyMatch(line -> line.contains(":3:") && line.contains("wrods-60"))
        .anyMatch(line -> line.contains(":4:") && line.contains("S99"))
        .anyMatch(line -> line.contains(":5:") && line.contains("ttft"))
        .hasSize(4);
  }
}
