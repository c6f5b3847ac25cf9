package dev.fairlead.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.attempt.Sink;
import dev.fairlead.attempt.Source;
import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.StopReason;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.config.StreamPolicy;
import dev.fairlead.http.Headers;
import dev.fairlead.http.Loop;
import dev.fairlead.http.Responder;
import dev.fairlead.http.ResponseStream;
import dev.fairlead.journal.AttemptRecord;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.protocol.Flavour;
import dev.fairlead.protocol.openaichat.OpenAiChatCodec;
import dev.fairlead.simulator.VirtualLoop;
import dev.fairlead.wire.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A stream on its way to a caller who reads, waits, is slow or leaves. */
final class RelayTest {
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

  private final VirtualLoop loop = new VirtualLoop();
  private final Caller caller = new Caller();
  private final Provider provider = new Provider();
  private final List<String> settled = new ArrayList<>();

  private final class Caller implements Responder, ResponseStream {
    private final StringBuilder written = new StringBuilder();
    private boolean writable = true;
    private boolean ended;
    private int status;
    private Runnable free = () -> {};

    @Override
    public Loop loop() {
      return loop;
    }

    @Override
    public void whole(int code, Headers headers, byte[] body) {
      status = code;
      written.append(new String(body, UTF_8));
      ended = true;
    }

    @Override
    public ResponseStream open(int code, Headers headers) {
      status = code;
      return this;
    }

    @Override
    public void onGone(Runnable task) {}

    @Override
    public void write(byte[] bytes) {
      written.append(new String(bytes, UTF_8));
    }

    @Override
    public boolean isWritable() {
      return writable;
    }

    @Override
    public void onWritable(Runnable task) {
      free = task;
    }

    @Override
    public void end() {
      ended = true;
    }

    @Override
    public void cut() {
      throw new AssertionError("an answer is never cut by the relay");
    }

    @Override
    public void reset() {
      throw new AssertionError("an answer is never reset by the relay");
    }
  }

  private static final class Provider implements Source {
    private boolean paused;
    private boolean cancelled;

    @Override
    public Endpoint endpoint() {
      throw new AssertionError("only asked where frames may pass as they came");
    }

    @Override
    public String credential() {
      return "";
    }

    @Override
    public AttemptRecord record() {
      throw new AssertionError("only asked when it is settled");
    }

    @Override
    public void drainTo(Sink sink) {}

    @Override
    public void pause() {
      paused = true;
    }

    @Override
    public void resume() {
      paused = false;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  private Relay relay(StreamPolicy policy) {
    AnswerContext context =
        new AnswerContext(Flavour.OPENROUTER, "gen-1", "m", "P", 1, true, false, false);
    return new Relay(
        caller,
        new Relay.Terms(new OpenAiChatCodec(), () -> context, policy, KEEP_ALIVE, Long.MAX_VALUE),
        new Relay.Exchange() {
          @Override
          public byte[] prologue() {
            return new byte[0];
          }

          @Override
          public Headers head() {
            return Headers.NONE;
          }

          @Override
          public void settle(
              Tally tally, Optional<Fault> fault, Consumer<AnswerContext.Trailer> last) {
            settled.add(fault.map(f -> f.kind().word()).orElse("well"));
            assertThat(caller.ended).as("settled before the last byte").isFalse();
            last.accept(AnswerContext.Trailer.NONE);
          }

          @Override
          public boolean resume(Text textSoFar, Fault why) {
            return false;
          }
        },
        loop::nanos);
  }

  private static List<ChatEvent> beginning(String text) {
    return List.of(
        new ChatEvent.Begin(
            Optional.of("x"),
            Optional.empty(),
            OptionalLong.empty(),
            Extras.none(Dialect.OPENAI_CHAT)),
        new ChatEvent.Open(0, 0, new ChatEvent.Head.TextHead()),
        new ChatEvent.Delta(0, 0, Text.of(text)));
  }

  private static List<ChatEvent> ending() {
    return List.of(
        new ChatEvent.Close(0, 0),
        new ChatEvent.Stop(0, StopReason.END, Optional.empty(), Optional.empty()),
        new ChatEvent.End());
  }

  @Test
  void aCallerWhoCannotTakeMorePausesTheSourceUntilHeCan() {
    Relay relay = relay(StreamPolicy.ERROR);
    relay.serve(provider, false);
    relay.events(Optional.empty(), beginning("Hello"));
    relay.flush();
    assertThat(provider.paused).isFalse();
    caller.writable = false;
    relay.events(Optional.empty(), List.of(new ChatEvent.Delta(0, 0, Text.of(" there"))));
    relay.flush();
    assertThat(provider.paused).isTrue();
    caller.writable = true;
    caller.free.run();
    assertThat(provider.paused).isFalse();
  }

  @Test
  void silenceTowardsTheCallerIsBrokenByCommentsAlsoBeforeTheAnswer() {
    relay(StreamPolicy.ERROR);
    loop.run(KEEP_ALIVE.minusMillis(1));
    assertThat(caller.written).isEmpty();
    loop.run(KEEP_ALIVE.multipliedBy(2));
    assertThat(caller.status).isEqualTo(200);
    assertThat(caller.written.toString().split(": OPENROUTER", -1)).hasSize(3);
  }

  @Test
  void aFailureBeforeAnythingWasSentIsAStatus() {
    relay(StreamPolicy.ERROR).refuse(Fault.provider(Fault.Kind.OVERLOADED, "too busy"));
    assertThat(caller.status).isEqualTo(503);
    assertThat(settled).containsExactly("overloaded");
    loop.runAll();
    assertThat(caller.written.toString()).doesNotContain(": OPENROUTER");
  }

  @Test
  void aFailureAfterACommentIsAnErrorInTheStream() {
    Relay relay = relay(StreamPolicy.ERROR);
    loop.run(KEEP_ALIVE.plusMillis(1));
    relay.refuse(Fault.provider(Fault.Kind.OVERLOADED, "too busy"));
    assertThat(caller.status).isEqualTo(200);
    assertThat(caller.written.toString()).contains("\"error\"", "too busy");
    assertThat(caller.ended).isTrue();
  }

  @Test
  void aBrokenAnswerEndsWithAnErrorAndWithoutAStop() {
    Relay relay = relay(StreamPolicy.ERROR);
    relay.serve(provider, false);
    relay.events(Optional.empty(), beginning("Hello"));
    relay.broken(Fault.provider(Fault.Kind.TRUNCATED, "broke off"));
    assertThat(caller.written.toString()).contains("\"error\"").doesNotContain("\"stop\"");
    assertThat(settled).containsExactly("truncated");
  }

  @Test
  void aBufferedAnswerLeavesWhenItIsWhole() {
    Relay relay = relay(StreamPolicy.BUFFER);
    relay.serve(provider, false);
    relay.events(Optional.empty(), beginning("Hello"));
    relay.flush();
    assertThat(caller.written).isEmpty();
    relay.events(Optional.empty(), ending());
    relay.ended();
    assertThat(caller.written.toString()).contains("Hello", "[DONE]");
    assertThat(settled).containsExactly("well");
  }

  @Test
  void nothingIsWrittenToWhoIsGone() {
    Relay relay = relay(StreamPolicy.ERROR);
    relay.serve(provider, false);
    relay.gone();
    relay.events(Optional.empty(), beginning("Hello"));
    relay.ended();
    loop.runAll();
    assertThat(caller.written).isEmpty();
    assertThat(provider.cancelled).isTrue();
  }
}
