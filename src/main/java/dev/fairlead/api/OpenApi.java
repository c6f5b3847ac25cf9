package dev.fairlead.api;

import dev.fairlead.operation.Ask;
import dev.fairlead.operation.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** {@code GET /openapi.json}: the description of this API, which ships with the program. */
final class OpenApi {
  private static final String RESOURCE = "/openapi.json";

  private final Reply.Rendered document = Reply.Rendered.of(read());

  Reply document(Ask ask) {
    return Reply.lasting(document);
  }

  private static byte[] read() {
    try (InputStream in = OpenApi.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the program was built without " + RESOURCE);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
