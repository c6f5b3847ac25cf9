package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The harness itself: a call goes through, whole and streamed, and everything is seen. */
@NullMarked
final class GatewayHarnessTest {
  private static final String YAML =
      """
      providers:
        primary: { name: Primary, base_url: "${SIM}/v1", auth: none }
      endpoints:
        - { model: test/primary, provider: primary, provider_model: sim/words-5 }
      """;

  private static String body(boolean stream) {
    return """
        {"model": "test/primary", "stream": %s, "messages": [{"role": "user", "content": "Hello"}]}
        """
        .formatted(stream);
  }

  @Test
  void answersPassThroughAndLeaveTheirTraces() {
    try (GatewayHarness harness = GatewayHarness.start(YAML)) {
      HttpResponse<String> whole = harness.post("/api/v1/chat/completions", body(false));
      assertThat(whole.statusCode()).as(whole.body()).isEqualTo(200);

      Streamed streamed =
          harness.stream("/api/v1/chat/completions", body(true), Duration.ofSeconds(10));
      assertThat(streamed.hung()).isFalse();
      assertThat(streamed.cut()).isFalse();
      assertThat(streamed.last().orElseThrow().data()).isEqualTo("[DONE]");

      assertThat(harness.attempts()).hasSize(2);
      assertThat(harness.generation(streamed.generationId()).get("provider_responses")).hasSize(1);
    }
  }
}
