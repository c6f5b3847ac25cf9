package dev.fairlead.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What sound answers say. */
final class AnswerTest {
  private static final String SCHEMA =
      """
      {"type": "object", "required": ["city", "days"], "properties": {
        "city": {"type": "string", "minLength": 3},
        "unit": {"enum": ["celsius", "fahrenheit"]},
        "days": {"type": "integer", "minimum": 2, "maximum": 9},
        "when": {"type": ["string", "null"], "format": "date"},
        "where": {"$ref": "#/$defs/place"},
        "tags": {"type": "array", "items": {"type": "string", "maxLength": 4}, "minItems": 2}},
       "$defs": {"place": {"type": "object", "properties": {
          "lat": {"type": "number", "exclusiveMinimum": -90, "maximum": 90}}}}}
      """;

  @ParameterizedTest
  @ValueSource(strings = {"sim/echo", "sim/lorem", "sim/words-60", "sim/think", "sim/json"})
  void theSameRequestHasTheSameBytes(String model) {
    ObjectNode body = Stage.chat(model, "Say it again.").put("stream", true);
    assertThat(new Stage().ask(body).text())
        .isEqualTo(new Stage().ask(body).text())
        .endsWith("data: [DONE]\n\n");
    ObjectNode whole = Stage.chat(model, "Say it again.");
    assertThat(new Stage().ask(whole).text()).isEqualTo(new Stage().ask(whole).text());
  }

  @Test
  void anotherSeedOrQuestionHasAnotherAnswer() {
    Stage stage = new Stage();
    String one = Stage.text(stage.ask("sim/words-60"));
    assertThat(Stage.text(stage.ask("sim/words-60+seed=7"))).isNotEqualTo(one);
    ObjectNode other = Stage.chat("sim/words-60", "Something else.").put("stream", true);
    assertThat(Stage.text(stage.ask(other))).isNotEqualTo(one);
  }

  @Test
  void theAnswerIsTheSameInEveryDialectAndWhateverGoesWrong() {
    Stage stage = new Stage();
    String text = Stage.text(stage.ask("sim/words-60"));
    assertThat(Tokens.count(text)).isEqualTo(60);
    assertThat(Stage.text(stage.ask("sim/words-60+fault=S11"))).isEqualTo(text);
    JsonNode anthropic = Stage.json(stage.messages("sim/words-60", false));
    assertThat(anthropic.at("/content/0/text").asString()).isEqualTo(text);
    JsonNode gemini = Stage.json(stage.gemini("sim/words-60", false));
    assertThat(gemini.at("/candidates/0/content/parts/0/text").asString()).isEqualTo(text);
  }

  @Test
  void echoRepeatsTheLastUserTurn() {
    Stage stage = new Stage();
    JsonNode answer = Stage.json(stage.ask(Stage.chat("sim/echo", "Gr\u00fc\u00dfe \ud83d\ude80")));
    assertThat(answer.at("/choices/0/message/content").asString())
        .isEqualTo("Gr\u00fc\u00dfe \ud83d\ude80");
    assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
    assertThat(answer.at("/usage/completion_tokens").asLong()).isEqualTo(2);
  }

  @Test
  void tokensComeAtTheirPace() {
    Stage stage = new Stage();
    Caller caller = stage.ask("sim/words-60+ttft=200ms+interval=10ms");
    assertThat(caller.headMillis).isEqualTo(200);
    assertThat(caller.endMillis).isEqualTo(200 + 59 * 10);
    Caller scaled = stage.ask("sim/words-60+ttft=200ms+interval=10ms+scale=0.1");
    assertThat(scaled.endMillis - caller.endMillis).isEqualTo(79);
    Caller whole = stage.ask(Stage.chat("sim/words-60+ttft=200ms+interval=10ms", "x"));
    assertThat(whole.endMillis - scaled.endMillis).isEqualTo(790);
  }

  @Test
  void theBoundOnTheOutputHolds() {
    Stage stage = new Stage();
    ObjectNode body = Stage.streamed("sim/words-60").put("max_tokens", 7);
    Caller bounded = stage.ask(body);
    assertThat(Tokens.count(Stage.text(bounded))).isEqualTo(7);
    assertThat(bounded.text()).contains("\"finish_reason\":\"length\"");
    Caller exact = stage.ask(Stage.streamed("sim/words-60").put("max_tokens", 60));
    assertThat(exact.text()).contains("\"finish_reason\":\"stop\"");
    ObjectNode ignored = Stage.streamed("sim/words-60+ignoremax=1").put("max_tokens", 7);
    assertThat(Tokens.count(Stage.text(stage.ask(ignored)))).isEqualTo(60);
  }

  @Test
  void aStopSequenceEndsTheText() {
    ObjectNode body = Stage.chat("sim/echo", "one two STOP three").put("stop", "STOP");
    JsonNode answer = Stage.json(new Stage().ask(body));
    assertThat(answer.at("/choices/0/message/content").asString()).isEqualTo("one two ");
  }

  @Test
  void anAnswerThatWasBegunIsContinued() {
    Stage stage = new Stage();
    String all = Stage.text(stage.ask("sim/words-60"));
    ObjectNode body = Stage.streamed("sim/words-60");
    String begun = all.substring(0, 40);
    body.withArray("messages").addObject().put("role", "assistant").put("content", begun);
    assertThat(begun + Stage.text(stage.ask(body))).isEqualTo(all);
    assertThat(stage.last().prefill()).isTrue();
    body.put("model", "sim/words-60+prefill=refuse");
    Caller refused = stage.ask(body);
    assertThat(refused.status).isEqualTo(400);
    assertThat(refused.text()).contains("prefill");
    assertThat(stage.last().fault()).contains("prefill-refused");
  }

  private static ObjectNode withTool(String model) {
    ObjectNode body = Stage.streamed(model);
    ObjectNode function = body.putArray("tools").addObject().put("type", "function");
    function.putObject("function").put("name", "weather").set("parameters", json(SCHEMA));
    return body;
  }

  private static JsonNode json(String text) {
    return Stage.JSON.readTree(text);
  }

  @Test
  void toolsAreCalledWithArgumentsOfTheirSchema() {
    Caller caller = new Stage().ask(withTool("sim/tools-3"));
    Map<Integer, StringBuilder> arguments = new TreeMap<>();
    Map<Integer, String> ids = new HashMap<>();
    boolean cutInAnEscape = false;
    for (JsonNode chunk : Stage.chunks(caller)) {
      for (JsonNode call : chunk.at("/choices/0/delta/tool_calls")) {
        int index = call.get("index").asInt();
        String piece = call.at("/function/arguments").asString("");
        arguments.computeIfAbsent(index, i -> new StringBuilder()).append(piece);
        cutInAnEscape |= piece.matches("(?s).*\\\\(u[0-9a-f]{0,3})?");
        call.optional("id").ifPresent(id -> ids.put(index, id.asString()));
      }
    }
    assertThat(arguments).hasSize(3);
    assertThat(ids.values()).doesNotHaveDuplicates().hasSize(3);
    assertThat(cutInAnEscape).isTrue();
    arguments.values().forEach(text -> assertSchema(json(text.toString())));
    assertThat(caller.text()).contains("\"finish_reason\":\"tool_calls\"");
  }

  @Test
  void structuredOutputHasItsSchema() {
    ObjectNode body = Stage.chat("sim/json", "Give me JSON.");
    ObjectNode format = body.putObject("response_format").put("type", "json_schema");
    format.putObject("json_schema").put("name", "w").set("schema", json(SCHEMA));
    JsonNode answer = Stage.json(new Stage().ask(body));
    assertSchema(json(answer.at("/choices/0/message/content").asString()));
  }

  private static void assertSchema(JsonNode value) {
    assertThat(value.get("city").asString()).hasSizeGreaterThanOrEqualTo(3);
    assertThat(value.get("unit").asString()).isEqualTo("celsius");
    assertThat(value.get("days").asInt()).isBetween(2, 9);
    assertThat(value.get("when").asString()).matches("\\d{4}-\\d\\d-\\d\\d");
    assertThat(value.at("/where/lat").asDouble()).isBetween(-90.0, 90.0);
    assertThat(value.get("tags").size()).isEqualTo(2);
    assertThat(value.get("tags").get(0).asString()).hasSizeLessThanOrEqualTo(4);
  }

  @Test
  void afterTheToolsHaveAnsweredItSpeaks() {
    ObjectNode body = withTool("sim/tools");
    ObjectNode turn = body.withArray("messages").addObject().put("role", "assistant");
    ObjectNode call = turn.putArray("tool_calls").addObject().put("id", "c1");
    call.put("type", "function")
        .putObject("function")
        .put("name", "weather")
        .put("arguments", "{}");
    ObjectNode result = body.withArray("messages").addObject().put("role", "tool");
    result.put("tool_call_id", "c1").put("content", "sunny");
    assertThat(Stage.text(new Stage().ask(body))).startsWith("The tools have answered.");
  }

  @Test
  void thinkersReasonAndSign() {
    Stage stage = new Stage();
    JsonNode answer = Stage.json(stage.messages("sim/think", false));
    assertThat(answer.at("/content/0/type").asString()).isEqualTo("thinking");
    assertThat(answer.at("/content/0/signature").asString()).startsWith("sim-signature-");
    assertThat(answer.at("/content/1/type").asString()).isEqualTo("text");
    assertThat(stage.last().deliveredThinking()).isEqualTo(20);
    assertThat(stage.last().deliveredTokens()).isEqualTo(50);
  }

  @Test
  void refusersRefuse() {
    Caller caller = new Stage().messages("sim/refuse", false);
    assertThat(Stage.json(caller).get("stop_reason").asString()).isEqualTo("refusal");
  }

  @Test
  void paintersPaint() {
    JsonNode answer = Stage.json(new Stage().gemini("sim/image", false));
    assertThat(answer.toString()).contains("image/png").contains("iVBORw0KGgo");
  }

  @Test
  void severalChoicesAreAllGiven() {
    JsonNode answer = Stage.json(new Stage().ask(Stage.chat("sim/words-5", "x").put("n", 3)));
    assertThat(answer.get("choices").size()).isEqualTo(3);
    assertThat(answer.at("/choices/0/message/content").asString())
        .isNotEqualTo(answer.at("/choices/2/message/content").asString());
  }

  @Test
  void legacyCompletionsAreText() {
    Stage stage = new Stage();
    String body = "{\"model\":\"sim/words-5\",\"prompt\":\"Once\"}";
    Caller caller = stage.send("POST", "/v1/completions", body);
    stage.loop.runAll();
    assertThat(Tokens.count(Stage.json(caller).at("/choices/0/text").asString())).isEqualTo(5);
  }

  @Test
  void streamsOfTheOtherDialectsEndAsTheyShould() {
    Stage stage = new Stage();
    assertThat(stage.messages("sim/words-60", true).text())
        .startsWith("event: message_start\n")
        .contains("\"output_tokens\":60")
        .endsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
    assertThat(stage.gemini("sim/words-60", true).text())
        .contains("\"finishReason\":\"STOP\"")
        .contains("\"candidatesTokenCount\":60");
  }

  @Test
  void aRequestThatIsNoneIsRefusedInItsDialect() {
    Stage stage = new Stage();
    Caller bad = stage.send("POST", "/v1/chat/completions", "{nonsense");
    assertThat(bad.status).isEqualTo(400);
    assertThat(Stage.json(bad).at("/error/message").asString()).contains("JSON");
    Caller unknown = stage.ask("sim/wrods-60");
    assertThat(unknown.status).isEqualTo(404);
    assertThat(Stage.json(unknown).at("/error/code").asString()).isEqualTo("model_not_found");
    assertThat(stage.send("GET", "/nowhere", "").status).isEqualTo(404);
  }

  @Test
  void modelsAreListedAndTokensCounted() {
    Stage stage = new Stage();
    assertThat(stage.page("/v1/models").get("data").size())
        .isEqualTo(SimulatorCatalog.ENTRIES.size());
    assertThat(stage.page("/v1beta/models").get("models").size())
        .isEqualTo(SimulatorCatalog.ENTRIES.size());
    String body =
        "{\"model\":\"sim/echo\",\"messages\":[{\"role\":\"user\",\"content\":\"a b c\"}]}";
    Caller counted = stage.send("POST", "/v1/messages/count_tokens", body);
    assertThat(counted.status).isEqualTo(200);
    assertThat(Stage.json(counted).get("input_tokens").asLong()).isPositive();
  }
}
