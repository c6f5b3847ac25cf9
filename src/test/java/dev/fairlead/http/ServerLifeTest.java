package dev.fairlead.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Slow, silent, vanished and numerous callers. */
final class ServerLifeTest {
  @RegisterExtension static final NoLeaks NO_LEAKS = new NoLeaks();

  private static final String GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

  private final Rig rig = new Rig();

  @AfterEach
  void stop() {
    rig.close();
  }

  private static ServerConfig times(int head, int body, int idle, int stall) {
    return Rig.config()
        .withTimeouts(
            Duration.ofMillis(head),
            Duration.ofMillis(body),
            Duration.ofMillis(idle),
            Duration.ofMillis(stall));
  }

  @Test
  void aHeadThatDripsIsTimedOut() throws Exception {
    HttpServer server = rig.echo(times(150, 5000, 5000, 5000));
    try (RawClient caller = new RawClient(server.port())) {
      caller.send("GET / HTTP/1.1\r\nhost: a\r\n");
      RawClient.Reply reply = caller.read();
      assertThat(reply.status()).isEqualTo(408);
      assertThat(reply.has("connection: close")).isTrue();
      assertThat(caller.closedByServer(3000)).isTrue();
    }
    assertThat(rig.seen).isEmpty();
  }

  @Test
  void aBodyThatIsShorterThanItsLengthIsTimedOut() throws Exception {
    HttpServer server = rig.echo(times(5000, 150, 5000, 5000));
    for (String framing : new String[] {"content-length: 9", "transfer-encoding: chunked"}) {
      try (RawClient caller = new RawClient(server.port())) {
        caller.send("POST /p HTTP/1.1\r\nhost: a\r\n" + framing + "\r\n\r\n5\r\nab");
        assertThat(caller.read().status()).isEqualTo(408);
        assertThat(caller.closedByServer(3000)).isTrue();
      }
    }
    assertThat(rig.seen).isEmpty();
  }

  @Test
  void aSilentConnectionIsClosedWithoutAWord() throws Exception {
    HttpServer server = rig.echo(times(5000, 5000, 150, 5000));
    try (RawClient caller = new RawClient(server.port())) {
      assertThat(caller.socket().getInputStream().read()).isEqualTo(-1);
    }
    try (RawClient caller = new RawClient(server.port())) {
      caller.send(GET);
      assertThat(caller.read().status()).isEqualTo(200);
      assertThat(caller.socket().getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void anAnswerMayTakeLongerThanTheIdleTimeout() throws Exception {
    HttpServer server =
        rig.serve(
            times(100, 100, 100, 5000),
            (q, r) ->
                r.loop()
                    .schedule(
                        Duration.ofMillis(500), () -> r.whole(200, Headers.NONE, new byte[1])));
    try (RawClient caller = new RawClient(server.port())) {
      caller.send(GET);
      assertThat(caller.read().status()).isEqualTo(200);
    }
  }

  @Test
  void aCallerThatLeavesWhileWeWaitIsNoticedWithinASecond() throws Exception {
    for (boolean reset : new boolean[] {true, false}) {
      AtomicInteger gone = new AtomicInteger();
      AtomicBoolean arrived = new AtomicBoolean();
      HttpServer server =
          rig.serve(
              Rig.config(),
              (q, r) -> {
                r.onGone(gone::incrementAndGet);
                arrived.set(true);
              });
      RawClient caller = new RawClient(server.port());
      caller.send(GET);
      Wait.until("the request arrived", arrived::get);
      if (reset) {
        caller.reset();
      } else {
        caller.close();
      }
      Wait.until("it is noticed", Duration.ofSeconds(1), () -> gone.get() == 1);
    }
  }

  @Test
  void aCallerThatLeavesWithRequestsAheadLeavesNothingBehind() throws Exception {
    AtomicInteger gone = new AtomicInteger();
    HttpServer server = rig.serve(Rig.config(), (q, r) -> r.onGone(gone::incrementAndGet));
    RawClient caller = new RawClient(server.port());
    caller.send(GET + GET);
    Wait.until("the request arrived", () -> rig.seen.size() == 1);
    caller.send(GET);
    caller.reset();
    Wait.until("it is noticed", Duration.ofSeconds(1), () -> gone.get() == 1);
    assertThat(rig.seen).hasSize(1);
  }

  @Test
  void aCallerThatLeavesInMidStreamIsNoticedWithinASecond() throws Exception {
    for (boolean reset : new boolean[] {true, false}) {
      AtomicInteger gone = new AtomicInteger();
      HttpServer server =
          rig.serve(
              Rig.config(),
              (q, r) -> {
                ResponseStream out = r.open(200, Rig.TEXT);
                r.onGone(gone::incrementAndGet);
                drip(r.loop(), out);
              });
      RawClient caller = new RawClient(server.port());
      caller.send(GET);
      assertThat(caller.socket().getInputStream().readNBytes(200)).hasSize(200);
      if (reset) {
        caller.reset();
      } else {
        caller.close();
      }
      Wait.until("it is noticed", Duration.ofSeconds(1), () -> gone.get() == 1);
    }
  }

  private static void drip(Loop loop, ResponseStream out) {
    out.write("tick".getBytes(UTF_8));
    loop.schedule(Duration.ofMillis(10), () -> drip(loop, out));
  }

  @Test
  void whoIsServedIsNotCalledGone() throws Exception {
    AtomicInteger gone = new AtomicInteger();
    HttpServer server =
        rig.serve(
            Rig.config(),
            (q, r) -> {
              r.onGone(gone::incrementAndGet);
              if (q.path().equals("/stream")) {
                ResponseStream out = r.open(200, Rig.TEXT);
                out.write(new byte[3]);
                out.end();
              } else {
                r.whole(200, Rig.TEXT, new byte[3]);
              }
            });
    RawClient caller = new RawClient(server.port());
    caller.send(GET);
    caller.read();
    caller.send("GET /stream HTTP/1.1\r\nhost: a\r\n\r\n");
    caller.read();
    caller.reset();
    Wait.until("the connection ended", () -> server.connections() == 0);
    rig.onLoop(() -> {});
    assertThat(gone).hasValue(0);
  }

  @Test
  void aSlowReaderPausesTheSourceAndMemoryStaysBounded() throws Exception {
    AtomicInteger written = new AtomicInteger();
    AtomicBoolean paused = new AtomicBoolean();
    AtomicReference<ResponseStream> stream = new AtomicReference<>();
    int pieces = 20_000;
    HttpServer server =
        rig.serve(
            Rig.config(),
            (q, r) -> {
              ResponseStream out = r.open(200, Rig.TEXT);
              stream.set(out);
              Runnable source =
                  () -> {
                    while (out.isWritable() && written.get() < pieces) {
                      out.write(new byte[1000]);
                      written.incrementAndGet();
                    }
                    paused.set(!out.isWritable());
                    if (written.get() == pieces) {
                      out.end();
                    }
                  };
              out.onWritable(source);
              source.run();
            });
    try (RawClient caller = new RawClient(server.port(), 4096)) {
      long before = NoLeaks.active();
      caller.send(GET);
      Wait.until("the source is paused", paused::get);
      int first = written.get();
      assertThat(first).isLessThan(pieces);
      assertThat(NoLeaks.active() - before).isLessThan(1000); // about 256 KiB of pieces
      assertThat(caller.read().body()).hasSize(pieces * 1000);
      assertThat(written.get()).isEqualTo(pieces);
    }
  }

  @Test
  void aCallerThatTakesNothingIsCutAfterTheStallTimeout() throws Exception {
    for (boolean whole : new boolean[] {false, true}) {
      AtomicInteger gone = new AtomicInteger();
      HttpServer server =
          rig.serve(
              times(5000, 5000, 5000, 300),
              (q, r) -> {
                r.onGone(gone::incrementAndGet);
                if (whole) {
                  r.whole(200, Rig.TEXT, new byte[50_000_000]);
                } else {
                  ResponseStream out = r.open(200, Rig.TEXT);
                  while (out.isWritable()) {
                    out.write(new byte[10_000]);
                  }
                  drip(r.loop(), out); // trickling writes are no progress of the reader
                }
              });
      try (RawClient caller = new RawClient(server.port(), 4096)) {
        caller.send(GET);
        Wait.until("it is cut", Duration.ofSeconds(3), () -> gone.get() == 1);
      }
    }
  }

  @Test
  void aSlowButSteadyReaderOfALargeAnswerIsNotCut() throws Exception {
    byte[] body = new byte[12_000_000];
    HttpServer server =
        rig.serve(times(5000, 5000, 5000, 300), (q, r) -> r.whole(200, Rig.TEXT, body));
    try (RawClient caller = new RawClient(server.port(), 64 * 1024)) {
      caller.send(GET);
      long start = System.nanoTime();
      int total = 0;
      byte[] buffer = new byte[150_000];
      while (total < body.length) {
        int n = caller.socket().getInputStream().readNBytes(buffer, 0, buffer.length);
        total += n;
        assertThat(n).as("bytes after " + total).isPositive();
        java.util.concurrent.locks.LockSupport.parkNanos(15_000_000);
      }
      assertThat(System.nanoTime() - start).isGreaterThan(900_000_000L);
    }
  }

  @Test
  void aCutStreamHasNoTerminatorAndAResetIsAReset() throws Exception {
    HttpServer server =
        rig.serve(
            Rig.config(),
            (q, r) -> {
              if (q.path().equals("/none")) {
                r.reset();
                return;
              }
              ResponseStream out = r.open(200, Rig.TEXT);
              out.write("hello".getBytes(UTF_8));
              if (q.path().equals("/cut")) {
                out.cut();
              } else {
                out.reset();
              }
            });
    for (String path : new String[] {"/cut", "/reset", "/none"}) {
      try (RawClient caller = new RawClient(server.port())) {
        caller.send("GET " + path + " HTTP/1.1\r\nhost: a\r\n\r\n");
        assertThatThrownBy(caller::read).isInstanceOf(IOException.class);
      }
    }
    try (RawClient caller = new RawClient(server.port())) {
      caller.send("GET /cut HTTP/1.0\r\n\r\n");
      assertThatThrownBy(caller::read).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aHandlerThatThrowsIsA500() throws Exception {
    HttpServer server =
        rig.serve(
            Rig.config(),
            (q, r) -> {
              throw new IllegalStateException("a planted bug");
            });
    try (RawClient caller = new RawClient(server.port())) {
      caller.send(GET);
      RawClient.Reply reply = caller.read();
      assertThat(reply.status()).isEqualTo(500);
      assertThat(reply.body()).doesNotContain("planted");
      assertThat(caller.closedByServer(3000)).isTrue();
    }
  }

  @Test
  void anAnswerIsGivenOnceAndOnItsLoop() throws Exception {
    CompletableFuture<Throwable> twice = new CompletableFuture<>();
    CompletableFuture<Throwable> elsewhere = new CompletableFuture<>();
    HttpServer server =
        rig.serve(
            Rig.config(),
            (q, r) ->
                Thread.ofVirtual()
                    .start(
                        () -> {
                          elsewhere.complete(thrown(() -> r.whole(200, Rig.TEXT, new byte[0])));
                          r.loop()
                              .execute(
                                  () -> {
                                    r.whole(200, Rig.TEXT, new byte[0]);
                                    twice.complete(
                                        thrown(() -> r.whole(200, Rig.TEXT, new byte[0])));
                                  });
                        }));
    try (RawClient caller = new RawClient(server.port())) {
      caller.send(GET);
      assertThat(caller.read().status()).isEqualTo(200);
      assertThat(twice.get()).isInstanceOf(IllegalStateException.class);
      assertThat(elsewhere.get()).isInstanceOf(IllegalStateException.class);
    }
  }

  private static Throwable thrown(Runnable task) {
    try {
      task.run();
      return new AssertionError("nothing was thrown");
    } catch (RuntimeException e) {
      return e;
    }
  }

  @Test
  void connectionsAboveTheLimitAreRefused() throws Exception {
    HttpServer server = rig.echo(Rig.config().withMaxConnections(2));
    try (RawClient one = new RawClient(server.port());
        RawClient two = new RawClient(server.port())) {
      one.send(GET);
      two.send(GET);
      assertThat(one.read().status()).isEqualTo(200);
      assertThat(two.read().status()).isEqualTo(200);
      try (RawClient three = new RawClient(server.port())) {
        assertThat(three.read().status()).isEqualTo(503);
      }
    }
    Wait.until("the places are free", () -> server.connections() == 0);
    try (RawClient four = new RawClient(server.port())) {
      four.send(GET);
      assertThat(four.read().status()).isEqualTo(200);
    }
  }

  @Test
  void largeBodiesTogetherAreBounded() throws Exception {
    ServerConfig c = Rig.config();
    ServerConfig tight =
        new ServerConfig(
            c.host(),
            0,
            c.maxBodyBytes(),
            1_000_000,
            c.maxHeaderBytes(),
            c.maxHeaders(),
            c.headTimeout(),
            c.bodyTimeout(),
            c.idleTimeout(),
            c.maxConnections(),
            c.writeStallTimeout(),
            c.pendingHighBytes(),
            c.pendingLowBytes());
    HttpServer server = rig.echo(tight);
    String head = "POST /p HTTP/1.1\r\nhost: a\r\ncontent-length: 900001\r\n\r\n";
    try (RawClient one = new RawClient(server.port());
        RawClient two = new RawClient(server.port())) {
      one.send(head).send(new byte[900_000]);
      Wait.until("it is here", () -> server.bufferedBytes() == 900_000);
      two.send(head).send(new byte[900_000]);
      assertThat(two.read().status()).isEqualTo(503);
      one.send(new byte[1]);
      assertThat(one.read().status()).isEqualTo(200);
    }
    assertThat(server.bufferedBytes()).isZero();
    try (RawClient three = new RawClient(server.port())) {
      three.send(head).send(new byte[900_001]);
      assertThat(three.read().status()).isEqualTo(200);
    }
  }

  @Test
  void drainingEndsIdleConnectionsAndLetsAnswersFinish() throws Exception {
    AtomicReference<Responder> open = new AtomicReference<>();
    HttpServer server = rig.serve(Rig.config(), (q, r) -> open.set(r));
    try (RawClient idle = new RawClient(server.port());
        RawClient busy = new RawClient(server.port())) {
      busy.send(GET);
      Wait.until("the request arrived", () -> open.get() != null && server.connections() == 2);
      CompletableFuture<Boolean> drained =
          CompletableFuture.supplyAsync(() -> server.drain(Duration.ofSeconds(8)));
      assertThat(idle.socket().getInputStream().read()).isEqualTo(-1);
      assertThatThrownBy(() -> new RawClient(server.port()).close())
          .isInstanceOf(IOException.class);
      Responder responder = Objects.requireNonNull(open.get());
      rig.onLoop(() -> responder.whole(200, Rig.TEXT, new byte[2]));
      RawClient.Reply reply = busy.read();
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.has("connection: close")).isTrue();
      assertThat(busy.closedByServer(3000)).isTrue();
      busy.close();
      assertThat(drained.get()).isTrue();
    }
  }

  @Test
  void drainingCutsWhatDoesNotEnd() throws Exception {
    AtomicInteger gone = new AtomicInteger();
    HttpServer server = rig.serve(Rig.config(), (q, r) -> r.onGone(gone::incrementAndGet));
    try (RawClient caller = new RawClient(server.port())) {
      caller.send(GET);
      Wait.until("the request arrived", () -> rig.seen.size() == 1);
      assertThat(server.drain(Duration.ofMillis(100))).isFalse();
      Wait.until("the handler was told", () -> gone.get() == 1);
    }
  }

  @Test
  void aPortInUseIsNamed() throws Exception {
    HttpServer server = rig.echo(Rig.config());
    ServerConfig same = ServerConfig.on("127.0.0.1", server.port());
    assertThatThrownBy(() -> HttpServer.start(same, rig.loops, (q, r) -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + server.port());
  }
}
