package dev.fairlead.wire;

import java.util.function.Consumer;

/** One JSON document a line. White space around it is not data; a blank line is a frame without. */
public final class NdjsonReader implements FrameReader {
  /** Longest line of a reader that was made without a limit, in bytes. */
  public static final int DEFAULT_MAX_LINE_BYTES = 4 << 20;

  private final Pending pending;

  public NdjsonReader() {
    this(DEFAULT_MAX_LINE_BYTES);
  }

  public NdjsonReader(int maxLineBytes) {
    this.pending = new Pending(maxLineBytes, "a line");
  }

  @Override
  public void feed(byte[] bytes, int from, int to, Consumer<Frame> frames) throws MalformedFrame {
    int at = from;
    while (at < to) {
      int eol = Swar.first(bytes, at, to, (byte) '\n', (byte) '\n');
      if (eol == to) {
        pending.add(bytes, at, to);
        return;
      }
      byte[] raw = pending.take(bytes, at, eol + 1);
      at = eol + 1;
      frames.accept(frame(raw));
    }
  }

  /** A last line without its line end is handed out when it has data. */
  @Override
  public void end(Consumer<Frame> frames) {
    if (pending.size() > 0) {
      Frame frame = frame(pending.take());
      if (!frame.isEmpty()) {
        frames.accept(frame);
      }
    }
  }

  private static Frame frame(byte[] raw) {
    int from = 0;
    int to = raw.length;
    while (to > 0 && isSpace(raw[to - 1])) {
      to--;
    }
    while (from < to && isSpace(raw[from])) {
      from++;
    }
    return new Frame(raw, "", raw, from, to);
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }
}
