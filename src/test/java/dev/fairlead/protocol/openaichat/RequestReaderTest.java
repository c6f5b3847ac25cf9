package dev.fairlead.protocol.openaichat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Edit;
import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Proof;
import dev.fairlead.canon.ReasoningWish.Effort;
import dev.fairlead.canon.Refused;
import dev.fairlead.canon.Role;
import dev.fairlead.canon.ToolChoice;
import dev.fairlead.canon.Turn;
import dev.fairlead.protocol.Wire;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestReaderTest {
  private static final OpenAiChatCodec CODEC = new OpenAiChatCodec();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                           | messages: must be an array of messages, but is missing
          {"messages":[]}                                              | messages: must hold at least one message.
          {"messages":[{"role":"human","content":"x"}]}                | messages[0].role: must be one of system, developer, user, assistant, tool, but is "human"
          {"messages":[{"role":"user"}]}                               | messages[0].content: must be a string or an array of parts, but is missing
          {"messages":[{"role":"user","content":7}]}                   | messages[0].content: must be a string or an array of parts, but is 7
          {"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":1}}]}]} | messages[0].content[0].image_url.url: must be a string, but is 1
          {"messages":[{"role":"tool","content":"x"}]}                 | messages[0].tool_call_id: must be a string, but is missing
          {"messages":[{"role":"user","content":"x"}],"temperature":3} | temperature: must be a number from 0 to 2, but is 3
          {"messages":[{"role":"user","content":"x"}],"max_tokens":0}  | max_tokens: must be a whole number of at least 1, but is 0
          {"messages":[{"role":"user","content":"x"}],"stream":"yes"}  | stream: must be true or false, but is "yes"
          {"messages":[{"role":"user","content":"x"}],"tools":{}}      | tools: must be an array, but is {}
          {"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function"}]} | tools[0].function: must be an object, but is missing
          {"messages":[{"role":"user","content":"x"}],"reasoning":{"effort":"much"}} | reasoning.effort: must be one of none, minimal, low, medium, high, xhigh, max, but is "much"
          {"messages":[{"role":"user","content":"x"}],"reasoning":{"effort":"low"},"reasoning_effort":"high"} | reasoning_effort: says high, but reasoning.effort says low; send one of them.
          {"messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_schema"}} | response_format.json_schema: must be an object with name and schema, but is missing
          """)
  void whatIsWrongIsSaidWithItsPath(String body, String message) {
    Refused refused = catchThrowableOfType(Refused.class, () -> read(body));
    assertThat(refused).hasMessage(message);
    assertThat(refused.fault().status()).isEqualTo(400);
  }

  @Test
  void unknownAndNullMembersNeverFail() throws Exception {
    ChatRequest request =
        read(
            """
            {"model":null,"messages":[{"role":"user","content":"x","new":1,"name":null}],
             "temperature":null,"tools":null,"brand_new":{"a":1},"stop":null}
            """);
    assertThat(request.model()).isEmpty();
    assertThat(request.extras().members()).containsOnlyKeys("brand_new");
    assertThat(request.turns().getFirst().extras().members()).containsOnlyKeys("new");
  }

  @Test
  void directivesStayInTheExtrasAndAreNeverSentOn() throws Exception {
    ChatRequest request =
        read(
            """
            {"messages":[{"role":"user","content":"x"}],"models":["a"],"provider":{"only":["b"]},
             "session_id":"s","metadata":{"k":"v"}}
            """);
    assertThat(request.extras().members())
        .containsKeys("models", "provider", "session_id", "metadata");
    var encoded = CODEC.encodeRequest(request, RequestWriterTest.target("openai"));
    assertThat(new String(encoded.body(), UTF_8))
        .contains("metadata")
        .doesNotContain("models", "provider", "session_id");
    assertThat(encoded.losses()).isEmpty();
  }

  @Test
  void legacyFunctionsAreToolsAndTheirResultsFindTheirCalls() throws Exception {
    ChatRequest request =
        read(
            """
            {"messages":[{"role":"user","content":"x"},
              {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},
              {"role":"function","name":"f","content":"7"}],
             "functions":[{"name":"f","parameters":{"type":"object"}}],"function_call":{"name":"f"}}
            """);
    assertThat(request.tools()).extracting(it -> it.name()).containsExactly("f");
    assertThat(request.toolChoice()).isEqualTo(new ToolChoice.Named("f"));
    Part.ToolCall call = (Part.ToolCall) request.turns().get(1).parts().getFirst();
    Part.ToolResult result = (Part.ToolResult) request.turns().get(2).parts().getFirst();
    assertThat(result.callId()).isEqualTo(call.id());
    assertThat(request.turns().get(2).role()).isEqualTo(Role.TOOL);
  }

  @Test
  void reasoningDetailsComeBeforeTheTextAndKnowTheirIssuer() throws Exception {
    Turn turn =
        read("""
                {"messages":[{"role":"user","content":"x"},{"role":"assistant","content":"a",
                  "reasoning":"hm","reasoning_details":[
                   {"type":"reasoning.text","text":"hm","signature":"S==","format":"anthropic-claude-v1","index":0},
                   {"type":"reasoning.encrypted","data":"E","id":"call_1","format":"google-gemini-v1","index":1},
                   {"type":"reasoning.new","x":1}],
                  "tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}]}]}
                """)
            .turns()
            .get(1);
    Part.Reasoning thought = (Part.Reasoning) turn.parts().getFirst();
    assertThat(thought.proof()).contains(new Proof(Text.of("S=="), Optional.of("anthropic")));
    assertThat(turn.parts().get(1)).isInstanceOf(Part.Opaque.class);
    assertThat(turn.parts().get(2)).isInstanceOf(Part.Text.class);
    Part.ToolCall call = (Part.ToolCall) turn.parts().get(3);
    assertThat(call.proof()).contains(new Proof(Text.of("E"), Optional.of("google")));
  }

  @Test
  void dataUrlsAreInlineMediaAndAddressesAreNot() throws Exception {
    List<Part> parts =
        read("""
                {"messages":[{"role":"user","content":[
                 {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},
                 {"type":"image_url","image_url":{"url":"data:image\\/png;base64,AA\\/A"}},
                 {"type":"image_url","image_url":"https://e.org/x.png"},
                 {"type":"input_audio","input_audio":{"data":"BBBB","format":"mp3"}},
                 {"type":"file","file":{"file_id":"file-1"}}]}]}
                """)
            .turns()
            .getFirst()
            .parts();
    assertThat(parts)
        .extracting(it -> ((Part.Media) it).source())
        .containsExactly(
            new MediaSource.Inline("image/png", Text.of("AAAA")),
            new MediaSource.Inline("image/png", Text.of("AA/A")),
            new MediaSource.Url(Text.of("https://e.org/x.png"), Optional.empty()),
            new MediaSource.Inline("audio/mpeg", Text.of("BBBB")),
            new MediaSource.FileId("file-1", Optional.empty(), Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "reasoning":{"effort":"high","exclude":true} | HIGH  |      | true
          "reasoning_effort":"minimal"                 | MINIMAL |    | false
          "reasoning":{"max_tokens":2000}              |       | 2000 | false
          "include_reasoning":false                    |       |      | true
          "enable_thinking":true,"thinking_budget":64  |       | 64   | false
          "thinking":{"type":"enabled","budget_tokens":9} |    | 9    | false
          """)
  void theWishToThinkIsReadHoweverItIsSaid(String said, Effort effort, Long budget, boolean exclude)
      throws Exception {
    var wish =
        read("{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]," + said + "}").reasoning();
    assertThat(wish.effort()).isEqualTo(Optional.ofNullable(effort));
    assertThat(wish.budget().isPresent() ? wish.budget().getAsLong() : null).isEqualTo(budget);
    assertThat(wish.exclude()).isEqualTo(exclude);
  }

  @Test
  void splicesLeaveEveryOtherByteAsItCame() throws Exception {
    String body =
        """
        { "model" : "a",
          "messages":[ {"role":"user","content":[ {"type":"text","text":"se\\u0063ret"} ]} ],
          "tools":[ {"type":"function","function":{"name":"f"}} , {"type":"function","function":{"name":"g"}} ],
          "tool_choice":{"type":"function","function":{"name":"f"}},
          "max_completion_tokens": 5, "x":1.50 }
        """;
    byte[] out =
        CODEC
            .splice(
                wire(body),
                List.of(
                    edit(new Edit.Change.SetModel("b")),
                    edit(new Edit.Change.SetMaxTokens(3)),
                    edit(new Edit.Change.ReplaceText(0, 0, Text.of("[hidden]"))),
                    edit(new Edit.Change.PrependSystem(Text.of("be kind"))),
                    edit(new Edit.Change.RemoveTool("f")),
                    edit(
                        new Edit.Change.SetMember(
                            "stream_options", Raw.of("{\"include_usage\":true}"))),
                    edit(new Edit.Change.RenameMember("max_completion_tokens", "max_tokens"))))
            .orElseThrow();
    assertThat(new String(out, UTF_8))
        .isEqualTo(
            """
            { "model" : "b",
              "messages":[ {"role":"system","content":"be kind"},{"role":"user","content":[ {"type":"text","text":"[hidden]"} ]} ],
              "tools":[{"type":"function","function":{"name":"g"}} ],
              "max_tokens": 3, "x":1.50,"stream_options":{"include_usage":true} }
            """);
  }

  @Test
  void textWithCitationsIsNotSpliced() throws Exception {
    String body =
        """
        {"messages":[{"role":"assistant","content":"a","annotations":[
          {"type":"url_citation","url_citation":{"url":"u","start_index":0,"end_index":1}}]}]}
        """;
    assertThat(
            CODEC.splice(
                wire(body), List.of(edit(new Edit.Change.ReplaceText(0, 0, Text.of("b"))))))
        .isEmpty();
  }

  private static Edit edit(Edit.Change change) {
    return new Edit("policy:test", "because", change);
  }

  static Wire wire(String body) throws Exception {
    return Wire.of(Json.read(body.getBytes(UTF_8), JsonLimits.REQUEST));
  }

  static ChatRequest read(String body) throws Exception {
    return CODEC.decodeRequest(wire(body));
  }
}
