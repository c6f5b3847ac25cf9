package dev.fairlead.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the server reads and writes, seen from a bare socket. */
final class ServerFramingTest {
  @RegisterExtension static final NoLeaks NO_LEAKS = new NoLeaks();

  private final Rig rig = new Rig();

  @AfterEach
  void stop() {
    rig.close();
  }

  private static String post(String fields, String body) {
    return "POST /p HTTP/1.1\r\nhost: a\r\n" + fields + "\r\n" + body;
  }

  @Test
  void pathAndQueryAreTakenApartAndThePathIsDecoded() throws Exception {
    HttpServer server =
        rig.serve(
            Rig.config(),
            (q, r) ->
                r.whole(
                    200,
                    Rig.TEXT,
                    (q.path()
                            + "|"
                            + q.query()
                            + "|"
                            + q.parameter("b").orElse("-")
                            + "|"
                            + q.peer())
                        .getBytes(UTF_8)));
    try (RawClient caller = new RawClient(server.port())) {
      caller.send("GET /v1/models/a%2Fb%20c?a=1&b=x%20y HTTP/1.1\r\nhost: a\r\n\r\n");
      assertThat(caller.read().body()).isEqualTo("/v1/models/a/b c|a=1&b=x%20y|x y|127.0.0.1");
      caller.send("GET http://A/x?y HTTP/1.1\r\nhost: a\r\n\r\n");
      assertThat(caller.read().body()).isEqualTo("/x|y|-|127.0.0.1");
      caller.send("GET http://a HTTP/1.1\r\nhost: a\r\n\r\n");
      assertThat(caller.read().body()).startsWith("/||");
      caller.send("OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n");
      assertThat(caller.read().body()).startsWith("*||");
    }
  }

  @Test
  void headersKeepTheirOrderAndTheirValues() throws Exception {
    HttpServer server =
        rig.serve(
            Rig.config(),
            (q, r) -> {
              StringBuilder all = new StringBuilder();
              q.headers().forEach((n, v) -> all.append(n).append('=').append(v).append(';'));
              r.whole(200, Headers.of("X-Y", "a\r\nset-cookie: b"), all.toString().getBytes(UTF_8));
            });
    try (RawClient caller = new RawClient(server.port())) {
      caller.send("GET / HTTP/1.1\r\nHost: a\r\nX-One: \t 1 2 \t\r\nx-one:3\r\nE:\r\n\r\n");
      RawClient.Reply reply = caller.read();
      assertThat(reply.body()).isEqualTo("Host=a;X-One=1 2;x-one=3;E=;");
      assertThat(reply.head()).contains("X-Y: a  set-cookie: b\r\n").contains("\r\ndate: ");
    }
  }

  @Test
  void aRequestMayBeSplitAtEveryByte() throws Exception {
    HttpServer server = rig.echo(Rig.config());
    String fixed = post("content-length: 5\r\n", "hello");
    String chunked =
        post(
            "transfer-encoding: chunked\r\n",
            "2;name=\"v\"\r\nhe\r\n003\r\nllo\r\n0\r\nX-Trailer: 1\r\nY: 2\r\n\r\n");
    try (RawClient caller = new RawClient(server.port())) {
      for (String request : new String[] {fixed, chunked, "\r\n" + fixed}) {
        for (int at = 1; at < request.length(); at++) {
          caller.send(request.substring(0, at));
          rig.onLoop(() -> {});
          caller.send(request.substring(at));
          assertThat(caller.read().body()).as("split at " + at).isEqualTo("/p|hello");
        }
      }
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrderOneAtATime() throws Exception {
    java.util.concurrent.atomic.AtomicInteger running =
        new java.util.concurrent.atomic.AtomicInteger();
    HttpServer server =
        rig.serve(
            Rig.config(),
            (q, r) -> {
              assertThat(running.incrementAndGet()).isEqualTo(1);
              r.loop()
                  .schedule(
                      java.time.Duration.ofMillis(q.path().equals("/0") ? 60 : 1),
                      () -> {
                        running.decrementAndGet();
                        r.whole(200, Rig.TEXT, q.path().getBytes(UTF_8));
                      });
            });
    try (RawClient caller = new RawClient(server.port())) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 50; i++) {
        all.append("GET /" + i + " HTTP/1.1\r\nhost: a\r\n\r\n");
      }
      caller.send(all.toString());
      for (int i = 0; i < 50; i++) {
        RawClient.Reply reply = caller.read();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("/" + i);
      }
    }
  }

  @Test
  void headGetsTheHeadAlone() throws Exception {
    HttpServer server = rig.echo(Rig.config());
    try (RawClient caller = new RawClient(server.port())) {
      caller.send("HEAD /abc HTTP/1.1\r\nhost: a\r\n\r\n");
      RawClient.Reply reply = caller.read(false);
      assertThat(reply.has("content-length: 5")).isTrue();
      caller.send("GET /abc HTTP/1.1\r\nhost: a\r\n\r\n");
      assertThat(caller.read().body()).isEqualTo("/abc|");
    }
  }

  @Test
  void headOfAStreamGetsTheHeadAlone() throws Exception {
    HttpServer server =
        rig.serve(
            Rig.config(),
            (q, r) -> {
              ResponseStream out = r.open(200, Rig.TEXT);
              out.write(new byte[10]);
              out.end();
            });
    try (RawClient caller = new RawClient(server.port())) {
      caller.send("HEAD /a HTTP/1.1\r\nhost: a\r\n\r\nHEAD /b HTTP/1.1\r\nhost: a\r\n\r\n");
      assertThat(caller.read(false).status()).isEqualTo(200);
      assertThat(caller.read(false).status()).isEqualTo(200);
    }
  }

  @Test
  void answersWithoutABodySayNothingOfItsLength() throws Exception {
    HttpServer server = rig.serve(Rig.config(), (q, r) -> r.whole(204, Headers.NONE, new byte[0]));
    try (RawClient caller = new RawClient(server.port())) {
      caller.send("DELETE /a HTTP/1.1\r\nhost: a\r\n\r\nDELETE /b HTTP/1.1\r\nhost: a\r\n\r\n");
      assertThat(caller.read().has("content-length")).isFalse();
      assertThat(caller.read().status()).isEqualTo(204);
    }
  }

  @Test
  void aContinueIsSentToWhoWaitsForIt() throws Exception {
    HttpServer server = rig.echo(Rig.config().withMaxBodyBytes(100));
    try (RawClient caller = new RawClient(server.port())) {
      caller.send(post("expect: 100-continue\r\ncontent-length: 2\r\n", ""));
      assertThat(caller.read().status()).isEqualTo(100);
      caller.send("ok");
      assertThat(caller.read().body()).isEqualTo("/p|ok");
      caller.send(post("expect: 100-continue\r\ncontent-length: 101\r\n", ""));
      assertThat(caller.read().status()).isEqualTo(413);
    }
    try (RawClient caller = new RawClient(server.port())) {
      caller.send(post("expect: something\r\ncontent-length: 2\r\n", ""));
      assertThat(caller.read().status()).isEqualTo(417);
    }
  }

  @Test
  void anUpgradeToHttp2IsIgnored() throws Exception {
    HttpServer server = rig.echo(Rig.config());
    try (RawClient caller = new RawClient(server.port())) {
      caller.send(
          post(
              "connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n"
                  + "content-length: 2\r\n",
              "hi"));
      RawClient.Reply reply = caller.read();
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.body()).isEqualTo("/p|hi");
    }
    try (RawClient caller = new RawClient(server.port())) {
      caller.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      assertThat(caller.read().status()).isEqualTo(505);
    }
  }

  @Test
  void theConnectionStaysUnlessOneSideSaysOtherwise() throws Exception {
    HttpServer server = rig.echo(Rig.config());
    try (RawClient caller = new RawClient(server.port())) {
      caller.send("GET /1 HTTP/1.1\r\nhost: a\r\n\r\n");
      assertThat(caller.read().has("connection:")).isFalse();
      caller.send("GET /2 HTTP/1.1\r\nhost: a\r\nconnection: Close\r\n\r\n");
      assertThat(caller.read().has("connection: close")).isTrue();
      assertThat(caller.closedByServer(2000)).isTrue();
    }
    try (RawClient caller = new RawClient(server.port())) {
      caller.send("GET /1 HTTP/1.0\r\nconnection: keep-alive\r\n\r\n");
      assertThat(caller.read().has("connection: keep-alive")).isTrue();
      caller.send("GET /2 HTTP/1.0\r\n\r\n");
      assertThat(caller.read().body()).isEqualTo("/2|");
      assertThat(caller.closedByServer(2000)).isTrue();
    }
  }

  @Test
  void aStreamIsChunkedOrForOldCallersEndsWithTheConnection() throws Exception {
    HttpServer server =
        rig.serve(
            Rig.config(),
            (q, r) -> {
              ResponseStream out = r.open(200, Rig.TEXT);
              for (int size : new int[] {1, 15, 16, 255, 256, 4095, 4096, 70_000}) {
                out.write("x".repeat(size).getBytes(UTF_8), size % 2 == 0);
              }
              out.write(new byte[0]);
              out.end();
            });
    int total = 1 + 15 + 16 + 255 + 256 + 4095 + 4096 + 70_000;
    try (RawClient caller = new RawClient(server.port())) {
      for (int i = 0; i < 3; i++) {
        caller.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        assertThat(caller.read().body()).hasSize(total);
      }
    }
    try (RawClient caller = new RawClient(server.port())) {
      caller.send("GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n");
      RawClient.Reply reply = caller.read();
      assertThat(reply.has("chunked")).isFalse();
      assertThat(reply.body()).hasSize(total);
    }
  }

  @Test
  void largeAnswersAndBodiesComeWhole() throws Exception {
    HttpServer server = rig.echo(Rig.config());
    String body = "0123456789abcdef".repeat(200_000);
    try (RawClient caller = new RawClient(server.port())) {
      caller.send(post("content-length: " + body.length() + "\r\n", body));
      assertThat(caller.read().body()).isEqualTo("/p|" + body);
      caller.send(
          post(
              "transfer-encoding: chunked\r\n",
              Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n"));
      assertThat(caller.read().body()).isEqualTo("/p|" + body);
    }
  }

  @Test
  void aBodyOverTheLimitIsRefusedWhicheverWayItComes() throws Exception {
    HttpServer server = rig.echo(Rig.config().withMaxBodyBytes(10));
    try (RawClient caller = new RawClient(server.port())) {
      caller.send(post("content-length: 11\r\n", "hello world"));
      RawClient.Reply reply = caller.read();
      assertThat(reply.status()).isEqualTo(413);
      assertThat(reply.body()).contains("\"code\":413").contains("larger than 10 bytes");
      assertThat(caller.closedByServer(3000)).isTrue();
    }
    try (RawClient caller = new RawClient(server.port())) {
      caller.send(post("transfer-encoding: chunked\r\n", "5\r\nhello\r\n6\r\n"));
      assertThat(caller.read().status()).isEqualTo(413);
    }
    try (RawClient caller = new RawClient(server.port())) {
      caller.send(post("content-length: 10\r\n", "helloworld"));
      assertThat(caller.read().status()).isEqualTo(200);
    }
    assertThat(rig.seen).hasSize(1);
  }

  @Test
  void aCallerThatSendsOnAfterItsRefusalStillReadsIt() throws Exception {
    HttpServer server = rig.echo(Rig.config().withMaxBodyBytes(10));
    try (RawClient caller = new RawClient(server.port())) {
      caller.send(post("content-length: 3000000\r\n", ""));
      byte[] more = new byte[100_000];
      for (int i = 0; i < 20; i++) {
        caller.send(more);
      }
      assertThat(caller.read().status()).isEqualTo(413);
    }
  }

  @Test
  void headerFloodsAreRefused() throws Exception {
    HttpServer server = rig.echo(Rig.config());
    try (RawClient caller = new RawClient(server.port())) {
      caller.send("GET / HTTP/1.1\r\nhost: a\r\n" + "x: y\r\n".repeat(300) + "\r\n");
      assertThat(caller.read().status()).isEqualTo(431);
    }
    try (RawClient caller = new RawClient(server.port())) {
      caller.send("GET / HTTP/1.1\r\nhost: a\r\nx: " + "y".repeat(40_000));
      assertThat(caller.read().status()).isEqualTo(431);
      assertThat(caller.closedByServer(3000)).isTrue();
    }
    try (RawClient caller = new RawClient(server.port())) {
      caller.send("GET /" + "y".repeat(40_000));
      assertThat(caller.read().status()).isEqualTo(414);
    }
    try (RawClient caller = new RawClient(server.port())) {
      caller.send("GET / HTTP/1.1\r\nhost: a\r\nx: " + "y".repeat(30_000) + "\r\n\r\n");
      assertThat(caller.read().status()).isEqualTo(200);
    }
  }

  @Test
  void compressedBodiesAreDecoded() throws Exception {
    HttpServer server = rig.echo(Rig.config());
    String text = "some text, some text, some text";
    String random =
        new java.util.Random(7)
            .ints(200_000, 'a', 'z')
            .collect(StringBuilder::new, (b, c) -> b.append((char) c), StringBuilder::append)
            .toString();
    try (RawClient caller = new RawClient(server.port())) {
      for (String body : new String[] {text, random}) {
        for (String name : new String[] {"gzip", "x-gzip", "deflate", "identity", "GZIP"}) {
          byte[] packed = pack(name, body.getBytes(UTF_8));
          caller.send(
              post(
                  "content-encoding: " + name + "\r\ncontent-length: " + packed.length + "\r\n",
                  ""));
          caller.send(packed);
          assertThat(caller.read().body()).isEqualTo("/p|" + body);
        }
      }
    }
  }

  @Test
  void bombsAndUnknownOrBrokenEncodingsAreRefused() throws Exception {
    HttpServer server = rig.echo(Rig.config());
    byte[] bomb = pack("gzip", new byte[30_000_000]);
    byte[] twice = pack("gzip", bomb);
    byte[] good = pack("gzip", "hello".getBytes(UTF_8));
    byte[] cut = Arrays.copyOf(good, good.length - 3);
    byte[] wrong = good.clone();
    wrong[wrong.length - 6] ^= 1;
    Object[][] cases = {
      {"gzip", bomb, 413},
      {"gzip, gzip", twice, 415},
      {"zstd", good, 415},
      {"br", good, 415},
      {"gzip", "not gzip at all".getBytes(UTF_8), 400},
      {"gzip", cut, 400},
      {"gzip", wrong, 400},
      {"deflate", new byte[] {0x78, (byte) 0x9c, 1, 2, 3}, 400},
    };
    for (Object[] it : cases) {
      byte[] body = (byte[]) it[1];
      try (RawClient caller = new RawClient(server.port())) {
        caller.send(
            post("content-encoding: " + it[0] + "\r\ncontent-length: " + body.length + "\r\n", ""));
        caller.send(body);
        RawClient.Reply reply = caller.read();
        assertThat(reply.status()).as("" + it[0]).isEqualTo((int) it[2]);
        assertThat(caller.closedByServer(3000)).isTrue();
      }
    }
    assertThat(rig.seen).isEmpty();
  }

  @Test
  void refusalsAreRenderedByTheGivenPage() throws Exception {
    HttpServer server =
        HttpServer.start(
            Rig.config().withMaxBodyBytes(1),
            rig.loops,
            (q, r) -> r.whole(200, Headers.NONE, new byte[0]),
            (path, status, message) -> (path + "!" + status).getBytes(UTF_8));
    try (server;
        RawClient caller = new RawClient(server.port())) {
      caller.send(post("transfer-encoding: chunked\r\n", "2\r\nxx\r\n"));
      assertThat(caller.read().body()).isEqualTo("/p!413");
    }
  }

  private static byte[] pack(String name, byte[] body) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (name.equals("identity")) {
      return body;
    }
    try (OutputStream packer =
        name.equals("deflate") ? new DeflaterOutputStream(out) : new GZIPOutputStream(out)) {
      packer.write(body);
    }
    return out.toByteArray();
  }
}
