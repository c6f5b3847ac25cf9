package dev.fairlead.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import org.jspecify.annotations.Nullable;

/** The answer to one request, whole or streamed. Confined to its loop. */
final class Answer implements Responder, ResponseStream {
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };
  private static final Headers JSON = Headers.of("content-type", "application/json");

  private enum State {
    NEW,
    STREAMING,
    /** Everything was given to the channel, and some of it may wait there. */
    ENDING,
    DONE,
    GONE
  }

  private final ServerConnection connection;
  private final NettyLoop loop;
  private final boolean toHead;
  private final int minor;
  private final boolean persistent;
  private State state = State.NEW;
  private HeadWriter.Framing framing = HeadWriter.Framing.NONE;
  private boolean close;
  private @Nullable BodyPump pump;
  private @Nullable Runnable onGone;
  private @Nullable Runnable onWritable;

  Answer(
      ServerConnection connection, NettyLoop loop, String method, int minor, boolean persistent) {
    this.connection = connection;
    this.loop = loop;
    this.toHead = method.equals("HEAD");
    this.minor = minor;
    this.persistent = persistent;
  }

  // ---- Responder

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public void whole(int status, Headers headers, byte[] body) {
    if (!begins()) {
      return;
    }
    boolean bodiless = status < 200 || status == 204 || status == 304;
    framing = bodiless ? HeadWriter.Framing.NONE : HeadWriter.Framing.LENGTH;
    head(status, headers, body.length);
    state = State.ENDING;
    HeadWriter writer = loop.writer();
    int sent = bodiless || toHead ? 0 : body.length;
    boolean small = sent <= BodyPump.SMALL;
    ByteBuf buffer =
        connection.channel().alloc().directBuffer(writer.length() + (small ? sent : 0));
    buffer.writeBytes(writer.bytes(), 0, writer.length());
    connection.queued(buffer.readableBytes() + (small ? sent : 0));
    if (small) {
      buffer.writeBytes(body, 0, sent);
      last(connection.context().writeAndFlush(buffer));
    } else {
      connection.context().write(buffer, connection.context().voidPromise());
      pump = new BodyPump(body);
      pump();
    }
  }

  @Override
  public ResponseStream open(int status, Headers headers) {
    if (!begins()) {
      return this;
    }
    boolean bodiless = status < 200 || status == 204 || status == 304;
    framing =
        bodiless
            ? HeadWriter.Framing.NONE
            : minor == 0 ? HeadWriter.Framing.UNTIL_CLOSE : HeadWriter.Framing.CHUNKED;
    head(status, headers, 0);
    state = State.STREAMING;
    HeadWriter writer = loop.writer();
    ByteBuf buffer = connection.channel().alloc().directBuffer(writer.length());
    buffer.writeBytes(writer.bytes(), 0, writer.length());
    connection.write(buffer, true);
    return this;
  }

  private boolean begins() {
    loop.check();
    if (state == State.GONE) {
      return false;
    }
    if (state != State.NEW) {
      throw new IllegalStateException("this request has been answered already");
    }
    return true;
  }

  private void head(int status, Headers headers, long length) {
    close |=
        !persistent
            || framing == HeadWriter.Framing.UNTIL_CLOSE
            || connection.home().server().draining();
    loop.writer()
        .response(status, headers, framing, length, close, minor == 0 && !close, loop.date());
  }

  @Override
  public void onGone(Runnable task) {
    loop.check();
    if (state == State.GONE) {
      loop.execute(task);
    } else {
      onGone = task;
    }
  }

  // ---- ResponseStream

  @Override
  public void write(byte[] bytes) {
    write(bytes, true);
  }

  @Override
  public void write(byte[] bytes, boolean flush) {
    loop.check();
    if (state == State.GONE) {
      return;
    }
    if (state != State.STREAMING) {
      throw new IllegalStateException("this answer is not open");
    }
    if (bytes.length == 0 || toHead || framing == HeadWriter.Framing.NONE) {
      return;
    }
    ByteBuf buffer = connection.channel().alloc().directBuffer(bytes.length + 12);
    if (framing == HeadWriter.Framing.CHUNKED) {
      chunkSize(buffer, bytes.length);
      buffer.writeBytes(bytes);
      buffer.writeShort(('\r' << 8) | '\n');
    } else {
      buffer.writeBytes(bytes);
    }
    connection.write(buffer, flush);
  }

  private static void chunkSize(ByteBuf buffer, int size) {
    int shift = (31 - Integer.numberOfLeadingZeros(size)) & ~3;
    for (; shift >= 0; shift -= 4) {
      buffer.writeByte(HEX[(size >>> shift) & 15]);
    }
    buffer.writeShort(('\r' << 8) | '\n');
  }

  @Override
  public void flush() {
    loop.check();
    if (state == State.STREAMING) {
      connection.context().flush();
    }
  }

  @Override
  public boolean isWritable() {
    return state != State.STREAMING || connection.channel().isWritable();
  }

  @Override
  public void onWritable(Runnable task) {
    loop.check();
    onWritable = task;
  }

  @Override
  public void end() {
    loop.check();
    if (state != State.STREAMING) {
      return;
    }
    state = State.ENDING;
    ByteBuf buffer = connection.channel().alloc().directBuffer(5);
    if (framing == HeadWriter.Framing.CHUNKED && !toHead) {
      buffer.writeByte('0').writeInt(0x0d0a0d0a);
    }
    connection.queued(buffer.readableBytes());
    last(connection.context().writeAndFlush(buffer));
  }

  @Override
  public void cut() {
    loop.check();
    if (state == State.GONE || state == State.DONE) {
      return;
    }
    if (framing == HeadWriter.Framing.UNTIL_CLOSE) {
      reset(); // there the orderly end of the connection would read as the end of the body
      return;
    }
    state = State.ENDING;
    close = true;
    last(connection.context().writeAndFlush(connection.channel().alloc().directBuffer(0)));
  }

  @Override
  public void reset() {
    loop.check();
    if (state == State.GONE || state == State.DONE) {
      return;
    }
    state = State.DONE;
    connection.reset();
  }

  // ---- what the connection tells

  /** Answers for a handler that threw. */
  void failed(String path) {
    if (state == State.NEW) {
      close = true;
      page(path, 500, "the gateway failed on this request");
    } else if (state == State.STREAMING) {
      cut();
    }
  }

  /** Answers a request that breaks HTTP or a limit, and ends the connection. */
  void refuse(String path, int status, String message) {
    page(path, status, message);
  }

  private void page(String path, int status, String message) {
    whole(status, JSON, connection.home().server().faultPage().render(path, status, message));
  }

  void writable() {
    if (pump != null) {
      pump();
    } else if (state == State.STREAMING) {
      Runnable task = onWritable;
      if (task != null) {
        task.run();
      }
    }
  }

  private void pump() {
    BodyPump running = pump;
    if (running == null) {
      return;
    }
    int before = running.given();
    ChannelFuture end = running.pump(connection.context());
    connection.queued(running.given() - before);
    if (end != null) {
      pump = null;
      last(end);
    }
  }

  private void last(ChannelFuture written) {
    if (written.isDone()) {
      ended(written);
    } else {
      written.addListener(f -> ended(written));
    }
  }

  private void ended(ChannelFuture written) {
    if (state != State.ENDING) {
      return;
    }
    if (written.isSuccess()) {
      state = State.DONE;
      connection.answered(!close);
    } else {
      connection.close();
    }
  }

  /** The connection has ended. */
  void gone() {
    boolean early = state != State.DONE && state != State.GONE;
    state = State.GONE;
    pump = null;
    Runnable task = onGone;
    onGone = null;
    if (early && task != null) {
      task.run();
    }
  }
}
