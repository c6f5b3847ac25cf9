package dev.fairlead.failover;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.GatewayHarness;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/**
 * The client fault matrix: what callers do wrong is refused in their own dialect before anybody is
 * called, and when they go away their provider is let go.
 */
final class ClientFaultTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final List<String> MODEL = List.of("t/quick");
  private static GatewayHarness at;

  @BeforeAll
  static void start() {
    at =
        GatewayHarness.start(
            """
            limits: { body_bytes: 8MiB, header_bytes: 32KiB }
            providers: { sim: { base_url: "${SIM}/v1", auth: none } }
            endpoints:
              - { model: t/quick, provider: sim, provider_model: "sim/words-5+ttft=1ms" }
              - { model: t/slow, provider: sim, provider_model: "sim/words-600+interval=50ms" }
              - { model: t/silent, provider: sim, provider_model: "sim/words-5+fault=silence" }
            """,
            1,
            Map.of());
  }

  @AfterAll
  static void stop() {
    at.close();
  }

  @BeforeEach
  void forget() {
    at.simulator().forget();
  }

  private static String head(Door door, String model, boolean stream, long length) {
    return "POST "
        + door.path(model, stream)
        + " HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nauthorization: Bearer "
        + GatewayHarness.KEY
        + "\r\ncontent-length: "
        + length
        + "\r\n\r\n";
  }

  private static Socket sent(Door door, String model, boolean stream) throws IOException {
    Socket socket = at.socket();
    byte[] body = door.body(List.of(model), stream, "Hello", "").getBytes(UTF_8);
    socket.getOutputStream().write(head(door, model, stream, body.length).getBytes(UTF_8));
    socket.getOutputStream().write(body);
    return socket;
  }

  private static String answer(String request) throws IOException {
    try (Socket socket = at.socket()) {
      return answer(socket, request);
    }
  }

  /** What comes back until the server closes or falls silent; a refusal may cut our writing. */
  private static String answer(Socket socket, String request) throws IOException {
    try {
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
    } catch (IOException e) {
      // The gateway stopped reading: its answer is what counts.
    }
    socket.setSoTimeout(3_000);
    StringBuilder all = new StringBuilder();
    byte[] buffer = new byte[8192];
    try {
      InputStream in = socket.getInputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        all.append(new String(buffer, 0, n, ISO_8859_1));
        socket.setSoTimeout(400);
      }
    } catch (IOException e) {
      all.append(""); // silence or a reset ends it, too
    }
    return all.toString();
  }

  private static HttpResponse<String> post(Door door, byte[] body) {
    return at.send(
        at.request(door.path("t/quick", false))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build());
  }

  // ---------------------------------------------------------------- those who go away

  @Test
  void c1LeavingBeforeTheRequestIsWholeCallsNobody() throws Exception {
    for (int cut = 1; cut < 12; cut++) {
      try (Socket socket = at.socket()) {
        byte[] body = Door.CHAT.body(MODEL, true, "Hello", "").getBytes(UTF_8);
        socket
            .getOutputStream()
            .write(head(Door.CHAT, "t/quick", true, body.length).getBytes(UTF_8));
        socket.getOutputStream().write(body, 0, body.length * cut / 12);
      }
    }
    Seen next = Door.CHAT.call(at, MODEL, false, "Hello", PATIENCE);
    assertThat(next.looksComplete()).isTrue();
    assertThat(at.attempts()).hasSize(1);
  }

  @TestFactory
  Stream<DynamicTest> c2LeavingLetsTheProviderGoWithinASecond() {
    List<DynamicTest> all = new ArrayList<>();
    for (Door door : Door.values()) {
      for (String model : List.of("t/slow", "t/silent")) {
        for (boolean stream : new boolean[] {true, false}) {
          for (boolean reset : new boolean[] {true, false}) {
            String name = door + " " + model + (stream ? " streamed" : " whole");
            all.add(
                DynamicTest.dynamicTest(
                    name + (reset ? ", reset" : ", closed"),
                    () -> leaving(door, model, stream, reset)));
          }
        }
      }
    }
    return all.stream();
  }

  private static void leaving(Door door, String model, boolean stream, boolean reset)
      throws Exception {
    at.simulator().forget();
    try (Socket socket = sent(door, model, stream)) {
      GatewayHarness.await("a call", PATIENCE, () -> at.attempts().size() == 1);
      if (stream && model.equals("t/slow")) {
        assertThat(socket.getInputStream().read()).isEqualTo('H');
      }
      assertThat(at.attempts().getFirst().gone()).isEmpty();
      if (reset) {
        socket.setSoLinger(true, 0);
      }
    }
    GatewayHarness.await(
        "the provider is let go",
        Duration.ofSeconds(1),
        () -> at.attempts().getFirst().gone().isPresent());
    assertThat(at.attempts()).as("nobody else is called").hasSize(1);
  }

  @Test
  void c2TheRecordSaysThatTheCallerLeft() throws Exception {
    String id;
    try (Socket socket = sent(Door.OPENROUTER, "t/slow", true)) {
      StringBuilder head = new StringBuilder();
      while (!head.toString().contains("\r\n\r\n")) {
        head.append((char) socket.getInputStream().read());
      }
      String lower = head.toString();
      int from = lower.toLowerCase(java.util.Locale.ROOT).indexOf("x-generation-id: ") + 17;
      id = lower.substring(from, lower.indexOf('\r', from));
    }
    GatewayHarness.await(
        "the record", PATIENCE, () -> at.get("/api/v1/generation?id=" + id).statusCode() == 200);
    JsonNode record = at.generation(id);
    assertThat(record.path("cancelled").asBoolean()).isTrue();
    assertThat(record.path("error").path("kind").asString()).isEqualTo("client_gone");
    assertThat(record.path("usage_metered").asBoolean()).isTrue();
  }

  // ---------------------------------------------------------------- those who are slow

  @Test
  void c3SlowReadersHoldTheirProviderBackAndTheHeapStaysFlat() throws Exception {
    AtomicLong given = new AtomicLong();
    RawUpstream.Script endless =
        (connection, n) -> {
          RawUpstream.request(connection);
          RawUpstream.say(connection, RawUpstream.STREAM_HEAD);
          String much = RawUpstream.CHUNK.repeat(50);
          while (true) {
            RawUpstream.say(connection, much); // blocks when nobody takes it
            given.addAndGet(much.length());
          }
        };
    List<Socket> readers = new ArrayList<>();
    try (RawUpstream flood = new RawUpstream(endless);
        GatewayHarness gateway = flooded(flood)) {
      Door.CHAT.call(gateway, List.of("t/quick"), false, "Hello", PATIENCE);
      long before = heap();
      for (int i = 0; i < 20; i++) {
        Socket socket = gateway.socket();
        if (i > 0) {
          socket.setReceiveBufferSize(8 * 1024); // the first one will read on, and quickly
        }
        readers.add(socket);
        byte[] body = Door.OPENROUTER.body(List.of("t/flood"), true, "Hello", "").getBytes(UTF_8);
        String head = head(Door.OPENROUTER, "t/flood", true, body.length);
        socket.getOutputStream().write(head.getBytes(UTF_8));
        socket.getOutputStream().write(body);
        assertThat(socket.getInputStream().read()).isEqualTo('H');
      }
      long held = settled(given);
      // What one provider could send lies in the kernel's buffers of two connections.
      assertThat(held / readers.size()).as("bytes a reader").isLessThan(16L << 20);
      assertThat(heap() - before).as("heap").isLessThan(64L << 20);

      readers.getFirst().getInputStream().skipNBytes(12L << 20);
      GatewayHarness.await("the provider goes on", PATIENCE, () -> given.get() > held);
    } finally {
      for (Socket socket : readers) {
        socket.close();
      }
    }
  }

  private static GatewayHarness flooded(RawUpstream flood) {
    return GatewayHarness.start(
        """
        providers:
          sim: { base_url: "${SIM}/v1", auth: none }
          flood: { base_url: "${FLOOD}/v1", auth: none }
        endpoints:
          - { model: t/quick, provider: sim, provider_model: "sim/words-5+ttft=1ms" }
          - { model: t/flood, provider: flood }
        """,
        1,
        Map.of("FLOOD", flood.origin("http")));
  }

  private static long heap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** What has been sent, once it has stopped growing. */
  private static long settled(AtomicLong sent) throws InterruptedException {
    long before = -1;
    for (int same = 0; same < 10; ) {
      Thread.sleep(50);
      long now = sent.get();
      same = now == before ? same + 1 : 0;
      before = now;
    }
    return before;
  }

  // ---------------------------------------------------------------- those who send nonsense

  private record Nonsense(String name, byte[] body, int status) {
    Nonsense(String name, String body, int status) {
      this(name, body.getBytes(ISO_8859_1), status);
    }
  }

  private static List<Nonsense> nonsense(Door door) {
    String good = door.body(MODEL, false, "Hello", "");
    String open = good.substring(0, good.lastIndexOf('}'));
    Random random = new Random(7);
    byte[] noise = new byte[4096];
    random.nextBytes(noise);
    return List.of(
        new Nonsense("c5 invalid UTF-8", good.replace("Hello", "He\u00ff\u00felo"), 400),
        new Nonsense("c5 overlong UTF-8", good.replace("Hello", "\u00c0\u00af"), 400),
        new Nonsense("c5 a surrogate as UTF-8", good.replace("Hello", "\u00ed\u00a0\u0080"), 400),
        new Nonsense("c5 noise", noise, 400),
        new Nonsense("c5 nothing", "", 400),
        new Nonsense("c5 an array", "[" + good + "]", 400),
        new Nonsense("c5 half", good.substring(0, good.length() / 2), 400),
        new Nonsense("c6 too large", open + ", \"x\": \"" + "x".repeat(9 << 20) + "\"}", 413),
        new Nonsense(
            "c7 too deep", open + ", \"x\": " + "[".repeat(5000) + "]".repeat(5000) + "}", 400),
        new Nonsense("c7 a huge number", open + ", \"seed\": " + "9".repeat(5000) + "}", 400),
        new Nonsense(
            "c7 too many values", open + ", \"x\": [" + "1,".repeat(2_000_001) + "1]}", 400),
        new Nonsense("c7 not a number", open + ", \"temperature\": NaN}", 400),
        new Nonsense("c8 a doubled key", open + ", \"user\": \"a\", \"user\": \"b\"}", 400),
        new Nonsense(
            "c8 an escaped double", open + ", \"user\": \"a\", \"\\u0075ser\": \"b\"}", 400),
        new Nonsense("c8 trailing data", good + "{}", 400),
        new Nonsense("c8 a trailing comma", open + ",}", 400),
        new Nonsense("c8 a comment", good.replace("{", "{/* hello */"), 400),
        new Nonsense("c8 single quotes", good.replace('"', '\''), 400));
  }

  @TestFactory
  Stream<DynamicTest> nonsenseIsRefusedInTheCallersDialectAndNeverForwarded() {
    List<DynamicTest> all = new ArrayList<>();
    for (Door door : Door.values()) {
      for (Nonsense it : nonsense(door)) {
        all.add(DynamicTest.dynamicTest(door + " " + it.name(), () -> refused(door, it)));
      }
    }
    return all.stream();
  }

  private static void refused(Door door, Nonsense it) throws IOException {
    at.simulator().forget();
    String raw;
    try (Socket socket = at.socket()) {
      raw =
          answer(
              socket,
              head(door, "t/quick", false, it.body().length)
                      .replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n")
                  + new String(it.body(), ISO_8859_1));
    }
    assertThat(raw).startsWith("HTTP/1.1 " + it.status());
    inDialect(door, raw.substring(raw.indexOf("\r\n\r\n") + 4), it.status());
    assertThat(at.attempts()).as("forwarded").isEmpty();
  }

  private static void inDialect(Door door, String body, int status) {
    JsonNode error = GatewayHarness.JSON.readTree(body).path("error");
    assertThat(error.path("message").asString("")).as(body).isNotBlank();
    switch (door) {
      case OPENROUTER -> assertThat(error.path("code").asInt()).as(body).isEqualTo(status);
      case CHAT -> assertThat(error.path("type").asString("")).as(body).isNotBlank();
      case MESSAGES -> {
        assertThat(GatewayHarness.JSON.readTree(body).path("type").asString()).isEqualTo("error");
        assertThat(error.path("type").asString("")).as(body).isNotBlank();
      }
      case GEMINI -> {
        assertThat(error.path("code").asInt()).as(body).isEqualTo(status);
        assertThat(error.path("status").asString("")).as(body).isNotBlank();
      }
    }
  }

  @Test
  void c7AMillionMessagesAreAnsweredOrRefusedInTime() {
    String many = "{\"role\": \"user\", \"content\": \"x\"},".repeat(150_000);
    String body =
        "{\"model\": \"t/quick\", \"messages\": ["
            + many
            + "{\"role\":\"user\",\"content\":\"x\"}]}";
    HttpResponse<String> answer = post(Door.CHAT, body.getBytes(UTF_8));
    assertThat(answer.statusCode()).isIn(200, 400);
    Seen next = Door.CHAT.call(at, MODEL, false, "Hello", Duration.ofSeconds(5));
    assertThat(next.looksComplete()).isTrue();
  }

  @Test
  void c18BoundsOutOfBoundsAreRefusedOrClamped() {
    for (String bad :
        List.of("\"max_tokens\": -1", "\"max_tokens\": 1.5", "\"n\": -3", "\"n\": 0")) {
      Seen seen = Door.CHAT.call(at, MODEL, false, "Hello", bad, PATIENCE);
      assertThat(seen.status()).as(bad + " " + seen).isEqualTo(400);
      assertThat(at.attempts()).as(bad).isEmpty();
    }
    Seen absurd =
        Door.CHAT.call(at, MODEL, false, "Hello", "\"max_tokens\": 999999999999", PATIENCE);
    assertThat(absurd.status()).as(absurd.toString()).isEqualTo(404); // nobody generates so much
    assertThat(at.attempts()).isEmpty();
    Seen exponent =
        Door.CHAT.call(at, MODEL, false, "Hello", "\"temperature\": 1e999999999", PATIENCE);
    assertThat(exponent.status()).as(exponent.toString()).isEqualTo(400);
    at.simulator().forget();
    Seen choices = Door.CHAT.call(at, MODEL, false, "Hello", "\"n\": 1000000", PATIENCE);
    assertThat(choices.status()).as(choices.toString()).isEqualTo(400);
    assertThat(at.attempts()).isEmpty();
  }

  // ---------------------------------------------------------------- those who bend HTTP

  @Test
  void c6ABodyShorterThanItsLengthWaitsAndCallsNobody() throws Exception {
    try (Socket socket = at.socket()) {
      socket
          .getOutputStream()
          .write((head(Door.CHAT, "t/quick", false, 500) + "{}").getBytes(UTF_8));
      socket.shutdownOutput();
      socket.setSoTimeout(5_000);
      byte[] all = socket.getInputStream().readAllBytes();
      assertThat(new String(all, ISO_8859_1)).doesNotContain("200 OK");
    }
    assertThat(at.attempts()).isEmpty();
  }

  @Test
  void c6AnEndlessChunkedBodyIsCutAtTheBound() throws Exception {
    try (Socket socket = at.socket()) {
      String head =
          head(Door.CHAT, "t/quick", false, 0)
              .replace("content-length: 0", "transfer-encoding: chunked");
      StringBuilder endless = new StringBuilder(head);
      String chunk = "10000\r\n" + "x".repeat(65_536) + "\r\n";
      for (int i = 0; i < 200; i++) {
        endless.append(chunk);
      }
      assertThat(answer(socket, endless.toString())).startsWith("HTTP/1.1 4");
    }
    assertThat(at.attempts()).isEmpty();
  }

  @Test
  void c9RequestsThatCanBeReadTwoWaysAreRefusedAndCut() throws Exception {
    String good = head(Door.CHAT, "t/quick", false, 2);
    List<String> vectors =
        List.of(
            good.replace("content-length: 2", "content-length: 2\r\ntransfer-encoding: chunked"),
            good.replace("content-length: 2", "content-length: 2\r\ncontent-length: 3"),
            good.replace("content-length: 2", "content-length: +2"),
            good.replace("content-length: 2", "content-length: 0x2"),
            good.replace("content-length: 2", "content-length : 2"),
            good.replace("content-length: 2", "transfer-encoding: xchunked"),
            good.replace("content-length: 2", "transfer-encoding: chunked, identity"),
            good.replace("host: x", "host: x\r\n folded: y"),
            good.replace("host: x", "host: x\r\nbad name: y"),
            good.replace("host: x", "host: x\r\nx: a\0b"));
    for (String vector : vectors) {
      String answer = answer(vector + "{}GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");
      assertThat(answer).as(vector).startsWith("HTTP/1.1 400");
      assertThat(answer.split("HTTP/1\\.1 ", -1)).as("one answer only: " + vector).hasSize(2);
    }
    assertThat(at.attempts()).isEmpty();
  }

  @Test
  void c10RequestsInOneGoAreAnsweredInOrder() throws Exception {
    byte[] body = Door.CHAT.body(MODEL, false, "Hello", "").getBytes(UTF_8);
    String one = head(Door.CHAT, "t/quick", false, body.length) + new String(body, UTF_8);
    String health = "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    String answer = answer(one + one + health);
    assertThat(answer.split("HTTP/1\\.1 200", -1)).as(answer).hasSize(4);
    assertThat(answer.lastIndexOf("chat.completion"))
        .isLessThan(answer.lastIndexOf("HTTP/1.1 200"));
    assertThat(at.attempts()).hasSize(2);
  }

  @Test
  void c16HeadsThatAreTooLargeAreRefused() throws Exception {
    String good = head(Door.CHAT, "t/quick", false, 2);
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      many.append("x-").append(i).append(": y\r\n");
    }
    List<String> floods =
        List.of(
            good.replace("host: x\r\n", "host: x\r\n" + many),
            good.replace("host: x\r\n", "host: x\r\nx: " + "y".repeat(1 << 20) + "\r\n"),
            good.replace("/v1/", "/v1/" + "z".repeat(1 << 20)));
    for (String flood : floods) {
      assertThat(answer(flood + "{}")).startsWith("HTTP/1.1 4").doesNotContain("200 OK");
    }
    assertThat(answer(floods.get(0) + "{}")).startsWith("HTTP/1.1 431");
    assertThat(at.attempts()).isEmpty();
  }
}
