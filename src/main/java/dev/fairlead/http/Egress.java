package dev.fairlead.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The only door to the outside: opens every outgoing socket, and checks its destination at that
 * moment, on the very address that is then connected to, so that a name which changes its address
 * between a check and its use gains nothing.
 */
public final class Egress {
  /**
   * Where connections may go. Link-local, metadata, multicast and unspecified addresses are never
   * allowed.
   *
   * @param allowPrivateFor whether an origin may be at a loopback or private address: true only for
   *     those that the operator configured
   */
  public record Rules(Predicate<Origin> allowPrivateFor) {
    public static Rules publicOnly() {
      return new Rules(origin -> false);
    }
  }

  /** How long a provider's host may leave our bytes unacknowledged. */
  private static final int USER_TIMEOUT_MILLIS = 60_000;

  private final Rules rules;
  private final Names names;
  private final SslContext tls;

  public Egress(Rules rules) {
    this(rules, NameService.SYSTEM, List.of());
  }

  /**
   * The door with its own resolver and more trusted roots.
   *
   * @param moreRoots certificates that are trusted beside those of the JDK
   */
  public Egress(Rules rules, NameService names, List<X509Certificate> moreRoots) {
    this(rules, names, Tls.client(moreRoots, true));
  }

  Egress(Rules rules, NameService names, SslContext tls) {
    this.rules = rules;
    this.names = new Names(names);
    this.tls = tls;
  }

  SslContext tls() {
    return tls;
  }

  /**
   * Opens a connection.
   *
   * @param timeout for name look-up, connection and TLS together
   * @return what gives the attempt up
   */
  Dial connect(Origin origin, NettyLoop loop, Duration timeout, Dial.Outcome outcome) {
    Dial dial = new Dial(this, origin, loop, timeout, outcome);
    names.find(origin.host(), loop, timeout.dividedBy(2), dial::resolved);
    return dial;
  }

  /** Opens one socket to an address that {@link #allowed} has let pass. */
  ChannelFuture open(
      NettyLoop loop, InetAddress address, int port, Duration timeout, ChannelHandler handler) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop.netty())
            .channel(loop.owner().socketType())
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            // An answer may lie in the receive buffer when writing fails: read on.
            .option(ChannelOption.AUTO_CLOSE, false)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.max(1, timeout.toMillis()))
            .handler(handler);
    if (loop.owner().epoll()) {
      bootstrap.option(EpollChannelOption.TCP_USER_TIMEOUT, USER_TIMEOUT_MILLIS);
    }
    return bootstrap.connect(new InetSocketAddress(address, port));
  }

  /** Those of the addresses that the origin may be at. */
  List<InetAddress> allowed(Origin origin, List<InetAddress> addresses) {
    boolean inside = rules.allowPrivateFor().test(origin);
    List<InetAddress> allowed = new ArrayList<>();
    for (InetAddress address : addresses) {
      boolean pass =
          switch (Addresses.kind(address)) {
            case PUBLIC -> true;
            case PRIVATE -> inside;
            case FORBIDDEN -> false;
          };
      if (pass) {
        allowed.add(address);
      }
    }
    return allowed;
  }
}
