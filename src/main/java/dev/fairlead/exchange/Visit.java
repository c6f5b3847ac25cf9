package dev.fairlead.exchange;

import dev.fairlead.http.Responder;
import dev.fairlead.http.ServerRequest;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.Flavour;
import java.util.Optional;

/**
 * A generation request at the door.
 *
 * @param codec the dialect of the operation that was called
 * @param operation {@code chat} or {@code completions}
 * @param credential what the caller shows, wherever it stood in the request
 * @param pathModel the model, for dialects that name it in the path
 * @param pathStream the path asks for a stream
 */
public record Visit(
    ServerRequest request,
    Responder responder,
    Codec codec,
    Flavour flavour,
    String operation,
    Optional<String> credential,
    Optional<String> pathModel,
    boolean pathStream) {

  /** The same request, answered by another way. */
  Visit answeredTo(Responder other) {
    return new Visit(request, other, codec, flavour, operation, credential, pathModel, pathStream);
  }
}
