package dev.fairlead.protocol.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.ChatAnswer;
import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.Citation;
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
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Answers, streams and faults, with what is peculiar to this dialect. */
final class GeminiAnswerTest {
  private static final AnswerContext CONTEXT = context(false);

  private final GeminiCodec codec = new GeminiCodec();

  private static AnswerContext context(boolean excludeReasoning) {
    return new AnswerContext(
        Flavour.VENDOR, "gen-1", "google/gemini", "Google", 1L, true, false, excludeReasoning);
  }

  private ChatAnswer streamed(String... chunks) throws Exception {
    StringBuilder out = new StringBuilder();
    for (String chunk : chunks) {
      out.append("data: ").append(chunk).append("\r\n\r\n");
    }
    return Fold.of(Replay.stream(codec, out.toString().getBytes(UTF_8), Replay.Cuts.NONE));
  }

  private ChatAnswer whole(String body) {
    return Fold.of(codec.decodeAnswer(Json.of(body).root()));
  }

  private static String chunk(String parts, String rest) {
    return "{\"candidates\":[{\"content\":{\"parts\":["
        + parts
        + "],\"role\":\"model\"}"
        + rest
        + "}],\"responseId\":\"r-1\",\"modelVersion\":\"gemini\"}";
  }

  @Test
  void callsOfSeveralChunksHaveGrowingBlocksAndIdsOfTheirOwn() throws Exception {
    ChatAnswer answer =
        streamed(
            chunk(
                "{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\": 1}},"
                    + "\"thoughtSignature\":\"c2ln\"}",
                ""),
            chunk(
                "{\"functionCall\":{\"name\":\"f\"}},{\"functionCall\":{\"id\":\"own\","
                    + "\"name\":\"g\",\"args\":{}}}",
                ""),
            chunk("{\"text\":\"\"}", ",\"finishReason\":\"STOP\""));
    List<Part> parts = answer.choices().getFirst().parts();
    assertThat(parts).hasSize(3);
    assertThat(parts.stream().map(it -> ((Part.ToolCall) it).id()))
        .containsExactly("call_0_r-1", "call_1_r-1", "own");
    assertThat(((Part.ToolCall) parts.get(0)).proof())
        .contains(new Proof(Text.of("c2ln"), Optional.of("google")));
    assertThat(((Part.ToolCall) parts.get(0)).arguments()).hasToString("{\"a\": 1}");
    assertThat(((Part.ToolCall) parts.get(1)).arguments()).hasToString("{}");
    assertThat(answer.choices().getFirst().stop()).contains(StopReason.TOOL_CALLS);
    assertThat(answer.choices().getFirst().nativeReason()).contains("STOP");
    assertThat(answer.complete()).isTrue();
  }

  @Test
  void aCallThatIsStreamedInPiecesIsOneCall() throws Exception {
    ChatAnswer answer =
        streamed(
            chunk(
                "{\"functionCall\":{\"name\":\"f\",\"willContinue\":true},"
                    + "\"thoughtSignature\":\"c2ln\"}",
                ""),
            chunk(
                "{\"functionCall\":{\"partialArgs\":[{\"jsonPath\":\"$.a[0].b\","
                    + "\"stringValue\":\"x\",\"willContinue\":true}],\"willContinue\":true}}",
                ""),
            chunk(
                "{\"functionCall\":{\"partialArgs\":[{\"jsonPath\":\"$.a[0].b\","
                    + "\"stringValue\":\"y\"}],\"willContinue\":true}}",
                ""),
            chunk(
                "{\"functionCall\":{\"partialArgs\":[{\"jsonPath\":\"$.a[1]\","
                    + "\"numberValue\":0.3},{\"jsonPath\":\"$.t\",\"boolValue\":true}]}}",
                ""),
            chunk("{\"text\":\"\"}", ",\"finishReason\":\"STOP\""));
    List<Part> parts = answer.choices().getFirst().parts();
    assertThat(parts).hasSize(1);
    Part.ToolCall call = (Part.ToolCall) parts.getFirst();
    assertThat(call.name()).isEqualTo("f");
    assertThat(call.arguments()).hasToString("{\"a\":[{\"b\":\"xy\"},0.3],\"t\":true}");
    assertThat(call.proof()).isPresent();
  }

  @Test
  void aSignatureOnAnEmptyLastTextIsKeptAndGoesBackOut() throws Exception {
    ChatAnswer answer =
        streamed(
            chunk("{\"text\":\"think\",\"thought\":true}", ""),
            chunk("{\"text\":\"an\"}", ""),
            chunk("{\"text\":\"swer\"}", ""),
            chunk("{\"text\":\"\",\"thoughtSignature\":\"c2ln\"}", ",\"finishReason\":\"STOP\""));
    List<Part> parts = answer.choices().getFirst().parts();
    assertThat(parts).hasSize(3);
    assertThat(((Part.Reasoning) parts.get(0)).text()).hasToString("think");
    assertThat(((Part.Text) parts.get(1)).text()).hasToString("answer");
    assertThat(((Part.Reasoning) parts.get(2)).kind()).isEqualTo(Part.ReasoningKind.ENCRYPTED);
    String stream =
        new String(
            Replay.encoded(codec, Unfold.events(answer), CONTEXT, AnswerContext.Trailer.NONE),
            UTF_8);
    assertThat(stream).contains("{\"text\":\"\",\"thoughtSignature\":\"c2ln\"}");
    String hidden =
        new String(codec.encodeAnswer(answer, context(true), AnswerContext.Trailer.NONE), UTF_8);
    assertThat(hidden).doesNotContain("think\"").contains("c2ln");
  }

  @Test
  void aStreamWithoutFinishReasonIsNotComplete() throws Exception {
    assertThat(streamed(chunk("{\"text\":\"a\"}", "")).complete()).isFalse();
    ChatAnswer two =
        streamed(
            "{\"candidates\":[{\"index\":0,\"finishReason\":\"STOP\"},"
                + "{\"index\":1,\"content\":{\"parts\":[{\"text\":\"b\"}]}}]}");
    assertThat(two.choices()).hasSize(2);
    assertThat(two.complete()).isFalse();
    assertThat(streamed().complete()).isFalse();
  }

  @Test
  void aBlockedPromptIsAFilteredAnswerAndComesOutAsOne() {
    ChatAnswer answer = whole("{\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}");
    assertThat(answer.complete()).isTrue();
    assertThat(answer.choices().getFirst().stop()).contains(StopReason.CONTENT_FILTER);
    assertThat(answer.choices().getFirst().nativeReason()).contains("BLOCKED:SAFETY");
    for (byte[] out :
        List.of(
            codec.encodeAnswer(answer, CONTEXT, AnswerContext.Trailer.NONE),
            Replay.encoded(codec, Unfold.events(answer), CONTEXT, AnswerContext.Trailer.NONE))) {
      assertThat(new String(out, UTF_8))
          .contains("\"promptFeedback\":{\"blockReason\":\"SAFETY\"}")
          .doesNotContain("candidates");
    }
  }

  @Test
  void finishReasonsMeanTheSameBothWays() {
    for (String word :
        List.of(
            "SAFETY",
            "RECITATION",
            "LANGUAGE",
            "BLOCKLIST",
            "PROHIBITED_CONTENT",
            "SPII",
            "IMAGE_SAFETY")) {
      assertThat(StopWords.meaning(word, false)).isEqualTo(StopReason.CONTENT_FILTER);
      assertThat(StopWords.write(StopReason.CONTENT_FILTER, Optional.of(word), false))
          .isEqualTo(word);
    }
    assertThat(StopWords.meaning("STOP", false)).isEqualTo(StopReason.END);
    assertThat(StopWords.meaning("STOP", true)).isEqualTo(StopReason.TOOL_CALLS);
    assertThat(StopWords.meaning("1", true)).isEqualTo(StopReason.TOOL_CALLS);
    assertThat(StopWords.meaning("2", false)).isEqualTo(StopReason.LENGTH);
    assertThat(StopWords.meaning("99", false)).isEqualTo(StopReason.OTHER);
    assertThat(StopWords.meaning("MAX_TOKENS", true)).isEqualTo(StopReason.LENGTH);
    assertThat(StopWords.meaning("MALFORMED_FUNCTION_CALL", false)).isEqualTo(StopReason.ERROR);
    assertThat(StopWords.meaning("BRAND_NEW", false)).isEqualTo(StopReason.OTHER);
    assertThat(StopWords.write(StopReason.TOOL_CALLS, Optional.of("tool_use"), true))
        .isEqualTo("STOP");
    assertThat(StopWords.write(StopReason.LENGTH, Optional.of("length"), false))
        .isEqualTo("MAX_TOKENS");
    assertThat(StopWords.write(StopReason.REFUSAL, Optional.of("refusal"), false))
        .isEqualTo("SAFETY");
  }

  @Test
  void usageIsCumulativeAndCountsThoughtsAndToolPrompts() throws Exception {
    ChatAnswer answer =
        streamed(
            "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}],\"usageMetadata\":"
                + "{\"promptTokenCount\":10,\"totalTokenCount\":10}}",
            "{\"candidates\":[{\"finishReason\":\"STOP\",\"groundingMetadata\":"
                + "{\"webSearchQueries\":[\"q\",\"\"]}}],\"usageMetadata\":"
                + "{\"promptTokenCount\":10,\"toolUsePromptTokenCount\":5,"
                + "\"candidatesTokenCount\":3,\"thoughtsTokenCount\":4,"
                + "\"cachedContentTokenCount\":2,"
                + "\"promptTokensDetails\":[{\"modality\":\"TEXT\",\"tokenCount\":4},"
                + "{\"modality\":\"AUDIO\",\"tokenCount\":6}],"
                + "\"candidatesTokensDetails\":[{\"modality\":2,\"tokenCount\":3}]}}");
    Usage usage = answer.usage().orElseThrow();
    assertThat(usage.input()).isEqualTo(15);
    assertThat(usage.output()).isEqualTo(7);
    assertThat(usage.reasoning()).isEqualTo(4);
    assertThat(usage.cacheRead()).isEqualTo(2);
    assertThat(usage.inputAudio()).isEqualTo(6);
    assertThat(usage.outputImage()).isEqualTo(3);
    assertThat(usage.searches()).isEqualTo(1);
    assertThat(whole("{\"usageMetadata\":{\"trafficType\":\"X\"}}").usage()).isEmpty();
  }

  @Test
  void groundingInBytesBecomesCitationsInUtf16() {
    String body =
        """
        {"candidates":[{"content":{"parts":[{"text":"é🙂 Paris."}]},"finishReason":"STOP",\
        "groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://a","title":"A"}},\
        {"web":{"uri":"https://b"}}],"groundingSupports":[{"segment":{"startIndex":7,\
        "endIndex":13,"text":"Paris."},"groundingChunkIndices":[0]}]}}]}""";
    Part.Text text = (Part.Text) whole(body).choices().getFirst().parts().getFirst();
    assertThat(text.citations()).hasSize(2);
    Citation first = text.citations().getFirst();
    assertThat(first.url()).contains("https://a");
    assertThat(text.text().toString().substring(first.start().getAsInt(), first.end().getAsInt()))
        .isEqualTo("Paris.");
    assertThat(text.citations().get(1).start()).isEmpty();
    String again =
        new String(codec.encodeAnswer(whole(body), CONTEXT, AnswerContext.Trailer.NONE), UTF_8);
    assertThat(again).contains("\"startIndex\":7");
  }

  @Test
  void citationsOfOtherDialectsBecomeGroundingInBytes() {
    Citation citation =
        new Citation(
            Optional.of("https://a"),
            Optional.of("A"),
            Optional.empty(),
            OptionalInt.of(4),
            OptionalInt.of(10),
            Dialect.OPENAI_CHAT,
            Raw.of("{}"));
    Part text =
        new Part.Text(
            Text.of("é🙂 Paris."),
            Optional.empty(),
            List.of(citation),
            Extras.none(Dialect.OPENAI_CHAT));
    ChatAnswer answer = answer(text, StopReason.END);
    for (byte[] out :
        List.of(
            codec.encodeAnswer(answer, CONTEXT, AnswerContext.Trailer.NONE),
            Replay.encoded(codec, Unfold.events(answer), CONTEXT, AnswerContext.Trailer.NONE))) {
      assertThat(new String(out, UTF_8))
          .contains("\"segment\":{\"startIndex\":7,\"endIndex\":13,\"text\":\"Paris.\"}")
          .contains("\"web\":{\"uri\":\"https://a\",\"title\":\"A\"}");
    }
  }

  private static ChatAnswer answer(Part part, StopReason stop) {
    return new ChatAnswer(
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        List.of(
            new ChatAnswer.Choice(
                0,
                List.of(part),
                Optional.of(stop),
                Optional.empty(),
                Optional.empty(),
                Optional.empty())),
        Optional.of(Usage.of(3, 4)),
        Optional.empty(),
        true,
        List.of(),
        Extras.none(Dialect.OPENAI_CHAT));
  }

  @Test
  void argumentsInPiecesGoOutAsOneCallWithoutForeignProof() throws Exception {
    ChatEvent.Head head = new ChatEvent.Head.ToolCallHead("toolu_1", "f");
    List<ChatEvent> events =
        List.of(
            new ChatEvent.Open(0, 0, head),
            new ChatEvent.Delta(0, 0, Text.of("{\"a\"")),
            new ChatEvent.Delta(0, 0, Text.of(": 1}")),
            new ChatEvent.ProofDelta(0, 0, new Proof(Text.of("eA=="), Optional.of("anthropic"))),
            new ChatEvent.Close(0, 0),
            new ChatEvent.Stop(0, StopReason.TOOL_CALLS, Optional.of("tool_use"), Optional.empty()),
            new ChatEvent.Used(Usage.of(3, 4)));
    String out =
        new String(Replay.encoded(codec, events, CONTEXT, AnswerContext.Trailer.NONE), UTF_8);
    String[] chunks = out.split("\n\n");
    assertThat(chunks).hasSize(2);
    assertThat(chunks[0])
        .contains("{\"functionCall\":{\"id\":\"toolu_1\",\"name\":\"f\",\"args\":{\"a\": 1}}}");
    assertThat(chunks[1]).contains("\"finishReason\":\"STOP\"").contains("\"totalTokenCount\":7");
    assertThat(out).doesNotContain("[DONE]").doesNotContain("eA==");
  }

  @Test
  void logProbabilitiesHaveOpenAisShapeInsideAndGeminisOutside() {
    String result =
        "{\"chosenCandidates\":[{\"token\":\"Hi\",\"logProbability\":-0.5}],"
            + "\"topCandidates\":[{\"candidates\":[{\"token\":\"Hi\",\"logProbability\":-0.5}]}]}";
    ChatAnswer answer =
        whole(
            "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}]},"
                + "\"finishReason\":\"STOP\",\"logprobsResult\":"
                + result
                + "}]}");
    assertThat(answer.choices().getFirst().logprobs().orElseThrow().toString())
        .isEqualTo(
            "{\"content\":[{\"token\":\"Hi\",\"logprob\":-0.5,\"bytes\":null,"
                + "\"top_logprobs\":[{\"token\":\"Hi\",\"logprob\":-0.5,\"bytes\":null}]}]}");
    assertThat(new String(codec.encodeAnswer(answer, CONTEXT, AnswerContext.Trailer.NONE), UTF_8))
        .contains("\"logprobsResult\":" + result);
    ChatAnswer foreign =
        new ChatAnswer(
            answer.id(),
            answer.model(),
            answer.created(),
            answer.choices(),
            answer.usage(),
            answer.fault(),
            true,
            List.of(),
            answer.extras());
    assertThat(new String(codec.encodeAnswer(foreign, CONTEXT, AnswerContext.Trailer.NONE), UTF_8))
        .contains("\"logprobsResult\":" + result);
  }

  @Test
  void anErrorInsideAStreamIsAFault() throws Exception {
    ChatAnswer answer =
        streamed(
            chunk("{\"text\":\"a\"}", ""),
            "{\"error\":{\"code\":503,\"message\":\"The model is overloaded.\","
                + "\"status\":\"UNAVAILABLE\"}}");
    assertThat(answer.fault().orElseThrow().kind()).isEqualTo(Fault.Kind.OVERLOADED);
    assertThat(answer.complete()).isFalse();
  }

  @Test
  void faultsAreKnownByStatusDetailsAndWords() {
    assertThat(fault(400, "INVALID_ARGUMENT", "API key not valid.", reason("API_KEY_INVALID")))
        .extracting(Fault::kind, Fault::source)
        .containsExactly(Fault.Kind.BAD_CREDENTIAL, Fault.Source.PROVIDER);
    assertKind(
        Fault.Kind.CONTEXT_LENGTH,
        fault(
            400,
            "INVALID_ARGUMENT",
            "The input token count (2) exceeds the maximum number of tokens allowed (1).",
            ""));
    assertKind(Fault.Kind.INVALID_REQUEST, fault(400, "INVALID_ARGUMENT", "Bad role.", ""));
    assertKind(Fault.Kind.BAD_CREDENTIAL, fault(403, "PERMISSION_DENIED", "No.", ""));
    assertKind(Fault.Kind.MODEL_GONE, fault(404, "NOT_FOUND", "models/x is not found", ""));
    assertKind(Fault.Kind.OVERLOADED, fault(503, "UNAVAILABLE", "overloaded", ""));
    assertKind(Fault.Kind.SERVER_ERROR, fault(500, "INTERNAL", "Internal error", ""));
    Fault minute = fault(429, "RESOURCE_EXHAUSTED", "quota", quota("RequestsPerMinute"));
    assertKind(Fault.Kind.RATE_LIMITED, minute);
    assertThat(minute.retryAfter()).contains(Duration.ofMillis(34_400));
    assertKind(
        Fault.Kind.QUOTA_EXHAUSTED,
        fault(429, "RESOURCE_EXHAUSTED", "quota", quota("RequestsPerDay")));
    Fault page = codec.decodeFault(502, "<html>Bad gateway</html>".getBytes(UTF_8));
    assertKind(Fault.Kind.SERVER_ERROR, page);
    assertThat(page.detail()).contains("<html>Bad gateway</html>");
    assertThat(codec.decodeFault(500, new byte[0]).message()).isNotBlank();
  }

  private static void assertKind(Fault.Kind kind, Fault fault) {
    assertThat(fault.kind()).isEqualTo(kind);
  }

  private static String reason(String reason) {
    return "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"" + reason + "\"}";
  }

  private static String quota(String id) {
    return "{\"violations\":[{\"quotaId\":\"" + id + "\"}]},{\"retryDelay\":\"34.4s\"}";
  }

  /** Google wraps some bodies in an array; every other one here is. */
  private Fault fault(int status, String word, String message, String details) {
    String body =
        "{\"error\":{\"code\":%d,\"message\":\"%s\",\"status\":\"%s\",\"details\":[%s]}}"
            .formatted(status, message, word, details);
    byte[] wrapped = ("[" + body + "]").getBytes(UTF_8);
    Fault fault = codec.decodeFault(status, wrapped);
    assertThat(fault).isEqualTo(codec.decodeFault(status, wrapped));
    assertThat(codec.decodeFault(status, body.getBytes(UTF_8)).kind()).isEqualTo(fault.kind());
    assertThat(fault.providerStatus()).isEqualTo(status);
    return fault;
  }

  @Test
  void keysNeverStandInFaults() {
    Fault fault =
        codec.decodeFault(
            400,
            ("{\"error\":{\"message\":\"bad https://x/?key=AIzaSyA1234567890123 Bearer ya29.abc\","
                    + "\"status\":\"INVALID_ARGUMENT\"}}")
                .getBytes(UTF_8));
    assertThat(fault.message() + fault.detail()).doesNotContain("AIzaSy").doesNotContain("ya29");
  }

  @Test
  void faultsGoOutAsGoogleWritesThem() {
    Fault fault =
        Fault.provider(Fault.Kind.RATE_LIMITED, "Slow down.")
            .withRetryAfter(Optional.of(Duration.ofMillis(1500)));
    JsonNode error =
        Json.of(new String(codec.encodeFault(fault, Flavour.VENDOR, Optional.of("gen-1")), UTF_8))
            .root()
            .get("error");
    assertThat(error.get("code")).hasToString("429");
    assertThat(error.get("status")).hasToString("\"RESOURCE_EXHAUSTED\"");
    assertThat(error.get("message")).hasToString("\"Slow down.\"");
    assertThat(error.get("details").at(1).get("retryDelay")).hasToString("\"1.5s\"");
    for (Fault.Kind kind : Fault.Kind.values()) {
      byte[] body =
          codec.encodeFault(Fault.gateway(kind, "x"), Flavour.OPENROUTER, Optional.empty());
      assertThat(Json.of(new String(body, UTF_8)).root().get("error").get("status").text())
          .matches("[A-Z_]+");
    }
  }
}
