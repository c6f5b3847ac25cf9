package dev.fairlead.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A caller's connection: reads one request after the other, and hands each to the handler when the
 * answer to the one before is out. Confined to its loop.
 */
final class ServerConnection extends ChannelInboundHandlerAdapter {
  private static final System.Logger LOG = System.getLogger("dev.fairlead.http");
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Pipelined bytes above this stop the reading until their turn comes. */
  private static final int MAX_AHEAD = 64 * 1024;

  /** How long we read on after a refusal, so that closing does not destroy our answer. */
  private static final Duration LINGER = Duration.ofSeconds(2);

  private static final long FAR = Long.MAX_VALUE;

  private enum Stage {
    HEAD,
    BODY,
    ANSWER,
    LINGER,
    CLOSED
  }

  private final ServerLoop home;
  private final NettyLoop loop;
  private final ServerConfig config;
  private final SocketChannel channel;
  private final String peer;
  private final boolean refused;
  private final HeadBuffer head;

  private Stage stage = Stage.HEAD;
  private boolean consuming;
  private int leading;
  private @Nullable ByteBuf ahead;
  private @Nullable RequestBody body;
  private @Nullable Answer answer;
  private @Nullable ChannelHandlerContext context;
  private int place = -1;
  private long deadline;
  private long bytesQueued;
  private long bytesTaken;
  private long takenAt;

  /**
   * @param refused whether there are too many connections already
   */
  ServerConnection(ServerLoop home, SocketChannel channel, boolean refused) {
    this.home = home;
    this.loop = home.loop();
    this.config = home.config();
    this.channel = channel;
    this.refused = refused;
    this.peer = address(channel);
    this.head = new HeadBuffer(loop.scratch(), config.maxHeaderBytes());
    this.deadline = loop.nanos() + config.idleTimeout().toNanos();
  }

  private static String address(SocketChannel channel) {
    InetSocketAddress remote = channel.remoteAddress();
    return remote == null || remote.getAddress() == null
        ? "unknown"
        : remote.getAddress().getHostAddress();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    home.add(this);
    if (refused) {
      refuse(new BadMessage(503, "there are too many connections"), "/");
    }
  }

  // ---- reading

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (stage == Stage.LINGER || stage == Stage.CLOSED) {
      in.release();
    } else if (stage == Stage.ANSWER || ahead != null) {
      keep(in);
    } else {
      consume(in);
    }
  }

  private void consume(ByteBuf in) {
    consuming = true;
    try {
      while (in.isReadable() && (stage == Stage.HEAD || stage == Stage.BODY)) {
        if (stage == Stage.HEAD) {
          head(in);
        } else {
          body(in);
        }
      }
    } catch (BadMessage e) {
      refuse(e, e.path());
    } finally {
      consuming = false;
    }
    if (in.isReadable() && stage == Stage.ANSWER) {
      keep(in);
    } else {
      in.release();
    }
  }

  private void keep(ByteBuf in) {
    ByteBuf before = ahead;
    if (before == null) {
      ahead = in;
    } else {
      before.writeBytes(in);
      in.release();
      if (before.readableBytes() > MAX_AHEAD) {
        channel.config().setAutoRead(false);
      }
    }
  }

  private void head(ByteBuf in) throws BadMessage {
    if (!head.begun()) {
      if (skipsLeadingLineEnd(in)) {
        return;
      }
      deadline = loop.nanos() + config.headTimeout().toNanos();
      if (!HeadParser.isToken(in.getByte(in.readerIndex()))) {
        throw BadMessage.malformed("this is not HTTP");
      }
    }
    if (head.take(in)) {
      leading = 0;
      HeadParser parser = loop.parser();
      parser.request(head.bytes(), head.length(), config.maxHeaders());
      RequestBody arriving = RequestBody.begin(parser, home.server(), peer, loop.nanos());
      body = arriving;
      if (arriving.complete()) {
        dispatch(arriving);
      } else {
        stage = Stage.BODY;
        deadline = arriving.deadline(config);
        if (arriving.expectsContinue() && !in.isReadable()) {
          write(Unpooled.wrappedBuffer(CONTINUE), true);
        }
      }
    }
  }

  /** One empty line before a request is passed over (RFC 9112 §2.2). */
  private boolean skipsLeadingLineEnd(ByteBuf in) {
    byte b = in.getByte(in.readerIndex());
    if ((leading == 0 && b == '\r') || (leading == 1 && b == '\n')) {
      leading++;
      in.skipBytes(1);
      return true;
    }
    return false;
  }

  private void body(ByteBuf in) throws BadMessage {
    RequestBody arriving = body;
    if (arriving == null) {
      throw new IllegalStateException("a body without a request");
    }
    try {
      if (arriving.read(in)) {
        dispatch(arriving);
      } else {
        deadline = arriving.deadline(config);
      }
    } catch (BadMessage e) {
      refuse(e, arriving.path());
    }
  }

  private void dispatch(RequestBody arrived) {
    stage = Stage.ANSWER;
    deadline = FAR;
    arrived.finish(
        loop,
        request -> {
          if (stage == Stage.ANSWER) {
            handle(request, arrived);
          }
        },
        bad -> {
          if (stage == Stage.ANSWER) {
            refuse(bad, arrived.path());
          }
        });
  }

  private void handle(ServerRequest request, RequestBody arrived) {
    body = null;
    Answer mine = new Answer(this, loop, arrived.method(), arrived.minor(), arrived.persistent());
    answer = mine;
    try {
      home.server().handler().handle(request, mine);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "the handler of " + request.path() + " failed", e);
      mine.failed(request.path());
    }
  }

  // ---- what the answer asks for

  SocketChannel channel() {
    return channel;
  }

  ServerLoop home() {
    return home;
  }

  ChannelHandlerContext context() {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      throw new IllegalStateException("not connected");
    }
    return ctx;
  }

  void write(ByteBuf buffer, boolean flush) {
    queued(buffer.readableBytes());
    ChannelHandlerContext ctx = context();
    if (flush) {
      ctx.writeAndFlush(buffer, ctx.voidPromise());
    } else {
      ctx.write(buffer, ctx.voidPromise());
    }
  }

  /** Notes bytes that were given to the channel, for the watch over stalled callers. */
  void queued(long bytes) {
    bytesQueued += bytes;
  }

  /** The answer's last byte has been handed to the system. */
  void answered(boolean keepAlive) {
    answer = null;
    if (stage != Stage.ANSWER) {
      return;
    }
    if (!keepAlive) {
      linger();
      return;
    }
    stage = Stage.HEAD;
    if (home.server().draining()) {
      close();
      return;
    }
    deadline = loop.nanos() + config.idleTimeout().toNanos();
    if (!consuming) {
      takeAhead();
    }
  }

  private void takeAhead() {
    while (ahead != null && stage == Stage.HEAD) {
      ByteBuf in = ahead;
      ahead = null;
      channel.config().setAutoRead(true);
      consume(in);
    }
  }

  void close() {
    gone();
    channel.close();
  }

  void reset() {
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    close();
  }

  /**
   * Ends our side and reads on for a while. Closing at once, with bytes of the caller unread, would
   * send a reset that can destroy our answer on its way.
   */
  void linger() {
    stage = Stage.LINGER;
    dropBuffers();
    deadline = loop.nanos() + LINGER.toNanos();
    channel.config().setAutoRead(true);
    channel.shutdownOutput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  // ---- ends

  private void refuse(BadMessage bad, String path) {
    head.clear();
    stage = Stage.ANSWER;
    deadline = FAR;
    Answer mine = new Answer(this, loop, "GET", 1, false);
    answer = mine;
    mine.refuse(path, bad.status(), bad.text());
  }

  void drain() {
    if (stage == Stage.HEAD && !head.begun()) {
      close();
    }
  }

  void sweep(long now) {
    if (stalled(now)) {
      reset();
    } else if (deadline - now <= 0 && deadline != FAR) {
      switch (stage) {
        case HEAD -> {
          if (head.begun()) {
            refuse(new BadMessage(408, "the header fields did not come in time"), "/");
          } else {
            close();
          }
        }
        case BODY -> refuse(new BadMessage(408, "the body did not come in time"), pathOfBody());
        case LINGER -> close();
        case ANSWER, CLOSED -> {
          // Nothing is due.
        }
      }
    }
  }

  private String pathOfBody() {
    RequestBody arriving = body;
    return arriving == null ? "/" : arriving.path();
  }

  /** Whether bytes wait to be sent and the caller has taken none for too long. */
  private boolean stalled(long now) {
    var out = channel.unsafe().outboundBuffer();
    long pending = out == null ? 0 : out.totalPendingWriteBytes();
    long taken = bytesQueued - (pending - (out == null ? 0 : out.currentProgress()));
    if (pending == 0 || taken > bytesTaken || takenAt == 0) {
      bytesTaken = Math.max(taken, bytesTaken);
      takenAt = now;
      return false;
    }
    return now - takenAt > config.writeStallTimeout().toNanos();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    Answer mine = answer;
    if (mine != null && channel.isWritable()) {
      mine.writable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof java.io.IOException)) {
      LOG.log(System.Logger.Level.WARNING, "a connection failed", cause);
    }
    close();
  }

  private void gone() {
    if (stage == Stage.CLOSED) {
      return;
    }
    stage = Stage.CLOSED;
    home.remove(this);
    dropBuffers();
    Answer mine = answer;
    answer = null;
    if (mine != null) {
      mine.gone();
    }
  }

  private void dropBuffers() {
    head.clear();
    ByteBuf unread = ahead;
    ahead = null;
    if (unread != null) {
      unread.release();
    }
    RequestBody arriving = body;
    body = null;
    if (arriving != null) {
      arriving.drop();
    }
  }

  int place() {
    return place;
  }

  void place(int place) {
    this.place = place;
  }
}
