package dev.fairlead;

import dev.fairlead.http.Headers;
import dev.fairlead.http.Loops;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Requests to ourselves, some at a time: the simulator takes its time over each. */
final class Rehearsal {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final int AT_ONCE = 16;
  private static final int LARGEST_BYTES = 1 << 20;

  private final Caller self;
  private final String address;
  private final Headers headers;

  private Rehearsal(Loops loops, int port, String key) {
    this.self = Caller.within(loops, LARGEST_BYTES);
    this.address = "http://127.0.0.1:" + port;
    this.headers = Headers.of("authorization", "Bearer " + key, "content-type", "application/json");
  }

  static void run(Loops loops, int port, String key, int requests) {
    Rehearsal rehearsal = new Rehearsal(loops, port, key);
    List<Future<Caller.Answer>> answers = new ArrayList<>();
    try (ExecutorService callers = Executors.newFixedThreadPool(AT_ONCE)) {
      for (int i = 0; i < requests; i++) {
        int number = i;
        answers.add(callers.submit(() -> rehearsal.call(number)));
      }
    }
    for (Future<Caller.Answer> answer : answers) {
      try {
        answer.get();
      } catch (InterruptedException | ExecutionException e) {
        throw new IllegalStateException("a rehearsed request was not answered", e);
      }
    }
  }

  /** Every eighth has a long answer, every other is streamed. */
  private Caller.Answer call(int number) throws Failure {
    String path = number % 3 == 0 ? "/api/v1/chat/completions" : "/v1/chat/completions";
    String body =
        "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello, and good day\"}],\"model\":\""
            + (number % 8 == 1 ? "sim/lorem" : "sim/echo")
            + "\",\"stream\":"
            + (number % 2 == 1)
            + "}";
    return self.call("POST", URI.create(address + path), headers, body, PATIENCE);
  }
}
