package dev.fairlead.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Arrays;

/**
 * Writes heads into one array that all connections of a loop share. A control character in a value
 * is written as a space, so that no value can begin a new line.
 */
final class HeadWriter {
  private static final byte[][] STATUS_LINES = new byte[600][];
  private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
  private static final byte[] CLOSE = ascii("connection: close\r\n");
  private static final byte[] KEEP_ALIVE = ascii("connection: keep-alive\r\n");
  private static final byte[] LENGTH = ascii("content-length: ");
  private static final byte[] IDENTITY = ascii("accept-encoding: identity\r\n");
  private static final byte[] HOST = ascii("host: ");
  private static final byte[] VERSION = ascii(" HTTP/1.1\r\n");

  static {
    for (int status = 100; status < 600; status++) {
      String reason = HttpResponseStatus.valueOf(status).reasonPhrase();
      STATUS_LINES[status] = ascii("HTTP/1.1 " + status + " " + reason + "\r\n");
    }
  }

  /** How an answer's body is delimited. */
  enum Framing {
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE,
    /** There is no body, and nothing is said about its length. */
    NONE
  }

  private byte[] bytes = new byte[4096];
  private int length;

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /**
   * Writes the head of an answer.
   *
   * @param date the complete Date field with its line end
   * @param keepAliveSaid whether an HTTP/1.0 caller has to be told that the connection stays
   */
  void response(
      int status,
      Headers headers,
      Framing framing,
      long contentLength,
      boolean close,
      boolean keepAliveSaid,
      byte[] date) {
    length = 0;
    if (status < 100 || status > 599) {
      throw new IllegalArgumentException("no HTTP status: " + status);
    }
    put(STATUS_LINES[status]);
    for (int i = 0; i < headers.size(); i++) {
      if (!ours(headers.name(i))) {
        field(headers.name(i), headers.value(i));
      }
    }
    put(date);
    switch (framing) {
      case LENGTH -> contentLength(contentLength);
      case CHUNKED -> put(CHUNKED);
      case UNTIL_CLOSE, NONE -> {
        // Nothing says where the body ends but the connection's end, or there is none.
      }
    }
    if (close) {
      put(CLOSE);
    } else if (keepAliveSaid) {
      put(KEEP_ALIVE);
    }
    end();
  }

  /** Writes the head of a request. */
  void request(String method, String target, String host, Headers headers, long contentLength) {
    length = 0;
    text(method);
    room(1);
    bytes[length++] = ' ';
    text(target);
    put(VERSION);
    put(HOST);
    text(host);
    line();
    boolean encodings = false;
    for (int i = 0; i < headers.size(); i++) {
      String name = headers.name(i);
      if (!ours(name)) {
        encodings |= name.equalsIgnoreCase("accept-encoding");
        field(name, headers.value(i));
      }
    }
    if (!encodings) {
      put(IDENTITY);
    }
    if (contentLength >= 0) {
      contentLength(contentLength);
    }
    end();
  }

  private static boolean ours(String name) {
    return switch (name.length()) {
      case 4 -> name.equalsIgnoreCase("date") || name.equalsIgnoreCase("host");
      case 7 -> name.equalsIgnoreCase("upgrade");
      case 10 -> name.equalsIgnoreCase("connection") || name.equalsIgnoreCase("keep-alive");
      case 14 -> name.equalsIgnoreCase("content-length");
      case 17 -> name.equalsIgnoreCase("transfer-encoding");
      default -> false;
    };
  }

  private void field(String name, String value) {
    text(name);
    room(2);
    bytes[length++] = ':';
    bytes[length++] = ' ';
    text(value);
    line();
  }

  @SuppressWarnings("deprecation") // the low byte of each char is what Latin-1 is, without a copy
  private void text(String s) {
    int count = s.length();
    room(count);
    s.getBytes(0, count, bytes, length);
    int end = length + count;
    for (int i = length; i < end; i++) {
      byte b = bytes[i];
      if ((b >= 0 && b < ' ' && b != '\t') || b == 127) {
        bytes[i] = ' ';
      }
    }
    length = end;
  }

  private void contentLength(long value) {
    put(LENGTH);
    text(Long.toString(value));
    line();
  }

  private void put(byte[] a) {
    room(a.length);
    System.arraycopy(a, 0, bytes, length, a.length);
    length += a.length;
  }

  private void end() {
    line();
  }

  private void line() {
    room(2);
    bytes[length++] = '\r';
    bytes[length++] = '\n';
  }

  private void room(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(length + count, 2 * bytes.length));
    }
  }

  private static byte[] ascii(String s) {
    return s.getBytes(US_ASCII);
  }
}
