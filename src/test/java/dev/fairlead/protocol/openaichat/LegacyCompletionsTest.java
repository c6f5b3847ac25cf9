package dev.fairlead.protocol.openaichat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Refused;
import dev.fairlead.wire.Text;
import org.junit.jupiter.api.Test;

class LegacyCompletionsTest {
  @Test
  void aPromptIsTheUsersTurnAndTheMarkerIsNeverSent() throws Exception {
    ChatRequest request =
        LegacyCompletions.decodeRequest(
            RequestReaderTest.wire(
                "{\"model\":\"m\",\"prompt\":[\"once\"],\"max_tokens\":7,\"logprobs\":3}"));
    assertThat(((Part.Text) request.turns().getFirst().parts().getFirst()).text())
        .isEqualTo(Text.of("once"));
    assertThat(LegacyCompletions.isLegacy(request)).isTrue();
    assertThat(request.maxTokens()).hasValue(7);
    assertThat(request.sampling().topLogprobs()).hasValue(3);
    byte[] body =
        new OpenAiChatCodec().encodeRequest(request, RequestWriterTest.target("openai")).body();
    assertThat(new String(body, UTF_8)).doesNotContain("text_completion", "prompt");
  }

  @Test
  void tokensAndSeveralPromptsAreRefusedWithTheReason() {
    assertThatThrownBy(() -> decode("{\"prompt\":[1,2]}"))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("arrays of tokens");
    assertThatThrownBy(() -> decode("{\"prompt\":[[1],[2]]}")).hasMessageContaining("tokens");
    assertThatThrownBy(() -> decode("{\"prompt\":[\"a\",\"b\"]}"))
        .hasMessageContaining("one request for each");
    assertThatThrownBy(() -> decode("{}")).hasMessage("prompt: must be a string, but is missing");
  }

  private static void decode(String body) throws Exception {
    LegacyCompletions.decodeRequest(RequestReaderTest.wire(body));
  }
}
