package dev.fairlead.protocol.openaichat;

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
import dev.fairlead.protocol.Flavour;
import dev.fairlead.protocol.Replay;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class AnswersTest {
  private static final OpenAiChatCodec CODEC = new OpenAiChatCodec();
  private static final Extras NONE = Extras.none(Dialect.ANTHROPIC);

  @Test
  void anEndWithoutItsMarkerCountsOnlyAfterAFinishReason() throws Exception {
    String half =
        "data: {\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n";
    assertThat(stream(half).complete()).isFalse();
    String stop = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    assertThat(stream(half + stop).complete()).isTrue();
    String second = "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"y\"}}]}\n\n";
    assertThat(stream(half + second + stop).complete()).isFalse();
    assertThat(stream(half + "data: [DONE]\n\n").complete()).isTrue();
  }

  @Test
  void delayedIdsAndNamesMakeOneCall() throws Exception {
    ChatAnswer answer =
        stream(
            """
            data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\\"a\\""}}]}}]}

            data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f"}}]}}]}

            data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":":1}"}}]}}]}

            data: {"choices":[{"delta":{},"finish_reason":"stop"}]}

            data: {"choices":[{"delta":{},"finish_reason":"stop"}]}

            data: [DONE]

            """);
    Part.ToolCall call = (Part.ToolCall) answer.choices().getFirst().parts().getFirst();
    assertThat(call.id() + call.name() + call.arguments()).isEqualTo("cf{\"a\":1}");
    assertThat(answer.choices().getFirst().parts()).hasSize(1);
    assertThat(answer.choices().getFirst().stop()).contains(StopReason.TOOL_CALLS);
  }

  @Test
  void anErrorInsideAStreamEndsItWithoutAnEnd() throws Exception {
    ChatAnswer answer =
        stream(
            """
            data: {"id":"a","choices":[{"delta":{"content":"x"}}]}

            data: {"error":{"code":"rate_limit_exceeded","message":"Slow down, try again in 2.5s"}}

            data: [DONE]

            """);
    assertThat(answer.complete()).isFalse();
    Fault fault = answer.fault().orElseThrow();
    assertThat(fault.kind()).isEqualTo(Fault.Kind.RATE_LIMITED);
    assertThat(fault.retryAfter()).hasValueSatisfying(it -> assertThat(it).hasMillis(2500));
  }

  @Test
  void aWholeAnswerThatIsNoneIsAFault() {
    ChatAnswer answer = Fold.of(CODEC.decodeAnswer(Json.of("{\"hello\":1}").root()));
    assertThat(answer.fault().orElseThrow().kind()).isEqualTo(Fault.Kind.MALFORMED);
    assertThat(answer.complete()).isFalse();
  }

  @Test
  void vendorStreamHasOpenAisShape() {
    assertThat(written(Flavour.VENDOR, AnswerContext.Trailer.NONE))
        .isEqualTo(
            """
            data: {"id":"gen-1","model":"anthropic/claude","object":"chat.completion.chunk","created":9,"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}

            data: {"id":"gen-1","model":"anthropic/claude","object":"chat.completion.chunk","created":9,"choices":[{"index":0,"delta":{"reasoning_content":"hm"},"finish_reason":null}]}

            data: {"id":"gen-1","model":"anthropic/claude","object":"chat.completion.chunk","created":9,"choices":[{"index":0,"delta":{"reasoning_details":[{"type":"reasoning.text","text":"","signature":"S","format":"anthropic-claude-v1","index":0}]},"finish_reason":null}]}

            data: {"id":"gen-1","model":"anthropic/claude","object":"chat.completion.chunk","created":9,"choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":null}]}

            data: {"id":"gen-1","model":"anthropic/claude","object":"chat.completion.chunk","created":9,"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

            data: {"id":"gen-1","model":"anthropic/claude","object":"chat.completion.chunk","created":9,"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0}}}

            data: [DONE]

            """);
  }

  @Test
  void openrouterStreamRepeatsRoleAndGivesNativeReasonAndCost() {
    Raw cost = Raw.of("{\"cost\":0.0001,\"is_byok\":false}");
    AnswerContext.Trailer trailer = new AnswerContext.Trailer(Optional.of(cost), Optional.empty());
    assertThat(written(Flavour.OPENROUTER, trailer).lines().filter(it -> !it.isEmpty()))
        .map(
            it ->
                it.replace(
                    "\"id\":\"gen-1\",\"provider\":\"Anthropic\",\"model\":\"anthropic/claude\",\"object\":\"chat.completion.chunk\",\"created\":9,",
                    ""))
        .containsExactly(
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null,\"native_finish_reason\":null}]}",
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"reasoning\":\"hm\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"hm\",\"format\":\"anthropic-claude-v1\",\"index\":0}]},\"finish_reason\":null,\"native_finish_reason\":null}]}",
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"\",\"signature\":\"S\",\"format\":\"anthropic-claude-v1\",\"index\":0}]},\"finish_reason\":null,\"native_finish_reason\":null}]}",
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"hi\"},\"finish_reason\":null,\"native_finish_reason\":null}]}",
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":\"stop\",\"native_finish_reason\":\"end_turn\"}]}",
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5,\"cost\":0.0001,\"is_byok\":false,\"prompt_tokens_details\":{\"cached_tokens\":0,\"cache_write_tokens\":0,\"audio_tokens\":0,\"video_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":0,\"image_tokens\":0,\"audio_tokens\":0}}}",
            "data: [DONE]");
  }

  @Test
  void openrouterErrorInAStreamHasUsageAndDone() {
    var encoder = CODEC.encoder(context(Flavour.OPENROUTER, false));
    encoder.encode(new ChatEvent.Used(Usage.of(3, 2)));
    Fault fault =
        Fault.provider(Fault.Kind.RESET, "The provider closed the connection.")
            .withProvider(0, Optional.of("reset"), Optional.empty());
    String out = new String(encoder.fail(fault, AnswerContext.Trailer.NONE), UTF_8);
    assertThat(out)
        .contains(
            "\"error\":{\"code\":502,\"message\":\"The provider closed the connection.\",\"metadata\":"
                + "{\"error_type\":\"provider_unavailable\",\"provider_name\":\"Anthropic\",\"provider_code\":\"reset\"}}",
            "\"finish_reason\":\"error\",\"native_finish_reason\":\"error\"",
            "\"choices\":[],\"usage\"")
        .endsWith("data: [DONE]\n\n");
    String vendor =
        new String(
            CODEC.encoder(context(Flavour.VENDOR, false)).fail(fault, AnswerContext.Trailer.NONE),
            UTF_8);
    assertThat(vendor)
        .isEqualTo(
            "data: {\"error\":{\"message\":\"The provider closed the connection.\",\"type\":\"server_error\","
                + "\"param\":null,\"code\":\"provider_unavailable\"}}\n\n");
  }

  @Test
  void hiddenReasoningIsNotWritten() {
    AnswerContext hidden =
        new AnswerContext(Flavour.OPENROUTER, "gen-1", "a/b", "Anthropic", 9, true, false, true);
    byte[] whole = CODEC.encodeAnswer(answer(), hidden, AnswerContext.Trailer.NONE);
    byte[] stream =
        Replay.encoded(CODEC, Unfold.events(answer()), hidden, AnswerContext.Trailer.NONE);
    assertThat(new String(whole, UTF_8)).doesNotContain("hm", "\"S\"");
    assertThat(new String(stream, UTF_8)).doesNotContain("hm", "\"S\"");
  }

  @Test
  void legacyCompletionsAreTextInBothForms() throws Exception {
    AnswerContext context = context(Flavour.VENDOR, true);
    byte[] whole = CODEC.encodeAnswer(answer(), context, AnswerContext.Trailer.NONE);
    assertThat(new String(whole, UTF_8))
        .startsWith(
            "{\"id\":\"gen-1\",\"model\":\"anthropic/claude\",\"object\":\"text_completion\",\"created\":9,"
                + "\"choices\":[{\"index\":0,\"text\":\"hi\",\"logprobs\":null,\"finish_reason\":\"stop\"}]");
    byte[] stream =
        Replay.encoded(CODEC, Unfold.events(answer()), context, AnswerContext.Trailer.NONE);
    assertThat(new String(stream, UTF_8)).doesNotContain("delta", "hm");
    ChatAnswer read = Fold.of(Replay.stream(CODEC, stream, Replay.Cuts.NONE));
    assertThat(((Part.Text) read.choices().getFirst().parts().getFirst()).text())
        .isEqualTo(Text.of("hi"));
    assertThat(read.complete()).isTrue();
  }

  private static String written(Flavour flavour, AnswerContext.Trailer trailer) {
    return new String(
        Replay.encoded(CODEC, Unfold.events(answer()), context(flavour, false), trailer), UTF_8);
  }

  private static AnswerContext context(Flavour flavour, boolean legacy) {
    return new AnswerContext(
        flavour, "gen-1", "anthropic/claude", "Anthropic", 9, true, legacy, false);
  }

  private static ChatAnswer answer() {
    Proof proof = new Proof(Text.of("S"), Optional.of("anthropic"));
    return new ChatAnswer(
        Optional.of("msg_1"),
        Optional.of("claude"),
        OptionalLong.empty(),
        List.of(
            new ChatAnswer.Choice(
                0,
                List.of(
                    new Part.Reasoning(
                        Part.ReasoningKind.FULL,
                        Text.of("hm"),
                        Optional.of(proof),
                        Optional.empty(),
                        NONE),
                    new Part.Text(Text.of("hi"), Optional.empty(), List.of(), NONE)),
                Optional.of(StopReason.END),
                Optional.of("end_turn"),
                Optional.empty(),
                Optional.empty())),
        Optional.of(Usage.of(3, 2)),
        Optional.empty(),
        true,
        List.of(),
        NONE);
  }

  private static ChatAnswer stream(String sse) throws Exception {
    return Fold.of(Replay.stream(CODEC, sse.getBytes(UTF_8), Replay.Cuts.NONE));
  }
}
