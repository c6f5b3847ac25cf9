package dev.fairlead.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.wire.MalformedJson.Rule;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * One strict pass over the bytes of a document that writes {@link Json}'s index. RFC 8259 to the
 * letter, and beyond it where a lenient reader downstream could see something else than we did:
 * duplicate member names, invalid or overlong UTF-8, lone surrogates, a byte order mark, anything
 * after the document.
 *
 * <p>Strings are most of a prompt's bytes, so they are scanned eight bytes a step: one word is
 * tested at once for a quote, a backslash, a control character or a byte above 0x7F.
 */
final class JsonReader {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long QUOTES = ONES * '"';
  private static final long BACKSLASHES = ONES * '\\';
  private static final long CONTROLS = ONES * 0x20;
  private static final int SMALL_OBJECT = 8;

  /** Longest member name that a caller may send, quotes included. */
  private static final int MAX_NAME = 65_536;

  /** The value of each hexadecimal digit; -1 for every other byte. */
  private static final byte[] HEX = new byte[256];

  static {
    Arrays.fill(HEX, (byte) -1);
    for (int i = 0; i < 16; i++) {
      HEX[Character.forDigit(i, 16)] = (byte) i;
      HEX[Character.toUpperCase(Character.forDigit(i, 16))] = (byte) i;
    }
  }

  /** Room made before reading; a long prompt is long by its strings, not by its values. */
  private static final int MOST_SLOTS_AHEAD = 512;

  /** Offsets are kept shifted by one. */
  private static final int LAST_OFFSET = 1 << 30;

  private final byte[] in;
  private final int end;
  private final JsonLimits limits;
  private int pos;
  private int[] tape;
  private int slots;
  private int depth;

  JsonReader(byte[] in, int from, int to, JsonLimits limits) {
    this.in = in;
    this.pos = from;
    this.end = to;
    this.limits = limits;
    this.tape = new int[Math.min(MOST_SLOTS_AHEAD, (to - from) / 24 + 8) * Json.STRIDE];
  }

  Json document() throws MalformedJson {
    if (end - pos > limits.maxBytes() || end > LAST_OFFSET) {
      throw new MalformedJson(
          Rule.TOO_LARGE,
          pos,
          "the body is longer than the limit of " + limits.maxBytes() + " bytes");
    }
    if (end - pos >= 3
        && in[pos] == (byte) 0xEF
        && in[pos + 1] == (byte) 0xBB
        && in[pos + 2] == (byte) 0xBF) {
      throw new MalformedJson(
          Rule.ENCODING, pos, "the body begins with a byte order mark; send plain UTF-8");
    }
    space();
    value();
    space();
    if (pos < end) {
      throw syntax("unexpected " + shown(in[pos]) + " after the end of the document");
    }
    return new Json(in, tape, slots);
  }

  private void value() throws MalformedJson {
    if (pos >= end) {
      throw syntax(slots == 0 ? "the body is empty" : "the document ends where a value should be");
    }
    byte b = in[pos];
    switch (b) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
      default -> throw syntax("expected a value, found " + shown(b));
    }
  }

  private void object() throws MalformedJson {
    int slot = open();
    int members = 0;
    pos++;
    space();
    if (pos < end && in[pos] == '}') {
      pos++;
    } else {
      while (true) {
        if (pos >= end) {
          throw syntax("the document ends inside an object");
        }
        if (in[pos] != '"') {
          throw syntax("expected a member name in double quotes, found " + shown(in[pos]));
        }
        int name = pos;
        string();
        if (limits.strict() && pos - name > MAX_NAME) {
          throw new MalformedJson(
              Rule.NAME_TOO_LONG, name, "a member name is longer than the limit of 65536 bytes");
        }
        space();
        expect(':', "after the member name");
        space();
        value();
        members++;
        space();
        if (pos < end && in[pos] == ',') {
          pos++;
          space();
          continue;
        }
        expect('}', "or ',' in an object");
        break;
      }
    }
    close(slot);
    if (limits.strict() && members > 1) {
      refuseDuplicates(slot, members);
    }
  }

  private void array() throws MalformedJson {
    int slot = open();
    pos++;
    space();
    if (pos < end && in[pos] == ']') {
      pos++;
    } else {
      while (true) {
        value();
        space();
        if (pos < end && in[pos] == ',') {
          pos++;
          space();
          continue;
        }
        expect(']', "or ',' in an array");
        break;
      }
    }
    close(slot);
  }

  private int open() throws MalformedJson {
    if (++depth > limits.maxDepth()) {
      throw new MalformedJson(
          Rule.TOO_DEEP,
          pos,
          "the document is nested deeper than the limit of " + limits.maxDepth() + " levels");
    }
    return slot(pos);
  }

  private void close(int slot) {
    depth--;
    tape[slot * Json.STRIDE + 1] = pos << 1;
    tape[slot * Json.STRIDE + 2] = slots;
  }

  private int slot(int start) throws MalformedJson {
    if (slots >= limits.maxNodes()) {
      throw new MalformedJson(
          Rule.TOO_MANY_NODES,
          pos,
          "the document has more than the limit of " + limits.maxNodes() + " values");
    }
    int at = slots * Json.STRIDE;
    if (at + Json.STRIDE > tape.length) {
      tape = Arrays.copyOf(tape, tape.length * 2);
    }
    tape[at] = start;
    tape[at + 2] = slots + 1;
    return slots++;
  }

  private void string() throws MalformedJson {
    int slot = slot(pos);
    byte[] in = this.in;
    int lastWord = end - 8;
    int p = pos + 1;
    boolean escaped = false;
    while (true) {
      while (p <= lastWord) {
        long w = (long) LONG.get(in, p);
        long quote = w ^ QUOTES;
        long slash = w ^ BACKSLASHES;
        long hit =
            ((quote - ONES) & ~quote) | ((slash - ONES) & ~slash) | ((w - CONTROLS) & ~w) | w;
        hit &= HIGHS;
        if (hit != 0) {
          p += Long.numberOfTrailingZeros(hit) >>> 3;
          break;
        }
        p += 8;
      }
      if (p >= end) {
        pos = end;
        throw syntax("the document ends inside a string");
      }
      int b = in[p];
      if (b == '"') {
        break;
      } else if (b == '\\') {
        escaped = true;
        p = escape(p);
      } else if (b < 0) {
        p = Utf8.sequence(in, p, end);
        if (p < 0) {
          throw new MalformedJson(Rule.ENCODING, ~p, "invalid UTF-8 in a string");
        }
      } else if (b < 0x20) {
        pos = p;
        throw syntax("unescaped control character " + shown((byte) b) + " in a string");
      } else {
        p++;
      }
    }
    pos = p + 1;
    tape[slot * Json.STRIDE + 1] = pos << 1 | (escaped ? 1 : 0);
  }

  private int escape(int p) throws MalformedJson {
    if (p + 1 >= end) {
      pos = end;
      throw syntax("the document ends inside an escape");
    }
    byte b = in[p + 1];
    switch (b) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
        return p + 2;
      case 'u':
        int unit = hex4(p + 2);
        if (limits.strict() && Character.isSurrogate((char) unit)) {
          boolean paired =
              Character.isHighSurrogate((char) unit)
                  && p + 12 <= end
                  && in[p + 6] == '\\'
                  && in[p + 7] == 'u'
                  && Character.isLowSurrogate((char) hex4(p + 8));
          if (!paired) {
            throw new MalformedJson(Rule.ENCODING, p, "an escape that is half of a surrogate pair");
          }
          return p + 12;
        }
        return p + 6;
      default:
        pos = p;
        throw syntax("unknown escape \\" + shown(b));
    }
  }

  private int hex4(int p) throws MalformedJson {
    int unit = 0;
    for (int i = p; i < p + 4; i++) {
      int digit = i < end ? HEX[in[i] & 0xFF] : -1;
      if (digit < 0) {
        pos = Math.min(i, end);
        throw syntax("\\u must be followed by four hexadecimal digits");
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  private void number() throws MalformedJson {
    int start = pos;
    int slot = slot(start);
    if (in[pos] == '-') {
      pos++;
    }
    if (pos < end && in[pos] == '0') {
      pos++;
      if (pos < end && isDigit(in[pos])) {
        throw syntax("a number must not begin with 0");
      }
    } else {
      digits();
    }
    if (pos < end && in[pos] == '.') {
      pos++;
      digits();
    }
    if (pos < end && (in[pos] == 'e' || in[pos] == 'E')) {
      pos++;
      if (pos < end && (in[pos] == '+' || in[pos] == '-')) {
        pos++;
      }
      digits();
    }
    if (pos - start > limits.maxNumberLength()) {
      throw new MalformedJson(
          Rule.NUMBER_TOO_LONG,
          start,
          "a number is longer than the limit of " + limits.maxNumberLength() + " characters");
    }
    tape[slot * Json.STRIDE + 1] = pos << 1;
  }

  private void digits() throws MalformedJson {
    int from = pos;
    while (pos < end && isDigit(in[pos])) {
      pos++;
    }
    if (pos == from) {
      throw syntax(pos < end ? "expected a digit, found " + shown(in[pos]) : "a number is cut off");
    }
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private void literal(String word) throws MalformedJson {
    int slot = slot(pos);
    for (int i = 0; i < word.length(); i++) {
      if (pos + i >= end || in[pos + i] != word.charAt(i)) {
        throw syntax("expected '" + word + "'");
      }
    }
    pos += word.length();
    tape[slot * Json.STRIDE + 1] = pos << 1;
  }

  private void space() {
    while (pos < end) {
      byte b = in[pos];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return;
      }
      pos++;
    }
  }

  private void expect(char wanted, String where) throws MalformedJson {
    if (pos >= end) {
      throw syntax("the document ends where '" + wanted + "' should be");
    }
    if (in[pos] != wanted) {
      throw syntax("expected '" + wanted + "' " + where + ", found " + shown(in[pos]));
    }
    pos++;
  }

  private void refuseDuplicates(int slot, int members) throws MalformedJson {
    if (members <= SMALL_OBJECT) {
      refuseDuplicatesPairwise(slot);
    } else {
      refuseDuplicatesHashed(slot, members);
    }
  }

  private void refuseDuplicatesPairwise(int slot) throws MalformedJson {
    int last = tape[slot * Json.STRIDE + 2];
    for (int a = slot + 1; a < last; a = tape[(a + 1) * Json.STRIDE + 2]) {
      for (int b = tape[(a + 1) * Json.STRIDE + 2]; b < last; b = tape[(b + 1) * Json.STRIDE + 2]) {
        if (sameName(a, b)) {
          throw duplicate(b);
        }
      }
    }
  }

  /** Sorts the names by hash; only names of equal hash are compared. */
  private void refuseDuplicatesHashed(int slot, int members) throws MalformedJson {
    long[] byHash = new long[members];
    int n = 0;
    int last = tape[slot * Json.STRIDE + 2];
    for (int name = slot + 1; name < last; name = tape[(name + 1) * Json.STRIDE + 2]) {
      byHash[n++] = (long) hash(name) << 32 | name;
    }
    Arrays.sort(byHash);
    for (int i = 0; i + 1 < n; i++) {
      int run = i + 1;
      while (run < n && byHash[run] >> 32 == byHash[i] >> 32) {
        run++;
      }
      if (run - i > 1) {
        Set<String> seen = new HashSet<>();
        for (int j = i; j < run; j++) {
          if (!seen.add(name((int) byHash[j]))) {
            throw duplicate((int) byHash[j]);
          }
        }
      }
      i = run - 1;
    }
  }

  private boolean sameName(int a, int b) {
    int sa = tape[a * Json.STRIDE];
    int ea = tape[a * Json.STRIDE + 1];
    int sb = tape[b * Json.STRIDE];
    int eb = tape[b * Json.STRIDE + 1];
    if (((ea | eb) & 1) != 0) {
      return name(a).equals(name(b));
    }
    int length = (ea >>> 1) - sa;
    if (length != (eb >>> 1) - sb || in[sa + 1] != in[sb + 1]) {
      return false;
    }
    return Arrays.equals(in, sa, sa + length, in, sb, sb + length);
  }

  private int hash(int name) {
    return name(name).hashCode();
  }

  private String name(int slot) {
    int from = tape[slot * Json.STRIDE] + 1;
    int to = (tape[slot * Json.STRIDE + 1] >>> 1) - 1;
    return (tape[slot * Json.STRIDE + 1] & 1) != 0
        ? Unescape.string(in, from, to)
        : new String(in, from, to - from, UTF_8);
  }

  private MalformedJson duplicate(int name) {
    String shown = name(name);
    return new MalformedJson(
        Rule.DUPLICATE_KEY,
        tape[name * Json.STRIDE],
        "the member '"
            + (shown.length() > 60 ? shown.substring(0, 60) + "…" : shown)
            + "' appears twice in one object; send it once");
  }

  private MalformedJson syntax(String message) {
    return new MalformedJson(Rule.SYNTAX, pos, "the body is not valid JSON: " + message);
  }

  private static String shown(byte b) {
    return b > 0x20 && b < 0x7F ? "'" + (char) b + "'" : String.format("byte 0x%02X", b & 0xFF);
  }
}
