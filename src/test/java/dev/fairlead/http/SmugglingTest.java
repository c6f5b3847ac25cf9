package dev.fairlead.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests that two readers could understand in two ways reach no handler and end the connection.
 */
final class SmugglingTest {
  @RegisterExtension static final NoLeaks NO_LEAKS = new NoLeaks();

  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n";

  private static Rig rig;
  private static HttpServer server;

  @BeforeAll
  static void start() throws Exception {
    rig = new Rig();
    server = rig.echo(Rig.config().withMaxBodyBytes(100_000));
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  private static String post(String fields, String body) {
    return "POST /victim HTTP/1.1\r\nhost: a\r\n" + fields + "\r\n" + body;
  }

  private static String chunked(String body) {
    return post("transfer-encoding: chunked\r\n", body);
  }

  static Stream<String> vectors() {
    Stream<String> lengths =
        Stream.of(
                "content-length: 4\r\ntransfer-encoding: chunked\r\n",
                "transfer-encoding: chunked\r\ncontent-length: 4\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n",
                "content-length: 4\r\ncontent-length: 4\r\n",
                "content-length: 4\r\ncontent-length: 5\r\n",
                "content-length: 4, 4\r\n",
                "content-length: 4,5\r\n",
                "content-length: +4\r\n",
                "content-length: -1\r\n",
                "content-length: 0x4\r\n",
                "content-length: 4 4\r\n",
                "content-length: 4;\r\n",
                "content-length: 4.0\r\n",
                "content-length: 1e1\r\n",
                "content-length: \"4\"\r\n",
                "content-length:\r\n",
                "content-length: four\r\n",
                "content-length: 99999999999999999999\r\n",
                "content-length: 18446744073709551620\r\n",
                "content-length: \u00b2\r\n",
                "content-length : 4\r\n",
                "content-length\t: 4\r\n",
                " content-length: 4\r\n",
                "x: y\r\n content-length: 4\r\n",
                "x: y\r\n\tcontent-length: 4\r\n",
                "content-length: \r\n 4\r\n",
                "content-length: 4\rtransfer-encoding: chunked\r\n",
                "content-length: 4\ntransfer-encoding: chunked\r\n",
                "content-length: 4\u0000\r\n",
                "content\u0000-length: 4\r\n",
                "content-length: \u000b4\r\n",
                "content-length: 4\u007f\r\n",
                "transfer-encoding: xchunked\r\n",
                "transfer-encoding: chunked, identity\r\n",
                "transfer-encoding: identity, chunked\r\n",
                "transfer-encoding: gzip, chunked\r\n",
                "transfer-encoding: chunked, chunked\r\n",
                "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n",
                "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n",
                "transfer-encoding: identity\r\ntransfer-encoding: chunked\r\n",
                "transfer-encoding: gzip\r\n",
                "transfer-encoding: identity\r\n",
                "transfer-encoding: \u000bchunked\r\n",
                "transfer-encoding:\u00a0chunked\r\n",
                "transfer-encoding: chunked;q=1\r\n",
                "transfer-encoding: \"chunked\"\r\n",
                "transfer-encoding: 'chunked'\r\n",
                "transfer-encoding:\r\n chunked\r\n",
                "transfer-encoding:\r\n",
                "transfer-encoding : chunked\r\n",
                "transfer_encoding : chunked\r\ncontent-length: 4\r\n",
                "transfer-encoding\r\n: chunked\r\n",
                "connection: content-length\r\ncontent-length: 4\r\n",
                "connection: close, transfer-encoding\r\ntransfer-encoding: chunked\r\n",
                "connection: host\r\n",
                "connection: authorization\r\nauthorization: Bearer x\r\n",
                "host: b\r\n",
                "x\r\n",
                ": y\r\n",
                "x y: z\r\n",
                "x(y): z\r\n",
                "\u00e9: z\r\n",
                "x: a\u0000b\r\n",
                "x: a\rb\r\n",
                "x: a\nb: c\r\n")
            .map(fields -> post(fields, "0\r\n\r\n"));
    Stream<String> chunks =
        Stream.of(
                "\r\n",
                "x\r\n\r\n",
                "-1\r\n\r\n",
                "+5\r\nhello\r\n0\r\n\r\n",
                "0x5\r\nhello\r\n0\r\n\r\n",
                " 5\r\nhello\r\n0\r\n\r\n",
                "5 \r\nhello\r\n0\r\n\r\n",
                "5\nhello\r\n0\r\n\r\n",
                "5\rhello\r\n0\r\n\r\n",
                "5\r\rhello\r\n0\r\n\r\n",
                "5\r\nhelloX\r\n0\r\n\r\n",
                "5\r\nhello\n0\r\n\r\n",
                "5\r\nhello0\r\n\r\n",
                "5;a\u0000b\r\nhello\r\n0\r\n\r\n",
                "5;a\nb\r\nhello\r\n0\r\n\r\n",
                "5;a\rb\r\nhello\r\n0\r\n\r\n",
                "5 ;a=b\r\nhello\r\n0\r\n\r\n",
                "ffffffffffffffff\r\n",
                "10000000000000005\r\nhello\r\n0\r\n\r\n",
                "0\r\nx y: z\r\n\r\n",
                "0\r\n folded: z\r\n\r\n",
                "0\r\nx: a\u0000\r\n\r\n",
                "0\r\nx: a\n\r\n",
                "0\r\n\n",
                "0\r\n\rX")
            .map(SmugglingTest::chunked);
    Stream<String> lines =
        Stream.of(
            "GET /victim HTTP/1.1\nhost: a\n\n",
            "GET /victim HTTP/1.1\r\nhost: a\n\r\n",
            "GET  /victim HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET /victim  HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET\t/victim HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET /victim HTTP/1.1 \r\nhost: a\r\n\r\n",
            " GET /victim HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET /victim\r\nhost: a\r\n\r\n",
            "GET /victim http/1.1\r\nhost: a\r\n\r\n",
            "GET /victim HTTP/1.10\r\nhost: a\r\n\r\n",
            "GET /victim HTTP/01.1\r\nhost: a\r\n\r\n",
            "GET /victim HTTP/1,1\r\nhost: a\r\n\r\n",
            "GET /vic tim HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET /vic\u0000tim HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET /vic\rtim HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET /vic\u00e9tim HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET /victim#f HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET /vic%0atim HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET /vic%tim HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET /vic%c3 HTTP/1.1\r\nhost: a\r\n\r\n",
            "G(T /victim HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET victim HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET * HTTP/1.1\r\nhost: a\r\n\r\n",
            "CONNECT a:443 HTTP/1.1\r\nhost: a:443\r\n\r\n",
            "GET http://b/victim HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET http://u@a/victim HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET ftp://a/victim HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET http:/victim HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET /victim HTTP/1.1\r\n\r\n",
            "GET /victim HTTP/1.1\r\nhost:\r\n\r\n",
            "GET /victim HTTP/1.1\r\nhost: a b\r\n\r\n",
            "GET /victim HTTP/1.1\r\nhost: u@a\r\n\r\n",
            "GET /victim HTTP/1.1\r\nhost: a/b\r\n\r\n",
            "GET /victim HTTP/1.1\r\nhost: a, b\r\n\r\n",
            "\r\n\r\nGET /victim HTTP/1.1\r\nhost: a\r\n\r\n",
            "\nGET /victim HTTP/1.1\r\nhost: a\r\n\r\n",
            "POST /victim HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST /victim HTTP/1.0\r\nhost: a\r\ncontent-length: 3\r\n"
                + "transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003");
    return List.of(lengths, chunks, lines).stream().flatMap(s -> s);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void isRefusedAndTheConnectionEnds(String vector) throws Exception {
    rig.seen.clear();
    try (RawClient caller = new RawClient(server.port())) {
      caller.send(vector + SMUGGLED);
      RawClient.Reply reply = caller.read();
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.body()).contains("\"error\":{\"code\":400,\"message\":");
      assertThat(reply.has("connection: close")).isTrue();
      assertThat(caller.closedByServer(3000)).isTrue();
    }
    assertThat(rig.seen).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void isRefusedWhenItDripsInToo(String vector) throws Exception {
    rig.seen.clear();
    try (RawClient caller = new RawClient(server.port())) {
      try {
        for (char c : vector.toCharArray()) {
          caller.send(String.valueOf(c));
        }
        caller.send(SMUGGLED);
      } catch (java.io.IOException e) {
        // It was refused before its end, and the rest met a closed connection.
      }
      assertThat(caller.closedByServer(4000)).isTrue();
    }
    assertThat(rig.seen).isEmpty();
  }
}
