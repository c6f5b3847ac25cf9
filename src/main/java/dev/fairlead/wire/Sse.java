package dev.fairlead.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Writing of server-sent events. Data never holds a line break: what we write is one-line JSON. */
public final class Sse {
  /** The terminal event of OpenAI's dialects. */
  public static final byte[] DONE = "data: [DONE]\n\n".getBytes(UTF_8);

  private static final byte[] DATA = "data: ".getBytes(UTF_8);
  private static final byte[] EVENT = "event: ".getBytes(UTF_8);

  private Sse() {}

  /** {@code data: …} and a blank line. */
  public static byte[] data(byte[] oneLine) {
    byte[] out = new byte[DATA.length + oneLine.length + 2];
    System.arraycopy(DATA, 0, out, 0, DATA.length);
    System.arraycopy(oneLine, 0, out, DATA.length, oneLine.length);
    out[out.length - 2] = '\n';
    out[out.length - 1] = '\n';
    return out;
  }

  /** {@code event: name}, {@code data: …} and a blank line. */
  public static byte[] event(String name, byte[] oneLine) {
    byte[] data = data(oneLine);
    byte[] head = name.getBytes(UTF_8);
    byte[] out = new byte[EVENT.length + head.length + 1 + data.length];
    System.arraycopy(EVENT, 0, out, 0, EVENT.length);
    System.arraycopy(head, 0, out, EVENT.length, head.length);
    out[EVENT.length + head.length] = '\n';
    System.arraycopy(data, 0, out, EVENT.length + head.length + 1, data.length);
    return out;
  }

  /** A comment line, which clients ignore: the keep-alive of a quiet stream. */
  public static byte[] comment(String text) {
    return (": " + text + "\n\n").getBytes(UTF_8);
  }
}
