package dev.fairlead.protocol.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.wire.Text;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.Optional;

/** Text that was sent as a file. */
final class Base64Text {
  private Base64Text() {}

  /** Empty when the bytes are no base64 or no UTF-8. */
  static Optional<Text> decode(Text base64) {
    try {
      byte[] bytes = Base64.getMimeDecoder().decode(base64.toString());
      return Optional.of(Text.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString()));
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return Optional.empty(); // no text: the caller says that it could not be carried
    }
  }
}
