package dev.fairlead.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * AWS event stream ({@code application/vnd.amazon.eventstream}). A message is a prelude (total
 * length, length of the headers, CRC-32 of these two), the headers, the payload and the CRC-32 of
 * everything before it; all numbers big-endian. A message that fails either sum is refused.
 *
 * <p>A frame's event is the header {@code :event-type}; for {@code :message-type} exception it is
 * {@code exception:} and {@code :exception-type}, for error {@code exception:} and {@code
 * :error-code}, whose {@code :error-message} becomes the data when there is no payload.
 */
public final class EventStreamReader implements FrameReader {
  /** Longest message of a reader that was made without a limit, in bytes. */
  public static final int DEFAULT_MAX_MESSAGE_BYTES = 24 << 20;

  static final int PRELUDE = 12;
  static final int SUM = 4;

  private final Pending pending;
  private final CRC32 sum = new CRC32();
  private int total;

  public EventStreamReader() {
    this(DEFAULT_MAX_MESSAGE_BYTES);
  }

  public EventStreamReader(int maxMessageBytes) {
    this.pending = new Pending(maxMessageBytes, "a message");
  }

  @Override
  public void feed(byte[] bytes, int from, int to, Consumer<Frame> frames) throws MalformedFrame {
    int at = from;
    while (at < to) {
      if (pending.size() == 0 && to - at >= PRELUDE) {
        total = prelude(bytes, at);
      }
      int wanted = (total == 0 ? PRELUDE : total) - pending.size();
      int end = at + Math.min(wanted, to - at);
      if (total > 0 && end - at == wanted) {
        byte[] raw = pending.take(bytes, at, end);
        total = 0;
        at = end;
        frames.accept(message(raw));
        continue;
      }
      pending.add(bytes, at, end);
      at = end;
      if (total == 0 && pending.size() == PRELUDE) {
        total = prelude(pending.bytes(), 0);
      }
    }
  }

  @Override
  public void end(Consumer<Frame> frames) throws MalformedFrame {
    if (pending.size() > 0) {
      throw new MalformedFrame("the stream ends inside a message");
    }
  }

  /** The message's length, once its prelude is known to be whole. */
  private int prelude(byte[] in, int at) throws MalformedFrame {
    if (sumOf(in, at, at + 8) != int32(in, at + 8)) {
      throw new MalformedFrame("the checksum of a message's prelude is wrong");
    }
    long length = int32(in, at) & 0xFFFFFFFFL;
    long headers = int32(in, at + 4) & 0xFFFFFFFFL;
    if (length < PRELUDE + SUM || headers > length - PRELUDE - SUM) {
      throw new MalformedFrame("the lengths of a message contradict each other");
    }
    pending.check(length);
    return (int) length;
  }

  private int sumOf(byte[] in, int from, int to) {
    sum.reset();
    sum.update(in, from, to - from);
    return (int) sum.getValue();
  }

  private Frame message(byte[] raw) throws MalformedFrame {
    int payloadTo = raw.length - SUM;
    if (sumOf(raw, 0, payloadTo) != int32(raw, payloadTo)) {
      throw new MalformedFrame("the checksum of a message is wrong");
    }
    int payloadFrom = PRELUDE + int32(raw, 4);
    Headers headers = new Headers(raw, payloadFrom);
    return switch (headers.messageType) {
      case "exception" ->
          new Frame(raw, "exception:" + headers.exceptionType, raw, payloadFrom, payloadTo);
      case "error" -> {
        byte[] said =
            payloadFrom < payloadTo
                ? Arrays.copyOfRange(raw, payloadFrom, payloadTo)
                : new JsonWriter()
                    .beginObject()
                    .field("message", headers.errorMessage)
                    .endObject()
                    .toBytes();
        yield new Frame(raw, "exception:" + headers.errorCode, said, 0, said.length);
      }
      default ->
          headers.exceptionType.isEmpty()
              ? new Frame(raw, headers.eventType, raw, payloadFrom, payloadTo)
              : new Frame(raw, "exception:" + headers.exceptionType, raw, payloadFrom, payloadTo);
    };
  }

  static int int32(byte[] in, int at) {
    return in[at] << 24
        | (in[at + 1] & 0xFF) << 16
        | (in[at + 2] & 0xFF) << 8
        | (in[at + 3] & 0xFF);
  }

  /** Walks all headers and keeps the strings that say what the message is. */
  private static final class Headers {
    String messageType = "";
    String eventType = "";
    String exceptionType = "";
    String errorCode = "";
    String errorMessage = "";

    Headers(byte[] in, int end) throws MalformedFrame {
      int p = PRELUDE;
      while (p < end) {
        int nameFrom = p + 1;
        int nameTo = nameFrom + (in[p] & 0xFF);
        if (nameTo == nameFrom || nameTo >= end) {
          throw cut();
        }
        int type = in[nameTo];
        int value = nameTo + 1;
        int length = fixedLength(type);
        if (length < 0) {
          if (value + 2 > end) {
            throw cut();
          }
          length = (in[value] & 0xFF) << 8 | (in[value + 1] & 0xFF);
          value += 2;
        }
        p = value + length;
        if (p > end) {
          throw cut();
        }
        if (type == EventStreamWriter.STRING && in[nameFrom] == ':') {
          keep(
              new String(in, nameFrom, nameTo - nameFrom, UTF_8),
              new String(in, value, length, UTF_8));
        }
      }
    }

    /** Bytes of a value of that type; -1 where two bytes before the value say it. */
    private static int fixedLength(int type) throws MalformedFrame {
      return switch (type) {
        case EventStreamWriter.TRUE, EventStreamWriter.FALSE -> 0;
        case EventStreamWriter.BYTE -> 1;
        case EventStreamWriter.SHORT -> 2;
        case EventStreamWriter.INTEGER -> 4;
        case EventStreamWriter.LONG, EventStreamWriter.TIMESTAMP -> 8;
        case EventStreamWriter.UUID -> 16;
        case EventStreamWriter.BYTES, EventStreamWriter.STRING -> -1;
        default -> throw new MalformedFrame("a header has the unknown type " + type);
      };
    }

    private void keep(String name, String value) {
      switch (name) {
        case ":message-type" -> messageType = value;
        case ":event-type" -> eventType = value;
        case ":exception-type" -> exceptionType = value;
        case ":error-code" -> errorCode = value;
        case ":error-message" -> errorMessage = value;
        default -> {
          // :content-type and whatever a service adds say nothing about the framing.
        }
      }
    }

    private static MalformedFrame cut() {
      return new MalformedFrame("the headers of a message are cut off");
    }
  }
}
