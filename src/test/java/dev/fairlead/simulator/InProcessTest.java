package dev.fairlead.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.Call;
import dev.fairlead.http.Headers;
import dev.fairlead.http.TransportFault;
import dev.fairlead.http.UpstreamListener;
import dev.fairlead.http.UpstreamRequest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InProcessTest {
  private final Stage stage = new Stage();
  private final List<String> heard = new ArrayList<>();
  private final InProcess client =
      new InProcess(
          stage.simulator,
          (request, loop, listener) -> {
            throw new IllegalStateException("not for me");
          });

  private Call send(String model) {
    UpstreamRequest request =
        new UpstreamRequest(
            "POST",
            URI.create("http://simulator.internal/v1/chat/completions"),
            Headers.NONE,
            Stage.streamed(model).toString().getBytes(UTF_8),
            Duration.ofSeconds(1));
    return client.send(
        request,
        stage.loop,
        new UpstreamListener() {
          @Override
          public void sent(boolean reusedConnection) {
            heard.add("sent");
          }

          @Override
          public void head(int status, Headers headers) {
            heard.add("head " + status);
          }

          @Override
          public void body(byte[] bytes) {
            heard.add(new String(bytes, UTF_8));
          }

          @Override
          public void end() {
            heard.add("end");
          }

          @Override
          public void failed(TransportFault fault) {
            heard.add(fault.kind().name());
          }
        });
  }

  @Test
  void anAnswerComesWithoutASocket() {
    send("sim/words-60");
    assertThat(heard).isEmpty();
    stage.loop.runAll();
    assertThat(heard).startsWith("sent", "head 200").endsWith("data: [DONE]\n\n", "end");
  }

  @Test
  void faultsOfTheConnectionAreTransportFaults() {
    send("sim/words-60+fault=reset");
    stage.loop.runAll();
    assertThat(heard).containsExactly("sent", "RESET");
    heard.clear();
    send("sim/words-60+fault=cut");
    stage.loop.runAll();
    assertThat(heard).startsWith("sent", "head 200").endsWith("TRUNCATED");
  }

  @Test
  void aCancelledCallIsSilentAndSeen() {
    Call call = send("sim/words-60");
    stage.loop.run(Duration.ofMillis(100));
    int before = heard.size();
    call.cancel();
    stage.loop.runAll();
    assertThat(heard).hasSize(before);
    assertThat(stage.last().outcome()).isEqualTo(SimAttempt.Outcome.GONE);
  }

  @Test
  void aPausedCallWaits() {
    Call call = send("sim/words-60");
    stage.loop.run(Duration.ofMillis(100));
    call.pause();
    int before = heard.size();
    stage.loop.run(Duration.ofMinutes(1));
    assertThat(heard).hasSize(before);
    call.resume();
    stage.loop.runAll();
    assertThat(heard.getLast()).isEqualTo("end");
  }
}
