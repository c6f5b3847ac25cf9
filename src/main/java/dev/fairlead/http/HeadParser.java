package dev.fairlead.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the head of one message, strictly (RFC 9110 and 9112, without the lenience that these allow
 * for old software, because two readers that are lenient in two ways are how requests are
 * smuggled). One instance serves all connections of a loop; what it found is valid until the next
 * parse.
 */
final class HeadParser {
  static final long NONE = -1;

  private static final boolean[] TOKEN = new boolean[256];
  private static final boolean[] VALUE = new boolean[256];
  private static final boolean[] TARGET = new boolean[256];
  private static final int NAMES = 512;

  static {
    for (int c = 0; c < 256; c++) {
      boolean alphanumeric =
          (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      TOKEN[c] = alphanumeric || (c < 128 && "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
      VALUE[c] = c == '\t' || (c >= ' ' && c != 127);
      TARGET[c] = c > ' ' && c < 127;
    }
  }

  /** Names seen last, by hash: the same few names come again and again. */
  private final String[] names = new String[NAMES];

  private String[] flat = new String[64];
  private int count;

  private String method = "";
  private String target = "";
  private int minor;
  private int status;
  private String host = "";
  private int hosts;
  private long contentLength;
  private boolean lengthsDiffer;
  private int lengths;
  private int transferEncodings;
  private boolean chunked;
  private boolean close;
  private boolean keepAlive;
  private boolean namesFraming;
  private @Nullable String expect;
  private @Nullable String contentEncoding;

  HeadParser() {
    Arrays.fill(names, "");
  }

  static boolean isToken(int b) {
    return TOKEN[b & 0xff];
  }

  static boolean isValue(int b) {
    return VALUE[b & 0xff];
  }

  /**
   * The place behind the empty line that ends a head, or -1.
   *
   * @param from where to begin; everything before has been looked at
   */
  static int end(byte[] a, int from, int to) throws BadMessage {
    for (int i = from; i < to; i++) {
      if (a[i] == '\n') {
        if (i == 0 || a[i - 1] != '\r') {
          throw BadMessage.malformed("a line ends without a carriage return");
        }
        if (i >= 3 && a[i - 2] == '\n') {
          return i + 1;
        }
      }
    }
    return -1;
  }

  /** Reads a request's head, which {@link #end} has delimited. */
  void request(byte[] a, int length, int maxFields) throws BadMessage {
    clear();
    int at = 0;
    while (TOKEN[a[at] & 0xff]) {
      at++;
    }
    if (at == 0 || at > 32 || a[at] != ' ') {
      throw BadMessage.malformed("the request line has no method");
    }
    method = name(a, 0, at);
    int start = ++at;
    while (TARGET[a[at] & 0xff]) {
      at++;
    }
    if (at == start || a[at] != ' ') {
      throw BadMessage.malformed("the request line has no valid target");
    }
    target = text(a, start, at);
    at = version(a, at + 1);
    if (a[at] != '\r' || a[at + 1] != '\n') {
      throw BadMessage.malformed("the request line does not end behind its version");
    }
    fields(a, at + 2, length, maxFields);
  }

  /** Reads an answer's head, which {@link #end} has delimited. */
  void response(byte[] a, int length, int maxFields) throws BadMessage {
    clear();
    int at = version(a, 0);
    if (a[at] != ' ' || !digit(a[at + 1]) || !digit(a[at + 2]) || !digit(a[at + 3])) {
      throw BadMessage.malformed("the status line has no status");
    }
    status = (a[at + 1] - '0') * 100 + (a[at + 2] - '0') * 10 + (a[at + 3] - '0');
    at += 4;
    if (status < 100 || (a[at] != ' ' && a[at] != '\r')) {
      throw BadMessage.malformed("the status line has no valid status");
    }
    while (VALUE[a[at] & 0xff]) {
      at++;
    }
    if (a[at] != '\r' || a[at + 1] != '\n') {
      throw BadMessage.malformed("the status line has a control character");
    }
    fields(a, at + 2, length, maxFields);
  }

  private int version(byte[] a, int at) throws BadMessage {
    // The head ends with CR LF CR LF, so that each comparison stops inside the array.
    if (a[at] != 'H' || a[at + 1] != 'T' || a[at + 2] != 'T' || a[at + 3] != 'P') {
      throw BadMessage.malformed("this is not HTTP");
    }
    if (a[at + 4] != '/' || !digit(a[at + 5]) || a[at + 6] != '.' || !digit(a[at + 7])) {
      throw BadMessage.malformed("the HTTP version is malformed");
    }
    minor = a[at + 7] - '0';
    if (a[at + 5] != '1' || minor > 1) {
      throw new BadMessage(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
    }
    return at + 8;
  }

  private void fields(byte[] a, int from, int length, int maxFields) throws BadMessage {
    int last = length - 2; // the empty line
    int at = from;
    while (at < last) {
      int start = at;
      while (TOKEN[a[at] & 0xff]) {
        at++;
      }
      if (at == start || a[at] != ':') {
        throw BadMessage.malformed(
            a[start] == ' ' || a[start] == '\t'
                ? "a header field is folded over lines"
                : "a header field has no valid name");
      }
      String name = name(a, start, at);
      at++;
      while (a[at] == ' ' || a[at] == '\t') {
        at++;
      }
      start = at;
      while (VALUE[a[at] & 0xff]) {
        at++;
      }
      if (a[at] != '\r' || a[at + 1] != '\n') {
        throw BadMessage.malformed("the value of a header field has a control character");
      }
      int end = at;
      while (end > start && (a[end - 1] == ' ' || a[end - 1] == '\t')) {
        end--;
      }
      at += 2;
      if (count >= 2 * maxFields) {
        throw new BadMessage(431, "there are more than " + maxFields + " header fields");
      }
      add(name, text(a, start, end));
    }
  }

  private void add(String name, String value) throws BadMessage {
    if (count == flat.length) {
      flat = Arrays.copyOf(flat, 2 * flat.length);
    }
    flat[count++] = name;
    flat[count++] = value;
    switch (name.length()) {
      case 4 -> {
        if (name.equalsIgnoreCase("host")) {
          hosts++;
          host = value;
        }
      }
      case 6 -> {
        if (name.equalsIgnoreCase("expect")) {
          expect = value;
        }
      }
      case 10 -> {
        if (name.equalsIgnoreCase("connection")) {
          connection(value);
        }
      }
      case 14 -> {
        if (name.equalsIgnoreCase("content-length")) {
          contentLength(value);
        }
      }
      case 16 -> {
        if (name.equalsIgnoreCase("content-encoding")) {
          contentEncoding = contentEncoding == null ? value : contentEncoding + "," + value;
        }
      }
      case 17 -> {
        if (name.equalsIgnoreCase("transfer-encoding")) {
          transferEncodings++;
          chunked = transferEncodings == 1 && value.equalsIgnoreCase("chunked");
        }
      }
      default -> {
        // Not a field that frames the message.
      }
    }
  }

  private void connection(String value) {
    for (String part : value.split(",")) {
      switch (part.trim().toLowerCase(java.util.Locale.ROOT)) {
        case "close" -> close = true;
        case "keep-alive" -> keepAlive = true;
        case "content-length",
            "transfer-encoding",
            "host",
            "expect",
            "authorization",
            "content-type",
            "content-encoding",
            "x-api-key" ->
            namesFraming = true;
        default -> {
          // An option that we do not know is ignored.
        }
      }
    }
  }

  private void contentLength(String value) throws BadMessage {
    if (value.isEmpty() || value.length() > 18) {
      throw BadMessage.malformed("the content length is no number");
    }
    long n = 0;
    for (int i = 0; i < value.length(); i++) {
      int digit = value.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        throw BadMessage.malformed("the content length is no number");
      }
      n = 10 * n + digit;
    }
    lengthsDiffer |= lengths > 0 && n != contentLength;
    lengths++;
    contentLength = n;
  }

  private void clear() {
    count = 0;
    status = 0;
    host = "";
    hosts = 0;
    contentLength = NONE;
    lengthsDiffer = false;
    lengths = 0;
    transferEncodings = 0;
    chunked = false;
    close = false;
    keepAlive = false;
    namesFraming = false;
    expect = null;
    contentEncoding = null;
  }

  private String name(byte[] a, int start, int end) {
    int hash = end - start;
    for (int i = start; i < end; i++) {
      hash = 31 * hash + a[i];
    }
    int slot = (hash ^ (hash >>> 15)) & (NAMES - 1);
    String known = names[slot];
    if (matches(known, a, start, end)) {
      return known;
    }
    String name = text(a, start, end);
    names[slot] = name;
    return name;
  }

  private static boolean matches(String s, byte[] a, int start, int end) {
    if (s.length() != end - start) {
      return false;
    }
    for (int i = start; i < end; i++) {
      if (s.charAt(i - start) != a[i]) {
        return false;
      }
    }
    return true;
  }

  private static String text(byte[] a, int start, int end) {
    return new String(a, start, end - start, ISO_8859_1);
  }

  private static boolean digit(byte b) {
    return b >= '0' && b <= '9';
  }

  String method() {
    return method;
  }

  String target() {
    return target;
  }

  /** 0 for HTTP/1.0, 1 for HTTP/1.1. */
  int minor() {
    return minor;
  }

  int status() {
    return status;
  }

  Headers headers() {
    return Headers.copyOf(flat, count);
  }

  String host() {
    return host;
  }

  int hosts() {
    return hosts;
  }

  /** {@link #NONE} when the field is absent. */
  long contentLength() {
    return contentLength;
  }

  /** How many content lengths there are. */
  int lengths() {
    return lengths;
  }

  boolean lengthsDiffer() {
    return lengthsDiffer;
  }

  int transferEncodings() {
    return transferEncodings;
  }

  /** Whether there is one transfer encoding, and it is {@code chunked}. */
  boolean chunked() {
    return chunked;
  }

  /** Whether the connection lives on behind this message. */
  boolean persistent() {
    return minor == 1 ? !close : keepAlive && !close;
  }

  /** Whether {@code Connection} names a field that a next hop must not lose. */
  boolean namesFraming() {
    return namesFraming;
  }

  @Nullable String expect() {
    return expect;
  }

  @Nullable String contentEncoding() {
    return contentEncoding;
  }
}
