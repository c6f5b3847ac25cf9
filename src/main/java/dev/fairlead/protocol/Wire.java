package dev.fairlead.protocol;

import dev.fairlead.wire.Json;
import java.util.Optional;

/**
 * A request as it was received.
 *
 * @param body the indexed body
 * @param pathModel the model, for dialects that name it in the path (Gemini)
 * @param pathStream true when the path or query asks for a stream (Gemini)
 */
public record Wire(Json body, Optional<String> pathModel, boolean pathStream) {
  public static Wire of(Json body) {
    return new Wire(body, Optional.empty(), false);
  }
}
