package dev.fairlead.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The text that an escaped JSON string stands for. The bytes have been validated before. */
final class Unescape {
  private Unescape() {}

  static String string(byte[] in, int from, int to) {
    StringBuilder out = new StringBuilder(to - from);
    int p = from;
    while (p < to) {
      int run = p;
      while (run < to && in[run] != '\\') {
        run++;
      }
      if (run > p) {
        out.append(new String(in, p, run - p, UTF_8));
        p = run;
        continue;
      }
      switch (in[p + 1]) {
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case 'u' -> {
          out.append((char) Integer.parseInt(new String(in, p + 2, 4, UTF_8), 16));
          p += 4;
        }
        default -> out.append((char) in[p + 1]);
      }
      p += 2;
    }
    return out.toString();
  }
}
