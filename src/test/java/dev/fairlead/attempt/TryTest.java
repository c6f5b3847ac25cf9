package dev.fairlead.attempt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Fault;
import dev.fairlead.catalog.Auth;
import dev.fairlead.catalog.DataPolicy;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.catalog.EndpointDefaults;
import dev.fairlead.catalog.Modality;
import dev.fairlead.catalog.Provider;
import dev.fairlead.config.TimeoutsConfig;
import dev.fairlead.http.Call;
import dev.fairlead.http.Headers;
import dev.fairlead.http.TransportFault;
import dev.fairlead.money.Price;
import dev.fairlead.protocol.Target;
import dev.fairlead.protocol.openaichat.OpenAiChatCodec;
import dev.fairlead.simulator.VirtualLoop;
import dev.fairlead.wire.Frame;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The deadlines of one call, in virtual time. */
final class TryTest {
  private static final String CHUNK =
      "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
          + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"},\"finish_reason\":null}]}\n\n";
  private static final String STOP =
      "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
          + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
  private static final TimeoutsConfig DEADLINES = TimeoutsConfig.DEFAULT;

  private final VirtualLoop loop = new VirtualLoop();
  private final Watcher watcher = new Watcher();
  private final Try made = make();

  /** Everything that a try tells, in words, and what becomes of its call. */
  private static final class Watcher implements Try.Owner, Sink, Call {
    private final List<String> told = new ArrayList<>();
    private boolean cancelled;
    private boolean paused;

    @Override
    public void served(Try served) {
      told.add("served");
      served.drainTo(this);
    }

    @Override
    public void whole(Try served, byte[] body, List<ChatEvent> events) {
      told.add("whole");
    }

    @Override
    public void failed(Try failed, Fault fault, boolean unprocessed) {
      told.add("failed " + fault.kind().word());
    }

    @Override
    public void events(Optional<Frame> frame, List<ChatEvent> events) {}

    @Override
    public void flush() {}

    @Override
    public void ended() {
      told.add("ended");
    }

    @Override
    public void broken(Fault fault) {
      told.add("broken " + fault.kind().word());
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    @Override
    public void pause() {
      paused = true;
    }

    @Override
    public void resume() {
      paused = false;
    }
  }

  private Try make() {
    Try.Making making =
        new Try.Making(
            endpoint(),
            "",
            new OpenAiChatCodec(),
            true,
            false,
            DEADLINES.firstToken(),
            DEADLINES,
            0,
            DEADLINES.total().toNanos(),
            1 << 20);
    Try begun = new Try(making, loop, loop::nanos, watcher, () -> {});
    begun.begin(watcher);
    return begun;
  }

  private static Endpoint endpoint() {
    Provider provider =
        new Provider(
            "p",
            "P",
            "p",
            Dialect.OPENAI_CHAT,
            URI.create("http://p/v1"),
            Optional.empty(),
            new Auth.None(),
            List.of(),
            Headers.NONE,
            true,
            new DataPolicy(false, false, OptionalInt.of(0), false, Optional.empty()),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            false,
            EndpointDefaults.NONE,
            List.of());
    return new Endpoint(
        "p|m",
        "m",
        provider,
        "p",
        "m",
        Dialect.OPENAI_CHAT,
        List.of(Price.FREE),
        1000,
        OptionalLong.empty(),
        OptionalLong.empty(),
        "unknown",
        Set.of(),
        true,
        Set.of(Modality.TEXT),
        Set.of(Modality.TEXT),
        provider.dataPolicy(),
        List.of(),
        Set.of(),
        Target.ReasoningStyle.OPENROUTER,
        Optional.empty(),
        false,
        0);
  }

  private void head() {
    made.head(200, Headers.of("content-type", "text/event-stream"));
  }

  private void say(String bytes) {
    made.body(bytes.getBytes(UTF_8));
  }

  @Test
  void headsAndCommentsDoNotStopTheClockOfTheFirstToken() {
    head();
    for (int i = 0; i < 9; i++) {
      loop.run(Duration.ofSeconds(1));
      say(": still here\n\n");
    }
    assertThat(watcher.told).isEmpty();
    loop.run(Duration.ofMillis(1100));
    assertThat(watcher.told).containsExactly("failed first_token_timeout");
    assertThat(watcher.cancelled).isTrue();
  }

  @Test
  void silenceInsideTheAnswerBreaksIt() {
    head();
    say(CHUNK);
    loop.run(DEADLINES.idle().minusMillis(10));
    assertThat(watcher.told).containsExactly("served");
    loop.run(Duration.ofMillis(20));
    assertThat(watcher.told).containsExactly("served", "broken idle_timeout");
    assertThat(watcher.cancelled).isTrue();
    assertThat(loop.pending()).isZero();
  }

  @Test
  void bytesAreNoSignOfLifeAndCommentsAre() {
    head();
    say(CHUNK);
    for (int i = 0; i < 60; i++) {
      loop.run(Duration.ofSeconds(1));
      say(": still here\n\n");
    }
    assertThat(watcher.told).containsExactly("served");
    for (int i = 0; i < 25; i++) {
      loop.run(Duration.ofSeconds(1));
      say("d");
    }
    assertThat(watcher.told).containsExactly("served", "broken idle_timeout");
  }

  @Test
  void aCallerWhoReadsSlowlyStopsTheClockOfSilence() {
    head();
    say(CHUNK);
    made.pause();
    assertThat(watcher.paused).isTrue();
    loop.run(DEADLINES.idle().multipliedBy(3));
    assertThat(watcher.told).containsExactly("served");
    made.resume();
    loop.run(DEADLINES.idle().plusMillis(10));
    assertThat(watcher.told).containsExactly("served", "broken idle_timeout");
  }

  @Test
  void theTotalTimeEndsEvenALivelyAnswer() {
    head();
    say(CHUNK);
    for (int i = 0; i < DEADLINES.total().toSeconds() + 1; i++) {
      loop.run(Duration.ofSeconds(1));
      say(CHUNK);
    }
    assertThat(watcher.told).containsExactly("served", "broken total_timeout");
  }

  @Test
  void aFinishedAnswerWhoseConnectionStaysOpenIsComplete() {
    head();
    say(CHUNK + STOP);
    loop.run(DEADLINES.linger().minusMillis(10));
    assertThat(watcher.told).containsExactly("served");
    loop.run(Duration.ofMillis(20));
    assertThat(watcher.told).containsExactly("served", "ended");
    assertThat(watcher.cancelled).isTrue();
  }

  @Test
  void aConnectionThatStaysOpenAfterTheMarkerIsClosed() {
    head();
    say(CHUNK + STOP + "data: [DONE]\n\n");
    assertThat(watcher.told).containsExactly("served", "ended");
    assertThat(watcher.cancelled).isFalse();
    loop.run(DEADLINES.linger().plusMillis(10));
    assertThat(watcher.cancelled).isTrue();
  }

  @Test
  void anEndWithoutAFinishIsTruncated() {
    head();
    say(CHUNK);
    made.end();
    assertThat(watcher.told).containsExactly("served", "broken truncated");
  }

  @Test
  void onlyOneEndingIsTold() {
    head();
    say(CHUNK + "data: [DONE]\n\n".repeat(2));
    say(CHUNK);
    made.end();
    made.failed(new TransportFault(TransportFault.Kind.RESET, "late", false));
    loop.runAll();
    assertThat(watcher.told).hasSize(2).startsWith("served");
  }
}
