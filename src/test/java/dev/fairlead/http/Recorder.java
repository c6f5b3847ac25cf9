package dev.fairlead.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Notes everything that happens to a call, and objects to what must not. */
final class Recorder implements UpstreamListener {
  private final CountDownLatch over = new CountDownLatch(1);
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final StringBuilder order = new StringBuilder();
  private int status;
  private int pieces;
  private Headers headers = Headers.NONE;
  private @Nullable TransportFault fault;
  private @Nullable String thread;

  private void note(String what) {
    String now = Thread.currentThread().getName();
    if (thread != null && !thread.equals(now)) {
      order.append("[wrong thread ").append(now).append(']');
    }
    thread = now;
    if (over.getCount() == 0) {
      order.append("[after the end]");
    }
    order.append(what).append(' ');
  }

  @Override
  public synchronized void sent(boolean reusedConnection) {
    note(reusedConnection ? "reused" : "fresh");
  }

  @Override
  public synchronized void head(int status, Headers headers) {
    note("head");
    this.status = status;
    this.headers = headers;
  }

  @Override
  public synchronized void body(byte[] bytes) {
    if (bytes.length == 0) {
      note("empty piece");
    }
    pieces++;
    body.writeBytes(bytes);
  }

  @Override
  public synchronized void end() {
    note("end");
    over.countDown();
  }

  @Override
  public synchronized void failed(TransportFault fault) {
    note("failed");
    this.fault = fault;
    over.countDown();
  }

  Recorder await() {
    try {
      if (!over.await(10, TimeUnit.SECONDS)) {
        throw new AssertionError("the call does not end; so far: " + order());
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return this;
  }

  boolean isOver() {
    return over.getCount() == 0;
  }

  synchronized String order() {
    return order.toString().trim();
  }

  synchronized int status() {
    return status;
  }

  synchronized int pieces() {
    return pieces;
  }

  synchronized int size() {
    return body.size();
  }

  synchronized Headers headers() {
    return headers;
  }

  synchronized String text() {
    return body.toString(ISO_8859_1);
  }

  synchronized TransportFault fault() {
    TransportFault it = fault;
    if (it == null) {
      throw new AssertionError("no fault; " + order);
    }
    return it;
  }
}
