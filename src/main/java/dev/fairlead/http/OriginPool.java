package dev.fairlead.http;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one loop to one origin. The connection used last is used first again, so that
 * the others grow old and are closed; calls above the limit wait in order. Confined to its loop.
 */
final class OriginPool {
  private final ClientConfig config;
  private final Egress egress;
  private final NettyLoop loop;
  private final Origin origin;
  private final Consumer<OriginPool> whenEmpty;
  private final Deque<UpstreamConnection> idle = new ArrayDeque<>();
  private final Deque<UpstreamCall> waiting = new ArrayDeque<>();

  /** Connections that are open or being opened. */
  private int open;

  private boolean sweeping;

  /**
   * @param whenEmpty forgets this pool
   */
  OriginPool(
      ClientConfig config,
      Egress egress,
      NettyLoop loop,
      Origin origin,
      Consumer<OriginPool> whenEmpty) {
    this.config = config;
    this.egress = egress;
    this.loop = loop;
    this.origin = origin;
    this.whenEmpty = whenEmpty;
  }

  Call send(UpstreamRequest request, UpstreamListener listener) {
    UpstreamCall call = new UpstreamCall(this, loop, request, listener);
    place(call);
    return call;
  }

  ClientConfig config() {
    return config;
  }

  NettyLoop loop() {
    return loop;
  }

  Origin origin() {
    return origin;
  }

  /** Gives the call a connection, or a place in the queue, or a refusal. */
  private void place(UpstreamCall call) {
    UpstreamConnection ready = pollIdle();
    if (ready != null) {
      call.start(ready, true);
    } else if (open < config.maxConnections()) {
      dial(call);
    } else if (waiting.size() < config.maxQueued()) {
      waiting.addLast(call);
      call.waitAtMost(call.request().connectTimeout());
    } else {
      call.failLater(
          new TransportFault(
              TransportFault.Kind.POOL_EXHAUSTED,
              "all " + config.maxConnections() + " connections to " + origin + " are busy",
              true));
    }
  }

  /** Opens a new connection for the call, whatever is idle. */
  void dial(UpstreamCall call) {
    open++;
    Duration timeout = call.request().connectTimeout();
    call.dialing(
        egress.connect(
            origin,
            loop,
            timeout,
            new Dial.Outcome() {
              @Override
              public void connected(Channel channel) {
                UpstreamConnection fresh = new UpstreamConnection(OriginPool.this, channel);
                channel.pipeline().addLast(fresh);
                call.start(fresh, false);
              }

              @Override
              public void failed(TransportFault fault) {
                closed();
                call.fail(fault);
              }
            }));
  }

  private @Nullable UpstreamConnection pollIdle() {
    while (true) {
      UpstreamConnection last = idle.pollLast();
      if (last == null || last.usable()) {
        return last;
      }
      last.close();
    }
  }

  /** Takes a connection back whose answer is complete. */
  void release(UpstreamConnection connection) {
    UpstreamCall next = waiting.pollFirst();
    if (next != null) {
      // Later, so that the call that ends now hears of its end first.
      loop.execute(() -> hand(next, connection));
    } else if (idle.size() >= config.maxIdle()) {
      connection.close();
    } else {
      connection.idleSince(loop.nanos());
      idle.addLast(connection);
      sweepLater();
    }
  }

  private void hand(UpstreamCall call, UpstreamConnection connection) {
    if (!call.wants()) {
      release(connection);
    } else if (connection.usable()) {
      call.start(connection, true);
    } else {
      connection.close();
      place(call);
    }
  }

  /** A connection has ended, or was not reached: its place is free. */
  void closed() {
    open--;
    if (!waiting.isEmpty() && open < config.maxConnections()) {
      dial(waiting.removeFirst());
    } else if (open == 0) {
      loop.execute(
          () -> {
            if (open == 0 && waiting.isEmpty()) {
              whenEmpty.accept(this);
            }
          });
    }
  }

  /** An idle connection was closed by its server. */
  void lost(UpstreamConnection connection) {
    idle.remove(connection);
  }

  void leave(UpstreamCall call) {
    waiting.remove(call);
  }

  private void sweepLater() {
    if (!sweeping) {
      sweeping = true;
      Duration tick = config.idleTimeout().dividedBy(8).plusMillis(1);
      loop.schedule(
          tick,
          () -> {
            sweeping = false;
            sweep();
          });
    }
  }

  private void sweep() {
    long oldest = loop.nanos() - config.idleTimeout().toNanos();
    UpstreamConnection first = idle.peekFirst();
    while (first != null && first.idleSince() - oldest <= 0) {
      idle.pollFirst();
      first.close();
      first = idle.peekFirst();
    }
    if (first != null) {
      sweepLater();
    }
  }
}
