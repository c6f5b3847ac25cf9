package dev.fairlead.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.TransportFault.Kind;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the client makes of answers, good and bad. */
final class ClientTest {
  @RegisterExtension static final NoLeaks NO_LEAKS = new NoLeaks();

  private static final String CHUNKED =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "9\r\ndata: a\n\n\r\n00c;x=y\r\ndata: [DONE]\r\n0\r\nx-trailer: 1\r\n\r\n";
  private static final String FIXED = "HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nhello world";

  private final Rig rig = new Rig();
  private final NettyClient client = rig.client();

  @AfterEach
  void stop() {
    rig.close();
  }

  private Recorder answer(String bytes) throws Exception {
    return answer(client, bytes.getBytes(ISO_8859_1), true);
  }

  /** One call that is answered with the bytes, and then the orderly end of the connection. */
  private Recorder answer(NettyClient client, byte[] bytes, boolean close) throws Exception {
    try (FakeUpstream upstream =
        new FakeUpstream(
            c -> {
              c.request();
              c.send(bytes);
              if (!close) {
                c.ends();
              }
            })) {
      return rig.call(client, Rig.post(upstream.uri("/v1/x?q=1"), "{}"));
    }
  }

  @Test
  void theRequestIsWrittenAsGivenWithItsFraming() throws Exception {
    try (FakeUpstream upstream =
        new FakeUpstream(
            c -> {
              while (true) {
                c.request();
                c.ok("x");
              }
            })) {
      Headers headers =
          Headers.of(
              "Authorization",
              "Bearer k",
              "Host",
              "evil",
              "Content-Length",
              "99",
              "Transfer-Encoding",
              "chunked",
              "Connection",
              "x",
              "X-Inject",
              "a\r\nY: b");
      rig.call(
          client,
          new UpstreamRequest(
              "POST",
              URI.create(upstream.uri("/a%20b") + "?c=%2f"),
              headers,
              "body".getBytes(UTF_8),
              Duration.ofSeconds(2)));
      assertThat(upstream.requests.getFirst())
          .isEqualTo(
              "POST /a%20b?c=%2f HTTP/1.1\r\nhost: 127.0.0.1:"
                  + upstream.port()
                  + "\r\nAuthorization: Bearer k\r\nX-Inject: a  Y: b\r\n"
                  + "accept-encoding: identity\r\ncontent-length: 4\r\n\r\nbody");
      rig.call(client, Rig.get(upstream.uri("")));
      assertThat(upstream.requests.getLast())
          .startsWith("GET / HTTP/1.1\r\n")
          .doesNotContain("content-length");
    }
  }

  @Test
  void anAnswerMayBeSplitAtEveryByte() throws Exception {
    for (String whole : new String[] {CHUNKED, FIXED}) {
      String[] parts = new String[2];
      try (FakeUpstream upstream =
          new FakeUpstream(
              c -> {
                while (true) {
                  c.request();
                  c.send(parts[0]);
                  rig.onLoop(() -> {});
                  c.send(parts[1]);
                }
              })) {
        for (int at = 1; at < whole.length(); at++) {
          parts[0] = whole.substring(0, at);
          parts[1] = whole.substring(at);
          Recorder call = rig.call(client, Rig.post(upstream.uri("/"), "{}"));
          assertThat(call.text())
              .as("split at " + at)
              .isEqualTo(whole == CHUNKED ? "data: a\n\ndata: [DONE]" : "hello world");
          assertThat(call.order()).isEqualTo((at == 1 ? "fresh" : "reused") + " head end");
        }
      }
    }
  }

  @Test
  void anAnswerMayComeByteByByte() throws Exception {
    try (FakeUpstream upstream =
        new FakeUpstream(
            c -> {
              c.request();
              for (char b : CHUNKED.toCharArray()) {
                c.send(String.valueOf(b));
              }
              c.ends();
            })) {
      Recorder call = rig.call(client, Rig.post(upstream.uri("/"), "{}"));
      assertThat(call.text()).isEqualTo("data: a\n\ndata: [DONE]");
    }
  }

  @Test
  void anAnswerThatIsCutAnywhereIsNeverComplete() throws Exception {
    for (String whole : new String[] {CHUNKED, FIXED}) {
      int body = whole.indexOf("\r\n\r\n") + 4;
      for (boolean reset : new boolean[] {false, true}) {
        int[] at = new int[1];
        try (FakeUpstream upstream =
            new FakeUpstream(
                c -> {
                  c.request();
                  c.send(whole.substring(0, at[0]));
                  if (reset) {
                    rig.onLoop(() -> {});
                    c.reset();
                  }
                })) {
          for (at[0] = 0; at[0] < whole.length(); at[0]++) {
            Recorder call = rig.call(client, Rig.post(upstream.uri("/"), "{}"));
            if (reset && at[0] >= body) {
              assertThat(call.fault().kind()).isIn(Kind.TRUNCATED, Kind.RESET);
            } else {
              assertThat(call.fault().kind())
                  .as("cut at " + at[0])
                  .isEqualTo(at[0] < body ? Kind.RESET : Kind.TRUNCATED);
            }
            assertThat(call.fault().safeToRepeat()).isFalse();
            assertThat(call.order()).endsWith("failed").doesNotContain("end ").doesNotContain("[");
          }
        }
      }
    }
  }

  @Test
  void aBodyWithoutFramingEndsWithTheConnection() throws Exception {
    Recorder call = answer("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nhello");
    assertThat(call.order()).isEqualTo("fresh head end");
    assertThat(call.text()).isEqualTo("hello");
  }

  @Test
  void aBodyWithoutFramingThatIsResetIsTruncated() throws Exception {
    try (FakeUpstream upstream =
        new FakeUpstream(
            c -> {
              c.request();
              c.send("HTTP/1.1 200 OK\r\n\r\nhello");
              rig.onLoop(() -> {});
              c.reset();
            })) {
      Recorder call = rig.call(client, Rig.post(upstream.uri("/"), "{}"));
      assertThat(call.fault().kind()).isIn(Kind.TRUNCATED, Kind.RESET);
    }
  }

  @Test
  void whatIsNoHttpIsMalformed() throws Exception {
    String[] answers = {
      "SSH-2.0-OpenSSH_9.2\r\n",
      "<html>",
      "HTTP/2 200\r\n\r\n",
      "HTTP/1.1 abc\r\n\r\n",
      "HTTP/1.1 20\r\n\r\n",
      "HTTP/1.1 2000\r\n\r\n",
      "HTTP/1.1 099 x\r\n\r\n",
      "HTTP/1.1 200 OK\ncontent-length: 0\n\n",
      "HTTP/1.1 200 OK\r\nx y: z\r\n\r\n",
      "HTTP/1.1 200 OK\r\nx : z\r\n\r\n",
      "HTTP/1.1 200 OK\r\nx: a\r\n folded\r\n\r\n",
      "HTTP/1.1 200 OK\r\nx: \u0000\r\n\r\n",
      "HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n",
      "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
      "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n",
      "HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: 2\r\n\r\nab",
      "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\nab",
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\n\r\n",
      "HTTP/1.1 103 Early\r\n\r\n".repeat(100),
    };
    for (String bytes : answers) {
      Recorder call = answer(client, bytes.getBytes(ISO_8859_1), false);
      assertThat(call.fault().kind()).as(bytes).isEqualTo(Kind.MALFORMED);
      assertThat(call.fault().detail()).contains("127.0.0.1");
    }
  }

  @Test
  void interimAnswersArePassedOver() throws Exception {
    Recorder call =
        answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" + FIXED);
    assertThat(call.order()).isEqualTo("fresh head end");
    assertThat(call.status()).isEqualTo(200);
    assertThat(call.text()).isEqualTo("hello world");
  }

  @Test
  void answersWithoutABodyEndAtTheirHead() throws Exception {
    for (String status : new String[] {"204 No Content", "304 Not Modified"}) {
      Recorder call =
          answer(client, ("HTTP/1.1 " + status + "\r\n\r\n").getBytes(ISO_8859_1), false);
      assertThat(call.order()).isEqualTo("fresh head end");
    }
    try (FakeUpstream upstream =
        new FakeUpstream(
            c -> {
              c.request();
              c.send("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n");
              c.request();
              c.ok("x");
            })) {
      Recorder head = rig.call(client, Rig.request("HEAD", upstream.uri("/"), new byte[0]));
      assertThat(head.headers().get("content-length")).contains("500");
      assertThat(rig.call(client, Rig.get(upstream.uri("/"))).order()).isEqualTo("reused head end");
    }
  }

  @Test
  void redirectsAreReportedAndNotFollowed() throws Exception {
    Recorder call =
        answer("HTTP/1.1 307 x\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n");
    assertThat(call.status()).isEqualTo(307);
    assertThat(call.headers().get("Location")).contains("http://127.0.0.1:1/");
    assertThat(call.order()).isEqualTo("fresh head end");
  }

  @Test
  void theHeadHoldsNoFieldOfTheConnection() throws Exception {
    Recorder call =
        answer(
            "HTTP/1.1 200 OK\r\nA: 1\r\nConnection: close\r\nKeep-Alive: x\r\nB: 2\r\nb: 3\r\n"
                + "Transfer-Encoding: chunked\r\nTrailer: y\r\nUpgrade: h2\r\n\r\n0\r\n\r\n");
    StringBuilder all = new StringBuilder();
    call.headers().forEach((n, v) -> all.append(n).append(v));
    assertThat(all.toString()).isEqualTo("A1B2b3");
  }

  @Test
  void compressedAnswersAreDecodedForEverySplit() throws Exception {
    byte[] packed = gzip("data: one\n\ndata: two\n\n".getBytes(UTF_8));
    byte[] twoMembers = concat(packed, packed);
    int[] at = new int[1];
    try (FakeUpstream upstream =
        new FakeUpstream(
            c -> {
              while (true) {
                c.request();
                c.send(
                    "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: "
                        + twoMembers.length
                        + "\r\n\r\n");
                c.send(Arrays.copyOf(twoMembers, at[0]));
                rig.onLoop(() -> {});
                c.send(Arrays.copyOfRange(twoMembers, at[0], twoMembers.length));
              }
            })) {
      for (at[0] = 1; at[0] < twoMembers.length; at[0]++) {
        Recorder call = rig.call(client, Rig.get(upstream.uri("/")));
        assertThat(call.text()).isEqualTo("data: one\n\ndata: two\n\n".repeat(2));
        assertThat(call.headers().get("content-encoding")).isEmpty();
        assertThat(call.headers().get("content-length")).isEmpty();
        assertThat(call.order()).doesNotContain("[").doesNotContain("empty");
      }
    }
  }

  @Test
  void aCompressedAnswerThatEndsTooEarlyIsMalformed() throws Exception {
    byte[] packed = gzip("hello".getBytes(UTF_8));
    byte[] cut = Arrays.copyOf(packed, packed.length - 1);
    String head =
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: " + cut.length + "\r\n\r\n";
    Recorder call = answer(client, concat(head.getBytes(ISO_8859_1), cut), false);
    assertThat(call.fault().kind()).isEqualTo(Kind.MALFORMED);
  }

  @Test
  void answersOverALimitAreTooLarge() throws Exception {
    NettyClient tight =
        rig.client(new ClientConfig(4, 4, 4, Duration.ofSeconds(5), 2048, 8, 1_000_000));
    byte[] bomb = gzip(new byte[10_000_000]);
    byte[][] answers = {
      "HTTP/1.1 200 OK\r\ncontent-length: 1000001\r\n\r\n".getBytes(ISO_8859_1),
      ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + "f4241\r\n").getBytes(ISO_8859_1),
      ("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(1_000_001)).getBytes(ISO_8859_1),
      ("HTTP/1.1 200 OK\r\nx: " + "y".repeat(3000)).getBytes(ISO_8859_1),
      ("HTTP/1.1 200 OK\r\n" + "x: y\r\n".repeat(9) + "\r\n").getBytes(ISO_8859_1),
      concat(
          ("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: "
                  + bomb.length
                  + "\r\n\r\n")
              .getBytes(ISO_8859_1),
          bomb),
    };
    for (byte[] bytes : answers) {
      Recorder call = answer(tight, bytes, false);
      assertThat(call.fault().kind()).isEqualTo(Kind.TOO_LARGE);
      assertThat(call.size()).isLessThanOrEqualTo(1_000_000);
    }
  }

  @Test
  void anAnswerThatComesBeforeTheRequestIsOutIsUsed() throws Exception {
    for (boolean close : new boolean[] {true, false}) {
      try (FakeUpstream upstream =
          new FakeUpstream(
              c -> {
                c.socket().getInputStream().readNBytes(1000);
                c.send("HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno");
                if (!close) {
                  java.util.concurrent.locks.LockSupport.parkNanos(2_000_000_000L);
                }
              })) {
        Recorder call =
            rig.call(client, Rig.request("POST", upstream.uri("/"), new byte[30_000_000]));
        assertThat(call.order()).isEqualTo("fresh head end");
        assertThat(call.status()).isEqualTo(413);
        assertThat(call.text()).isEqualTo("no");
        assertThat(call.order()).isEqualTo("fresh head end");
      }
    }
  }

  @Test
  void aLargeRequestArrivesWhole() throws Exception {
    try (FakeUpstream upstream =
        new FakeUpstream(
            c -> {
              while (true) {
                c.ok("" + c.request().length());
              }
            })) {
      for (int size : new int[] {65_536, 65_537, 5_000_000}) {
        Recorder call = rig.call(client, Rig.request("POST", upstream.uri("/"), new byte[size]));
        assertThat(Integer.parseInt(call.text())).isGreaterThan(size);
        assertThat(upstream.requests.getLast()).contains("content-length: " + size + "\r\n");
      }
      assertThat(upstream.connections).hasValue(1);
    }
  }

  @Test
  void aPausedCallStopsReadingAndAnEndThatCameMeanwhileIsKept() throws Exception {
    byte[] body = new byte[8_000_000];
    Arrays.fill(body, (byte) 'x');
    try (FakeUpstream upstream =
        new FakeUpstream(
            c -> {
              c.request();
              c.send("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
              c.send(body);
            })) {
      Recorder recorder = new Recorder();
      Call call = rig.send(client, Rig.get(upstream.uri("/")), recorder);
      Wait.until("it has begun", () -> recorder.size() > 0);
      for (int i = 0; i < 20; i++) {
        rig.onLoop(call::pause);
        int before = recorder.size();
        for (int turn = 0; turn < 20; turn++) {
          rig.onLoop(() -> {});
        }
        assertThat(recorder.size()).isEqualTo(before);
        assertThat(recorder.isOver()).isEqualTo(before == body.length && recorder.isOver());
        rig.onLoop(call::resume);
        Wait.until("it goes on", () -> recorder.size() > before || recorder.isOver());
      }
      recorder.await();
      assertThat(recorder.size()).isEqualTo(body.length);
      assertThat(recorder.order()).isEqualTo("fresh head end");
    }
  }

  @Test
  void aShortAnswerWaitsForTheEndOfAPause() throws Exception {
    try (FakeUpstream upstream =
        new FakeUpstream(
            c -> {
              c.request();
              c.send("HTTP/1.1 200 OK\r\n\r\nfirst");
              c.request();
            })) {
      Recorder recorder = new Recorder();
      Call call = rig.send(client, Rig.get(upstream.uri("/")), recorder);
      Wait.until("it has begun", () -> recorder.size() == 5);
      rig.onLoop(call::pause);
      upstream.close(); // the provider ends while we do not read
      for (int turn = 0; turn < 50; turn++) {
        rig.onLoop(() -> {});
      }
      assertThat(recorder.text()).isEqualTo("first");
      rig.onLoop(call::resume);
      assertThat(recorder.await().order()).startsWith("fresh head ");
    }
  }

  @Test
  void cancellingClosesTheConnectionAtOnceAndNothingMoreComes() throws Exception {
    java.util.concurrent.CountDownLatch ended = new java.util.concurrent.CountDownLatch(1);
    try (FakeUpstream upstream =
        new FakeUpstream(
            c -> {
              c.request();
              c.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n");
              if (c.ends()) {
                ended.countDown();
              }
            })) {
      Recorder recorder = new Recorder();
      Call call = rig.send(client, Rig.get(upstream.uri("/")), recorder);
      Wait.until("it has begun", () -> recorder.size() == 5);
      rig.onLoop(call::cancel);
      assertThat(ended.await(1, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      rig.onLoop(call::cancel);
      assertThat(recorder.order()).isEqualTo("fresh head");
    }
  }

  @Test
  void aListenerThatThrowsEndsItsCallAlone() throws Exception {
    try (FakeUpstream upstream =
        new FakeUpstream(
            c -> {
              while (true) {
                c.request();
                c.ok("x");
              }
            })) {
      rig.send(
          client,
          Rig.get(upstream.uri("/")),
          new UpstreamListener() {
            @Override
            public void sent(boolean reusedConnection) {}

            @Override
            public void head(int status, Headers headers) {
              throw new IllegalStateException("a planted bug");
            }

            @Override
            public void body(byte[] bytes) {}

            @Override
            public void end() {}

            @Override
            public void failed(TransportFault fault) {}
          });
      assertThat(rig.call(client, Rig.get(upstream.uri("/"))).order()).endsWith("head end");
    }
  }

  static byte[] gzip(byte[] body) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream packer = new GZIPOutputStream(out)) {
      packer.write(body);
    }
    return out.toByteArray();
  }

  static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
