package dev.fairlead.simulator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.HttpServer;
import dev.fairlead.http.Loops;
import dev.fairlead.http.ServerConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The simulator behind a real server, called by a bare socket. */
final class LoopbackTest {
  private static Loops loops;
  private static Simulator simulator;
  private static HttpServer server;

  @BeforeAll
  static void start() throws IOException {
    loops = Loops.start(1, InstantSource.system(), System::nanoTime);
    simulator =
        new Simulator(
            Stage.CODECS, Scenario.scaled(0.02), System::nanoTime, InstantSource.system());
    server = HttpServer.start(ServerConfig.on("127.0.0.1", 0), loops, simulator);
  }

  @AfterAll
  static void stop() {
    server.close();
    loops.close();
  }

  /**
   * What came until the connection's end.
   *
   * @param reset whether that end was a reset
   */
  private record Answer(byte[] bytes, boolean reset) {
    String text() {
      return new String(bytes, ISO_8859_1);
    }

    String body() {
      return text().substring(text().indexOf("\r\n\r\n") + 4);
    }

    boolean chunksAreComplete() {
      return text().endsWith("0\r\n\r\n");
    }
  }

  private static Socket open(String model, boolean stream) throws IOException {
    byte[] body =
        Stage.chat(model, "Hello there.").put("stream", stream).toString().getBytes(UTF_8);
    Socket socket = new Socket("127.0.0.1", server.port());
    socket.setSoTimeout(10_000);
    String head =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: sim\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(ISO_8859_1));
    socket.getOutputStream().write(body);
    return socket;
  }

  private static Answer ask(String model, boolean stream) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Socket socket = open(model, stream)) {
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[8192];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
      }
      return new Answer(out.toByteArray(), false);
    } catch (SocketException e) {
      return new Answer(out.toByteArray(), true);
    }
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + 5_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void soundAnswersAreComplete() throws IOException {
    Answer whole = ask("sim/words-60", false);
    assertThat(whole.text()).startsWith("HTTP/1.1 200 OK\r\n");
    assertThat(Stage.JSON.readTree(whole.body()).at("/usage/completion_tokens").asInt())
        .isEqualTo(60);
    Answer streamed = ask("sim/words-60", true);
    assertThat(streamed.text()).contains("data: [DONE]");
    assertThat(streamed.chunksAreComplete()).isTrue();
    assertThat(streamed.reset()).isFalse();
  }

  @Test
  void cutsResetsAndMissingMarkersAreWhatTheySay() throws IOException {
    Answer cut = ask("sim/words-60+fault=S08", true);
    assertThat(cut.chunksAreComplete()).isFalse();
    assertThat(cut.reset()).isFalse();
    assertThat(cut.text()).doesNotContain("[DONE]");
    assertThat(ask("sim/words-60+fault=rst", true).reset()).isTrue();
    Answer before = ask("sim/words-60+fault=reset", true);
    assertThat(before.reset()).isTrue();
    assertThat(before.bytes()).isEmpty();
    Answer unmarked = ask("sim/words-60+fault=S11", true);
    assertThat(unmarked.chunksAreComplete()).isTrue();
    assertThat(unmarked.text()).doesNotContain("[DONE]");
    assertThat(ask("sim/words-60+fault=short-body", false).chunksAreComplete()).isFalse();
  }

  @Test
  void refusalsCarryTheirFields() throws IOException {
    Answer refused = ask("sim/words-60+fault=rate-limit+retryafter=100", true);
    assertThat(refused.text())
        .startsWith("HTTP/1.1 429 ")
        .containsIgnoringCase("retry-after: 2\r\n");
    assertThat(ask("sim/echo+fault=http-529", true).text()).startsWith("HTTP/1.1 529 ");
    assertThat(ask("sim/echo+fault=no-content", true).text()).startsWith("HTTP/1.1 204 ");
    assertThat(ask("sim/echo+fault=redirect-away", true).text())
        .containsIgnoringCase("location: http://192.0.2.1/");
  }

  @Test
  void slicesAreChunksOfTheirOwn() throws IOException {
    Answer split = ask("sim/words-5+split=1", true);
    assertThat(split.body()).startsWith("1\r\nd\r\n1\r\na\r\n1\r\nt\r\n");
    assertThat(split.chunksAreComplete()).isTrue();
  }

  @Test
  void compressedBodiesTravelAsTheyAre() throws IOException {
    Answer gzip = ask("sim/words-60+gzip=1", false);
    assertThat(gzip.text()).containsIgnoringCase("content-encoding: gzip");
    byte[] body = gzip.body().getBytes(ISO_8859_1);
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      assertThat(new String(in.readAllBytes(), UTF_8)).contains("chat.completion");
    }
  }

  @Test
  void largeStreamsArriveWhole() throws IOException {
    Answer endless = ask("sim/words-60+fault=endless-line+size=20000000", true);
    assertThat(endless.bytes().length).isGreaterThan(20_000_000);
    assertThat(endless.chunksAreComplete()).isFalse();
  }

  @Test
  void aCallerThatHangsUpIsSeen() throws IOException {
    String model = "sim/long-4000+interval=500ms";
    try (Socket socket = open(model, true)) {
      assertThat(socket.getInputStream().read()).isEqualTo('H');
    }
    await(
        () ->
            simulator.attempts().stream()
                .anyMatch(a -> a.model().equals(model) && a.gone().isPresent()));
    SimAttempt attempt =
        simulator.attempts().stream()
            .filter(a -> a.model().equals(model))
            .findFirst()
            .orElseThrow();
    assertThat(attempt.outcome()).isEqualTo(SimAttempt.Outcome.GONE);
    assertThat(attempt.deliveredTokens()).isLessThan(4000);
  }
}
