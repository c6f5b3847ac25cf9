package dev.fairlead.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a provider: writes one request after the other and frames their answers. Confined
 * to its loop.
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter {
  /** A reused connection that ends this soon after our request was dead before it. */
  private static final Duration STALE = Duration.ofSeconds(2);

  /** How long we listen for an answer on a connection that takes no more of our request. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private static final int MAX_INTERIM = 64;

  private enum Stage {
    IDLE,
    HEAD,
    BODY,
    CLOSED
  }

  private final OriginPool pool;
  private final NettyLoop loop;
  private final Channel channel;
  private final HeadBuffer head;
  private final boolean tls;
  private final Deque<ByteBuf> held = new ArrayDeque<>(0);

  private Stage stage = Stage.IDLE;
  private @Nullable UpstreamCall call;
  private @Nullable AnswerBody body;
  private @Nullable BodyPump pump;
  private @Nullable Throwable cause;
  private int interim;
  private boolean reused;
  private boolean answered;
  private boolean sent;
  private boolean closedCleanly;
  private boolean endHeld;
  private boolean paused;
  private long startedNanos;
  private long idleSince;
  private @Nullable ChannelHandlerContext context;

  UpstreamConnection(OriginPool pool, Channel channel) {
    this.pool = pool;
    this.loop = pool.loop();
    this.channel = channel;
    this.head = new HeadBuffer(loop.scratch(), pool.config().maxHeadBytes());
    this.tls = channel.pipeline().get(SslHandler.class) != null;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  boolean usable() {
    return stage == Stage.IDLE && channel.isActive();
  }

  long idleSince() {
    return idleSince;
  }

  void idleSince(long nanos) {
    idleSince = nanos;
  }

  // ---- writing

  void start(UpstreamCall next, boolean isReused) {
    call = next;
    reused = isReused;
    answered = false;
    sent = false;
    interim = 0;
    stage = Stage.HEAD;
    startedNanos = loop.nanos();
    write(next);
    if (next.paused()) {
      pause();
    }
  }

  private void write(UpstreamCall next) {
    UpstreamRequest request = next.request();
    byte[] content = request.body();
    boolean says = content.length > 0 || !isBodiless(request.method());
    HeadWriter writer = loop.writer();
    writer.request(
        request.method(),
        next.target(),
        pool.origin().authority(),
        request.headers(),
        says ? content.length : -1);
    boolean small = content.length <= BodyPump.SMALL;
    ByteBuf buffer = channel.alloc().directBuffer(writer.length() + (small ? content.length : 0));
    buffer.writeBytes(writer.bytes(), 0, writer.length());
    ChannelHandlerContext ctx = context();
    if (small) {
      buffer.writeBytes(content);
      watch(ctx.writeAndFlush(buffer), true);
    } else {
      watch(ctx.write(buffer), false);
      pump = new BodyPump(content);
      pump();
    }
  }

  private static boolean isBodiless(String method) {
    return method.equals("GET") || method.equals("HEAD") || method.equals("DELETE");
  }

  private void pump() {
    BodyPump running = pump;
    ChannelFuture last = running == null ? null : running.pump(context());
    if (last != null) {
      pump = null;
      watch(last, true);
    }
  }

  private void watch(ChannelFuture written, boolean last) {
    if (written.isSuccess()) {
      sent |= last;
      return;
    }
    UpstreamCall mine = call;
    written.addListener(
        f -> {
          if (f.isSuccess()) {
            sent |= last && call == mine;
          } else if (call == mine && stage != Stage.CLOSED) {
            pump = null;
            loop.schedule(
                LAST_WORDS,
                () -> {
                  if (call == mine && stage == Stage.HEAD) {
                    channel.close();
                  }
                });
          }
        });
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (channel.isWritable()) {
      pump();
    }
  }

  // ---- reading

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (stage == Stage.CLOSED) {
      in.release();
    } else if (paused || !held.isEmpty()) {
      held.addLast(in);
    } else {
      consume(in);
    }
  }

  private void consume(ByteBuf in) {
    boolean keep = false;
    try {
      while (in.isReadable() && !paused && stage != Stage.CLOSED) {
        switch (stage) {
          case HEAD -> head(in);
          case BODY -> body(in);
          case IDLE -> close(); // it answers what nobody asked
          case CLOSED -> throw new IllegalStateException("unreachable");
        }
      }
      keep = in.isReadable() && stage != Stage.CLOSED;
      if (keep) {
        held.addFirst(in);
      }
    } catch (BadMessage e) {
      broken(e);
    } finally {
      if (!keep) {
        in.release();
      }
    }
  }

  private void head(ByteBuf in) throws BadMessage {
    answered = true;
    UpstreamCall mine = call;
    if (!head.begun() && in.getByte(in.readerIndex()) != 'H') {
      throw BadMessage.malformed("the answer is not HTTP");
    }
    if (!head.take(in) || mine == null) {
      return;
    }
    HeadParser parser = loop.parser();
    parser.response(head.bytes(), head.length(), pool.config().maxHeaders());
    int status = parser.status();
    if (status == 101) {
      throw BadMessage.malformed("the answer switches protocols, which was not asked");
    }
    if (status < 200) {
      if (++interim > MAX_INTERIM) {
        throw BadMessage.malformed("there are too many interim answers");
      }
      return;
    }
    AnswerBody next =
        AnswerBody.begin(parser, mine.request().method(), pool.config().maxBodyBytes());
    body = next;
    stage = Stage.BODY;
    mine.head(status, next.headers());
    if (stage == Stage.BODY && body == next && next.complete()) {
      complete(in.isReadable());
    }
  }

  private void body(ByteBuf in) throws BadMessage {
    AnswerBody arriving = body;
    UpstreamCall mine = call;
    if (arriving == null || mine == null) {
      throw new IllegalStateException("a body without a call");
    }
    byte[] piece = arriving.read(in, loop);
    if (piece.length > 0) {
      mine.body(piece);
    }
    if (stage == Stage.BODY && body == arriving && arriving.complete()) {
      complete(in.isReadable());
    }
  }

  /**
   * The answer is complete.
   *
   * @param more whether bytes follow it, which nobody asked for
   */
  private void complete(boolean more) {
    UpstreamCall mine = call;
    AnswerBody done = body;
    boolean keep = done != null && done.persistent() && sent && !more && channel.isActive();
    forget();
    stage = Stage.IDLE;
    if (keep) {
      resume();
      pool.release(this);
    } else {
      close();
    }
    if (mine != null) {
      mine.end();
    }
  }

  // ---- back-pressure

  void pause() {
    paused = true;
    channel.config().setAutoRead(false);
  }

  void resume() {
    if (!paused) {
      return;
    }
    paused = false;
    if (!held.isEmpty() || endHeld) {
      loop.execute(this::release);
    }
    channel.config().setAutoRead(true);
  }

  /** Lets what was read during a pause go on its way. */
  private void release() {
    while (!paused && !held.isEmpty() && stage != Stage.CLOSED) {
      consume(held.removeFirst());
    }
    if (!paused && held.isEmpty() && endHeld) {
      endHeld = false;
      ended();
    }
  }

  // ---- ends

  /** Ends the connection; its call was cancelled or is told elsewhere. */
  void close() {
    if (stage != Stage.CLOSED) {
      forget();
      stage = Stage.CLOSED;
      dropHeld();
      pool.lost(this);
      channel.close();
      pool.closed();
    }
  }

  /** The call was cancelled: the provider sees it at once. */
  void abandon() {
    call = null;
    close();
  }

  private void forget() {
    AnswerBody done = body;
    body = null;
    call = null;
    pump = null;
    head.clear();
    if (done != null) {
      done.close();
    }
  }

  private void dropHeld() {
    ByteBuf first = held.pollFirst();
    while (first != null) {
      first.release();
      first = held.pollFirst();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent tlsEnd) {
      closedCleanly = tlsEnd.isSuccess();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
    cause = thrown;
    channel.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (stage == Stage.CLOSED) {
      return;
    }
    if (!held.isEmpty()) {
      endHeld = true;
    } else {
      ended();
    }
  }

  /** The provider has ended the connection. */
  private void ended() {
    UpstreamCall mine = call;
    AnswerBody arriving = body;
    Stage was = stage;
    boolean clean = cause == null && (!tls || closedCleanly);
    boolean whole = arriving != null && clean && arriving.endsWithConnection();
    boolean stale = reused && !answered && loop.nanos() - startedNanos < STALE.toNanos();
    call = null;
    // First, so that the second try has the place that this connection leaves.
    boolean again = mine != null && was == Stage.HEAD && stale && mine.repeat();
    close();
    if (mine == null || again) {
      return;
    }
    if (was == Stage.BODY) {
      if (whole) {
        mine.end();
      } else {
        mine.fail(fault(TransportFault.Kind.TRUNCATED, "inside the answer's body", false));
      }
    } else {
      mine.fail(fault(TransportFault.Kind.RESET, "before the answer's head", stale));
    }
  }

  private TransportFault fault(TransportFault.Kind kind, String where, boolean safe) {
    String how = cause == null ? "closed" : "reset";
    return new TransportFault(kind, pool.origin() + " " + how + " the connection " + where, safe);
  }

  /** The provider breaks HTTP or a limit. */
  private void broken(BadMessage bad) {
    UpstreamCall mine = call;
    call = null;
    close();
    if (mine != null) {
      TransportFault.Kind kind =
          bad.tooLarge() ? TransportFault.Kind.TOO_LARGE : TransportFault.Kind.MALFORMED;
      mine.fail(new TransportFault(kind, pool.origin() + ": " + bad.text(), false));
    }
  }

  private ChannelHandlerContext context() {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      throw new IllegalStateException("not connected");
    }
    return ctx;
  }
}
