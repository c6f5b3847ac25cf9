package dev.fairlead;

import dev.fairlead.http.Headers;
import dev.fairlead.http.Loops;
import dev.fairlead.wire.JsonWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * The demo's callers: a few requests a second to this machine alone, streamed and whole, in two
 * flavours. One thread draws and paces; each request waits on a virtual thread of its own.
 */
final class DemoTraffic implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MEAN_PAUSE_MILLIS = 350;
  private static final int AT_ONCE = 24;
  private static final int LARGEST_BYTES = 8 << 20;

  static final List<String> MODELS =
      List.of(
          "openai/gpt-4o-mini",
          "anthropic/claude-sonnet-4",
          "google/gemini-2.5-flash",
          "deepseek/deepseek-chat",
          "meta-llama/llama-3.3-70b-instruct",
          "mistralai/mistral-small-3.2-24b-instruct");

  private static final List<String> QUESTIONS =
      List.of(
          "What makes a good harbour?",
          "Summarize the history of the compass in three sentences.",
          "Write a haiku on morning fog.",
          "Which knots should a sailor know, and what is each good for?",
          "Explain tides to a child.",
          "Plan a week of meals for a crew of four.");

  private final Caller caller;
  private final URI gateway;
  private final Headers headers;
  private final RandomGenerator random;
  private final Semaphore places = new Semaphore(AT_ONCE);
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final Thread pacer;

  DemoTraffic(Loops loops, URI gateway, String key, RandomGenerator random) {
    this.caller = Caller.within(loops, LARGEST_BYTES);
    this.gateway = gateway;
    this.headers = Headers.of("authorization", "Bearer " + key, "content-type", "application/json");
    this.random = random;
    this.pacer = Thread.ofPlatform().name("traffic").daemon(true).unstarted(this::run);
  }

  void start() {
    pacer.start();
  }

  /** For the status line. */
  String told() {
    return sent.get() + " requests sent, " + answered + " answered, " + refused + " failed";
  }

  long answered() {
    return answered.get();
  }

  private void run() {
    try {
      while (true) {
        places.acquire();
        String body = body();
        String path = random.nextBoolean() ? "/api/v1/chat/completions" : "/v1/chat/completions";
        Thread.ofVirtual().start(() -> send(gateway.resolve(path), body));
        Thread.sleep((long) (MEAN_PAUSE_MILLIS * random.nextExponential()));
      }
    } catch (InterruptedException e) {
      return; // closed
    }
  }

  private String body() {
    JsonWriter out = new JsonWriter().beginObject();
    out.field("model", MODELS.get(random.nextInt(MODELS.size())));
    out.field("stream", random.nextInt(3) > 0);
    out.name("messages").beginArray().beginObject().field("role", "user");
    String question = QUESTIONS.get(random.nextInt(QUESTIONS.size()));
    out.field("content", question + " (" + random.nextInt(1_000) + ")");
    out.endObject().endArray();
    return new String(out.endObject().toBytes(), java.nio.charset.StandardCharsets.UTF_8);
  }

  private void send(URI address, String body) {
    sent.incrementAndGet();
    try {
      int status = caller.call("POST", address, headers, body, PATIENCE).status();
      (status == 200 ? answered : refused).incrementAndGet();
    } catch (Failure e) {
      refused.incrementAndGet(); // told in the status line; the gateway's records say more
    } finally {
      places.release();
    }
  }

  @Override
  public void close() {
    pacer.interrupt();
  }
}
