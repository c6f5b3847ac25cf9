package dev.fairlead.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.GatewayHarness;
import dev.fairlead.simulator.SimAttempt;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Rows of the upstream matrix that want a world of their own, each under its number. */
final class UpstreamFaultTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String PROMPT = "Say twelve words.";
  private static final String SETTINGS =
      """
      timeouts: { connect: 600ms, first_token: 1s, last_first_token: 3s, whole: 1500ms,
                  idle: 1s, linger: 200ms, total: 10s }
      retry: { backoff: 25ms, patience: 1500ms }
      """;

  /** A gateway with the primary at this base URL and a healthy fallback of another model. */
  private static GatewayHarness beside(String base) {
    return GatewayHarness.start(
        SETTINGS
            + """
            providers:
              one: { base_url: "${ONE}", auth: none }
              two: { base_url: "${SIM}/v1", auth: none }
            endpoints:
              - { model: t/primary, provider: one, provider_model: sim/words-12, context_length: 9000000 }
              - { model: t/fallback, provider: two, provider_model: sim/words-12 }
            """,
        0.1,
        Map.of("ONE", base));
  }

  /** A gateway whose models {@code t/0}, {@code t/1} … are these of the simulator. */
  private static GatewayHarness simulated(String... models) {
    StringBuilder yaml = new StringBuilder(SETTINGS);
    yaml.append("providers: { sim: { base_url: \"${SIM}/v1\", auth: none } }\nendpoints:\n");
    for (int i = 0; i < models.length; i++) {
      yaml.append("  - { model: t/").append(i).append(", provider: sim, provider_model: \"");
      yaml.append(models[i]).append("\" }\n");
    }
    return GatewayHarness.start(yaml.toString(), 0.1, Map.of());
  }

  private static JsonNode calls(GatewayHarness at, Seen seen) {
    return at.generation(seen.generation()).get("provider_responses");
  }

  private static void rescuedFrom(String base, String fault) {
    try (GatewayHarness at = beside(base)) {
      for (boolean stream : new boolean[] {true, false}) {
        Seen seen =
            Door.OPENROUTER.call(at, List.of("t/primary", "t/fallback"), stream, PROMPT, PATIENCE);
        assertThat(seen.looksComplete()).as(seen.toString()).isTrue();
        assertThat(seen.model()).isEqualTo("t/fallback");
        assertThat(calls(at, seen).path(0).path("fault").asString()).isEqualTo(fault);
        Seen alone = Door.CHAT.call(at, List.of("t/primary"), stream, PROMPT, PATIENCE);
        assertThat(alone.status()).as(alone.toString()).isBetween(502, 504);
        assertThat(alone.failed()).isTrue();
      }
    }
  }

  @Test
  void u1ConnectionRefused() {
    rescuedFrom("${DEAD}/v1".replace("${DEAD}", "http://127.0.0.1:1"), "connect_refused");
  }

  @Test
  void u2NameNotFound() {
    rescuedFrom("http://nowhere.invalid:9/v1", "dns");
  }

  @Test
  void u3HandshakeCut() {
    try (RawUpstream cut = new RawUpstream((socket, n) -> socket.getInputStream().read())) {
      rescuedFrom(cut.origin("https") + "/v1", "tls");
    }
  }

  @Test
  void u3CertificateOfAnUnknownIssuer() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = getClass().getResourceAsStream("/http/good.p12")) {
      keys.load(in, "changeit".toCharArray());
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, "changeit".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    ServerSocket server =
        context
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    try (RawUpstream forged = new RawUpstream(server, (socket, n) -> RawUpstream.request(socket))) {
      rescuedFrom(forged.origin("https") + "/v1", "tls");
    }
  }

  @Test
  void u4ConnectTimesOut() throws Exception {
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Socket> waiting = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Socket socket = new Socket();
        waiting.add(socket);
        try {
          socket.connect(full.getLocalSocketAddress(), 100);
        } catch (java.net.SocketTimeoutException e) {
          break; // the queue is full now
        }
      }
      rescuedFrom("http://127.0.0.1:" + full.getLocalPort() + "/v1", "connect_timeout");
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  @Test
  void u7AByteNowAndThenIsNoAnswer() {
    RawUpstream.Script drip =
        (socket, n) -> {
          RawUpstream.request(socket);
          RawUpstream.say(socket, RawUpstream.STREAM_HEAD + RawUpstream.CHUNK);
          for (char c : RawUpstream.CHUNK.repeat(3).toCharArray()) {
            RawUpstream.say(socket, String.valueOf(c));
            Thread.sleep(50);
          }
        };
    try (RawUpstream slow = new RawUpstream(drip);
        GatewayHarness at = beside(slow.origin("http") + "/v1")) {
      Seen seen = Door.CHAT.call(at, List.of("t/primary"), true, PROMPT, PATIENCE);
      assertThat(seen.failed()).as(seen.toString()).isTrue();
      assertThat(seen.terminal()).isFalse();
      assertThat(seen.took()).isLessThan(Duration.ofSeconds(5));
      assertThat(calls(at, seen).path(0).path("fault").asString()).isEqualTo("idle_timeout");
    }
  }

  @Test
  void u15BodyShorterThanItsLength() {
    RawUpstream.Script liar =
        (socket, n) -> {
          RawUpstream.request(socket);
          String answer = RawUpstream.whole(200, "", RawUpstream.WHOLE);
          RawUpstream.say(socket, answer.substring(0, answer.length() - 20));
        };
    try (RawUpstream shorter = new RawUpstream(liar);
        GatewayHarness at = beside(shorter.origin("http") + "/v1")) {
      Seen seen = Door.CHAT.call(at, List.of("t/primary", "t/fallback"), false, PROMPT, PATIENCE);
      assertThat(seen.looksComplete()).as(seen.toString()).isTrue();
      assertThat(calls(at, seen).path(0).path("fault").asString()).isEqualTo("truncated");
    }
  }

  @Test
  void u19AnotherEndpointOfTheModelAnswersNow() {
    String yaml =
        SETTINGS
            + """
            providers:
              one: { base_url: "${SIM}/v1", auth: none }
              two: { base_url: "${SIM}/v1", auth: none }
            endpoints:
              - { model: t/same, provider: one, provider_model: "sim/words-12+fault=S01" }
              - { model: t/same, provider: two, provider_model: "sim/words-12" }
            """;
    try (GatewayHarness at = GatewayHarness.start(yaml, 1, Map.of())) {
      Seen seen =
          Door.OPENROUTER.call(
              at,
              List.of("t/same"),
              true,
              PROMPT,
              "\"provider\": {\"order\": [\"one\", \"two\"]}",
              PATIENCE);
      assertThat(seen.looksComplete()).as(seen.toString()).isTrue();
      assertThat(calls(at, seen)).hasSize(2);
      assertThat(calls(at, seen).path(0).path("decision").asString()).isEqualTo("next");
      assertThat(at.attempts("sim/words-12+fault=S01")).hasSize(1);
    }
  }

  @Test
  void u19WhenAllAreLimitedTheShortestPauseIsTold() {
    try (GatewayHarness at =
        simulated(
            "sim/words-12+fault=rate-limit+retryafter=900",
            "sim/words-12+fault=rate-limit+retryafter=600")) {
      HttpResponse<String> answer =
          at.post("/v1/chat/completions", Door.CHAT.body(List.of("t/0", "t/1"), false, PROMPT, ""));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
      assertThat(answer.headers().firstValue("retry-after")).contains("60");
      assertThat(at.attempts()).hasSize(2);
    }
  }

  @Test
  void u21TheOperatorsQuotaIsNotTheCallers() {
    try (GatewayHarness at = simulated("sim/words-12+fault=quota")) {
      Seen seen = Door.CHAT.call(at, List.of("t/0"), false, PROMPT, PATIENCE);
      assertThat(seen.failed()).isTrue();
      assertThat(seen.error().toString()).doesNotContain("billing").doesNotContain("your");
      assertThat(calls(at, seen).path(0).path("fault").asString()).isEqualTo("quota_exhausted");
    }
  }

  @Test
  void u25OurBadCredentialIsNotTheCallers() {
    try (GatewayHarness at =
        simulated("sim/words-12+fault=unauthorized", "sim/words-12+fault=forbidden")) {
      for (String model : List.of("t/0", "t/1")) {
        Seen seen = Door.CHAT.call(at, List.of(model), false, PROMPT, PATIENCE);
        assertThat(seen.status()).as(seen.toString()).isEqualTo(502);
      }
    }
  }

  @Test
  void u27AnEmptyAnswerOfTheOnlyEndpointIsAnError() {
    try (GatewayHarness at = simulated("sim/words-12+fault=empty")) {
      for (boolean stream : new boolean[] {true, false}) {
        Seen seen = Door.OPENROUTER.call(at, List.of("t/0"), stream, PROMPT, PATIENCE);
        assertThat(seen.failed()).as(seen.toString()).isTrue();
        assertThat(seen.looksComplete()).isFalse();
      }
    }
  }

  @Test
  void u32InterimAnswersArePassedOver() {
    RawUpstream.Script hints =
        (socket, n) -> {
          RawUpstream.request(socket);
          RawUpstream.say(socket, "HTTP/1.1 103 Early Hints\r\nlink: </x>; rel=preload\r\n\r\n");
          RawUpstream.say(socket, "HTTP/1.1 100 Continue\r\n\r\n");
          RawUpstream.say(socket, RawUpstream.whole(200, "", RawUpstream.WHOLE));
        };
    try (RawUpstream interim = new RawUpstream(hints);
        GatewayHarness at = beside(interim.origin("http") + "/v1")) {
      Seen seen = Door.CHAT.call(at, List.of("t/primary"), false, PROMPT, PATIENCE);
      assertThat(seen.text()).isEqualTo("Hi there");
    }
  }

  @Test
  void u33AConnectionThatWasClosedMeanwhileIsReplaced() {
    AtomicInteger served = new AtomicInteger();
    RawUpstream.Script closesIdle =
        (socket, n) -> {
          RawUpstream.request(socket);
          RawUpstream.say(socket, RawUpstream.whole(200, "", RawUpstream.WHOLE));
          served.incrementAndGet();
          // Every other connection takes the next request and closes; the others close at once.
          if (n % 2 == 0) {
            RawUpstream.request(socket);
          }
        };
    try (RawUpstream restless = new RawUpstream(closesIdle);
        GatewayHarness at = beside(restless.origin("http") + "/v1")) {
      for (int i = 0; i < 20; i++) {
        Seen seen = Door.CHAT.call(at, List.of("t/primary"), false, PROMPT, PATIENCE);
        assertThat(seen.looksComplete()).as(i + " " + seen).isTrue();
      }
      assertThat(served).hasValue(20);
    }
  }

  @Test
  void u36AProbeAtATimeAndBackSoonAfterRecovery() throws Exception {
    String flapping = "sim/words-12+fault=http-503+for=40s"; // four seconds
    try (GatewayHarness at = simulated(flapping, "sim/words-12");
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<Seen>> all = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        all.add(
            threads.submit(
                () -> Door.OPENROUTER.call(at, List.of("t/0", "t/1"), false, PROMPT, PATIENCE)));
        Thread.sleep(90);
      }
      for (Future<Seen> each : all) {
        assertThat(each.get().looksComplete()).as(each.get().toString()).isTrue();
      }
      List<SimAttempt> primary = at.attempts(flapping);
      List<SimAttempt> down = primary.stream().filter(a -> a.fault().isPresent()).toList();
      Duration first = primary.getFirst().at();
      assertThat(down.size()).as("calls during the outage").isBetween(5, 14);
      Duration back =
          primary.stream()
              .filter(a -> a.fault().isEmpty())
              .findFirst()
              .orElseThrow()
              .at()
              .minus(first)
              .minusSeconds(4);
      assertThat(back).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void u38WhenAllAreDownTheCallerHearsWhichAndWhy() {
    try (GatewayHarness at =
        simulated("sim/words-12+fault=http-503", "sim/words-12+fault=http-500")) {
      HttpResponse<String> answer =
          at.post(
              "/api/v1/chat/completions",
              Door.OPENROUTER.body(List.of("t/0", "t/1"), false, PROMPT, ""));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
      assertThat(answer.body()).contains("sim|t/0: overloaded", "sim|t/1: server_error");
      assertThat(answer.headers().firstValue("retry-after")).isPresent();
      assertThat(at.attempts().size()).isLessThanOrEqualTo(6);
    }
  }

  @Test
  void u39AnAnswerBeforeTheRequestIsThere() {
    RawUpstream.Script hasty =
        (socket, n) -> {
          socket.getInputStream().read();
          RawUpstream.say(
              socket, RawUpstream.whole(200, "connection: close\r\n", RawUpstream.WHOLE));
          socket.shutdownOutput();
          while (socket.getInputStream().read(new byte[65_536]) >= 0) {
            // What is still being sent is read, so that the answer is not lost to a reset.
          }
        };
    try (RawUpstream early = new RawUpstream(hasty);
        GatewayHarness at = beside(early.origin("http") + "/v1")) {
      String long1 = "word ".repeat(400_000);
      Seen seen = Door.CHAT.call(at, List.of("t/primary"), false, long1, PATIENCE);
      assertThat(seen.text()).as(seen.status() + " " + seen.error()).isEqualTo("Hi there");
    }
  }

  @Test
  void u40ArgumentsPassAsTheyAreHoweverTheyAreCut() {
    try (GatewayHarness at =
        simulated("sim/tools+split=1", "sim/tools", "sim/tools+fault=cut-tool")) {
      String tools =
          """
          "tools": [{"type": "function", "function": {"name": "weather", "parameters":
           {"type": "object", "properties": {"city": {"type": "string"},
            "note": {"type": "string"}}, "required": ["city", "note"]}}}]""";
      List<String> arguments = new ArrayList<>();
      for (Door door : List.of(Door.CHAT, Door.OPENROUTER)) {
        for (String model : List.of("t/0", "t/1", "t/2")) {
          var streamed =
              at.stream(
                  door.path(model, true),
                  door.body(List.of(model), true, "Grüße, 東京", tools),
                  PATIENCE);
          StringBuilder all = new StringBuilder();
          streamed.events().stream()
              .filter(e -> !e.data().equals("[DONE]"))
              .map(e -> e.json().path("choices").path(0).path("delta").path("tool_calls").path(0))
              .forEach(call -> all.append(call.path("function").path("arguments").asString("")));
          assertThat(streamed.hung()).isFalse();
          arguments.add(all.toString());
        }
      }
      assertThat(arguments.get(0)).isNotEmpty().isEqualTo(arguments.get(1));
      assertThat(GatewayHarness.JSON.readTree(arguments.get(0)).has("city")).isTrue();
      assertThat(arguments.get(3)).isEqualTo(arguments.get(0)).isEqualTo(arguments.get(4));
      assertThat(arguments.get(1)).startsWith(arguments.get(2));
      assertThat(arguments.get(5)).isEqualTo(arguments.get(2));
    }
  }

  @Test
  void aWholeCrowdIsRescuedWhenAProviderDies() throws Exception {
    try (GatewayHarness at = simulated("sim/words-12+fault=http-503+ttft=3s", "sim/words-12");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Seen>> all = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        all.add(
            threads.submit(
                () ->
                    Door.OPENROUTER.call(
                        at, List.of("t/0", "t/1"), false, PROMPT, Duration.ofSeconds(40))));
      }
      for (Future<Seen> each : all) {
        assertThat(each.get().looksComplete()).as(each.get().toString()).isTrue();
      }
    }
  }
}
