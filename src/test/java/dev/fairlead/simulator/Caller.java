package dev.fairlead.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.http.Headers;
import dev.fairlead.http.Loop;
import dev.fairlead.http.Responder;
import dev.fairlead.http.ResponseStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** The other end of a connection: keeps what came, and when. */
@NullMarked
final class Caller implements Responder, ResponseStream {
  enum Ending {
    NONE,
    WHOLE,
    END,
    CUT,
    RESET
  }

  /** Bytes that were written at once. */
  record Written(long millis, byte[] bytes) {
    String text() {
      return new String(bytes, UTF_8);
    }
  }

  private final VirtualLoop loop;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  final List<Written> writes = new ArrayList<>();
  int status;
  Headers headers = Headers.NONE;
  long headMillis = -1;
  long endMillis = -1;
  Ending ending = Ending.NONE;
  boolean writable = true;
  private @Nullable Runnable onGone;
  private @Nullable Runnable onWritable;

  Caller(VirtualLoop loop) {
    this.loop = loop;
  }

  String text() {
    return body.toString(UTF_8);
  }

  byte[] bytes() {
    return body.toByteArray();
  }

  /** The events of a stream, without their framing. */
  List<String> events() {
    List<String> events = new ArrayList<>();
    for (String frame : text().split("\n\n", -1)) {
      for (String line : frame.split("\n")) {
        if (line.startsWith("data: ")) {
          events.add(line.substring("data: ".length()));
        }
      }
    }
    return events;
  }

  void leave() {
    Runnable task = onGone;
    if (task != null) {
      task.run();
    }
  }

  void readAgain() {
    writable = true;
    Runnable task = onWritable;
    if (task != null) {
      task.run();
    }
  }

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public void whole(int sent, Headers fields, byte[] bytes) {
    open(sent, fields);
    body.writeBytes(bytes);
    end(Ending.WHOLE);
  }

  @Override
  public ResponseStream open(int sent, Headers fields) {
    if (headMillis >= 0) {
      throw new IllegalStateException("a second head");
    }
    status = sent;
    headers = fields;
    headMillis = loop.millis();
    return this;
  }

  @Override
  public void onGone(Runnable task) {
    onGone = task;
  }

  @Override
  public void write(byte[] bytes) {
    if (ending != Ending.NONE) {
      throw new IllegalStateException("a write after the end");
    }
    body.writeBytes(bytes);
    writes.add(new Written(loop.millis(), bytes));
  }

  @Override
  public boolean isWritable() {
    return writable;
  }

  @Override
  public void onWritable(Runnable task) {
    onWritable = task;
  }

  @Override
  public void end() {
    end(Ending.END);
  }

  @Override
  public void cut() {
    end(Ending.CUT);
  }

  @Override
  public void reset() {
    end(Ending.RESET);
  }

  private void end(Ending how) {
    if (ending != Ending.NONE) {
      throw new IllegalStateException("a second end");
    }
    ending = how;
    endMillis = loop.millis();
  }
}
