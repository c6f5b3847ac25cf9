package dev.fairlead.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * A text that is either ours or still stands, escaped, in received bytes. A prompt is copied from
 * request to request without ever becoming a {@code String} unless somebody has to look at it.
 * Equal when the texts are equal, wherever they stand.
 */
public final class Text {
  public static final Text EMPTY = new Text("");

  private final byte[] bytes;
  private final int from;
  private final int to;
  private final boolean escaped;
  private @Nullable String string;

  Text(byte[] bytes, int from, int to, boolean escaped) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.escaped = escaped;
  }

  private Text(String string) {
    this(new byte[0], -1, -1, false);
    this.string = string;
  }

  public static Text of(String string) {
    return string.isEmpty() ? EMPTY : new Text(string);
  }

  public boolean isEmpty() {
    return from < 0 ? toString().isEmpty() : from == to;
  }

  /** At most this many of the first characters, without making a string of the whole. */
  public String head(int characters) {
    int bytesTo = Math.min(to, from + characters);
    for (int i = Math.max(0, from); from >= 0 && i < bytesTo; i++) {
      if (bytes[i] < 0 || bytes[i] == '\\') {
        bytesTo = -1;
      }
    }
    if (from >= 0 && bytesTo >= 0) {
      return new String(bytes, from, bytesTo - from, UTF_8);
    }
    String all = toString();
    return all.substring(0, Math.min(characters, all.length()));
  }

  /** The text after its first characters; these must be plain ASCII, as in {@link #head}. */
  public Text skip(int characters) {
    if (from >= 0 && !escaped && from + characters <= to) {
      return new Text(bytes, from + characters, to, false);
    }
    return of(toString().substring(characters));
  }

  /** Length in bytes as received, or in characters when the text is ours: a measure of size. */
  public int roughLength() {
    return from < 0 ? toString().length() : to - from;
  }

  /** The text itself. */
  @Override
  public String toString() {
    String s = string;
    if (s == null) {
      s = escaped ? Unescape.string(bytes, from, to) : new String(bytes, from, to - from, UTF_8);
      string = s;
    }
    return s;
  }

  void writeTo(JsonWriter out) {
    if (from < 0) {
      out.value(toString());
    } else {
      out.quoted(bytes, from, to);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Text text && text.toString().equals(toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }
}
