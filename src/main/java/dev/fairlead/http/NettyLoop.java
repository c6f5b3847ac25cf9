package dev.fairlead.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** One event loop with what its connections share. All fields are confined to it. */
final class NettyLoop implements Loop {
  /** The longest head that any connection may be configured for, in bytes. */
  static final int MAX_HEAD = 256 * 1024;

  private static final int SINK = 64 * 1024;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final Loops owner;
  private final int index;
  private final EventLoop netty;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final HeadParser parser = new HeadParser();
  private final HeadWriter writer = new HeadWriter();
  private final byte[] scratch = new byte[MAX_HEAD];
  private ByteSink sink = new ByteSink(SINK);
  private byte[] date = new byte[0];
  private long dateSecond = Long.MIN_VALUE;

  NettyLoop(Loops owner, int index, EventLoop netty, InstantSource clock, LongSupplier nanos) {
    this.owner = owner;
    this.index = index;
    this.netty = netty;
    this.clock = clock;
    this.nanos = nanos;
  }

  @Override
  public void execute(Runnable task) {
    netty.execute(task);
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    Future<?> future = netty.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  @Override
  public boolean isCurrent() {
    return netty.inEventLoop();
  }

  /** Refuses a call from another thread: it would break what only one thread may touch. */
  void check() {
    if (!netty.inEventLoop()) {
      throw new IllegalStateException("called off its event loop; use Loop.execute");
    }
  }

  Loops owner() {
    return owner;
  }

  int index() {
    return index;
  }

  EventLoop netty() {
    return netty;
  }

  long nanos() {
    return nanos.getAsLong();
  }

  HeadParser parser() {
    return parser;
  }

  HeadWriter writer() {
    return writer;
  }

  byte[] scratch() {
    return scratch;
  }

  /** An empty sink, valid until the next use. */
  ByteSink sink() {
    if (sink.capacity() > 16 * SINK) {
      sink = new ByteSink(SINK); // one large piece must not be remembered for ever
    }
    sink.clear();
    return sink;
  }

  /** The Date field of an answer that goes out now, with its line end. */
  byte[] date() {
    long second = Math.floorDiv(clock.millis(), 1000L);
    if (second != dateSecond) {
      dateSecond = second;
      String text = DATE.format(Instant.ofEpochSecond(second));
      date = ("date: " + text + "\r\n").getBytes(US_ASCII);
    }
    return date;
  }
}
