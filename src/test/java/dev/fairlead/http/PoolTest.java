package dev.fairlead.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.TransportFault.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections kept, reused, limited and found dead. */
final class PoolTest {
  @RegisterExtension static final NoLeaks NO_LEAKS = new NoLeaks();

  private final Rig rig = new Rig();

  @AfterEach
  void stop() {
    rig.close();
  }

  private static ClientConfig limits(int connections, int queued, Duration idle) {
    return new ClientConfig(connections, 8, queued, idle, 8192, 64, 1_000_000);
  }

  @Test
  void aConnectionIsReusedUntilTheProviderSaysClose() throws Exception {
    NettyClient client = rig.client();
    AtomicInteger n = new AtomicInteger();
    try (FakeUpstream upstream =
        new FakeUpstream(
            c -> {
              while (true) {
                c.request();
                String last = n.incrementAndGet() % 3 == 0 ? "connection: close\r\n" : "";
                c.send("HTTP/1.1 200 OK\r\n" + last + "content-length: 1\r\n\r\nx");
                if (!last.isEmpty()) {
                  c.ends();
                  return;
                }
              }
            })) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 6; i++) {
        all.append(rig.call(client, Rig.get(upstream.uri("/"))).order().charAt(0));
      }
      assertThat(all.toString()).isEqualTo("frrfrr");
      assertThat(upstream.connections).hasValue(2);
    }
  }

  @Test
  void theConnectionUsedLastIsUsedFirst() throws Exception {
    NettyClient client = rig.client();
    Semaphore go = new Semaphore(0, true);
    AtomicInteger ports = new AtomicInteger();
    List<Integer> served = new java.util.concurrent.CopyOnWriteArrayList<>();
    try (FakeUpstream upstream =
        new FakeUpstream(
            c -> {
              int mine = ports.incrementAndGet();
              c.request();
              go.acquire(mine);
              c.ok("" + mine);
              while (true) {
                c.request();
                served.add(mine);
                c.ok("" + mine);
              }
            })) {
      Recorder one = new Recorder();
      Recorder two = new Recorder();
      rig.send(client, Rig.get(upstream.uri("/")), one);
      Wait.until("the first is there", () -> ports.get() == 1);
      rig.send(client, Rig.get(upstream.uri("/")), two);
      Wait.until("the second is there", () -> ports.get() == 2);
      go.release(1);
      one.await();
      go.release(2);
      two.await();
      for (int i = 0; i < 3; i++) {
        rig.call(client, Rig.get(upstream.uri("/")));
      }
      assertThat(served).containsExactly(2, 2, 2);
    }
  }

  @Test
  void callsAboveTheLimitWaitInOrderAndAboveTheQueueAreRefused() throws Exception {
    NettyClient client = rig.client(limits(2, 5, Duration.ofSeconds(5)));
    Semaphore go = new Semaphore(0, true);
    try (FakeUpstream upstream =
        new FakeUpstream(
            c -> {
              while (true) {
                String request = c.request();
                go.acquire();
                c.ok(request.substring(5, 6));
              }
            })) {
      List<Recorder> calls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Recorder recorder = new Recorder();
        calls.add(recorder);
        rig.send(client, Rig.get(upstream.uri("/" + i)), recorder);
      }
      assertThat(calls.get(7).await().fault().kind()).isEqualTo(Kind.POOL_EXHAUSTED);
      assertThat(calls.get(7).fault().safeToRepeat()).isTrue();
      Wait.until("two are served", () -> upstream.requests.size() == 2);
      for (int i = 2; i < 7; i++) {
        go.release();
        int wanted = i + 1;
        Wait.until("the next is served", () -> upstream.requests.size() == wanted);
        assertThat(upstream.requests.get(i)).startsWith("GET /" + i);
      }
      go.release(2);
      for (int i = 0; i < 7; i++) {
        assertThat(calls.get(i).await().text()).isEqualTo("" + i);
      }
      assertThat(upstream.connections).hasValue(2);
    }
  }

  @Test
  void aCallWaitsNoLongerThanItsConnectTimeoutAndMayBeCancelledInTheQueue() throws Exception {
    NettyClient client = rig.client(limits(1, 5, Duration.ofSeconds(5)));
    Semaphore go = new Semaphore(0, true);
    try (FakeUpstream upstream =
        new FakeUpstream(
            c -> {
              while (true) {
                c.request();
                go.acquire();
                c.ok("x");
              }
            })) {
      Recorder first = new Recorder();
      rig.send(client, Rig.get(upstream.uri("/first")), first);
      Recorder cancelled = new Recorder();
      Call call = rig.send(client, Rig.get(upstream.uri("/cancelled")), cancelled);
      rig.onLoop(call::cancel);
      Recorder late =
          rig.call(
              client,
              new UpstreamRequest(
                  "GET", upstream.uri("/late"), Headers.NONE, new byte[0], Duration.ofMillis(100)));
      assertThat(late.fault().kind()).isEqualTo(Kind.POOL_EXHAUSTED);
      go.release(2);
      assertThat(first.await().text()).isEqualTo("x");
      assertThat(rig.call(client, Rig.get(upstream.uri("/next"))).text()).isEqualTo("x");
      assertThat(upstream.requests).hasSize(2);
      assertThat(cancelled.order()).isEmpty();
    }
  }

  @Test
  void aCancelledCallFreesItsPlace() throws Exception {
    NettyClient client = rig.client(limits(1, 5, Duration.ofSeconds(5)));
    try (FakeUpstream upstream =
        new FakeUpstream(
            c -> {
              if (c.request().startsWith("GET /stuck")) {
                c.ends();
              } else {
                c.ok("x");
                c.ends();
              }
            })) {
      for (int i = 0; i < 5; i++) {
        Recorder stuck = new Recorder();
        Call call = rig.send(client, Rig.get(upstream.uri("/stuck")), stuck);
        Recorder next = new Recorder();
        rig.send(client, Rig.get(upstream.uri("/next")), next);
        rig.onLoop(call::cancel); // in any phase: dialling, or sent
        assertThat(next.await().text()).isEqualTo("x");
      }
    }
  }

  @Test
  void aConnectionThatDiedInThePoolIsReplacedWithoutTheCallerKnowing() throws Exception {
    for (boolean reset : new boolean[] {false, true}) {
      NettyClient client = rig.client();
      AtomicInteger n = new AtomicInteger();
      try (FakeUpstream upstream =
          new FakeUpstream(
              c -> {
                c.request();
                c.ok("x");
                if (n.incrementAndGet() == 1) {
                  c.request(); // the second request is taken and not answered
                  if (reset) {
                    c.reset();
                  }
                  return;
                }
                while (true) {
                  c.request();
                  c.ok("x");
                }
              })) {
        rig.call(client, Rig.post(upstream.uri("/"), "{}"));
        Recorder second = rig.call(client, Rig.post(upstream.uri("/"), "{}"));
        assertThat(second.order()).isEqualTo("reused fresh head end");
        assertThat(upstream.connections).hasValue(2);
      }
    }
  }

  @Test
  void aFreshConnectionThatClosesWithoutAnAnswerIsNotTriedAgain() throws Exception {
    NettyClient client = rig.client();
    try (FakeUpstream upstream = new FakeUpstream(c -> c.request())) {
      Recorder call = rig.call(client, Rig.post(upstream.uri("/"), "{}"));
      assertThat(call.fault().kind()).isEqualTo(Kind.RESET);
      assertThat(call.fault().safeToRepeat()).isFalse();
      assertThat(upstream.requests).hasSize(1);
    }
  }

  @Test
  void aSecondLossIsReported() throws Exception {
    NettyClient client = rig.client();
    AtomicInteger n = new AtomicInteger();
    try (FakeUpstream upstream =
        new FakeUpstream(
            c -> {
              c.request();
              if (n.incrementAndGet() == 1) {
                c.ok("x");
                c.request();
              }
            })) {
      rig.call(client, Rig.post(upstream.uri("/"), "{}"));
      Recorder second = rig.call(client, Rig.post(upstream.uri("/"), "{}"));
      assertThat(second.order()).isEqualTo("reused fresh failed");
      assertThat(second.fault().kind()).isEqualTo(Kind.RESET);
      assertThat(second.fault().safeToRepeat()).isFalse();
      assertThat(upstream.requests).hasSize(3);
    }
  }

  @Test
  void anAnswerByteForbidsTheSilentRetry() throws Exception {
    NettyClient client = rig.client();
    try (FakeUpstream upstream =
        new FakeUpstream(
            c -> {
              c.request();
              c.ok("x");
              c.request();
              c.send("H");
            })) {
      rig.call(client, Rig.post(upstream.uri("/"), "{}"));
      Recorder second = rig.call(client, Rig.post(upstream.uri("/"), "{}"));
      assertThat(second.order()).isEqualTo("reused failed");
      assertThat(second.fault().safeToRepeat()).isFalse();
    }
  }

  @Test
  void idleConnectionsAreClosedAfterTheirTime() throws Exception {
    NettyClient client = rig.client(limits(4, 5, Duration.ofMillis(150)));
    java.util.concurrent.CountDownLatch ended = new java.util.concurrent.CountDownLatch(1);
    try (FakeUpstream upstream =
        new FakeUpstream(
            c -> {
              c.request();
              c.ok("x");
              if (c.ends()) {
                ended.countDown();
              }
            })) {
      rig.call(client, Rig.get(upstream.uri("/")));
      assertThat(ended.await(2, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      assertThat(rig.call(client, Rig.get(upstream.uri("/"))).order()).isEqualTo("fresh head end");
    }
  }

  @Test
  void bytesThatNobodyAskedForEndTheConnection() throws Exception {
    NettyClient client = rig.client();
    AtomicInteger n = new AtomicInteger();
    try (FakeUpstream upstream =
        new FakeUpstream(
            c -> {
              c.request();
              c.send("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n");
              n.incrementAndGet();
              c.ends();
            })) {
      assertThat(rig.call(client, Rig.get(upstream.uri("/"))).text()).isEqualTo("x");
      assertThat(rig.call(client, Rig.get(upstream.uri("/"))).order()).isEqualTo("fresh head end");
    }
  }

  @Test
  void twoFramingsAtOnceEndTheConnectionAfterTheAnswer() throws Exception {
    NettyClient client = rig.client();
    try (FakeUpstream upstream =
        new FakeUpstream(
            c -> {
              c.request();
              c.send(
                  "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n"
                      + "1\r\nx\r\n0\r\n\r\n");
              c.ends();
            })) {
      assertThat(rig.call(client, Rig.get(upstream.uri("/"))).text()).isEqualTo("x");
      assertThat(rig.call(client, Rig.get(upstream.uri("/"))).order()).isEqualTo("fresh head end");
    }
  }
}
