package dev.fairlead.protocol.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.ChatAnswer;
import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Fold;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Proof;
import dev.fairlead.canon.StopReason;
import dev.fairlead.canon.Unfold;
import dev.fairlead.canon.Usage;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.protocol.EventEncoder;
import dev.fairlead.protocol.Exchanges;
import dev.fairlead.protocol.Flavour;
import dev.fairlead.protocol.Replay;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Answers and faults, in and out. */
class AnswersTest {
  private final AnthropicCodec codec = new AnthropicCodec();

  private static AnswerContext context(Flavour flavour) {
    return new AnswerContext(flavour, "gen-1", "a/m", "Prov", 1L, true, false, false);
  }

  private static final String START =
      "{'type':'message_start','message':{'id':'msg_1','model':'m','content':[],'usage':"
          + "{'input_tokens':10,'cache_read_input_tokens':5,'cache_creation_input_tokens':3,"
          + "'cache_creation':{'ephemeral_1h_input_tokens':2,'ephemeral_5m_input_tokens':1},"
          + "'output_tokens':1}}}";

  private List<ChatEvent> read(String... events) throws Exception {
    StringBuilder stream = new StringBuilder();
    for (String event : events) {
      stream.append("data: ").append(event.replace('\'', '"')).append("\n\n");
    }
    return Replay.stream(codec, stream.toString().getBytes(UTF_8), Replay.Cuts.NONE);
  }

  @Test
  void usageIsSetNeverAdded() throws Exception {
    ChatAnswer answer =
        Fold.of(
            read(
                START,
                "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'input_tokens':10,"
                    + "'output_tokens':20,'output_tokens_details':{'thinking_tokens':7},"
                    + "'server_tool_use':{'web_search_requests':2}}}",
                "{'type':'message_stop'}"));
    Usage usage = answer.usage().orElseThrow();
    assertThat(usage.input()).isEqualTo(18);
    assertThat(usage.output()).isEqualTo(20);
    assertThat(usage.cacheRead()).isEqualTo(5);
    assertThat(usage.cacheWrite()).isEqualTo(3);
    assertThat(usage.cacheWriteLong()).isEqualTo(2);
    assertThat(usage.reasoning()).isEqualTo(7);
    assertThat(usage.searches()).isEqualTo(2);
  }

  @Test
  void anInputOfNothingAtTheEndIsNotBelieved() throws Exception {
    ChatAnswer answer =
        Fold.of(
            read(
                START,
                "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'input_tokens':0,"
                    + "'output_tokens':20}}"));
    assertThat(answer.usage().orElseThrow().input()).isEqualTo(18);
    assertThat(answer.complete()).isTrue(); // a stop reason suffices when the bytes end
  }

  @Test
  void withoutAnEndAnAnswerIsNotComplete() throws Exception {
    List<ChatEvent> events =
        read(
            START,
            "{'type':'content_block_start','index':0,'content_block':{'type':'text','text':''}}",
            "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':'hal'}}");
    assertThat(events).last().isInstanceOf(ChatEvent.Close.class);
    assertThat(Fold.of(events).complete()).isFalse();
  }

  @Test
  void anErrorMayComeBeforeAnythingElse() throws Exception {
    List<ChatEvent> events =
        read("{'type':'error','error':{'type':'overloaded_error','message':'Overloaded'}}");
    assertThat(events.getFirst()).isInstanceOf(ChatEvent.Begin.class);
    assertThat(((ChatEvent.Failed) events.getLast()).fault().kind())
        .isEqualTo(Fault.Kind.OVERLOADED);
  }

  @Test
  void pingsUnknownEventsAndNullsAreLetPass() throws Exception {
    List<ChatEvent> events =
        read(
            "{'type':'ping'}",
            START,
            "{'type':'ping'}",
            "{'type':'from_the_future','x':1}",
            "{'type':'message_delta','delta':{'stop_reason':null,'stop_details':null}}",
            "{'type':'message_stop'}");
    assertThat(events).hasSize(3);
    assertThat(events.getLast()).isInstanceOf(ChatEvent.End.class);
  }

  @Test
  void blocksOfAllKindsAreRead() throws Exception {
    ChatAnswer answer =
        Fold.of(
            read(
                START,
                "{'type':'content_block_start','index':0,'content_block':{'type':'thinking','thinking':'','signature':''}}",
                "{'type':'content_block_delta','index':0,'delta':{'type':'thinking_delta','thinking':'hm'}}",
                "{'type':'content_block_delta','index':0,'delta':{'type':'signature_delta','signature':'sig=='}}",
                "{'type':'content_block_stop','index':0}",
                "{'type':'content_block_start','index':1,'content_block':{'type':'redacted_thinking','data':'xyz'}}",
                "{'type':'content_block_stop','index':1}",
                "{'type':'content_block_start','index':2,'content_block':{'type':'server_tool_use','id':'s','name':'web_search','input':{}}}",
                "{'type':'content_block_delta','index':2,'delta':{'type':'input_json_delta','partial_json':'{\\'q\\':'}}"
                    .replace("\\'", "\\\""),
                "{'type':'content_block_delta','index':2,'delta':{'type':'input_json_delta','partial_json':'1}'}}",
                "{'type':'content_block_stop','index':2}",
                "{'type':'content_block_start','index':3,'content_block':{'type':'text','text':''}}",
                "{'type':'content_block_delta','index':3,'delta':{'type':'citations_delta','citation':{'type':'web_search_result_location','url':'http://u','title':'t','cited_text':'c'}}}",
                "{'type':'content_block_delta','index':3,'delta':{'type':'text_delta','text':'so'}}",
                "{'type':'content_block_stop','index':3}",
                "{'type':'content_block_start','index':4,'content_block':{'type':'tool_use','id':'a','name':'f','input':{'x':1}}}",
                "{'type':'content_block_stop','index':4}",
                "{'type':'content_block_start','index':5,'content_block':{'type':'tool_use','id':'b','name':'g','input':{}}}",
                "{'type':'content_block_delta','index':5,'delta':{'type':'input_json_delta','partial_json':''}}",
                "{'type':'content_block_stop','index':5}",
                "{'type':'content_block_start','index':6,'content_block':{'type':'compaction','content':null}}",
                "{'type':'content_block_delta','index':6,'delta':{'type':'compaction_delta','content':'short'}}",
                "{'type':'content_block_stop','index':6}",
                "{'type':'message_delta','delta':{'stop_reason':'tool_use','container':{'id':'c'}},'usage':{'output_tokens':2}}",
                "{'type':'message_stop'}"));
    List<Part> parts = answer.choices().getFirst().parts();
    assertThat(parts).hasSize(7);
    assertThat(((Part.Reasoning) parts.get(0)).proof())
        .contains(new Proof(Text.of("sig=="), Optional.of("anthropic")));
    assertThat(((Part.Reasoning) parts.get(1)).kind()).isEqualTo(Part.ReasoningKind.ENCRYPTED);
    assertThat(((Part.Opaque) parts.get(2)).raw().node().get("input").get("q").longOr(0))
        .isEqualTo(1);
    assertThat(((Part.Text) parts.get(3)).citations().getFirst().url()).contains("http://u");
    assertThat(((Part.ToolCall) parts.get(4)).arguments().toString()).isEqualTo("{\"x\":1}");
    assertThat(((Part.ToolCall) parts.get(5)).arguments().toString()).isEqualTo("{}");
    assertThat(((Part.Opaque) parts.get(6)).raw().node().get("content").text()).isEqualTo("short");
    assertThat(answer.notes()).extracting(ChatEvent.Note::field).containsExactly("container");
    for (Flavour flavour : Flavour.values()) {
      byte[] stream =
          Replay.encoded(
              codec, Unfold.events(answer), context(flavour), AnswerContext.Trailer.NONE);
      assertThat(Grammar.brokenRule(stream)).isEmpty();
      assertThat(
              Fold.of(Replay.stream(codec, stream, Replay.Cuts.NONE)).choices().getFirst().parts())
          .hasSize(7);
    }
  }

  @Test
  void stopReasonsHaveATableBothWays() {
    for (String word :
        List.of(
            "end_turn",
            "stop_sequence",
            "max_tokens",
            "tool_use",
            "pause_turn",
            "refusal",
            "model_context_window_exceeded",
            "compaction")) {
      StopReason reason = StopReasons.read(word);
      assertThat(reason).isNotEqualTo(StopReason.OTHER);
      assertThat(StopReasons.write(reason, Optional.of(word))).isEqualTo(word);
    }
    assertThat(StopReasons.read("from_the_future")).isEqualTo(StopReason.OTHER);
    assertThat(StopReasons.write(StopReason.CONTENT_FILTER, Optional.of("content_filter")))
        .isEqualTo("refusal");
    assertThat(StopReasons.write(StopReason.TOOL_CALLS, Optional.of("tool_calls")))
        .isEqualTo("tool_use");
  }

  private static ChatEvent open(int block, ChatEvent.Head head) {
    return new ChatEvent.Open(0, block, head);
  }

  private static ChatEvent delta(int block, String text) {
    return new ChatEvent.Delta(0, block, Text.of(text));
  }

  private static final ChatEvent BEGIN =
      new ChatEvent.Begin(
          Optional.of("chatcmpl-1"),
          Optional.of("x"),
          OptionalLong.empty(),
          Extras.none(Dialect.OPENAI_CHAT));

  @Test
  void interleavedCallsAreWrittenOneAfterTheOther() throws Exception {
    List<ChatEvent> events =
        List.of(
            BEGIN,
            open(0, new ChatEvent.Head.TextHead()),
            open(1, new ChatEvent.Head.ToolCallHead("a", "f")),
            open(2, new ChatEvent.Head.ToolCallHead("", "g")),
            delta(1, "{\"a\""),
            delta(2, "{\"b\":"),
            delta(1, ":1}"),
            delta(2, "2}"),
            delta(0, "text"),
            new ChatEvent.Close(0, 2),
            new ChatEvent.Close(0, 0),
            new ChatEvent.Close(0, 1),
            new ChatEvent.Stop(
                0, StopReason.TOOL_CALLS, Optional.of("tool_calls"), Optional.empty()),
            new ChatEvent.Used(Usage.of(3, 4)),
            new ChatEvent.End());
    byte[] stream =
        Replay.encoded(codec, events, context(Flavour.VENDOR), AnswerContext.Trailer.NONE);
    assertThat(Grammar.brokenRule(stream)).isEmpty();
    ChatAnswer answer = Fold.of(Replay.stream(codec, stream, Replay.Cuts.NONE));
    assertThat(answer.choices().getFirst().parts())
        .extracting(
            part -> part instanceof Part.ToolCall call ? call.arguments().toString() : "text")
        .containsExactly("text", "{\"a\":1}", "{\"b\":2}");
    assertThat(((Part.ToolCall) answer.choices().getFirst().parts().get(2)).id())
        .startsWith("toolu_");
  }

  @Test
  void aForeignProofComesBackWithItsIssuer() throws Exception {
    List<ChatEvent> events =
        List.of(
            BEGIN,
            open(0, new ChatEvent.Head.ReasoningHead(Part.ReasoningKind.FULL, Optional.empty())),
            delta(0, "hm"),
            new ChatEvent.ProofDelta(0, 0, new Proof(Text.of("a.b"), Optional.of("google"))),
            new ChatEvent.Close(0, 0));
    byte[] stream =
        Replay.encoded(codec, events, context(Flavour.VENDOR), AnswerContext.Trailer.NONE);
    Part part =
        Fold.of(Replay.stream(codec, stream, Replay.Cuts.NONE))
            .choices()
            .getFirst()
            .parts()
            .getFirst();
    assertThat(((Part.Reasoning) part).proof())
        .contains(new Proof(Text.of("a.b"), Optional.of("google")));
  }

  @Test
  void excludedThinkingKeepsItsSignature() throws Exception {
    AnswerContext hidden =
        new AnswerContext(Flavour.VENDOR, "gen-1", "m", "P", 1L, true, false, true);
    List<ChatEvent> events =
        List.of(
            BEGIN,
            open(0, new ChatEvent.Head.ReasoningHead(Part.ReasoningKind.FULL, Optional.empty())),
            delta(0, "secret"),
            new ChatEvent.ProofDelta(0, 0, new Proof(Text.of("sig"), Optional.of("anthropic"))),
            new ChatEvent.Close(0, 0),
            open(1, new ChatEvent.Head.ReasoningHead(Part.ReasoningKind.FULL, Optional.empty())),
            delta(1, "secret"),
            new ChatEvent.Close(0, 1));
    byte[] stream = Replay.encoded(codec, events, hidden, AnswerContext.Trailer.NONE);
    byte[] whole = codec.encodeAnswer(Fold.of(events), hidden, AnswerContext.Trailer.NONE);
    assertThat(new String(stream, UTF_8)).doesNotContain("secret").contains("\"sig\"");
    assertThat(new String(whole, UTF_8)).doesNotContain("secret").contains("\"sig\"");
    assertThat(Grammar.brokenRule(stream)).isEmpty();
  }

  @Test
  void openRoutersFlavourAddsProviderCostAndMetadata() {
    AnswerContext.Trailer trailer =
        new AnswerContext.Trailer(
            Optional.of(Raw.of("{\"cost\":0.5,\"is_byok\":false}")),
            Optional.of(Raw.of("{\"k\":1}")));
    List<ChatEvent> events =
        new ArrayList<>(
            List.of(
                BEGIN,
                open(0, new ChatEvent.Head.TextHead()),
                delta(0, "x"),
                new ChatEvent.Close(0, 0)));
    events.add(
        new ChatEvent.Used(
            new Usage(10, 5, 4, 2, 1, 0, 0, 0, 0, 0, 0, 0, 3, Optional.empty(), Optional.empty())));
    events.add(new ChatEvent.End());
    JsonNode whole =
        Exchanges.JSON.readTree(
            codec.encodeAnswer(Fold.of(events), context(Flavour.OPENROUTER), trailer));
    assertThat(whole.get("provider").asString()).isEqualTo("Prov");
    assertThat(whole.get("id").asString()).isEqualTo("gen-1");
    assertThat(whole.get("stop_reason").asString()).isEqualTo("end_turn");
    assertThat(whole.at("/openrouter_metadata/k").asInt()).isEqualTo(1);
    JsonNode usage = whole.get("usage");
    assertThat(usage.get("input_tokens").asInt()).isEqualTo(4);
    assertThat(usage.get("cost").asDouble()).isEqualTo(0.5);
    assertThat(usage.at("/server_tool_use/web_search_requests").asInt()).isEqualTo(3);
    assertThat(usage.at("/cache_creation/ephemeral_5m_input_tokens").asInt()).isEqualTo(1);
    String stream =
        new String(Replay.encoded(codec, events, context(Flavour.OPENROUTER), trailer), UTF_8);
    assertThat(stream).contains("\"provider\":\"Prov\"").contains("\"cost\":0.5");
    assertThat(stream).contains("\"message_stop\",\"openrouter_metadata\":{\"k\":1}");
  }

  @Test
  void aBrokenStreamEndsWithAnErrorEvent() {
    EventEncoder encoder = codec.encoder(context(Flavour.OPENROUTER));
    encoder.encode(BEGIN);
    String end =
        new String(
            encoder.fail(Fault.provider(Fault.Kind.OVERLOADED, "busy"), AnswerContext.Trailer.NONE),
            UTF_8);
    assertThat(end)
        .isEqualTo(
            """
            event: error
            data: {"type":"error","error":{"type":"overloaded_error","message":"busy","error_type":"provider_overloaded"},"request_id":"gen-1"}

            """);
  }

  private Fault fault(int status, String type, String message) {
    String body =
        "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":\"%s\"}}"
            .formatted(type, message);
    return codec.decodeFault(status, body.getBytes(UTF_8));
  }

  @Test
  void faultsAreToldApart() {
    assertThat(
            fault(400, "invalid_request_error", "prompt is too long: 3 tokens > 2 maximum").kind())
        .isEqualTo(Fault.Kind.CONTEXT_LENGTH);
    assertThat(
            fault(400, "invalid_request_error", "max_tokens: 9 > 8, which is the maximum allowed")
                .kind())
        .isEqualTo(Fault.Kind.MAX_TOKENS);
    assertThat(
            fault(400, "invalid_request_error", "Your credit balance is too low to access the API")
                .kind())
        .isEqualTo(Fault.Kind.QUOTA_EXHAUSTED);
    assertThat(
            fault(400, "invalid_request_error", "Output blocked by content filtering policy")
                .kind())
        .isEqualTo(Fault.Kind.CONTENT_POLICY);
    Fault invalid = fault(400, "invalid_request_error", "tools.0: wrong, key sk-ant-api03-abcdef");
    assertThat(invalid.kind()).isEqualTo(Fault.Kind.INVALID_REQUEST);
    assertThat(invalid.source()).isEqualTo(Fault.Source.CLIENT);
    assertThat(invalid.message()).isEqualTo("tools.0: wrong, key sk-***");
    assertThat(fault(401, "authentication_error", "invalid x-api-key").kind())
        .isEqualTo(Fault.Kind.BAD_CREDENTIAL);
    assertThat(fault(403, "permission_error", "no").status()).isEqualTo(502);
    assertThat(fault(404, "not_found_error", "model: x").kind()).isEqualTo(Fault.Kind.MODEL_GONE);
    assertThat(fault(413, "request_too_large", "no").kind())
        .isEqualTo(Fault.Kind.PAYLOAD_TOO_LARGE);
    assertThat(fault(429, "rate_limit_error", "slow").kind()).isEqualTo(Fault.Kind.RATE_LIMITED);
    assertThat(fault(500, "overloaded_error", "x").kind()).isEqualTo(Fault.Kind.OVERLOADED);
    assertThat(fault(529, "", "x").kind()).isEqualTo(Fault.Kind.OVERLOADED);
    assertThat(codec.decodeFault(502, "<html>Bad gateway</html>".getBytes(UTF_8)).kind())
        .isEqualTo(Fault.Kind.SERVER_ERROR);
    assertThat(codec.decodeFault(529, new byte[0]).kind()).isEqualTo(Fault.Kind.OVERLOADED);
    assertThat(codec.decodeFault(400, "[null]".getBytes(UTF_8)).kind())
        .isEqualTo(Fault.Kind.INVALID_REQUEST);
  }

  private String written(Fault.Kind kind) {
    byte[] body = codec.encodeFault(Fault.gateway(kind, "m"), Flavour.VENDOR, Optional.empty());
    JsonNode json = Exchanges.JSON.readTree(body);
    assertThat(json.get("type").asString()).isEqualTo("error");
    assertThat(json.get("request_id").isNull()).isTrue();
    assertThat(json.get("error").has("error_type")).isFalse();
    return json.at("/error/type").asString();
  }

  @Test
  void faultsAreWrittenInTheDialectsTypes() {
    assertThat(written(Fault.Kind.UNAUTHENTICATED)).isEqualTo("authentication_error");
    assertThat(written(Fault.Kind.FORBIDDEN)).isEqualTo("permission_error");
    assertThat(written(Fault.Kind.PAYMENT_REQUIRED)).isEqualTo("billing_error");
    assertThat(written(Fault.Kind.NO_ENDPOINTS)).isEqualTo("not_found_error");
    assertThat(written(Fault.Kind.RATE_LIMITED)).isEqualTo("rate_limit_error");
    assertThat(written(Fault.Kind.OVERLOADED)).isEqualTo("overloaded_error");
    assertThat(written(Fault.Kind.IDLE_TIMEOUT)).isEqualTo("timeout_error");
    assertThat(written(Fault.Kind.CONTEXT_LENGTH)).isEqualTo("invalid_request_error");
    assertThat(written(Fault.Kind.PAYLOAD_TOO_LARGE)).isEqualTo("request_too_large");
    assertThat(written(Fault.Kind.INTERNAL)).isEqualTo("api_error");
    assertThat(written(Fault.Kind.BAD_CREDENTIAL)).isEqualTo("api_error");
  }
}
