package dev.fairlead.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.Arrays;

/**
 * Writes one JSON document into a growing array. Commas are its business, the order of calls is the
 * caller's: names only inside objects, one value after a name. Not for sharing between threads.
 */
public final class JsonWriter {
  private static final byte[] HEX = "0123456789abcdef".getBytes(UTF_8);

  /** Characters below 0x80 that stand in a string as they are. */
  private static final boolean[] PLAIN = new boolean[0x80];

  static {
    for (int c = 0x20; c < PLAIN.length; c++) {
      PLAIN[c] = c != '"' && c != '\\';
    }
  }

  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  private byte[] out;
  private int size;
  private boolean comma;

  public JsonWriter() {
    this(512);
  }

  public JsonWriter(int expectedBytes) {
    this.out = new byte[Math.max(64, expectedBytes)];
  }

  public JsonWriter beginObject() {
    separate();
    put('{');
    comma = false;
    return this;
  }

  public JsonWriter endObject() {
    put('}');
    comma = true;
    return this;
  }

  public JsonWriter beginArray() {
    separate();
    put('[');
    comma = false;
    return this;
  }

  public JsonWriter endArray() {
    put(']');
    comma = true;
    return this;
  }

  public JsonWriter name(String name) {
    separate();
    string(name);
    put(':');
    comma = false;
    return this;
  }

  public JsonWriter value(String text) {
    separate();
    string(text);
    comma = true;
    return this;
  }

  public JsonWriter value(Text text) {
    text.writeTo(this);
    return this;
  }

  public JsonWriter value(Raw raw) {
    raw.writeTo(this);
    return this;
  }

  public JsonWriter value(JsonNode node) {
    return value(node.raw());
  }

  public JsonWriter value(long number) {
    if (number < 0 || number > Integer.MAX_VALUE) {
      return ascii(Long.toString(number));
    }
    separate();
    int digits = 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    room(digits);
    int left = (int) number;
    for (int at = size + digits - 1; at >= size; at--) {
      out[at] = (byte) ('0' + left % 10);
      left /= 10;
    }
    size += digits;
    comma = true;
    return this;
  }

  /**
   * Written as Java writes it; an infinite or not-a-number becomes null, JSON has no such values.
   */
  public JsonWriter value(double number) {
    if (!Double.isFinite(number)) {
      return nullValue();
    }
    long whole = (long) number;
    return whole == number && Math.abs(number) < 1e15
        ? ascii(Long.toString(whole))
        : ascii(Double.toString(number));
  }

  /** Written with the digits it has: 2.50 stays 2.50. */
  public JsonWriter value(BigDecimal number) {
    return ascii(number.toString());
  }

  public JsonWriter value(boolean bool) {
    return ascii(bool ? "true" : "false");
  }

  public JsonWriter nullValue() {
    return ascii("null");
  }

  /** Ends a document and begins another on the next line. */
  public JsonWriter line() {
    put('\n');
    comma = false;
    return this;
  }

  /** Shorthand for a name and its value. */
  public JsonWriter field(String name, String value) {
    return name(name).value(value);
  }

  public JsonWriter field(String name, Text value) {
    return name(name).value(value);
  }

  public JsonWriter field(String name, Raw value) {
    return name(name).value(value);
  }

  public JsonWriter field(String name, long value) {
    return name(name).value(value);
  }

  public JsonWriter field(String name, double value) {
    return name(name).value(value);
  }

  public JsonWriter field(String name, BigDecimal value) {
    return name(name).value(value);
  }

  public JsonWriter field(String name, boolean value) {
    return name(name).value(value);
  }

  /** The document so far, as an array of its own. */
  public byte[] toBytes() {
    return Arrays.copyOf(out, size);
  }

  public Raw toRaw() {
    try {
      return Json.read(toBytes(), JsonLimits.RESPONSE).root().raw();
    } catch (MalformedJson e) {
      throw new IllegalStateException("the calls did not write a document", e);
    }
  }

  public int size() {
    return size;
  }

  @Override
  public String toString() {
    return new String(out, 0, size, UTF_8);
  }

  @SuppressWarnings("deprecation") // it is ASCII
  private JsonWriter ascii(String s) {
    separate();
    room(s.length());
    s.getBytes(0, s.length(), out, size);
    size += s.length();
    comma = true;
    return this;
  }

  void verbatim(byte[] bytes, int from, int to) {
    separate();
    append(bytes, from, to);
    comma = true;
  }

  /** A string whose escaped form is at hand. */
  void quoted(byte[] bytes, int from, int to) {
    separate();
    put('"');
    append(bytes, from, to);
    put('"');
    comma = true;
  }

  private void append(byte[] bytes, int from, int to) {
    room(to - from);
    System.arraycopy(bytes, from, out, size, to - from);
    size += to - from;
  }

  /** Most strings are plain ASCII: those are written as they are read, the rest with care. */
  private void string(String s) {
    int length = s.length();
    room(length + 2);
    byte[] to = out;
    int at = size;
    to[at++] = '"';
    int i = 0;
    while (i < length) {
      char c = s.charAt(i);
      if (c >= 0x80 || !PLAIN[c]) {
        break;
      }
      to[at++] = (byte) c;
      i++;
    }
    size = at;
    if (i < length) {
      escaped(s, i);
    }
    put('"');
  }

  private void escaped(String s, int from) {
    for (int i = from; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c < 0x80) {
        switch (c) {
          case '"' -> two('"');
          case '\\' -> two('\\');
          case '\n' -> two('n');
          case '\r' -> two('r');
          case '\t' -> two('t');
          default -> {
            if (c < 0x20) {
              unit(c);
            } else {
              put(c);
            }
          }
        }
      } else if (c < 0x800) {
        put(0xC0 | c >> 6);
        put(0x80 | c & 0x3F);
      } else if (!Character.isSurrogate(c)) {
        put(0xE0 | c >> 12);
        put(0x80 | c >> 6 & 0x3F);
        put(0x80 | c & 0x3F);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < s.length()
          && Character.isLowSurrogate(s.charAt(i + 1))) {
        int point = Character.toCodePoint(c, s.charAt(++i));
        put(0xF0 | point >> 18);
        put(0x80 | point >> 12 & 0x3F);
        put(0x80 | point >> 6 & 0x3F);
        put(0x80 | point & 0x3F);
      } else {
        unit(c); // half of a pair has no UTF-8; the escape is its only faithful form
      }
    }
  }

  private void two(char c) {
    put('\\');
    put(c);
  }

  private void unit(char c) {
    put('\\');
    put('u');
    put(HEX[c >> 12]);
    put(HEX[c >> 8 & 15]);
    put(HEX[c >> 4 & 15]);
    put(HEX[c & 15]);
  }

  private void separate() {
    if (comma) {
      put(',');
      comma = false;
    }
  }

  private void put(int b) {
    room(1);
    out[size++] = (byte) b;
  }

  private void room(int more) {
    int wanted = Math.addExact(size, more);
    if (wanted > out.length) {
      out = Arrays.copyOf(out, Math.max((int) Math.min(2L * out.length, MAX_ARRAY), wanted));
    }
  }
}
