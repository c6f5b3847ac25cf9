package dev.fairlead.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to reach an origin: its addresses one after the other, then TLS, all before one
 * deadline. Confined to its loop; tells its outcome once, never before {@link Egress#connect}
 * returns.
 */
final class Dial {
  /** What became of it. */
  interface Outcome {
    void connected(Channel channel);

    void failed(TransportFault fault);
  }

  private enum Phase {
    NAME("looking up the name"),
    CONNECT("connecting"),
    TLS("the TLS handshake");

    private final String words;

    Phase(String words) {
      this.words = words;
    }
  }

  private final Egress egress;
  private final Origin origin;
  private final NettyLoop loop;
  private final long deadlineNanos;
  private final Outcome outcome;
  private final Loop.Timer timer;
  private Phase phase = Phase.NAME;
  private List<InetAddress> addresses = List.of();
  private int next;
  private @Nullable Channel channel;
  private boolean over;
  private boolean cancelled;

  Dial(Egress egress, Origin origin, NettyLoop loop, Duration timeout, Outcome outcome) {
    this.egress = egress;
    this.origin = origin;
    this.loop = loop;
    this.deadlineNanos = loop.nanos() + timeout.toNanos();
    this.outcome = outcome;
    this.timer = loop.schedule(timeout, this::late);
  }

  /** Gives the attempt up; the outcome is not told. */
  void cancel() {
    cancelled = true;
    over = true;
    timer.cancel();
    closeChannel();
  }

  void resolved(List<InetAddress> found, String failure) {
    if (over) {
      return;
    }
    if (found.isEmpty()) {
      fail(TransportFault.Kind.DNS, failure);
      return;
    }
    addresses = egress.allowed(origin, found);
    if (addresses.isEmpty()) {
      fail(TransportFault.Kind.FORBIDDEN, "the egress rules do not allow the address of " + origin);
      return;
    }
    phase = Phase.CONNECT;
    connect();
  }

  private void connect() {
    InetAddress address = addresses.get(next++);
    int left = addresses.size() - next + 1;
    Duration share = Duration.ofNanos(Math.max(1, (deadlineNanos - loop.nanos()) / left));
    ChannelFuture connecting =
        egress.open(
            loop,
            address,
            origin.port(),
            share,
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel fresh) {
                if (origin.tls()) {
                  fresh.pipeline().addLast(tls(fresh), new Quiet());
                }
              }
            });
    channel = connecting.channel();
    connecting.addListener(f -> connected(connecting));
  }

  private SslHandler tls(SocketChannel fresh) {
    SslHandler handler = egress.tls().newHandler(fresh.alloc(), origin.host(), origin.port());
    handler.setHandshakeTimeout(0, TimeUnit.MILLISECONDS); // the one deadline covers it
    handler.setCloseNotifyFlushTimeout(1, TimeUnit.SECONDS);
    return handler;
  }

  private void connected(ChannelFuture connecting) {
    if (over) {
      connecting.channel().close();
      return;
    }
    Throwable cause = connecting.cause();
    if (cause != null) {
      if (next < addresses.size() && deadlineNanos - loop.nanos() > 0) {
        connect();
      } else {
        refused(cause);
      }
      return;
    }
    SslHandler tls = connecting.channel().pipeline().get(SslHandler.class);
    if (tls == null) {
      succeed(connecting.channel());
      return;
    }
    phase = Phase.TLS;
    tls.handshakeFuture()
        .addListener(
            done -> {
              if (over) {
                connecting.channel().close();
              } else if (done.isSuccess()) {
                connecting.channel().pipeline().remove(Quiet.class);
                succeed(connecting.channel());
              } else {
                fail(TransportFault.Kind.TLS, "TLS with " + origin + ": " + reason(done.cause()));
              }
            });
  }

  private void refused(Throwable cause) {
    if (cause instanceof ConnectTimeoutException) {
      fail(TransportFault.Kind.CONNECT_TIMEOUT, "connecting to " + origin + " took too long");
    } else {
      fail(TransportFault.Kind.CONNECT_REFUSED, "connecting to " + origin + ": " + reason(cause));
    }
  }

  private void late() {
    TransportFault.Kind kind =
        phase == Phase.NAME ? TransportFault.Kind.DNS : TransportFault.Kind.CONNECT_TIMEOUT;
    if (!over) {
      fail(kind, phase.words + " took too long for " + origin);
    }
  }

  private void succeed(Channel ready) {
    over = true;
    timer.cancel();
    outcome.connected(ready);
  }

  private void fail(TransportFault.Kind kind, String detail) {
    over = true;
    timer.cancel();
    closeChannel();
    loop.execute(
        () -> {
          if (!cancelled) {
            outcome.failed(new TransportFault(kind, detail, true));
          }
        });
  }

  private void closeChannel() {
    Channel open = channel;
    if (open != null) {
      open.close();
    }
  }

  /** Keeps failures of the handshake out of the log: its future tells them. */
  private static final class Quiet extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  /** The innermost message, in one line of bounded length. */
  private static String reason(@Nullable Throwable cause) {
    Throwable inner = cause;
    while (inner != null && inner.getCause() != null) {
      inner = inner.getCause();
    }
    String text =
        inner == null ? "" : inner.getMessage() == null ? inner.toString() : inner.getMessage();
    String line = text.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= 200 ? line : line.substring(0, 200);
  }
}
