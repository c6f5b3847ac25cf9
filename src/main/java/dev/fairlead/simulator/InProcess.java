package dev.fairlead.simulator;

import dev.fairlead.http.Call;
import dev.fairlead.http.Headers;
import dev.fairlead.http.Loop;
import dev.fairlead.http.Responder;
import dev.fairlead.http.ResponseStream;
import dev.fairlead.http.ServerRequest;
import dev.fairlead.http.TransportFault;
import dev.fairlead.http.UpstreamClient;
import dev.fairlead.http.UpstreamListener;
import dev.fairlead.http.UpstreamRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Calls to {@link #HOST} answered by a simulator in this process, all others by another client: the
 * simulated models need no port. Stateless; each call is confined to its loop.
 */
public final class InProcess implements UpstreamClient {
  /** The host that stands for the simulator in addresses: {@code http://simulator.internal/v1}. */
  public static final String HOST = "simulator.internal";

  private final Simulator simulator;
  private final UpstreamClient others;

  public InProcess(Simulator simulator, UpstreamClient others) {
    this.simulator = simulator;
    this.others = others;
  }

  @Override
  public Call send(UpstreamRequest request, Loop loop, UpstreamListener listener) {
    if (!HOST.equals(request.uri().getHost())) {
      return others.send(request, loop, listener);
    }
    Passage passage = new Passage(loop, listener);
    ServerRequest received =
        new ServerRequest(
            request.method(),
            Optional.ofNullable(request.uri().getPath()).orElse("/"),
            Optional.ofNullable(request.uri().getRawQuery()).orElse(""),
            request.headers(),
            request.body(),
            "in process",
            0);
    loop.execute(() -> passage.begin(simulator, received));
    return passage;
  }

  /** One call: what the simulator writes, the listener gets. */
  private static final class Passage implements Call, Responder, ResponseStream {
    private final Loop loop;
    private final UpstreamListener listener;
    private @Nullable Runnable onGone;
    private @Nullable Runnable onWritable;
    private boolean headed;
    private boolean paused;
    private boolean over;

    Passage(Loop loop, UpstreamListener listener) {
      this.loop = loop;
      this.listener = listener;
    }

    void begin(Simulator simulator, ServerRequest request) {
      if (!over) {
        listener.sent(false);
        if (!over) {
          simulator.handle(request, this);
        }
      }
    }

    // ---- the caller's side

    @Override
    public void cancel() {
      if (!over) {
        over = true;
        Runnable task = onGone;
        if (task != null) {
          task.run();
        }
      }
    }

    @Override
    public void pause() {
      paused = true;
    }

    @Override
    public void resume() {
      paused = false;
      Runnable task = onWritable;
      if (task != null && !over) {
        loop.execute(task);
      }
    }

    // ---- the simulator's side

    @Override
    public Loop loop() {
      return loop;
    }

    @Override
    public void whole(int status, Headers headers, byte[] body) {
      open(status, headers);
      write(body);
      end();
    }

    @Override
    public ResponseStream open(int status, Headers headers) {
      if (!over) {
        headed = true;
        listener.head(status, headers);
      }
      return this;
    }

    @Override
    public void write(byte[] bytes) {
      if (!over && bytes.length > 0) {
        listener.body(bytes);
      }
    }

    @Override
    public boolean isWritable() {
      return !paused;
    }

    @Override
    public void onWritable(Runnable task) {
      onWritable = task;
    }

    @Override
    public void onGone(Runnable task) {
      onGone = task;
    }

    @Override
    public void end() {
      if (!over) {
        over = true;
        listener.end();
      }
    }

    @Override
    public void cut() {
      fail(TransportFault.Kind.TRUNCATED);
    }

    @Override
    public void reset() {
      fail(headed ? TransportFault.Kind.TRUNCATED : TransportFault.Kind.RESET);
    }

    private void fail(TransportFault.Kind kind) {
      if (!over) {
        over = true;
        listener.failed(new TransportFault(kind, "the simulator closed the connection", false));
      }
    }
  }
}
