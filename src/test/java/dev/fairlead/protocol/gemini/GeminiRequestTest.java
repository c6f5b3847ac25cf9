package dev.fairlead.protocol.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Edit;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.Loss;
import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.OutputFormat;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Proof;
import dev.fairlead.canon.ReasoningWish;
import dev.fairlead.canon.ReasoningWish.Effort;
import dev.fairlead.canon.Refused;
import dev.fairlead.canon.Role;
import dev.fairlead.canon.Sampling;
import dev.fairlead.canon.Tool;
import dev.fairlead.canon.ToolChoice;
import dev.fairlead.canon.Turn;
import dev.fairlead.protocol.Encoded;
import dev.fairlead.protocol.Target;
import dev.fairlead.protocol.Target.ReasoningStyle;
import dev.fairlead.protocol.Wire;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The traps of writing requests in this dialect, one by one. */
final class GeminiRequestTest {
  private static final Target BUDGET = GeminiCodecTest.target(ReasoningStyle.BUDGET);
  private static final Target LEVEL = GeminiCodecTest.target(ReasoningStyle.LEVEL);
  private static final Extras CHAT = Extras.none(Dialect.OPENAI_CHAT);

  private final GeminiCodec codec = new GeminiCodec();

  private static Part text(String text) {
    return new Part.Text(Text.of(text), Optional.empty(), List.of(), CHAT);
  }

  private static Turn turn(Role role, Part... parts) {
    return new Turn(role, List.of(parts), Optional.empty(), CHAT);
  }

  private static Part.ToolCall call(String id, String name, String arguments, Proof... proof) {
    return new Part.ToolCall(
        id,
        name,
        Text.of(arguments),
        proof.length == 0 ? Optional.empty() : Optional.of(proof[0]),
        Optional.empty(),
        CHAT);
  }

  private static Part result(String id, Part... content) {
    return new Part.ToolResult(
        id, Optional.empty(), List.of(content), false, Optional.empty(), CHAT);
  }

  private static Proof proof(String data, String issuer) {
    return new Proof(Text.of(data), Optional.of(issuer));
  }

  private static Tool function(String name, String schema) {
    return new Tool.Function(
        name,
        Optional.empty(),
        schema.isEmpty() ? Optional.empty() : Optional.of(Raw.of(schema)),
        Optional.empty(),
        Optional.empty(),
        CHAT);
  }

  private static ChatRequest request(Turn... turns) {
    return new ChatRequest(
        "google/gemini",
        List.of(turns),
        List.of(),
        new ToolChoice.Unset(),
        Optional.empty(),
        Sampling.UNSET,
        OptionalLong.empty(),
        ReasoningWish.UNSET,
        new OutputFormat.Unset(),
        List.of(),
        Optional.empty(),
        false,
        false,
        CHAT);
  }

  private static ChatRequest wishing(ReasoningWish wish, OptionalLong bound) {
    ChatRequest it = request(turn(Role.USER, text("hi")));
    return new ChatRequest(
        it.model(),
        it.turns(),
        it.tools(),
        it.toolChoice(),
        it.parallelToolCalls(),
        it.sampling(),
        bound,
        wish,
        it.format(),
        it.modalities(),
        it.user(),
        false,
        false,
        CHAT);
  }

  private static ChatRequest formatted(ChatRequest it, OutputFormat format) {
    return new ChatRequest(
        it.model(),
        it.turns(),
        it.tools(),
        it.toolChoice(),
        it.parallelToolCalls(),
        it.sampling(),
        it.maxTokens(),
        it.reasoning(),
        format,
        it.modalities(),
        it.user(),
        false,
        false,
        CHAT);
  }

  private static ChatRequest sampled(Sampling sampling) {
    ChatRequest it = request(turn(Role.USER, text("hi")));
    return new ChatRequest(
        it.model(),
        it.turns(),
        it.tools(),
        it.toolChoice(),
        Optional.of(false),
        sampling,
        it.maxTokens(),
        it.reasoning(),
        it.format(),
        it.modalities(),
        Optional.of("u"),
        false,
        false,
        CHAT);
  }

  private JsonNode encoded(ChatRequest request, Target target) {
    return node(codec.encodeRequest(request, target).body());
  }

  private static JsonNode node(byte[] json) {
    return Json.of(new String(json, UTF_8)).root();
  }

  private List<String> lost(ChatRequest request, Target target) {
    return codec.encodeRequest(request, target).losses().stream().map(Loss::field).toList();
  }

  private ChatRequest decoded(String body) throws Exception {
    return codec.decodeRequest(wire(body));
  }

  private static Wire wire(String body) throws Exception {
    return new Wire(
        Json.read(body.getBytes(UTF_8), JsonLimits.REQUEST), Optional.of("models/m"), true);
  }

  @Test
  void systemAndDeveloperTurnsBecomeOneInstructionInOrder() {
    ChatRequest request =
        request(
            turn(Role.SYSTEM, text("a")),
            turn(Role.USER, text("hi")),
            turn(Role.DEVELOPER, text("b")));
    JsonNode body = encoded(request, BUDGET);
    assertThat(body.get("systemInstruction").toString())
        .isEqualTo("{\"parts\":[{\"text\":\"a\"},{\"text\":\"b\"}]}");
    assertThat(lost(request, BUDGET)).containsExactly("position");
  }

  @Test
  void neighboursOfOneRoleAreJoinedAndEmptyTurnsLeaveNoTrace() {
    JsonNode body =
        encoded(
            request(
                turn(Role.USER, text("a")),
                turn(Role.ASSISTANT, text("")),
                turn(Role.USER, text(""), text("b"))),
            BUDGET);
    assertThat(body.get("contents").toString())
        .isEqualTo("[{\"role\":\"user\",\"parts\":[{\"text\":\"a\"},{\"text\":\"b\"}]}]");
  }

  @Test
  void aConversationOfOnlyASystemTurnGetsABlankUser() {
    JsonNode body = encoded(request(turn(Role.SYSTEM, text("be brief"))), BUDGET);
    assertThat(body.get("contents").at(0).get("parts").at(0).get("text").text()).isEqualTo(" ");
  }

  @Test
  void parallelResultsStandTogetherInTheOrderOfTheirCallsUnderTheirNames() {
    JsonNode body =
        encoded(
            request(
                turn(Role.USER, text("go")),
                turn(Role.ASSISTANT, call("1", "f", "{\"a\":1}"), call("2", "g", "")),
                turn(Role.TOOL, result("2", text("plain"))),
                turn(Role.TOOL, result("1", text("{\"ok\": true}"))),
                turn(Role.USER, text("and?"))),
            BUDGET);
    assertThat(body.get("contents").at(1).get("parts").at(1).get("functionCall").toString())
        .isEqualTo("{\"id\":\"2\",\"name\":\"g\",\"args\":{}}");
    assertThat(body.get("contents").at(2).get("parts").toString())
        .isEqualTo(
            "[{\"functionResponse\":{\"id\":\"1\",\"name\":\"f\",\"response\":{\"ok\": true}}},"
                + "{\"functionResponse\":{\"id\":\"2\",\"name\":\"g\","
                + "\"response\":{\"result\":\"plain\"}}}]");
    assertThat(body.get("contents").at(3).get("parts").toString())
        .isEqualTo("[{\"text\":\"and?\"}]");
  }

  @Test
  void aFailedResultStandsUnderErrorAndComesBackAsFailed() throws Exception {
    Part failed =
        new Part.ToolResult(
            "1", Optional.empty(), List.of(text("boom")), true, Optional.empty(), CHAT);
    byte[] body =
        codec
            .encodeRequest(
                request(turn(Role.ASSISTANT, call("1", "f", "{}")), turn(Role.TOOL, failed)),
                BUDGET)
            .body();
    assertThat(new String(body, UTF_8)).contains("\"response\":{\"error\":\"boom\"}");
    ChatRequest back = decoded(new String(body, UTF_8));
    assertThat(((Part.ToolResult) back.turns().get(1).parts().getFirst()).error()).isTrue();
  }

  @Test
  void aResultWithoutCallAndACallWithoutResultAreRepaired() {
    ChatRequest orphan =
        request(turn(Role.USER, text("x")), turn(Role.TOOL, result("9", text("y"))));
    assertThat(new String(codec.encodeRequest(orphan, BUDGET).body(), UTF_8))
        .doesNotContain("functionResponse")
        .contains("y");
    assertThat(lost(orphan, BUDGET)).containsExactly("tool result");
    ChatRequest open =
        request(
            turn(Role.USER, text("x")),
            turn(Role.ASSISTANT, call("1", "f", "{}")),
            turn(Role.USER, text("never mind")));
    JsonNode body = encoded(open, BUDGET);
    assertThat(body.get("contents").at(2).get("parts").at(0).get("functionResponse").get("name"))
        .hasToString("\"f\"");
    assertThat(lost(open, BUDGET)).containsExactly("tool result");
  }

  @Test
  void callsWithoutIdsArePairedByNameAndPlaceAndKeepNoIds() throws Exception {
    String body =
        """
        {"contents":[{"role":"user","parts":[{"text":"go"}]},\
        {"role":"model","parts":[{"functionCall":{"name":"f","args":{"n":1}}},\
        {"functionCall":{"name":"f","args":{"n":2}}}]},\
        {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"result":"one"}}},\
        {"functionResponse":{"name":"f","response":{"result":"two"}}}]}]}""";
    ChatRequest request = decoded(body);
    List<Part> calls = request.turns().get(1).parts();
    List<Part> results = request.turns().get(2).parts();
    for (int i = 0; i < 2; i++) {
      assertThat(((Part.ToolResult) results.get(i)).callId())
          .isNotEmpty()
          .isEqualTo(((Part.ToolCall) calls.get(i)).id());
    }
    assertThat(new String(codec.encodeRequest(request, BUDGET).body(), UTF_8)).isEqualTo(body);
  }

  @Test
  void argumentsThatAreNoObjectAreWrappedAndNumbersKeepTheirDigits() {
    ChatRequest request =
        request(
            turn(
                Role.ASSISTANT,
                call("1", "f", "{\"n\": 12345678901234567890.10}"),
                call("2", "g", "{broken")));
    String body = new String(codec.encodeRequest(request, BUDGET).body(), UTF_8);
    assertThat(body)
        .contains("\"args\":{\"n\": 12345678901234567890.10}")
        .contains("\"args\":{\"input\":\"{broken\"}");
    assertThat(lost(request, BUDGET)).containsExactly("arguments");
  }

  @Test
  void imagesInResultsGoInsideForGemini3AndBehindForOthers() {
    Part image =
        new Part.Media(
            Part.MediaKind.IMAGE,
            new MediaSource.Inline("image/png", Text.of("iVBORw0KGgo=")),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            CHAT);
    ChatRequest request =
        request(
            turn(Role.ASSISTANT, call("1", "f", "{}")),
            turn(Role.TOOL, result("1", text("see"), image)));
    assertThat(
            encoded(request, LEVEL)
                .get("contents")
                .at(1)
                .get("parts")
                .at(0)
                .get("functionResponse")
                .get("parts")
                .size())
        .isEqualTo(1);
    JsonNode older = encoded(request, BUDGET).get("contents");
    assertThat(older.at(1).toString()).doesNotContain("inlineData");
    assertThat(older.at(2).toString()).contains("inlineData");
    assertThat(lost(request, BUDGET)).containsExactly("content");
  }

  @Test
  void onlyGooglesSignaturesAreWrittenAndOnTheSamePart() {
    Part own =
        new Part.Reasoning(
            Part.ReasoningKind.FULL,
            Text.of("hm"),
            Optional.of(proof("Zm9v", "google")),
            Optional.empty(),
            CHAT);
    Part foreign =
        new Part.Reasoning(
            Part.ReasoningKind.FULL,
            Text.of("hm"),
            Optional.of(proof("YmFy", "anthropic")),
            Optional.empty(),
            CHAT);
    Part unsigned =
        new Part.Reasoning(
            Part.ReasoningKind.FULL, Text.of("hm"), Optional.empty(), Optional.empty(), CHAT);
    ChatRequest request =
        request(
            turn(
                Role.ASSISTANT,
                own,
                foreign,
                unsigned,
                call("1", "f", "{}", proof("c2ln", "google")),
                call("2", "g", "{}", proof("YW50", "anthropic"))));
    Encoded encoded = codec.encodeRequest(request, LEVEL);
    assertThat(new String(encoded.body(), UTF_8))
        .contains("{\"text\":\"hm\",\"thought\":true,\"thoughtSignature\":\"Zm9v\"}")
        .contains("\"name\":\"f\",\"args\":{}},\"thoughtSignature\":\"c2ln\"}")
        .doesNotContain("YmFy")
        .doesNotContain("YW50")
        .doesNotContain("skip_thought");
    assertThat(encoded.losses())
        .extracting(Loss::node)
        .containsExactly("turns[0].parts[1]", "turns[0].parts[2]", "turns[0].parts[4]");
  }

  @Test
  void aHistoryWithoutSignaturesGetsTheStandInOnItsFirstCallOnlyWhereNeeded() {
    ChatRequest request = request(turn(Role.ASSISTANT, call("1", "f", "{}"), call("2", "g", "{}")));
    String level = new String(codec.encodeRequest(request, LEVEL).body(), UTF_8);
    assertThat(level.split("skip_thought_signature_validator", -1)).hasSize(2);
    assertThat(level.indexOf("skip_thought")).isLessThan(level.indexOf("\"g\""));
    assertThat(new String(codec.encodeRequest(request, BUDGET).body(), UTF_8))
        .doesNotContain("skip_thought");
  }

  @Test
  void encryptedReasoningWithACallsIdIsThatCallsSignature() {
    Part details =
        new Part.Reasoning(
            Part.ReasoningKind.ENCRYPTED,
            Text.EMPTY,
            Optional.of(proof("c2ln", "google")),
            Optional.of("1"),
            CHAT);
    assertThat(
            encoded(request(turn(Role.ASSISTANT, details, call("1", "f", "{}"))), LEVEL)
                .get("contents")
                .at(0)
                .get("parts")
                .toString())
        .isEqualTo(
            "[{\"functionCall\":{\"id\":\"1\",\"name\":\"f\",\"args\":{}},"
                + "\"thoughtSignature\":\"c2ln\"}]");
  }

  @Test
  void signaturesOfTextsOfEmptyTextsAndOfNothingComeBackWhereTheyStood() throws Exception {
    String body =
        """
        {"contents":[{"role":"model","parts":[{"text":"a","thoughtSignature":"QQ=="},\
        {"text":"","thoughtSignature":"Qg=="},{"thought":true,"thoughtSignature":"Qw=="},\
        {"inlineData":{"mimeType":"image/png","data":"iVBO"},"thoughtSignature":"RA=="},\
        {"text":"b"}]}]}""";
    assertThat(new String(codec.encodeRequest(decoded(body), BUDGET).body(), UTF_8))
        .isEqualTo(body);
  }

  @Test
  void referencesAreWrittenOutAndRecursionIsALoss() {
    Tool tool =
        function(
            "f",
            """
            {"type":"object","properties":{"a":{"$ref":"#/$defs/A"},"t":{"$ref":"#/$defs/T"},\
            "k":{"const":"x"},"m":{"allOf":[{"type":"object","properties":{"p":{"type":"string"}}},\
            {"required":["p"]}]}},\
            "$defs":{"A":{"type":"string"},"T":{"type":"object",\
            "properties":{"next":{"$ref":"#/$defs/T"}}}}}""");
    ChatRequest request =
        request(turn(Role.USER, text("x"))).withTools(List.of(tool), new ToolChoice.Auto());
    JsonNode declaration = declaration(encoded(request, BUDGET));
    assertThat(declaration.get("parametersJsonSchema").toString())
        .isEqualTo(
            """
            {"type":"object","properties":{"a":{"type":"string"},"t":{"type":"object",\
            "properties":{"next":{"type":"object"}}},"k":{"enum":["x"]},\
            "m":{"type":"object","properties":{"p":{"type":"string"}},"required":["p"]}}}""");
    assertThat(lost(request, BUDGET)).containsExactly("parameters.$ref");
  }

  private static JsonNode declaration(JsonNode body) {
    return body.get("tools").at(0).get("functionDeclarations").at(0);
  }

  @Test
  void olderEndpointsGetTheSubsetOfOpenApi() {
    Target older = GeminiCodecTest.target(ReasoningStyle.BUDGET, Target.Trait.OPENAPI_SCHEMA);
    Tool tool =
        function(
            "f",
            """
            {"type":"object","additionalProperties":false,"properties":{\
            "a":{"type":["string","null"],"format":"uri"},"b":{"enum":[1,2]},\
            "c":{"anyOf":[{"type":"integer"},{"type":"null"}]}}}""");
    ChatRequest request =
        request(turn(Role.USER, text("x"))).withTools(List.of(tool), new ToolChoice.Auto());
    assertThat(declaration(encoded(request, older)).get("parameters").toString())
        .isEqualTo(
            """
            {"type":"OBJECT","properties":{"a":{"type":"STRING","nullable":true},\
            "b":{"type":"STRING","format":"enum","enum":["1","2"]},\
            "c":{"anyOf":[{"type":"INTEGER"}],"nullable":true}}}""");
    assertThat(lost(request, older))
        .containsExactly("parameters.additionalProperties", "parameters.format", "parameters.enum");
  }

  @Test
  void aFunctionWithoutParametersHasNone() {
    for (String schema :
        List.of(
            "",
            "{}",
            "{\"type\":\"object\",\"properties\":{}}",
            "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false,"
                + "\"required\":[]}")) {
      ChatRequest request =
          request(turn(Role.USER, text("x")))
              .withTools(List.of(function("f", schema)), new ToolChoice.Unset());
      assertThat(declaration(encoded(request, BUDGET)).toString()).isEqualTo("{\"name\":\"f\"}");
    }
  }

  @Test
  void toolChoicesHaveTheirModes() {
    Map<ToolChoice, String> modes =
        Map.of(
            new ToolChoice.Auto(), "{\"mode\":\"AUTO\"}",
            new ToolChoice.None(), "{\"mode\":\"NONE\"}",
            new ToolChoice.Required(), "{\"mode\":\"ANY\"}",
            new ToolChoice.Named("f"), "{\"mode\":\"ANY\",\"allowedFunctionNames\":[\"f\"]}");
    modes.forEach(
        (choice, mode) -> {
          ChatRequest request =
              request(turn(Role.USER, text("x"))).withTools(List.of(function("f", "")), choice);
          assertThat(encoded(request, BUDGET).get("toolConfig").get("functionCallingConfig"))
              .hasToString(mode);
          ChatRequest without = request.withTools(List.of(), choice);
          assertThat(encoded(without, BUDGET).get("toolConfig").exists()).isFalse();
        });
    Tool search = new Tool.Native(Dialect.OPENAI_CHAT, "web_search", Raw.of("{}"));
    ChatRequest foreign =
        request(turn(Role.USER, text("x"))).withTools(List.of(search), new ToolChoice.Unset());
    assertThat(encoded(foreign, BUDGET).get("tools").exists()).isFalse();
    assertThat(lost(foreign, BUDGET)).containsExactly("web_search");
  }

  @Test
  void effortBecomesABudgetOrALevelAndOffIsOff() {
    ReasoningWish high = effort(Effort.HIGH);
    assertThat(thinking(wishing(high, OptionalLong.empty()), BUDGET))
        .hasToString("{\"thinkingBudget\":24576,\"includeThoughts\":true}");
    assertThat(thinking(wishing(high, OptionalLong.of(10_000)), BUDGET).get("thinkingBudget"))
        .hasToString("8000");
    assertThat(thinking(wishing(high, OptionalLong.empty()), LEVEL))
        .hasToString("{\"thinkingLevel\":\"high\",\"includeThoughts\":true}");
    assertThat(thinking(wishing(effort(Effort.NONE), OptionalLong.empty()), BUDGET))
        .hasToString("{\"thinkingBudget\":0}");
    assertThat(thinking(wishing(effort(Effort.NONE), OptionalLong.empty()), LEVEL))
        .hasToString("{\"thinkingLevel\":\"minimal\"}");
    Target none = GeminiCodecTest.target(ReasoningStyle.NONE);
    assertThat(thinking(wishing(high, OptionalLong.empty()), none).exists()).isFalse();
    assertThat(lost(wishing(high, OptionalLong.empty()), none)).containsExactly("reasoning");
    ReasoningWish hidden =
        new ReasoningWish(
            Optional.of(true), Optional.empty(), OptionalLong.empty(), true, Optional.empty());
    assertThat(thinking(wishing(hidden, OptionalLong.empty()), BUDGET))
        .hasToString("{\"thinkingBudget\":-1}");
  }

  @Test
  void budgetsGrowWithEffort() {
    long before = -1;
    for (Effort effort : Effort.values()) {
      JsonNode thinking = thinking(wishing(effort(effort), OptionalLong.empty()), BUDGET);
      assertThat(thinking.get("thinkingBudget").longOr(-1)).isGreaterThanOrEqualTo(before);
      before = thinking.get("thinkingBudget").longOr(-1);
    }
  }

  private static ReasoningWish effort(Effort effort) {
    return new ReasoningWish(
        Optional.empty(), Optional.of(effort), OptionalLong.empty(), false, Optional.empty());
  }

  private JsonNode thinking(ChatRequest request, Target target) {
    return encoded(request, target).get("generationConfig").get("thinkingConfig");
  }

  @Test
  void jsonOutputBesideToolsIsAskedForInWordsBeforeGemini3() {
    OutputFormat schema =
        new OutputFormat.JsonSchema(
            Optional.empty(), Optional.empty(), Raw.of("{\"type\":\"object\"}"), Optional.of(true));
    ChatRequest plain = formatted(request(turn(Role.USER, text("x"))), schema);
    assertThat(encoded(plain, BUDGET).get("generationConfig"))
        .hasToString(
            "{\"responseMimeType\":\"application/json\","
                + "\"responseJsonSchema\":{\"type\":\"object\"}}");
    ChatRequest tools = plain.withTools(List.of(function("f", "")), new ToolChoice.Unset());
    assertThat(encoded(tools, LEVEL).get("generationConfig").get("responseMimeType").exists())
        .isTrue();
    JsonNode older = encoded(tools, BUDGET);
    assertThat(older.get("generationConfig").exists()).isFalse();
    assertThat(older.get("systemInstruction").toString()).contains("JSON Schema");
    assertThat(lost(tools, BUDGET)).containsExactly("response_format");
  }

  @Test
  void samplingKeepsWhatGeminiHasAndTellsTheRest() {
    Sampling sampling =
        new Sampling(
            Optional.of(new java.math.BigDecimal("0.50")),
            Optional.empty(),
            Optional.of(new java.math.BigDecimal("40")),
            Optional.of(new java.math.BigDecimal("0.1")),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new java.math.BigDecimal("1.1")),
            OptionalLong.of(7),
            List.of("a", "", "b", "c", "d", "e", "f"),
            Optional.of(Raw.of("{\"1\":2}")),
            Optional.of(true),
            OptionalInt.of(3),
            OptionalInt.of(2));
    assertThat(encoded(sampled(sampling), BUDGET).get("generationConfig"))
        .hasToString(
            "{\"temperature\":0.50,\"topK\":40,\"seed\":7,"
                + "\"stopSequences\":[\"a\",\"b\",\"c\",\"d\",\"e\"],"
                + "\"responseLogprobs\":true,\"logprobs\":3,\"candidateCount\":2}");
    assertThat(lost(sampled(sampling), BUDGET))
        .containsExactlyInAnyOrder(
            "stop",
            "stop",
            "min_p",
            "repetition_penalty",
            "logit_bias",
            "user",
            "parallel_tool_calls");
  }

  @Test
  void mediaStandWhereGeminiFindsThem() {
    JsonNode parts =
        encoded(
                request(
                    turn(
                        Role.USER,
                        media(new MediaSource.Inline("", Text.of("iVBORw0KGgo="))),
                        media(
                            new MediaSource.Url(
                                Text.of("https://x.example/p.webp?q=1"), Optional.empty())),
                        media(
                            new MediaSource.FileId(
                                "files/abc", Optional.of("image/png"), Optional.of("google"))),
                        media(
                            new MediaSource.FileId(
                                "file-1", Optional.empty(), Optional.of("openai"))))),
                BUDGET)
            .get("contents")
            .at(0)
            .get("parts");
    assertThat(parts.size()).isEqualTo(3);
    assertThat(parts.at(0).get("inlineData").get("mimeType")).hasToString("\"image/png\"");
    assertThat(parts.at(1).get("fileData").get("mimeType")).hasToString("\"image/webp\"");
    assertThat(parts.at(2).get("fileData").get("fileUri").text())
        .isEqualTo("https://generativelanguage.googleapis.com/v1beta/files/abc");
  }

  private static Part media(MediaSource source) {
    return new Part.Media(
        Part.MediaKind.IMAGE, source, Optional.empty(), Optional.empty(), Optional.empty(), CHAT);
  }

  @Test
  void whatCanonDoesNotModelStaysWhereItStood() throws Exception {
    String body =
        """
        {"contents":[{"role":"user","parts":[{"fileData":{"mimeType":"video/mp4",\
        "fileUri":"https://youtu.be/x"},"videoMetadata":{"fps": 5},\
        "mediaResolution":{"level":"MEDIA_RESOLUTION_LOW"}}]},\
        {"role":"model","parts":[{"executableCode":{"language":"PYTHON","code":"1"}},\
        {"codeExecutionResult":{"outcome":"OUTCOME_OK"}}]}],\
        "tools":[{"googleSearch":{}},{"functionDeclarations":[{"name":"f","behavior":"BLOCKING"}]}],\
        "toolConfig":{"functionCallingConfig":{"mode":"VALIDATED"},\
        "includeServerSideToolInvocations":true},\
        "generationConfig":{"topK":3,"speechConfig":{"languageCode":"de"},\
        "imageConfig":{"aspectRatio":"1:1"}},\
        "safetySettings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_NONE"}],\
        "cachedContent":"cachedContents/1","labels":{"a":"b"}}""";
    assertThat(new String(codec.encodeRequest(decoded(body), BUDGET).body(), UTF_8))
        .isEqualTo(body);
    assertThat(decoded(body).model()).isEqualTo("m");
    assertThat(decoded(body).stream()).isTrue();
  }

  @Test
  void snakeCaseNullsAndSingleObjectsAreRead() throws Exception {
    ChatRequest request =
        decoded(
            """
            {"system_instruction":"be brief","contents":{"parts":{"text":"hi"}},
             "generation_config":{"max_output_tokens":9,"stop_sequences":["x"],"top_p":null,
             "thinking_config":{"thinking_budget":0}},"safetySettings":null,
             "tools":{"function_declarations":[{"name":"f","parameters":{"type":"OBJECT",
             "properties":{"a":{"type":"STRING","nullable":true}}}}]},
             "tool_config":{"function_calling_config":{"mode":"any","allowed_function_names":["f"]}}}
            """);
    assertThat(request.turns()).hasSize(2);
    assertThat(request.maxTokens()).hasValue(9);
    assertThat(request.reasoning().isOff()).isTrue();
    assertThat(request.toolChoice()).isEqualTo(new ToolChoice.Named("f"));
    assertThat(((Tool.Function) request.tools().getFirst()).schema().orElseThrow().toString())
        .isEqualTo("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":[\"string\",\"null\"]}}}");
  }

  @Test
  void whatIsWrongIsToldWithItsPlace() {
    assertThatThrownBy(() -> decoded("{\"contents\":[{\"role\":\"assistant\",\"parts\":[]}]}"))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("contents[0].role")
        .hasMessageContaining("user, model");
    assertThatThrownBy(() -> decoded("{\"contents\":[]}")).hasMessageContaining("contents");
    assertThatThrownBy(() -> decoded("{\"contents\":[{\"parts\":[3]}]}"))
        .hasMessageContaining("contents[0].parts[0]");
    assertThatThrownBy(
            () -> decoded("{\"contents\":[{}],\"tools\":[{\"functionDeclarations\":[{}]}]}"))
        .hasMessageContaining("functionDeclarations[0].name");
  }

  @Test
  void editsAreMadeInTheReceivedBytes() throws Exception {
    String body =
        """
        { "contents" : [ {"role":"user","parts":[{"text":"hi"}]} ],
          "system_instruction": {"parts":[{"text":"s"}]},
          "tools":[{"functionDeclarations":[{"name":"f"},{"name":"g"}]}] }""";
    assertThat(spliced(body, new Edit.Change.SetModel("x"))).isEqualTo(body);
    assertThat(
            spliced(
                body,
                new Edit.Change.PrependSystem(Text.of("p")),
                new Edit.Change.ReplaceText(1, 0, Text.of("S")),
                new Edit.Change.ReplaceText(2, 0, Text.of("HI")),
                new Edit.Change.SetMaxTokens(5),
                new Edit.Change.RemoveTool("f")))
        .isEqualTo(
            """
            { "contents" : [ {"role":"user","parts":[{"text":"HI"}]} ],
              "system_instruction": {"parts":[{"text":"p"},{"text":"S"}]},
              "tools":[{"functionDeclarations":[{"name":"g"}]}],\
            "generationConfig":{"maxOutputTokens":5} }""");
  }

  private String spliced(String body, Edit.Change... changes) throws Exception {
    List<Edit> edits =
        java.util.Arrays.stream(changes).map(it -> new Edit("policy:t", "test", it)).toList();
    return new String(codec.splice(wire(body), edits).orElseThrow(), UTF_8);
  }
}
