package dev.fairlead.protocol.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.CacheMark;
import dev.fairlead.canon.Loss;
import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.OutputFormat;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.ReasoningWish.Effort;
import dev.fairlead.canon.Role;
import dev.fairlead.canon.Sampling;
import dev.fairlead.canon.ToolChoice;
import dev.fairlead.protocol.Encoded;
import dev.fairlead.protocol.Exchanges;
import dev.fairlead.protocol.Target;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The traps of translation into this dialect, each from a request of the chat dialect. */
class TranslatedRequestTest {
  private static final Target NEWER = AnthropicCodecTest.EVERYTHING;
  private static final Target OLD = AnthropicCodecTest.OLD;
  private static final Target NEWEST = AnthropicCodecTest.NEWEST;

  private List<Loss> losses = List.of();

  private JsonNode encode(Chat chat, Target target) {
    Encoded encoded = new AnthropicCodec().encodeRequest(chat.request(), target);
    losses = encoded.losses();
    return Exchanges.JSON.readTree(encoded.body());
  }

  private JsonNode encode(Chat chat) {
    return encode(chat, OLD);
  }

  private void assertSame(JsonNode found, String wanted) {
    assertThat(found).isEqualTo(Exchanges.JSON.readTree(wanted));
  }

  private void assertLost(String... fields) {
    assertThat(losses).extracting(Loss::field).containsExactly(fields);
  }

  @Test
  void instructionsAreHoistedInOrder() {
    JsonNode body =
        encode(
            new Chat()
                .turn(Role.SYSTEM, Chat.text("a"))
                .turn(Role.DEVELOPER, Chat.text("b"))
                .user("hi"));
    assertSame(
        body.get("system"),
        "[{'type':'text','text':'a'},{'type':'text','text':'b'}]".replace('\'', '"'));
    assertLost();
    assertThat(
            encode(new Chat().turn(Role.SYSTEM, Chat.text("a")).user("hi"))
                .get("system")
                .asString())
        .isEqualTo("a");
  }

  @Test
  void aSystemWithACacheMarkIsAList() {
    JsonNode body = encode(new Chat().turn(Role.SYSTEM, Chat.marked("a", "1h")).user("hi"));
    assertSame(
        body.get("system").get(0).get("cache_control"), "{\"type\":\"ephemeral\",\"ttl\":\"1h\"}");
  }

  @Test
  void instructionsInMidConversationAreHoistedWithALoss() {
    JsonNode body =
        encode(new Chat().user("1").assistant("2").turn(Role.SYSTEM, Chat.text("late")).user("3"));
    assertThat(body.get("system").asString()).isEqualTo("late");
    assertThat(body.get("messages")).hasSize(3);
    assertLost("role");
  }

  @Test
  void neighboursOfOneRoleBecomeOneMessageInOrder() {
    JsonNode body = encode(new Chat().user("1").user("2").assistant("3").assistant("4").user("5"));
    assertThat(roles(body)).isEqualTo("user assistant user");
    assertThat(body.at("/messages/0/content/1/text").asString()).isEqualTo("2");
    assertThat(body.at("/messages/1/content/1/text").asString()).isEqualTo("4");
  }

  private static String roles(JsonNode body) {
    StringBuilder out = new StringBuilder();
    body.get("messages").forEach(m -> out.append(' ').append(m.get("role").asString()));
    return out.substring(1);
  }

  @Test
  void resultsOfSeveralToolTurnsStandFirstAndInTheOrderOfTheCalls() {
    JsonNode body =
        encode(
            new Chat()
                .tool("f")
                .user("go")
                .turn(
                    Role.ASSISTANT,
                    Chat.text("so"),
                    Chat.call("a", "f", "{}"),
                    Chat.call("b", "f", "{}"))
                .result("b", "B")
                .user("and")
                .result("a", "A"));
    assertThat(roles(body)).isEqualTo("user assistant user");
    assertThat(body.at("/messages/2/content/0/tool_use_id").asString()).isEqualTo("a");
    assertThat(body.at("/messages/2/content/1/tool_use_id").asString()).isEqualTo("b");
    assertThat(body.at("/messages/2/content/2/text").asString()).isEqualTo("and");
    assertLost();
  }

  @Test
  void fiftyParallelCallsKeepTheirPlaces() {
    Part[] calls = new Part[50];
    Chat chat = new Chat().tool("f").user("go");
    for (int i = 0; i < 50; i++) {
      calls[i] = Chat.call("c" + i, "f", "{\"i\":" + i + "}");
    }
    chat.turn(Role.ASSISTANT, calls);
    for (int i = 49; i >= 0; i--) {
      chat.result("c" + i, "r" + i);
    }
    JsonNode body = encode(chat);
    for (int i = 0; i < 50; i++) {
      assertThat(body.at("/messages/1/content/" + i + "/input/i").asInt()).isEqualTo(i);
      assertThat(body.at("/messages/2/content/" + i + "/tool_use_id").asString())
          .isEqualTo("c" + i);
    }
    assertLost();
  }

  @Test
  void aConversationThatBeginsWithTheAssistantGetsAUserBefore() {
    assertThat(roles(encode(new Chat().assistant("hello").user("hi"))))
        .isEqualTo("user assistant user");
    assertLost("role");
    assertThat(roles(encode(new Chat().turn(Role.SYSTEM, Chat.text("only"))))).isEqualTo("user");
    assertLost("role");
  }

  @Test
  void aBegunAnswerIsTrimmed() {
    JsonNode body = encode(new Chat().user("hi").assistant("So, \n"));
    assertThat(body.at("/messages/1/content/0/text").asString()).isEqualTo("So,");
    assertLost("text");
  }

  @Test
  void aModelThatTakesNoBegunAnswerIsAskedToContinue() {
    JsonNode body = encode(new Chat().user("hi").assistant("So,"), NEWEST);
    assertThat(roles(body)).isEqualTo("user assistant user");
    assertLost("role");
  }

  @Test
  void emptyTextsAndTheirMessagesAreLeftOut() {
    JsonNode body =
        encode(
            new Chat()
                .user("1")
                .turn(Role.ASSISTANT, Chat.text(""))
                .turn(Role.USER, Chat.text(""), Chat.text("2"), Chat.marked("", "")));
    assertThat(roles(body)).isEqualTo("user");
    assertThat(body.at("/messages/0/content")).hasSize(2);
    assertLost("text"); // the marked one; the others said nothing
  }

  @Test
  void theOutputBoundIsTheCallersTheModelsOr4096() {
    assertThat(encode(new Chat().user("x")).get("max_tokens").asInt()).isEqualTo(8192);
    assertThat(encode(new Chat().user("x"), NEWER).get("max_tokens").asInt()).isEqualTo(4096);
    Chat chat = new Chat().user("x");
    chat.maxTokens = OptionalLong.of(100_000);
    assertThat(encode(chat).get("max_tokens").asInt()).isEqualTo(8192);
    assertLost("max_tokens");
  }

  private static Sampling sampling(String temperature, String topP) {
    return new Sampling(
        Optional.of(new BigDecimal(temperature)),
        topP.isEmpty() ? Optional.empty() : Optional.of(new BigDecimal(topP)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(new BigDecimal("0.0")),
        Optional.of(new BigDecimal("0.5")),
        Optional.empty(),
        OptionalLong.of(7),
        List.of("END", " \n", ""),
        Optional.of(Raw.of("{\"1\":2}")),
        Optional.of(false),
        OptionalInt.empty(),
        OptionalInt.of(2));
  }

  @Test
  void samplingThatIsNotThereIsLost() {
    Chat chat = new Chat().user("x");
    chat.sampling = sampling("1.7", "1");
    JsonNode body = encode(chat);
    assertThat(body.get("temperature").asInt()).isEqualTo(1);
    assertThat(body.has("top_p")).isFalse();
    assertSame(body.get("stop_sequences"), "[\"END\"]");
    assertLost("temperature", "stop", "stop", "presence_penalty", "seed", "logit_bias", "n");
  }

  @Test
  void temperatureGoesWhereTheModelThinksOrTakesNone() {
    Chat chat = new Chat().user("x").effort(Effort.HIGH);
    chat.sampling = sampling("0.5", "");
    assertThat(encode(chat).has("temperature")).isFalse();
    assertThat(losses).extracting(Loss::field).contains("temperature");
    Chat plain = new Chat().user("x");
    plain.sampling = sampling("1", "");
    assertThat(encode(plain, NEWEST).has("temperature")).isFalse();
  }

  @Test
  void effortBecomesABudgetBelowTheBound() {
    Chat chat = new Chat().user("x").effort(Effort.HIGH);
    chat.maxTokens = OptionalLong.of(4000);
    assertSame(encode(chat).get("thinking"), "{\"type\":\"enabled\",\"budget_tokens\":3200}");
    long before = 0;
    for (Effort effort :
        List.of(Effort.MINIMAL, Effort.LOW, Effort.MEDIUM, Effort.HIGH, Effort.MAX)) {
      JsonNode body = encode(new Chat().user("x").effort(effort));
      long budget = body.at("/thinking/budget_tokens").asLong();
      assertThat(budget).isGreaterThanOrEqualTo(Math.max(before, 1024)).isLessThan(8192);
      before = budget;
    }
  }

  @Test
  void aBudgetThatDoesNotFitIsLoweredOrGoes() {
    Chat chat = new Chat().user("x").budget(9000);
    chat.maxTokens = OptionalLong.of(2000);
    assertThat(encode(chat).at("/thinking/budget_tokens").asInt()).isEqualTo(1999);
    assertLost("reasoning.budget");
    chat.maxTokens = OptionalLong.of(500);
    assertThat(encode(chat).has("thinking")).isFalse();
    assertLost("reasoning");
    chat.maxTokens = OptionalLong.empty();
    JsonNode raised =
        encode(
            chat,
            new Target(
                "m",
                "anthropic",
                OptionalLong.empty(),
                Set.of(),
                Target.ReasoningStyle.BUDGET,
                false));
    assertThat(raised.at("/thinking/budget_tokens").asInt()).isEqualTo(9000);
    assertThat(raised.get("max_tokens").asInt()).isEqualTo(13096);
  }

  @Test
  void newestModelsThinkAdaptively() {
    JsonNode body = encode(new Chat().user("x").effort(Effort.XHIGH), NEWEST);
    assertSame(body.get("thinking"), "{\"type\":\"adaptive\",\"display\":\"summarized\"}");
    assertSame(body.get("output_config"), "{\"effort\":\"xhigh\"}");
    assertLost();
    assertThat(
            encode(new Chat().user("x").budget(60000), NEWEST)
                .at("/output_config/effort")
                .asString())
        .isEqualTo("max");
    assertLost("reasoning.budget");
  }

  @Test
  void noneReallyTurnsThinkingOff() {
    JsonNode body = encode(new Chat().user("x").effort(Effort.NONE), NEWEST);
    assertSame(body.get("thinking"), "{\"type\":\"disabled\"}");
  }

  @Test
  void aModelThatThinksOnABudgetIsNotForcedToCall() {
    Chat chat = new Chat().tool("f").user("x").effort(Effort.LOW);
    chat.choice = new ToolChoice.Named("f");
    assertSame(encode(chat).get("tool_choice"), "{\"type\":\"auto\"}");
    assertLost("tool_choice");
  }

  @Test
  void toolChoicesHaveTheirWords() {
    Chat chat = new Chat().tool("f").user("x");
    chat.choice = new ToolChoice.Required();
    assertSame(encode(chat).get("tool_choice"), "{\"type\":\"any\"}");
    chat.choice = new ToolChoice.Named("f");
    assertSame(encode(chat).get("tool_choice"), "{\"type\":\"tool\",\"name\":\"f\"}");
    chat.choice = new ToolChoice.None();
    assertSame(encode(chat).get("tool_choice"), "{\"type\":\"none\"}");
    chat.choice = new ToolChoice.Unset();
    chat.parallel = Optional.of(false);
    assertSame(
        encode(chat).get("tool_choice"), "{\"type\":\"auto\",\"disable_parallel_tool_use\":true}");
    assertLost();
    chat.parallel = Optional.empty();
    chat.choice = new ToolChoice.Named("nobody");
    assertThat(encode(chat).has("tool_choice")).isFalse();
    assertLost("tool_choice");
  }

  @Test
  void aChoiceWithoutToolsIsLeftOut() {
    Chat chat = new Chat().user("x");
    chat.choice = new ToolChoice.Required();
    assertThat(encode(chat).has("tool_choice")).isFalse();
    assertLost("tool_choice");
  }

  @Test
  void onlyTheIssuersOwnThinkingIsSentBackAndThatExactly() {
    String signature = "Eq+/= \\u00e9\n";
    JsonNode body =
        encode(
            new Chat()
                .user("x")
                .turn(
                    Role.ASSISTANT,
                    Chat.thought("unsigned", "", ""),
                    Chat.thought("theirs", "abc", "google"),
                    Chat.thought(" mine \n", signature, "anthropic"),
                    Chat.text("y"))
                .user("z"));
    assertSame(
        body.at("/messages/1/content/0"),
        Exchanges.JSON
            .createObjectNode()
            .put("type", "thinking")
            .put("thinking", " mine \n")
            .put("signature", signature)
            .toString());
    assertThat(body.at("/messages/1/content")).hasSize(2);
    assertLost("reasoning", "reasoning");
  }

  @Test
  void aToolTurnBegunWithoutThinkingGoesOnWithoutIt() {
    Chat chat =
        new Chat()
            .tool("f")
            .user("x")
            .turn(Role.ASSISTANT, Chat.call("a", "f", "{}"))
            .result("a", "A")
            .effort(Effort.HIGH);
    assertThat(encode(chat).has("thinking")).isFalse();
    assertLost("reasoning");
    assertThat(encode(chat, NEWEST).has("thinking")).isTrue();
  }

  @Test
  void namesAndIdsFitTheApi() {
    Chat chat =
        new Chat()
            .tool("a.b")
            .tool("a_b")
            .tool("ü".repeat(200))
            .user("x")
            .turn(Role.ASSISTANT, Chat.call("call:1", "a.b", "{}"), Chat.call("", "a_b", "{}"))
            .result("call:1", "1")
            .result("", "2")
            .turn(Role.ASSISTANT, Chat.call("call:1", "a.b", "{}"))
            .result("call:1", "3");
    chat.choice = new ToolChoice.Named("a.b");
    JsonNode body = encode(chat);
    assertThat(body.at("/tools/0/name").asString()).isEqualTo("a_b_2");
    assertThat(body.at("/tools/1/name").asString()).isEqualTo("a_b");
    assertThat(body.at("/tools/2/name").asString()).matches("[a-zA-Z0-9_-]{128}");
    assertThat(body.at("/tool_choice/name").asString()).isEqualTo("a_b_2");
    assertThat(body.at("/messages/1/content/0/name").asString()).isEqualTo("a_b_2");
    for (int i : new int[] {0, 1}) {
      String id = body.at("/messages/1/content/" + i + "/id").asString();
      assertThat(id).matches("^[a-zA-Z0-9_-]+$");
      assertThat(body.at("/messages/2/content/" + i + "/tool_use_id").asString()).isEqualTo(id);
    }
    String again = body.at("/messages/3/content/0/id").asString();
    assertThat(again).isNotEqualTo(body.at("/messages/1/content/0/id").asString());
    assertThat(body.at("/messages/4/content/0/tool_use_id").asString()).isEqualTo(again);
    assertLost("name", "name");
  }

  @Test
  void argumentsAreVerbatimObjectsOrWrapped() {
    String exact = "{\"z\": 12345678901234567890, \"a\":1.50, \"u\":\"\\u00e9\"}";
    Encoded encoded =
        new AnthropicCodec()
            .encodeRequest(
                new Chat()
                    .tool("f")
                    .user("x")
                    .turn(
                        Role.ASSISTANT,
                        Chat.call("1", "f", exact),
                        Chat.call("2", "f", ""),
                        Chat.call("3", "f", "{\"cut\": \"sho"),
                        Chat.call("4", "f", "[1]"))
                    .result("1", "")
                    .result("2", "b")
                    .result("3", "c")
                    .result("4", "d")
                    .request(),
                OLD);
    JsonNode body = Exchanges.JSON.readTree(encoded.body());
    assertThat(new String(encoded.body(), UTF_8)).contains("\"input\":" + exact);
    assertSame(body.at("/messages/1/content/1/input"), "{}");
    assertThat(body.at("/messages/1/content/2/input/_raw").asString()).isEqualTo("{\"cut\": \"sho");
    assertThat(body.at("/messages/1/content/3/input/_raw").asString()).isEqualTo("[1]");
    assertThat(encoded.losses()).extracting(Loss::field).containsExactly("arguments", "arguments");
  }

  @Test
  void callsWithoutResultsAndResultsWithoutCallsAreMended() {
    JsonNode body =
        encode(
            new Chat()
                .tool("f")
                .user("x")
                .result("ghost", "boo")
                .turn(Role.ASSISTANT, Chat.call("a", "f", "{}"), Chat.call("b", "f", "{}"))
                .result("a", "A")
                .user("next")
                .turn(Role.ASSISTANT, Chat.call("c", "f", "{}")));
    assertThat(roles(body)).isEqualTo("user assistant user assistant user");
    assertThat(body.at("/messages/0/content/1/text").asString()).contains("ghost").contains("boo");
    assertThat(body.at("/messages/2/content/1/tool_use_id").asString()).isEqualTo("b");
    assertThat(body.at("/messages/2/content/1/is_error").asBoolean()).isTrue();
    assertThat(body.at("/messages/4/content/0/tool_use_id").asString()).isEqualTo("c");
    assertLost("tool_result", "tool_call", "tool_call");
  }

  @Test
  void toolsAreNamedAgainWhenOnlyTheHistoryKnowsThem() {
    JsonNode body =
        encode(
            new Chat().user("x").turn(Role.ASSISTANT, Chat.call("a", "f", "{}")).result("a", "A"));
    assertThat(body.at("/tools/0/name").asString()).isEqualTo("f");
    assertSame(body.get("tool_choice"), "{\"type\":\"none\"}");
    assertLost("tools");
  }

  @Test
  void aSchemaWithoutATypeIsThatOfAnObject() {
    JsonNode body =
        encode(
            new Chat()
                .tool("a", Optional.empty(), Optional.empty())
                .tool("b", Optional.of("{}"), Optional.empty())
                .tool("c", Optional.of("{\"properties\":{\"x\":{}}}"), Optional.empty())
                .user("x"));
    body.get("tools")
        .forEach(tool -> assertThat(tool.at("/input_schema/type").asString()).isEqualTo("object"));
    assertThat(body.at("/tools/2/input_schema/properties").has("x")).isTrue();
  }

  private static final String CLOSED =
      "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}";

  private static OutputFormat schema(String schema) {
    return new OutputFormat.JsonSchema(
        Optional.of("n"), Optional.empty(), Raw.of(schema), Optional.of(true));
  }

  @Test
  void aSchemaIsAskedForNativelyOrByInstruction() {
    Chat chat = new Chat().user("x");
    chat.format = schema(CLOSED);
    assertSame(
        encode(chat, NEWER).get("output_config"),
        "{\"format\":{\"type\":\"json_schema\",\"schema\":" + CLOSED + "}}");
    assertLost();
    assertThat(encode(chat, OLD).get("system").asString()).contains(CLOSED);
    assertLost("response_format");
    chat.format = schema("{\"type\":\"object\",\"properties\":{}}");
    assertThat(encode(chat, NEWER).has("output_config")).isFalse();
    assertLost("response_format");
    chat.format = new OutputFormat.JsonObject();
    JsonNode body = encode(chat, NEWER);
    assertThat(body.get("system").asString()).contains("JSON");
    assertThat(body.has("tools")).isFalse();
    assertLost("response_format");
  }

  private static Part media(Part.MediaKind kind, MediaSource source) {
    return new Part.Media(
        kind, source, Optional.of("a.pdf"), Optional.empty(), Optional.empty(), Chat.NONE);
  }

  private static MediaSource url(String url) {
    return new MediaSource.Url(Text.of(url), Optional.empty());
  }

  @Test
  void mediaBecomeSources() {
    JsonNode body =
        encode(
            new Chat()
                .turn(
                    Role.USER,
                    media(Part.MediaKind.IMAGE, url("data:image/jpg;base64,AAAA")),
                    media(Part.MediaKind.IMAGE, url("https://x.example/a.png")),
                    media(
                        Part.MediaKind.DOCUMENT,
                        new MediaSource.Inline("application/pdf", Text.of("BBBB"))),
                    media(
                        Part.MediaKind.DOCUMENT,
                        new MediaSource.Inline("text/plain", Text.of("aGk="))),
                    media(
                        Part.MediaKind.AUDIO, new MediaSource.Inline("audio/wav", Text.of("CCCC"))),
                    media(
                        Part.MediaKind.IMAGE,
                        new MediaSource.Inline("image/tiff", Text.of("DDDD"))),
                    media(Part.MediaKind.IMAGE, url("gs://bucket/a.png")),
                    media(
                        Part.MediaKind.DOCUMENT,
                        new MediaSource.FileId(
                            "file-1", Optional.empty(), Optional.of("openai")))));
    assertSame(
        body.at("/messages/0/content"),
        """
        [{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"AAAA"}},
         {"type":"image","source":{"type":"url","url":"https://x.example/a.png"}},
         {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"BBBB"},
          "title":"a.pdf"},
         {"type":"document","source":{"type":"text","media_type":"text/plain","data":"hi"},
          "title":"a.pdf"}]
        """);
    assertLost("audio", "media_type", "url", "file_id");
  }

  @Test
  void ofManyCacheMarksTheFirstAndTheLastThreeStay() {
    JsonNode body =
        encode(
            new Chat()
                .tool("f", Optional.empty(), Optional.of(new CacheMark(Optional.of("1h"))))
                .turn(Role.SYSTEM, Chat.marked("s", ""))
                .turn(
                    Role.USER,
                    Chat.marked("1", ""),
                    Chat.marked("2", ""),
                    Chat.marked("3", "1h"),
                    Chat.marked("4", "")));
    assertThat(body.at("/tools/0").has("cache_control")).isTrue();
    assertThat(body.get("system").isString()).isFalse();
    assertThat(body.at("/system/0").has("cache_control")).isFalse();
    assertThat(body.at("/messages/0/content/0").has("cache_control")).isFalse();
    assertThat(body.at("/messages/0/content/1").has("cache_control")).isTrue();
    assertThat(body.at("/messages/0/content/2/cache_control").has("ttl")).isFalse();
    assertThat(body.at("/messages/0/content/3").has("cache_control")).isTrue();
    assertLost("cache_control", "cache_control", "cache_control.ttl");
  }

  @Test
  void membersOfTheChatDialectAreCarriedOrLost() {
    JsonNode body =
        encode(
            new Chat()
                .user("x")
                .extra("cache_control", "{\"type\":\"ephemeral\"}")
                .extra("service_tier", "\"auto\"")
                .extra("provider", "{\"order\":[\"a\"]}")
                .extra("verbosity", "\"low\""));
    assertSame(body.get("cache_control"), "{\"type\":\"ephemeral\"}");
    assertThat(body.get("service_tier").asString()).isEqualTo("auto");
    assertThat(body.has("provider")).isFalse();
    assertLost("verbosity");
  }

  @Test
  void theUserIsNamedInTheMetadata() {
    Chat chat = new Chat().user("x");
    chat.user = Optional.of("u".repeat(255) + "😀");
    assertThat(encode(chat).at("/metadata/user_id").asString()).isEqualTo("u".repeat(255));
    assertLost("user");
    chat.user = Optional.of("someone");
    assertSame(encode(chat).get("metadata"), "{\"user_id\":\"someone\"}");
    assertLost();
  }

  @Test
  void theBeginningOfALongerConversationIsTheSameBytes() {
    Chat chat = new Chat().tool("f").turn(Role.SYSTEM, Chat.text("s")).user("1");
    String shorter =
        new String(new AnthropicCodec().encodeRequest(chat.request(), OLD).body(), UTF_8);
    chat.assistant("2").user("3");
    String longer =
        new String(new AnthropicCodec().encodeRequest(chat.request(), OLD).body(), UTF_8);
    assertThat(longer).startsWith(shorter.substring(0, shorter.length() - 2));
  }
}
