package dev.fairlead.operation;

import dev.fairlead.http.ServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where callers put their key: every client has its habit, and all of them are understood. */
public final class Credentials {
  private static final List<String> HEADERS =
      List.of("x-api-key", "x-goog-api-key", "api-key", "x-litellm-api-key");

  private Credentials() {}

  public static Optional<String> of(ServerRequest request) {
    Optional<String> bearer =
        request
            .headers()
            .get("authorization")
            .map(String::strip)
            .filter(value -> value.toLowerCase(Locale.ROOT).startsWith("bearer "))
            .map(value -> value.substring("bearer ".length()).strip())
            .filter(value -> !value.isEmpty());
    if (bearer.isPresent()) {
      return bearer;
    }
    for (String name : HEADERS) {
      Optional<String> value =
          request.headers().get(name).map(String::strip).filter(v -> !v.isEmpty());
      if (value.isPresent()) {
        return value;
      }
    }
    return request.query().isEmpty() ? Optional.empty() : request.parameter("key");
  }
}
