package dev.fairlead.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.function.Consumer;

/**
 * Server-sent events, as the HTML standard has them ("9.2.6 Interpreting an event stream"): lines
 * end in LF, CRLF or CR; a blank line ends an event; a byte order mark may open the stream.
 *
 * <p>The frames' raw bytes, one after the other, are the stream: a block of comments, a retry hint
 * and a lone blank line are frames without data. Lines are looked for in the received array; a
 * frame that stands whole in it is copied once, and only a frame that is cut by the end of the
 * array is kept aside.
 *
 * <p>The end of a blank line that ends in CR depends on the next byte, which may be an LF that
 * belongs to it. Where the line before ended in a CR alone the event is handed out at once (an LF
 * that follows nevertheless opens the next frame's raw bytes, where it means nothing); otherwise
 * the reader waits for that byte. So no stream of one kind of line end waits for anything.
 */
public final class SseReader implements FrameReader {
  /** Longest event of a reader that was made without a limit, in bytes. */
  public static final int DEFAULT_MAX_EVENT_BYTES = 4 << 20;

  private static final byte LF = '\n';
  private static final byte CR = '\r';
  private static final byte[] DATA = "data".getBytes(UTF_8);
  private static final byte[] EVENT = "event".getBytes(UTF_8);

  private final Pending pending;
  private boolean streamBegins = true;

  // Where the search for the blank line stands; carried over from one array to the next.
  private boolean lineEmpty = true;
  private boolean afterCr;
  private boolean blankEndedInCr;
  private boolean crAlone;
  private int lines;

  private String lastEvent = "";

  public SseReader() {
    this(DEFAULT_MAX_EVENT_BYTES);
  }

  public SseReader(int maxEventBytes) {
    this.pending = new Pending(maxEventBytes, "an event");
  }

  @Override
  public void feed(byte[] bytes, int from, int to, Consumer<Frame> frames) throws MalformedFrame {
    int at = from;
    while (at < to) {
      int end = eventEnd(bytes, at, to);
      if (end < 0) {
        pending.add(bytes, at, to);
        return;
      }
      byte[] raw = pending.take(bytes, at, end);
      at = end;
      frames.accept(frame(raw));
    }
  }

  /** An unterminated last event is handed out when it has data: a stream may be cut there. */
  @Override
  public void end(Consumer<Frame> frames) throws MalformedFrame {
    if (pending.size() == 0) {
      return;
    }
    boolean terminated = blankEndedInCr;
    lines = 0; // the last line may have no end, so it was not counted
    Frame frame = frame(pending.take());
    if (terminated || !frame.isEmpty()) {
      frames.accept(frame);
    }
  }

  /** The offset after the blank line that ends the event; -1 when it is not in these bytes. */
  private int eventEnd(byte[] in, int from, int to) {
    int p = from;
    while (p < to) {
      byte b = in[p];
      if (blankEndedInCr) {
        blankEndedInCr = false;
        crAlone = b != LF;
        return b == LF ? p + 1 : p;
      }
      if (afterCr) {
        afterCr = false;
        crAlone = b != LF;
        if (b == LF) {
          p++;
          continue;
        }
      }
      if (b != LF && b != CR) {
        lineEmpty = false;
        p = Swar.first(in, p + 1, to, LF, CR);
        continue;
      }
      p++;
      if (!lineEmpty) {
        lineEmpty = true;
        lines++;
        afterCr = b == CR;
        crAlone &= b == CR;
      } else if (b == LF) {
        crAlone = false;
        return p;
      } else if (crAlone) {
        afterCr = true;
        return p;
      } else {
        blankEndedInCr = true;
      }
    }
    return -1;
  }

  private Frame frame(byte[] raw) {
    boolean first = streamBegins;
    int counted = lines;
    streamBegins = false;
    lines = 0;
    return counted == 1 && raw.length > 5 && isField(raw, 0, raw.length, DATA) && raw[4] == ':'
        ? oneLineOfData(raw)
        : fields(raw, first && startsWithMark(raw) ? 3 : 0);
  }

  /** Nearly every event of every provider: {@code data: …} and a blank line. */
  private static Frame oneLineOfData(byte[] raw) {
    int to = raw.length;
    while (raw[to - 1] == LF || raw[to - 1] == CR) {
      to--;
    }
    return new Frame(raw, "", raw, valueFrom(raw, 4, to), to);
  }

  private Frame fields(byte[] raw, int start) {
    String event = "";
    byte[] data = raw;
    int from = 0;
    int to = 0;
    boolean any = false;
    for (int p = start; p < raw.length; ) {
      int eol = Swar.first(raw, p, raw.length, LF, CR);
      if (isField(raw, p, eol, DATA)) {
        int value = valueFrom(raw, p + DATA.length, eol);
        if (!any) {
          from = value;
          to = eol;
          any = true;
        } else {
          if (data == raw) {
            data = new byte[raw.length];
            System.arraycopy(raw, from, data, 0, to - from);
            to -= from;
            from = 0;
          }
          data[to++] = LF;
          System.arraycopy(raw, value, data, to, eol - value);
          to += eol - value;
        }
      } else if (isField(raw, p, eol, EVENT)) {
        event = eventName(raw, valueFrom(raw, p + EVENT.length, eol), eol);
      }
      p = eol + 1; // the LF of a CRLF reads as one more empty line, which means nothing here
    }
    return new Frame(raw, event, data, from, to);
  }

  private static boolean startsWithMark(byte[] raw) {
    return raw.length >= 3
        && raw[0] == (byte) 0xEF
        && raw[1] == (byte) 0xBB
        && raw[2] == (byte) 0xBF;
  }

  private static boolean isField(byte[] raw, int from, int eol, byte[] name) {
    int after = from + name.length;
    if (after > eol || (after < eol && raw[after] != ':')) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (raw[from + i] != name[i]) {
        return false;
      }
    }
    return true;
  }

  /** Where a field's value begins: after the colon and one space, when they are there. */
  private static int valueFrom(byte[] raw, int nameEnd, int eol) {
    if (nameEnd >= eol) {
      return eol;
    }
    int value = nameEnd + 1;
    return value < eol && raw[value] == ' ' ? value + 1 : value;
  }

  /** Streams repeat the same few names, so the last one is kept. */
  private String eventName(byte[] raw, int from, int to) {
    String last = lastEvent;
    if (last.length() == to - from) {
      int i = 0;
      while (i < last.length() && last.charAt(i) == raw[from + i]) {
        i++;
      }
      if (i == last.length()) {
        return last;
      }
    }
    lastEvent = new String(raw, from, to - from, UTF_8);
    return lastEvent;
  }
}
