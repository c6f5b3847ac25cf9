package dev.fairlead.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * One value of a {@link Json} document: a cursor, cheap to make and to throw away. A member or an
 * element that is not there is an absent node, never null, so that a chain of {@code get} needs no
 * checks; an absent node and JSON's null both answer the {@code …Or} methods with the fallback.
 */
public final class JsonNode {
  /** What a value is. */
  public enum Kind {
    OBJECT,
    ARRAY,
    STRING,
    NUMBER,
    BOOLEAN,
    NULL,
    ABSENT
  }

  /** A member of an object. */
  public record Member(String name, JsonNode value, int nameStart) {}

  private static final Json NOTHING = new Json(new byte[0], new int[0], 0);

  /** The node that stands for what is not there. */
  public static final JsonNode ABSENT = new JsonNode(NOTHING, -1);

  private final Json doc;
  private final int slot;

  JsonNode(Json doc, int slot) {
    this.doc = doc;
    this.slot = slot;
  }

  public Kind kind() {
    if (slot < 0) {
      return Kind.ABSENT;
    }
    return switch (doc.bytes[doc.start(slot)]) {
      case '{' -> Kind.OBJECT;
      case '[' -> Kind.ARRAY;
      case '"' -> Kind.STRING;
      case 't', 'f' -> Kind.BOOLEAN;
      case 'n' -> Kind.NULL;
      default -> Kind.NUMBER;
    };
  }

  /** True unless the value is absent; JSON's null exists. */
  public boolean exists() {
    return slot >= 0;
  }

  /** True when there is a value other than null. */
  public boolean hasValue() {
    return slot >= 0 && doc.bytes[doc.start(slot)] != 'n';
  }

  public boolean isObject() {
    return slot >= 0 && doc.bytes[doc.start(slot)] == '{';
  }

  public boolean isArray() {
    return slot >= 0 && doc.bytes[doc.start(slot)] == '[';
  }

  public boolean isString() {
    return slot >= 0 && doc.bytes[doc.start(slot)] == '"';
  }

  public boolean isNumber() {
    return kind() == Kind.NUMBER;
  }

  public boolean isBoolean() {
    return kind() == Kind.BOOLEAN;
  }

  public boolean isNull() {
    return slot >= 0 && doc.bytes[doc.start(slot)] == 'n';
  }

  /**
   * The member of that name; absent when there is none or when this is no object. Of several, which
   * only a reading that is not strict lets through, the first.
   */
  public JsonNode get(String name) {
    if (!isObject()) {
      return ABSENT;
    }
    int last = doc.next(slot);
    for (int at = slot + 1; at < last; at = doc.next(at + 1)) {
      if (nameIs(at, name)) {
        return new JsonNode(doc, at + 1);
      }
    }
    return ABSENT;
  }

  /** The element at that place; absent when there is none or when this is no array. */
  public JsonNode at(int index) {
    int i = 0;
    for (JsonNode item : items()) {
      if (i++ == index) {
        return item;
      }
    }
    return ABSENT;
  }

  /** How many members or elements; 0 for anything else. */
  public int size() {
    if (!isObject() && !isArray()) {
      return 0;
    }
    int step = isObject() ? 1 : 0;
    int n = 0;
    int last = doc.next(slot);
    for (int at = slot + 1; at < last; at = doc.next(at + step)) {
      n++;
    }
    return n;
  }

  /** The elements of an array, in order; none for anything else. */
  public Iterable<JsonNode> items() {
    return () ->
        new Children<>(isArray() ? doc.next(slot) : slot + 1, 0) {
          @Override
          JsonNode child(int at) {
            return new JsonNode(doc, at);
          }
        };
  }

  /** The members of an object, in order; none for anything else. */
  public Iterable<Member> members() {
    return () ->
        new Children<>(isObject() ? doc.next(slot) : slot + 1, 1) {
          @Override
          Member child(int at) {
            return new Member(
                new JsonNode(doc, at).text(), new JsonNode(doc, at + 1), doc.start(at));
          }
        };
  }

  private abstract class Children<T> implements Iterator<T> {
    private final int last;
    private final int step;
    private int at = slot + 1;

    Children(int last, int step) {
      this.last = last;
      this.step = step;
    }

    abstract T child(int at);

    @Override
    public boolean hasNext() {
      return at < last;
    }

    @Override
    public T next() {
      if (at >= last) {
        throw new NoSuchElementException();
      }
      T child = child(at);
      at = doc.next(at + step);
      return child;
    }
  }

  /** The text of a string, unescaped. */
  public String text() {
    if (!isString()) {
      throw new IllegalStateException("not a string: " + kind());
    }
    int from = doc.start(slot) + 1;
    int to = doc.end(slot) - 1;
    return doc.escaped(slot)
        ? Unescape.string(doc.bytes, from, to)
        : new String(doc.bytes, from, to - from, UTF_8);
  }

  public String textOr(String fallback) {
    return isString() ? text() : fallback;
  }

  public Optional<String> textIfAny() {
    return isString() ? Optional.of(text()) : Optional.empty();
  }

  /** True when this is a string of exactly this text; makes no copy. */
  public boolean textIs(String wanted) {
    return isString() && nameIs(slot, wanted);
  }

  /** The string as a text that still stands in the received bytes. */
  public Text asText() {
    if (!isString()) {
      throw new IllegalStateException("not a string: " + kind());
    }
    return new Text(doc.bytes, doc.start(slot) + 1, doc.end(slot) - 1, doc.escaped(slot));
  }

  public Text asTextOr(Text fallback) {
    return isString() ? asText() : fallback;
  }

  public boolean boolOr(boolean fallback) {
    return isBoolean() ? doc.bytes[doc.start(slot)] == 't' : fallback;
  }

  /** The number as a long; the fallback for anything that is no whole number of 64 bits. */
  public long longOr(long fallback) {
    if (!isNumber()) {
      return fallback;
    }
    int from = doc.start(slot);
    int to = doc.end(slot);
    boolean negative = doc.bytes[from] == '-';
    long value = 0;
    int p = negative ? from + 1 : from;
    if (to - p > 18) {
      return exactLong(fallback);
    }
    for (; p < to; p++) {
      int digit = doc.bytes[p] - '0';
      if (digit < 0 || digit > 9) {
        return exactLong(fallback);
      }
      value = value * 10 + digit;
    }
    return negative ? -value : value;
  }

  private long exactLong(long fallback) {
    try {
      BigDecimal value = new BigDecimal(ascii());
      return Math.abs((long) value.precision() - value.scale()) > 40
          ? fallback
          : value.longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      return fallback; // has a fraction or does not fit: the caller's fallback is the answer
    }
  }

  /** The nearest double; infinite when the number is beyond all doubles. */
  public double doubleOr(double fallback) {
    return isNumber() ? Double.parseDouble(ascii()) : fallback;
  }

  /**
   * The number, exactly as written. Its exponent is the sender's choice: compare it, but do not
   * expand it before looking at its scale. An exponent beyond what a BigDecimal holds is refused
   * with an IllegalStateException; {@link #decimalIfAny} is for numbers from outside.
   */
  public BigDecimal decimal() {
    if (!isNumber()) {
      throw new IllegalStateException("not a number: " + kind());
    }
    return decimalIfAny()
        .orElseThrow(() -> new IllegalStateException("the exponent is too large: " + this));
  }

  /** The number, exactly as written; empty for anything else and for an absurd exponent. */
  public Optional<BigDecimal> decimalIfAny() {
    if (!isNumber()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new BigDecimal(ascii()));
    } catch (NumberFormatException | ArithmeticException e) {
      return Optional.empty(); // 1e99999999999 is JSON, but no BigDecimal holds it
    }
  }

  private String ascii() {
    int from = doc.start(slot);
    return new String(doc.bytes, from, doc.end(slot) - from, UTF_8);
  }

  /** The value verbatim, as it stands in the received bytes. */
  public Raw raw() {
    return new Raw(doc, present());
  }

  int slot() {
    return slot;
  }

  /** The document that this value stands in. */
  public Json document() {
    return doc;
  }

  /** Offset of the value's first byte. */
  public int start() {
    return doc.start(present());
  }

  /** Offset after the value's last byte. */
  public int end() {
    return doc.end(present());
  }

  private int present() {
    if (slot < 0) {
      throw new IllegalStateException("an absent value has no bytes");
    }
    return slot;
  }

  private boolean nameIs(int at, String wanted) {
    if (doc.escaped(at)) {
      return Unescape.string(doc.bytes, doc.start(at) + 1, doc.end(at) - 1).equals(wanted);
    }
    int from = doc.start(at) + 1;
    int length = doc.end(at) - 1 - from;
    if (length < wanted.length()) {
      return false;
    }
    for (int i = 0; i < wanted.length(); i++) {
      char c = wanted.charAt(i);
      if (c >= 0x80) {
        return new String(doc.bytes, from, length, UTF_8).equals(wanted);
      }
      if (doc.bytes[from + i] != c) {
        return false;
      }
    }
    return length == wanted.length();
  }

  /** The value's JSON, for messages and tests. */
  @Override
  public String toString() {
    return slot < 0 ? "(absent)" : new String(doc.bytes, start(), end() - start(), UTF_8);
  }
}
