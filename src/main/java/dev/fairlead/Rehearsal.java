package dev.fairlead;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.http.ClientConfig;
import dev.fairlead.http.Egress;
import dev.fairlead.http.Headers;
import dev.fairlead.http.Loops;
import dev.fairlead.http.NettyClient;
import dev.fairlead.http.TransportFault;
import dev.fairlead.http.UpstreamListener;
import dev.fairlead.http.UpstreamRequest;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Requests to ourselves, one after another. */
final class Rehearsal {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private Rehearsal() {}

  static void run(Loops loops, int port, String key, int requests) {
    NettyClient self =
        new NettyClient(loops, new Egress(new Egress.Rules(o -> true)), ClientConfig.defaults());
    for (int i = 0; i < requests; i++) {
      boolean stream = i % 2 == 1;
      String path = i % 3 == 0 ? "/api/v1/chat/completions" : "/v1/chat/completions";
      String body =
          "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello, and good day\"}],\"model\":"
              + "\"sim/lorem\",\"stream\":"
              + stream
              + "}";
      Headers headers =
          Headers.of("authorization", "Bearer " + key, "content-type", "application/json");
      URI uri = URI.create("http://127.0.0.1:" + port + path);
      Ending ending = new Ending();
      UpstreamRequest request =
          new UpstreamRequest("POST", uri, headers, body.getBytes(UTF_8), PATIENCE);
      var loop = loops.next();
      loop.execute(() -> self.send(request, loop, ending));
      ending.await();
    }
  }

  /** Waits for the end, whatever it is. */
  private static final class Ending implements UpstreamListener {
    private final CountDownLatch over = new CountDownLatch(1);

    void await() {
      try {
        boolean ended = over.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
          throw new IllegalStateException("a rehearsed request was not answered");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void sent(boolean reusedConnection) {}

    @Override
    public void head(int status, Headers headers) {}

    @Override
    public void body(byte[] bytes) {}

    @Override
    public void end() {
      over.countDown();
    }

    @Override
    public void failed(TransportFault fault) {
      over.countDown();
    }
  }
}
