package dev.fairlead.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.zip.CRC32;

/** Writes one message of an AWS event stream: headers in the order of the calls, then a payload. */
public final class EventStreamWriter {
  static final int TRUE = 0;
  static final int FALSE = 1;
  static final int BYTE = 2;
  static final int SHORT = 3;
  static final int INTEGER = 4;
  static final int LONG = 5;
  static final int BYTES = 6;
  static final int STRING = 7;
  static final int TIMESTAMP = 8;
  static final int UUID = 9;

  private final ByteArrayOutputStream headers = new ByteArrayOutputStream();

  /** An event as Bedrock sends it: {@code :event-type} and a JSON payload. */
  public static byte[] event(String type, byte[] json) {
    return new EventStreamWriter()
        .string(":event-type", type)
        .string(":content-type", "application/json")
        .string(":message-type", "event")
        .message(json);
  }

  /** An exception in the stream, after which nothing follows. */
  public static byte[] exception(String type, byte[] json) {
    return new EventStreamWriter()
        .string(":exception-type", type)
        .string(":content-type", "application/json")
        .string(":message-type", "exception")
        .message(json);
  }

  public EventStreamWriter bool(String name, boolean value) {
    return header(name, value ? TRUE : FALSE, new byte[0]);
  }

  public EventStreamWriter int8(String name, byte value) {
    return header(name, BYTE, new byte[] {value});
  }

  public EventStreamWriter int16(String name, short value) {
    return header(name, SHORT, ByteBuffer.allocate(2).putShort(value).array());
  }

  public EventStreamWriter int32(String name, int value) {
    return header(name, INTEGER, ByteBuffer.allocate(4).putInt(value).array());
  }

  public EventStreamWriter int64(String name, long value) {
    return header(name, LONG, ByteBuffer.allocate(8).putLong(value).array());
  }

  public EventStreamWriter bytes(String name, byte[] value) {
    return header(name, BYTES, sized(value));
  }

  public EventStreamWriter string(String name, String value) {
    return header(name, STRING, sized(value.getBytes(UTF_8)));
  }

  public EventStreamWriter timestamp(String name, Instant value) {
    return header(name, TIMESTAMP, ByteBuffer.allocate(8).putLong(value.toEpochMilli()).array());
  }

  public EventStreamWriter uuid(String name, java.util.UUID value) {
    return header(
        name,
        UUID,
        ByteBuffer.allocate(16)
            .putLong(value.getMostSignificantBits())
            .putLong(value.getLeastSignificantBits())
            .array());
  }

  /** The whole message, both checksums included. */
  public byte[] message(byte[] payload) {
    byte[] head = headers.toByteArray();
    int total = EventStreamReader.PRELUDE + head.length + payload.length + EventStreamReader.SUM;
    ByteBuffer out = ByteBuffer.allocate(total).putInt(total).putInt(head.length);
    out.putInt(sum(out)).put(head).put(payload);
    return out.putInt(sum(out)).array();
  }

  private EventStreamWriter header(String name, int type, byte[] value) {
    byte[] written = name.getBytes(UTF_8);
    if (written.length == 0 || written.length > 255) {
      throw new IllegalArgumentException("a header's name has 1 to 255 bytes: " + name);
    }
    headers.write(written.length);
    headers.writeBytes(written);
    headers.write(type);
    headers.writeBytes(value);
    return this;
  }

  private static byte[] sized(byte[] value) {
    if (value.length > 0xFFFF) {
      throw new IllegalArgumentException("a header's value has at most 65535 bytes");
    }
    return ByteBuffer.allocate(2 + value.length).putShort((short) value.length).put(value).array();
  }

  private static int sum(ByteBuffer written) {
    CRC32 sum = new CRC32();
    sum.update(written.array(), 0, written.position());
    return (int) sum.getValue();
  }
}
