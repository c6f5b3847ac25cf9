package dev.fairlead.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes wrong, and when. */
final class FaultTest {
  private static final String SOUND = Stage.text(new Stage().ask("sim/words-60"));

  private final Stage stage = new Stage();

  private static String first(int tokens) {
    return String.join("", Tokens.split(SOUND).subList(0, tokens));
  }

  private void assertSound(Caller caller) {
    assertThat(caller.status).isEqualTo(200);
    assertThat(Stage.text(caller)).isEqualTo(SOUND);
    assertThat(caller.text()).endsWith("data: [DONE]\n\n");
    assertThat(caller.ending).isEqualTo(Caller.Ending.END);
  }

  // ---- the catalogue of the failover bench

  @Test
  void s01RefusesOnceWithRetryAfter() {
    Caller first = stage.ask("sim/words-60+fault=S01");
    assertThat(first.status).isEqualTo(429);
    assertThat(first.headers.get("retry-after")).contains("2");
    assertSound(stage.ask("sim/words-60+fault=S01"));
  }

  @Test
  void s02RefusesAlwaysAndSaysNotForHowLong() {
    for (int i = 0; i < 5; i++) {
      Caller caller = stage.ask("sim/words-60+fault=S02");
      assertThat(caller.status).isEqualTo(429);
      assertThat(caller.headers.get("retry-after")).isEmpty();
    }
  }

  @Test
  void s03FailsOnceAndS04Always() {
    assertThat(stage.ask("sim/words-60+fault=S03").status).isEqualTo(500);
    assertSound(stage.ask("sim/words-60+fault=S03"));
    for (String fault : List.of("S04", "S16")) {
      assertThat(stage.ask("sim/words-60+fault=" + fault).status).isEqualTo(503);
      assertThat(stage.ask("sim/words-60+fault=" + fault).status).isEqualTo(503);
    }
  }

  @Test
  void s05ResetsOnceBeforeTheHead() {
    Caller reset = stage.ask("sim/words-60+fault=S05");
    assertThat(reset.ending).isEqualTo(Caller.Ending.RESET);
    assertThat(reset.headMillis).isEqualTo(-1);
    assertSound(stage.ask("sim/words-60+fault=S05"));
  }

  @Test
  void s06NeverAnswers() {
    Caller caller = stage.begin(Stage.streamed("sim/words-60+fault=S06"));
    stage.loop.run(Duration.ofMillis(119_999));
    assertThat(caller.ending).isEqualTo(Caller.Ending.NONE);
    assertThat(caller.headMillis).isEqualTo(-1);
    stage.loop.run(Duration.ofMillis(1));
    assertThat(caller.ending).isEqualTo(Caller.Ending.RESET);
  }

  @Test
  void s07SendsTheHeadAtOnceAndTheFirstTokenLate() {
    Caller caller = stage.ask("sim/words-60+fault=S07");
    assertThat(caller.headMillis).isZero();
    assertThat(caller.writes.getFirst().millis()).isEqualTo(20_000);
    assertSound(caller);
    Caller scaled = stage.ask("sim/words-60+fault=S07+scale=0.05");
    assertThat(scaled.writes.getFirst().millis() - scaled.headMillis).isEqualTo(1000);
  }

  @Test
  void s08AndS14CutAfterFortyTokens() {
    for (String fault : List.of("S08", "S14")) {
      Caller caller = stage.ask("sim/words-60+fault=" + fault);
      assertThat(Stage.text(caller)).isEqualTo(first(40));
      assertThat(caller.ending).isEqualTo(Caller.Ending.CUT);
      assertThat(caller.text()).doesNotContain("\"finish_reason\":\"").doesNotContain("[DONE]");
      assertThat(stage.last().deliveredTokens()).isEqualTo(40);
    }
  }

  @Test
  void s09FallsSilentAfterTwentyTokensAndCloses() {
    Caller caller = stage.ask("sim/words-60+fault=S09");
    assertThat(Stage.text(caller)).isEqualTo(first(20));
    assertThat(caller.endMillis - caller.writes.getLast().millis()).isEqualTo(30_000);
    assertThat(caller.ending).isEqualTo(Caller.Ending.CUT);
  }

  @Test
  void s10PutsOneBrokenEventAmongTheSound() {
    Caller caller = stage.ask("sim/words-60+fault=S10");
    assertThat(caller.events().get(9))
        .isEqualTo("{\"id\":\"sim\",\"choices\":[{\"delta\":{\"content\":\"brok");
    assertSound(caller);
    assertThat(Stage.chunks(caller)).hasSize(caller.events().size() - 2);
  }

  @Test
  void s11ForgetsTheTerminalMarker() {
    Caller caller =
        stage.ask(
            Stage.streamed("sim/words-60+fault=S11")
                .set("stream_options", Stage.JSON.createObjectNode().put("include_usage", true)));
    assertThat(Stage.text(caller)).isEqualTo(SOUND);
    assertThat(caller.text())
        .contains("\"finish_reason\":\"stop\"")
        .contains("\"completion_tokens\":60")
        .doesNotContain("[DONE]");
    assertThat(caller.ending).isEqualTo(Caller.Ending.END);
    Caller held = stage.ask("sim/words-60+fault=no-done-hold");
    assertThat(held.endMillis - held.writes.getLast().millis()).isEqualTo(60_000);
  }

  @Test
  void s12AndS13RefuseInTheVendorsWords() {
    Caller length = stage.ask("sim/words-60+fault=S12");
    assertThat(length.status).isEqualTo(400);
    assertThat(Stage.json(length).at("/error/code").asString())
        .isEqualTo("context_length_exceeded");
    Caller policy = stage.ask("sim/words-60+fault=S13");
    assertThat(policy.status).isEqualTo(400);
    assertThat(Stage.json(policy).at("/error/code").asString())
        .isEqualTo("content_policy_violation");
  }

  @Test
  void s15IsDownForAMinuteFromTheFirstRequestOn() {
    stage.loop.run(Duration.ofHours(1));
    Caller first = stage.ask("sim/words-60+fault=S15");
    assertThat(first.status).isEqualTo(503);
    stage.loop.run(Duration.ofMillis(59_900));
    assertThat(stage.ask("sim/words-60+fault=S15").status).isEqualTo(503);
    stage.loop.run(Duration.ofMillis(200));
    assertSound(stage.ask("sim/words-60+fault=S15"));
  }

  @Test
  void aScaledScenarioScalesPeriodsAndPauses() {
    Stage quick = new Stage(Scenario.scaled(0.05));
    assertThat(quick.ask("sim/words-60+fault=S15").status).isEqualTo(503);
    quick.loop.run(Duration.ofMillis(3_001));
    assertThat(quick.ask("sim/words-60+fault=S15").status).isEqualTo(200);
    assertThat(quick.ask("sim/words-60+fault=S01").headers.get("retry-after")).contains("0.1");
  }

  // ---- when

  @Test
  void faultsComeInTheAttemptsThatWereNamed() {
    String every = "sim/words-60+fault=reset+every=2";
    assertThat(stage.ask(every).status).isEqualTo(200);
    assertThat(stage.ask(every).ending).isEqualTo(Caller.Ending.RESET);
    assertThat(stage.ask(every).status).isEqualTo(200);
    String first = "sim/words-60+fault=http-529+first=2";
    assertThat(stage.ask(first).status).isEqualTo(529);
    assertThat(stage.ask(first).status).isEqualTo(529);
    assertThat(stage.ask(first).status).isEqualTo(200);
    int failed = 0;
    for (int i = 0; i < 200; i++) {
      failed += stage.ask("sim/words-5+fault=http-500+chance=0.3").status == 500 ? 1 : 0;
    }
    assertThat(failed).isBetween(40, 80);
  }

  @Test
  void runsAndCallersHaveAttemptsOfTheirOwn() {
    String model = "sim/words-60+fault=S03";
    assertThat(stage.ask(model).status).isEqualTo(500);
    Caller other = stage.ask(Stage.chat(model, "sim-run: b").put("stream", true));
    assertThat(other.status).isEqualTo(500);
    assertThat(stage.last().run()).contains("b");
    assertThat(stage.ask(Stage.chat(model, "sim-run: b")).status).isEqualTo(200);
    assertThat(stage.ask(model).status).isEqualTo(200);
    stage.simulator.forget();
    assertThat(stage.ask(model).status).isEqualTo(500);
  }

  // ---- refusals

  @ParameterizedTest
  @CsvSource({
    "2, retry-after, 2",
    "absurd, retry-after, 31536000",
    "negative, retry-after, -5",
    "garbage, retry-after, soon",
    "ms, retry-after-ms, 2000",
    "date, retry-after, 'Fri, 1 May 2026 12:00:02 GMT'"
  })
  void retryAfterHasManyShapes(String value, String field, String wanted) {
    Caller caller = stage.ask("sim/words-60+fault=rate-limit+retryafter=" + value);
    assertThat(caller.headers.get(field)).contains(wanted);
  }

  @ParameterizedTest
  @CsvSource({
    "rate-limit, 429, rate_limit_error, RESOURCE_EXHAUSTED",
    "quota, 429, rate_limit_error, RESOURCE_EXHAUSTED",
    "http-500, 500, api_error, INTERNAL",
    "http-503, 503, overloaded_error, UNAVAILABLE",
    "http-529, 529, overloaded_error, UNAVAILABLE",
    "http-402, 402, billing_error, FAILED_PRECONDITION",
    "unauthorized, 401, authentication_error, UNAUTHENTICATED",
    "forbidden, 403, permission_error, PERMISSION_DENIED",
    "model-gone, 404, not_found_error, NOT_FOUND",
    "context-length, 400, invalid_request_error, INVALID_ARGUMENT"
  })
  void eachVendorRefusesInItsWords(String fault, int status, String anthropic, String gemini) {
    Caller messages = stage.messages("sim/echo+fault=" + fault, true);
    assertThat(messages.status).isEqualTo(status);
    assertThat(Stage.json(messages).at("/error/type").asString()).isEqualTo(anthropic);
    Caller google = stage.gemini("sim/echo+fault=" + fault, true);
    assertThat(Stage.json(google).at("/error/status").asString()).isEqualTo(gemini);
    assertThat(Stage.json(google).at("/error/code").asInt()).isEqualTo(status);
    Caller openai = stage.ask("sim/echo+fault=" + fault);
    assertThat(openai.status).isEqualTo(status);
    assertThat(Stage.json(openai).at("/error/message").asString()).isNotEmpty();
  }

  @Test
  void redirectsPointElsewhere() {
    assertThat(stage.ask("sim/echo+fault=redirect").headers.get("location"))
        .contains("/v1/chat/completions/elsewhere");
    assertThat(stage.ask("sim/echo+fault=redirect-away").headers.get("location"))
        .contains("http://192.0.2.1/v1/chat/completions");
    Caller loop = stage.ask("sim/echo+fault=redirect-loop");
    assertThat(loop.status).isEqualTo(308);
    assertThat(loop.headers.get("location")).contains("/v1/chat/completions");
  }

  // ---- connections

  @Test
  void interruptionsInTheMiddle() {
    Caller rst = stage.ask("sim/words-60+fault=rst+after=7");
    assertThat(Stage.text(rst)).isEqualTo(first(7));
    assertThat(rst.ending).isEqualTo(Caller.Ending.RESET);
    Caller ended = stage.ask("sim/words-60+fault=no-terminal");
    assertThat(Stage.text(ended)).isEqualTo(first(40));
    assertThat(ended.ending).isEqualTo(Caller.Ending.END);
    assertThat(ended.text()).doesNotContain("\"finish_reason\":\"");
    Caller paused = stage.ask("sim/words-60+fault=pause+hold=5s");
    assertSound(paused);
    assertThat(paused.endMillis - paused.headMillis).isEqualTo(5_000 + 59 * 15);
    Caller head = stage.ask("sim/words-60+fault=head-only+hold=3s");
    assertThat(head.endMillis - head.headMillis).isEqualTo(3_000);
    assertThat(head.text()).isEmpty();
  }

  @Test
  void wholeAnswersAreInterruptedHalfWay() {
    String sound = stage.ask(Stage.chat("sim/words-60", "x")).text();
    for (String fault : List.of("cut", "stall", "rst", "short-body")) {
      Caller caller = stage.ask(Stage.chat("sim/words-60+fault=" + fault, "x"));
      assertThat(caller.status).isEqualTo(200);
      assertThat(caller.bytes().length).isBetween(1, sound.getBytes(UTF_8).length - 1);
      assertThat(caller.ending).isIn(Caller.Ending.CUT, Caller.Ending.RESET);
    }
  }

  @Test
  void drippingIsOneByteAtATime() {
    Caller caller = stage.ask("sim/words-5+fault=drip");
    assertThat(caller.writes).allMatch(write -> write.bytes().length == 1);
    assertThat(caller.writes.get(1).millis() - caller.writes.get(0).millis()).isEqualTo(1000);
    assertThat(caller.text()).endsWith("data: [DONE]\n\n");
    Caller split = stage.ask("sim/words-5+split=1");
    assertThat(split.writes).allMatch(write -> write.bytes().length == 1);
    assertThat(split.text())
        .isEqualTo(
            stage.ask("sim/words-5").text().replace("sim/words-5\"", "sim/words-5+split=1\""));
  }

  // ---- bytes

  @Test
  void largeThingsAreAsLargeAsTheyWereAsked() {
    Caller giant = stage.ask("sim/words-60+fault=giant-event+size=3000000");
    assertThat(giant.events().stream().mapToInt(String::length).max().orElse(0))
        .isGreaterThan(3_000_000);
    assertThat(giant.text()).endsWith("data: [DONE]\n\n");
    Caller endless = stage.ask("sim/words-60+fault=endless-line+size=1000000");
    assertThat(endless.bytes().length).isGreaterThan(1_000_000);
    assertThat(endless.text().substring(endless.text().lastIndexOf("data: "))).doesNotContain("\n");
    assertThat(endless.ending).isEqualTo(Caller.Ending.CUT);
  }

  @Test
  void bodiesThatAreSomethingElse() {
    assertThat(stage.ask("sim/echo+fault=html").text()).startsWith("<!DOCTYPE html>");
    assertThat(stage.ask("sim/echo+fault=gateway-page").status).isEqualTo(502);
    assertThat(stage.ask("sim/echo+fault=no-content").status).isEqualTo(204);
    assertThat(stage.ask("sim/echo+fault=partial-content").status).isEqualTo(206);
    Caller json = stage.ask("sim/echo+fault=json-for-sse");
    assertThat(Stage.json(json).get("object").asString()).isEqualTo("chat.completion");
    Caller sse = stage.ask(Stage.chat("sim/echo+fault=sse-for-json", "x"));
    assertThat(sse.headers.get("content-type").orElseThrow()).startsWith("text/event-stream");
    Caller broken = stage.ask(Stage.chat("sim/echo+fault=malformed-body", "x"));
    assertThat(Stage.chunks(broken)).isEmpty();
    assertThat(broken.text()).startsWith("{").doesNotEndWith("}");
    Caller error = stage.ask("sim/echo+fault=error-200");
    assertThat(error.status).isEqualTo(200);
    assertThat(Stage.json(error).has("error")).isTrue();
  }

  @Test
  void errorsInsideTheStream() {
    Caller first = stage.ask("sim/words-60+fault=error-first");
    assertThat(first.events()).hasSize(1).first().asString().startsWith("{\"error\":");
    Caller late = stage.ask("sim/words-60+fault=error-late+after=3");
    assertThat(Stage.text(late)).isEqualTo(first(3));
    assertThat(late.events().getLast()).startsWith("{\"error\":");
    Caller anthropic = stage.messages("sim/words-60+fault=error-late", true);
    assertThat(anthropic.text()).contains("event: error\ndata: {\"type\":\"error\"");
  }

  @Test
  void emptyAnswersHaveNoFinish() {
    Caller caller = stage.ask("sim/words-60+fault=empty");
    assertThat(Stage.text(caller)).isEmpty();
    assertThat(caller.text()).doesNotContain("\"finish_reason\":\"");
    assertThat(stage.last().deliveredTokens()).isZero();
  }

  @Test
  void duplicatesComeTwice() {
    Caller caller = stage.ask("sim/words-60+fault=duplicates");
    assertThat(Tokens.count(Stage.text(caller))).isGreaterThanOrEqualTo(72);
    assertThat(stage.last().deliveredTokens()).isEqualTo(60);
  }

  @Test
  void compressedBodiesAndBombs() throws IOException {
    Caller gzip = stage.ask("sim/words-60+gzip=1");
    assertThat(gzip.headers.get("content-encoding")).contains("gzip");
    assertThat(new String(inflated(gzip.bytes()).readAllBytes(), UTF_8))
        .endsWith("data: [DONE]\n\n");
    Caller whole = stage.ask(Stage.chat("sim/words-60+gzip=1", "x"));
    assertThat(new String(inflated(whole.bytes()).readAllBytes(), UTF_8))
        .contains("chat.completion");
    Caller bomb = stage.ask("sim/words-60+fault=bomb");
    assertThat(bomb.bytes().length).isLessThan(200_000);
    try (InputStream in = inflated(bomb.bytes())) {
      long size = 0;
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        size += n;
      }
      assertThat(size).isEqualTo(64L << 20);
    }
    Caller wrong = stage.ask("sim/words-60+fault=wrong-encoding");
    assertThat(wrong.headers.get("content-encoding")).contains("gzip");
    assertThat(Stage.text(wrong)).isEqualTo(SOUND);
  }

  private static InputStream inflated(byte[] bytes) throws IOException {
    return new GZIPInputStream(new ByteArrayInputStream(bytes));
  }

  // ---- all of them

  @ParameterizedTest
  @EnumSource(SimFault.Kind.class)
  void everyFaultEndsInEveryDialectStreamedOrNot(SimFault.Kind kind) {
    String word = kind == SimFault.Kind.HTTP ? "http-418" : kind.word();
    String model = "sim/words-60+fault=" + word + (word.equals("giant-event") ? "+size=9999" : "");
    model += word.equals("endless-line") || word.equals("bomb") ? "+size=99999" : "";
    for (boolean stream : new boolean[] {true, false}) {
      List<Caller> callers =
          List.of(
              stage.ask(Stage.chat(model, "x").put("stream", stream)),
              stage.messages(model, stream),
              stage.gemini(model, stream));
      for (Caller caller : callers) {
        assertThat(caller.ending).isNotEqualTo(Caller.Ending.NONE);
      }
      assertThat(stage.last().fault()).isPresent();
    }
    assertThat(stage.loop.pending()).isZero();
  }
}
