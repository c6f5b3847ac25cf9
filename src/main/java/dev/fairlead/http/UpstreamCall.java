package dev.fairlead.http;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One call on its way through the pool and a connection. Confined to its loop. */
final class UpstreamCall implements Call {
  private static final System.Logger LOG = System.getLogger("dev.fairlead.http");

  private final @Nullable OriginPool pool;
  private final NettyLoop loop;
  private final UpstreamRequest request;
  private final UpstreamListener listener;
  private @Nullable Dial dial;
  private @Nullable UpstreamConnection connection;
  private Loop.@Nullable Timer timer;
  private boolean repeated;
  private boolean paused;
  private boolean over;

  UpstreamCall(
      @Nullable OriginPool pool,
      NettyLoop loop,
      UpstreamRequest request,
      UpstreamListener listener) {
    this.pool = pool;
    this.loop = loop;
    this.request = request;
    this.listener = listener;
  }

  /** A call that reaches nobody. */
  static UpstreamCall failing(
      NettyLoop loop, UpstreamRequest request, UpstreamListener listener, TransportFault fault) {
    UpstreamCall call = new UpstreamCall(null, loop, request, listener);
    call.failLater(fault);
    return call;
  }

  // ---- Call

  @Override
  public void cancel() {
    loop.check();
    if (over) {
      return;
    }
    over = true;
    stopTimer();
    OriginPool home = pool;
    if (home != null) {
      home.leave(this);
    }
    Dial dialing = dial;
    UpstreamConnection running = connection;
    connection = null;
    dial = null;
    if (running != null) {
      running.abandon();
    } else if (dialing != null && home != null) {
      dialing.cancel();
      home.closed();
    }
  }

  @Override
  public void pause() {
    loop.check();
    paused = true;
    UpstreamConnection running = connection;
    if (running != null) {
      running.pause();
    }
  }

  @Override
  public void resume() {
    loop.check();
    paused = false;
    UpstreamConnection running = connection;
    if (running != null) {
      running.resume();
    }
  }

  // ---- what the pool and the connection do with it

  UpstreamRequest request() {
    return request;
  }

  /** The target in the request line. */
  String target() {
    return target(request.uri());
  }

  private static String target(URI uri) {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    for (int i = 0; i < target.length(); i++) {
      if (target.charAt(i) > 126) {
        return target(URI.create(uri.toASCIIString()));
      }
    }
    return target;
  }

  /** Whether it still waits for a connection. */
  boolean wants() {
    return !over && connection == null;
  }

  boolean paused() {
    return paused;
  }

  void dialing(Dial attempt) {
    dial = attempt;
  }

  void waitAtMost(Duration duration) {
    timer =
        loop.schedule(
            duration,
            () -> {
              if (wants() && pool != null) {
                pool.leave(this);
                fail(
                    new TransportFault(
                        TransportFault.Kind.POOL_EXHAUSTED,
                        "no connection to " + pool.origin() + " became free in time",
                        true));
              }
            });
  }

  void start(UpstreamConnection given, boolean reused) {
    stopTimer();
    dial = null;
    connection = given;
    given.start(this, reused);
    if (!over) {
      guarded(() -> listener.sent(reused));
    }
  }

  /** Tries once more on a fresh connection, if it may. */
  boolean repeat() {
    if (repeated || over || pool == null) {
      return false;
    }
    repeated = true;
    connection = null;
    pool.dial(this);
    return true;
  }

  void head(int status, Headers headers) {
    if (!over) {
      guarded(() -> listener.head(status, headers));
    }
  }

  void body(byte[] bytes) {
    if (!over) {
      try {
        listener.body(bytes);
      } catch (RuntimeException e) {
        broken(e);
      }
    }
  }

  void end() {
    if (!over) {
      over = true;
      connection = null;
      guarded(listener::end);
    }
  }

  void fail(TransportFault fault) {
    if (!over) {
      over = true;
      stopTimer();
      connection = null;
      dial = null;
      guarded(() -> listener.failed(fault));
    }
  }

  /** Fails after the caller has this call in its hand. */
  void failLater(TransportFault fault) {
    loop.execute(() -> fail(fault));
  }

  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      broken(e);
    }
  }

  private void broken(RuntimeException e) {
    LOG.log(System.Logger.Level.ERROR, "the listener of a call failed", e);
    cancel();
  }

  private void stopTimer() {
    Loop.Timer running = timer;
    if (running != null) {
      running.cancel();
      timer = null;
    }
  }
}
