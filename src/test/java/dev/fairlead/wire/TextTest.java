package dev.fairlead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.Volume;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\"",
        "\"plain\"",
        "\"a\\n\\t\\\"\\\\b\"",
        "\"\\u4f60\\u597d, \\u0041\"",
        "\"你好, grüß dich\"",
        "\"\\n\\n\\n\\n\""
      })
  void itsLengthIsThatOfWhatItSaysHoweverItIsWritten(String json) throws MalformedJson {
    Text text = Json.of("[" + json + "]").root().items().iterator().next().asText();
    assertThat(text.length()).isEqualTo(text.toString().length());
    assertThat(Text.of(text.toString()).length()).isEqualTo(text.toString().length());
    assertThat(Volume.NONE.plus(new ChatEvent.Delta(0, 0, text)).characters())
        .isEqualTo(text.toString().length());
  }
}
