package dev.fairlead.http;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * The event loops of the process: one thread each, native epoll where it loads, else NIO. Immutable
 * after start; every method may be called from any thread.
 */
public final class Loops implements AutoCloseable {
  private final EventLoopGroup group;
  private final boolean epoll;
  private final LongSupplier nanos;
  private final List<NettyLoop> loops = new ArrayList<>();
  private final Map<EventLoop, NettyLoop> byNetty = new IdentityHashMap<>();
  private final AtomicInteger turn = new AtomicInteger();

  private Loops(int count, boolean epoll, InstantSource clock, LongSupplier nanos) {
    this.epoll = epoll;
    this.nanos = nanos;
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    group = new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("loop", true), io);
    for (EventExecutor executor : group) {
      EventLoop netty = (EventLoop) executor;
      NettyLoop loop = new NettyLoop(this, loops.size(), netty, clock, nanos);
      loops.add(loop);
      byNetty.put(netty, loop);
    }
  }

  /**
   * Starts the loops.
   *
   * @param count how many; 0 for one per available processor
   * @param clock the wall clock, for Date fields
   * @param nanos the monotonic clock, in nanoseconds
   */
  public static Loops start(int count, InstantSource clock, LongSupplier nanos) {
    return start(count, clock, nanos, Epoll.isAvailable());
  }

  static Loops start(int count, InstantSource clock, LongSupplier nanos, boolean epoll) {
    int threads = count > 0 ? count : Runtime.getRuntime().availableProcessors();
    return new Loops(threads, epoll, clock, nanos);
  }

  /** A loop for work that no caller's connection has brought; each in turn. */
  public Loop next() {
    return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
  }

  public int count() {
    return loops.size();
  }

  /** {@code epoll} or {@code nio}. */
  public String transport() {
    return epoll ? "epoll" : "nio";
  }

  /** The monotonic clock, in nanoseconds. */
  public long nanos() {
    return nanos.getAsLong();
  }

  /** Ends the loops and with them every connection; waits up to five seconds. */
  @Override
  public void close() {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }

  EventLoopGroup group() {
    return group;
  }

  List<NettyLoop> all() {
    return List.copyOf(loops);
  }

  boolean epoll() {
    return epoll;
  }

  NettyLoop of(EventLoop netty) {
    NettyLoop loop = byNetty.get(netty);
    if (loop == null) {
      throw new IllegalArgumentException("an event loop of another group");
    }
    return loop;
  }

  /** This room's view of a loop that a caller hands in. */
  NettyLoop own(Loop loop) {
    if (loop instanceof NettyLoop mine && mine.owner() == this) {
      return mine;
    }
    throw new IllegalArgumentException("a loop of another group");
  }

  Class<? extends SocketChannel> socketType() {
    return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  Class<? extends ServerSocketChannel> serverSocketType() {
    return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }
}
