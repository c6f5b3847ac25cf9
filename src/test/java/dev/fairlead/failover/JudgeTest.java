package dev.fairlead.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.GatewayHarness;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The judge must fail what is wrong, before it may pass what is right. */
final class JudgeTest {
  private static final String WHOLE = "one two three four";
  private static final JsonNode USAGE = json("{\"completion_tokens\": 4}");
  private static final JsonNode ERROR = json("{\"message\": \"broke off\"}");

  private static JsonNode json(String text) {
    return GatewayHarness.JSON.readTree(text);
  }

  private static Seen seen(String text, String finish, JsonNode error, boolean hung, double took) {
    return new Seen(
        200,
        text,
        finish,
        !finish.isEmpty(),
        error,
        USAGE,
        "test/fallback",
        hung,
        false,
        Duration.ofMillis((long) (took * 1000)),
        "gen");
  }

  private static Seen whole(double took) {
    return seen(WHOLE, "stop", Seen.NOTHING, false, took);
  }

  private static Judge.Mark mark(String id, Seen answer, List<Double> primary, int fallback) {
    return Judge.judge(new Judge.Case(id, List.of(answer), WHOLE, primary, fallback, 0, 1)).mark();
  }

  @Test
  void theWholeAnswerPasses() {
    assertThat(mark("S08", whole(1), List.of(0.0), 1)).isEqualTo(Judge.Mark.PASS);
    assertThat(mark("S01", whole(3), List.of(0.0, 2.05), 0)).isEqualTo(Judge.Mark.PASS);
  }

  @Test
  void aCutAnswerPassedOffAsCompleteFails() {
    Seen cut = seen("one two", "stop", Seen.NOTHING, false, 1);
    assertThat(mark("S08", cut, List.of(0.0), 0)).isEqualTo(Judge.Mark.FAIL);
  }

  @Test
  void anAnswerThatContradictsItselfFails() {
    Seen doubled = seen("one two one two three four", "stop", Seen.NOTHING, false, 1);
    assertThat(mark("S08", doubled, List.of(0.0), 1)).isEqualTo(Judge.Mark.FAIL);
  }

  @Test
  void anAnswerThatJustStopsFails() {
    Seen stopped = seen("one two", "", Seen.NOTHING, false, 1);
    assertThat(mark("S08", stopped, List.of(0.0), 0)).isEqualTo(Judge.Mark.FAIL);
  }

  @Test
  void aCleanErrorIsSafeAndNoPass() {
    Seen error = seen("one two", "", ERROR, false, 1);
    assertThat(mark("S08", error, List.of(0.0), 0)).isEqualTo(Judge.Mark.SAFE);
  }

  @Test
  void aHangFails() {
    Seen hung = seen("", "", Seen.NOTHING, true, 130);
    assertThat(mark("S06", hung, List.of(0.0), 0)).isEqualTo(Judge.Mark.FAIL);
  }

  @Test
  void aRetryThatComesTooEarlyFails() {
    assertThat(mark("S01", whole(1), List.of(0.0, 1.7), 0)).isEqualTo(Judge.Mark.FAIL);
    assertThat(mark("S01", whole(1), List.of(0.0), 1)).isEqualTo(Judge.Mark.FAIL);
  }

  @Test
  void tooManyTriesFail() {
    List<Double> seven = List.of(0.0, 1.0, 2.0, 4.0, 5.0, 6.0, 7.0);
    assertThat(mark("S04", whole(8), seven, 1)).isEqualTo(Judge.Mark.FAIL);
    assertThat(mark("S06", whole(20), List.of(0.0, 10.0), 1)).isEqualTo(Judge.Mark.FAIL);
    assertThat(mark("S12", whole(1), List.of(0.0, 0.1), 1)).isEqualTo(Judge.Mark.FAIL);
  }

  @Test
  void aLateAnswerFails() {
    assertThat(mark("S07", whole(15.1), List.of(0.0), 1)).isEqualTo(Judge.Mark.FAIL);
    assertThat(mark("S11", whole(8.1), List.of(0.0), 0)).isEqualTo(Judge.Mark.FAIL);
  }

  @Test
  void routingAroundAContentPolicyFails() {
    assertThat(mark("S13", whole(1), List.of(0.0), 1)).isEqualTo(Judge.Mark.FAIL);
  }

  @Test
  void aPrimaryThatIsNeverUsedAgainFails() {
    Judge.Case never =
        new Judge.Case("S15", List.of(whole(1)), WHOLE, List.of(0.0, 1.0), 20, -1, 1);
    assertThat(Judge.judge(never).mark()).isEqualTo(Judge.Mark.FAIL);
  }

  @Test
  void timesAreScaled() {
    Judge.Case early =
        new Judge.Case("S01", List.of(whole(0.5)), WHOLE, List.of(0.0, 0.3), 0, 0, 0.25);
    assertThat(Judge.judge(early).mark()).isEqualTo(Judge.Mark.FAIL);
    Judge.Case inTime =
        new Judge.Case("S01", List.of(whole(0.7)), WHOLE, List.of(0.0, 0.46), 0, 0, 0.25);
    assertThat(Judge.judge(inTime).mark()).isEqualTo(Judge.Mark.PASS);
  }
}
