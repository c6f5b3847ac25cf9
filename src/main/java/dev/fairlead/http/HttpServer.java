package dev.fairlead.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An HTTP/1.1 listener. Requests arrive at the handler whole, one at a time per connection. All
 * methods may be called from any thread but the loops.
 */
public final class HttpServer implements AutoCloseable {
  private final ServerConfig config;
  private final Loops loops;
  private final Handler handler;
  private final FaultPage faultPage;
  private final List<ServerLoop> serverLoops;
  private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final AtomicLong buffered = new AtomicLong();
  private final AtomicLong connections = new AtomicLong();
  private final Channel listener;
  private volatile boolean draining;

  private HttpServer(ServerConfig config, Loops loops, Handler handler, FaultPage faultPage)
      throws IOException {
    this.config = config;
    this.loops = loops;
    this.handler = handler;
    this.faultPage = faultPage;
    this.serverLoops = loops.all().stream().map(loop -> new ServerLoop(this, loop)).toList();
    this.listener = listen();
  }

  /** Listens; refused requests are answered with a plain error object. */
  public static HttpServer start(ServerConfig config, Loops loops, Handler handler)
      throws IOException {
    return start(config, loops, handler, FaultPage.PLAIN);
  }

  /**
   * Listens.
   *
   * @throws IOException when the address cannot be bound; the message names it
   */
  public static HttpServer start(
      ServerConfig config, Loops loops, Handler handler, FaultPage faultPage) throws IOException {
    return new HttpServer(config, loops, handler, faultPage);
  }

  private Channel listen() throws IOException {
    int userTimeout = (int) Math.min(Integer.MAX_VALUE, userTimeoutMillis());
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops.group())
            .channel(loops.serverSocketType())
            .option(ChannelOption.SO_BACKLOG, 4096)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(config.pendingLowBytes(), config.pendingHighBytes()))
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    accept(channel);
                  }
                });
    if (loops.epoll()) {
      bootstrap.childOption(EpollChannelOption.TCP_USER_TIMEOUT, userTimeout);
    }
    ChannelFuture bound =
        bootstrap.bind(new InetSocketAddress(config.host(), config.port())).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot listen on " + config.host() + ":" + config.port(), bound.cause());
    }
    return bound.channel();
  }

  private long userTimeoutMillis() {
    return config.writeStallTimeout().plusSeconds(15).toMillis();
  }

  private void accept(SocketChannel channel) {
    boolean full = connections.incrementAndGet() > config.maxConnections();
    channel.closeFuture().addListener(closed -> connections.decrementAndGet());
    open.add(channel);
    NettyLoop loop = loops.of(channel.eventLoop());
    channel.pipeline().addLast(new ServerConnection(serverLoops.get(loop.index()), channel, full));
  }

  /** The port that is listened on. */
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** How many connections are open. */
  public int connections() {
    return open.size();
  }

  /**
   * Takes no new connection, ends idle ones, lets answers under way finish, and cuts what is left.
   *
   * @param atMost how long to wait
   * @return whether everything ended in time
   */
  public boolean drain(Duration atMost) {
    draining = true;
    listener.close().awaitUninterruptibly();
    for (ServerLoop serverLoop : serverLoops) {
      serverLoop.loop().execute(serverLoop::drain);
    }
    boolean inTime =
        open.newCloseFuture().awaitUninterruptibly(atMost.toMillis(), TimeUnit.MILLISECONDS);
    open.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    return inTime;
  }

  /** Cuts everything. */
  @Override
  public void close() {
    drain(Duration.ZERO);
  }

  ServerConfig config() {
    return config;
  }

  Handler handler() {
    return handler;
  }

  FaultPage faultPage() {
    return faultPage;
  }

  boolean draining() {
    return draining;
  }

  /** Books bytes of a body under arrival; false when there is no room for them. */
  boolean reserve(long bytes) {
    if (buffered.addAndGet(bytes) <= config.maxBufferedBytes()) {
      return true;
    }
    buffered.addAndGet(-bytes);
    return false;
  }

  long bufferedBytes() {
    return buffered.get();
  }

  void release(long bytes) {
    buffered.addAndGet(-bytes);
  }
}
