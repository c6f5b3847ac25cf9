package dev.fairlead.wire;

import java.util.function.Consumer;

/**
 * A JSON array that arrives element by element, as Gemini streams when it is not asked for
 * server-sent events: one frame an element. Only strings and brackets are looked at; whether an
 * element is JSON is for its one strict reading to say. A lone object in the place of the array
 * (Google's errors) is a stream of one element.
 *
 * <p>The raw bytes of a frame begin with what stood between the elements; the closing bracket is a
 * frame without data, so that the raw bytes are the stream but for white space at its end.
 */
public final class JsonArrayReader implements FrameReader {
  /** Longest element of a reader that was made without a limit, in bytes. */
  public static final int DEFAULT_MAX_ELEMENT_BYTES = 64 << 20;

  private enum State {
    BEFORE_ARRAY,
    BEFORE_FIRST,
    BEFORE_NEXT,
    IN_NESTED,
    IN_STRING,
    IN_ESCAPE,
    IN_SCALAR,
    AFTER_ELEMENT,
    DONE
  }

  private final Pending pending;
  private State state = State.BEFORE_ARRAY;
  private boolean array = true;
  private int depth;
  private int dataFrom;

  public JsonArrayReader() {
    this(DEFAULT_MAX_ELEMENT_BYTES);
  }

  public JsonArrayReader(int maxElementBytes) {
    this.pending = new Pending(maxElementBytes, "an element");
  }

  @Override
  public void feed(byte[] bytes, int from, int to, Consumer<Frame> frames) throws MalformedFrame {
    int at = from;
    int p = from;
    while (p < to) {
      int seen = pending.size() + (p - at);
      byte b = bytes[p];
      switch (state) {
        case BEFORE_ARRAY, BEFORE_FIRST, BEFORE_NEXT -> {
          p++;
          if (!isSpace(b) && before(b, seen)) {
            at = hand(bytes, at, p, frames, true);
          }
        }
        case IN_NESTED -> {
          p++;
          if (b == '"') {
            state = State.IN_STRING;
          } else if (b == '{' || b == '[') {
            depth++;
          } else if ((b == '}' || b == ']') && --depth == 0) {
            at = hand(bytes, at, p, frames, false);
          }
        }
        case IN_STRING -> {
          p = Swar.first(bytes, p, to, (byte) '"', (byte) '\\');
          if (p < to) {
            state = bytes[p] == '\\' ? State.IN_ESCAPE : State.IN_NESTED;
            p++;
            if (depth == 0 && state == State.IN_NESTED) {
              at = hand(bytes, at, p, frames, false);
            }
          }
        }
        case IN_ESCAPE -> {
          p++;
          state = State.IN_STRING;
        }
        case IN_SCALAR -> {
          if (b == ',' || b == ']' || isSpace(b)) {
            at = hand(bytes, at, p, frames, false);
          } else {
            p++;
          }
        }
        case AFTER_ELEMENT -> {
          p++;
          if (b == ']') {
            at = hand(bytes, at, p, frames, true);
          } else if (b == ',') {
            state = State.BEFORE_NEXT;
          } else if (!isSpace(b)) {
            throw new MalformedFrame("expected ',' or ']' after an element of the array");
          }
        }
        case DONE -> {
          p++;
          at = p;
          if (!isSpace(b)) {
            throw new MalformedFrame("unexpected bytes after the end of the array");
          }
        }
      }
    }
    pending.add(bytes, at, to);
  }

  /**
   * A stream that is cut inside an element is refused; its missing end is for the dialect to see.
   */
  @Override
  public void end(Consumer<Frame> frames) throws MalformedFrame {
    switch (state) {
      case IN_NESTED, IN_STRING, IN_ESCAPE, IN_SCALAR ->
          throw new MalformedFrame("the stream ends inside an element of the array");
      case BEFORE_ARRAY, BEFORE_FIRST, BEFORE_NEXT, AFTER_ELEMENT, DONE -> pending.take();
    }
  }

  /** What the first byte of something means; true when the array ends with it. */
  private boolean before(byte b, int offset) throws MalformedFrame {
    if (state == State.BEFORE_ARRAY && b == '[') {
      state = State.BEFORE_FIRST;
      return false;
    }
    if (state == State.BEFORE_FIRST && b == ']') {
      return true;
    }
    array = state != State.BEFORE_ARRAY;
    if (!array && b != '{') {
      throw new MalformedFrame("the stream is no JSON array");
    }
    if (b == ',' || b == ']' || b == '}' || b == ':') {
      throw new MalformedFrame("expected an element of the array, found '" + (char) b + "'");
    }
    dataFrom = offset;
    depth = b == '{' || b == '[' ? 1 : 0;
    state = b == '"' ? State.IN_STRING : depth > 0 ? State.IN_NESTED : State.IN_SCALAR;
    return false;
  }

  private int hand(byte[] bytes, int at, int end, Consumer<Frame> frames, boolean closes)
      throws MalformedFrame {
    byte[] raw = pending.take(bytes, at, end);
    state = closes || !array ? State.DONE : State.AFTER_ELEMENT;
    frames.accept(new Frame(raw, "", raw, closes ? raw.length : dataFrom, raw.length));
    return end;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }
}
