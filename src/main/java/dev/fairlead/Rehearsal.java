package dev.fairlead;

import dev.fairlead.http.Headers;
import dev.fairlead.http.Loops;
import java.net.URI;
import java.time.Duration;

/** Requests to ourselves, one after another. */
final class Rehearsal {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int LARGEST_BYTES = 1 << 20;

  private Rehearsal() {}

  static void run(Loops loops, int port, String key, int requests) {
    Caller self = Caller.within(loops, LARGEST_BYTES);
    Headers headers =
        Headers.of("authorization", "Bearer " + key, "content-type", "application/json");
    for (int i = 0; i < requests; i++) {
      String path = i % 3 == 0 ? "/api/v1/chat/completions" : "/v1/chat/completions";
      String body =
          "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello, and good day\"}],\"model\":"
              + "\"sim/lorem\",\"stream\":"
              + (i % 2 == 1)
              + "}";
      try {
        self.call("POST", URI.create("http://127.0.0.1:" + port + path), headers, body, PATIENCE);
      } catch (Failure e) {
        throw new IllegalStateException("a rehearsed request was not answered", e);
      }
    }
  }
}
