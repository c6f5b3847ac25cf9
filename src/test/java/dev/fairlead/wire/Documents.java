package dev.fairlead.wire;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/** Random JSON documents with all that is legal: white space, escapes, any number, any text. */
final class Documents {
  private static final String[] SPACES = {"", "", "", "", " ", "\n", "\t", "\r\n", "  \n\t "};
  private static final String[] NUMBERS = {
    "0",
    "-0",
    "1",
    "-1",
    "12",
    "3.25",
    "-0.5",
    "1e3",
    "1E+2",
    "2.50e-7",
    "0.0",
    "0e0",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "123456789012345678901",
    "1.7976931348623157e308"
  };
  private static final String[] TEXTS = {
    "a",
    "b",
    "model",
    "temperature",
    " ",
    "é",
    "漢",
    "\uD83D\uDE00",
    "\\n",
    "\\\"",
    "\\\\",
    "\\/",
    "\\u0041",
    "\\u00e9",
    "\\ud83d\\ude00",
    "\\b\\f\\r\\t",
    "0123456789abcdef",
    "\u007f",
    "\u2028",
    "\\u0000",
    "\uFFFF"
  };

  private final Random random;

  Documents(Random random) {
    this.random = random;
  }

  String document() {
    StringBuilder out = new StringBuilder();
    value(out, 1 + random.nextInt(4));
    return space() + out + space();
  }

  /** A document whose root is an object. */
  String object() {
    StringBuilder out = new StringBuilder();
    object(out, 1 + random.nextInt(3));
    return space() + out + space();
  }

  private String space() {
    return SPACES[random.nextInt(SPACES.length)];
  }

  private void value(StringBuilder out, int depth) {
    int kind = random.nextInt(depth > 0 ? 9 : 5);
    switch (kind) {
      case 0 -> out.append("true");
      case 1 -> out.append(random.nextBoolean() ? "false" : "null");
      case 2 -> out.append(NUMBERS[random.nextInt(NUMBERS.length)]);
      case 3, 4 -> out.append(string());
      case 5, 6 -> array(out, depth);
      default -> object(out, depth);
    }
  }

  private void array(StringBuilder out, int depth) {
    out.append('[').append(space());
    int n = random.nextInt(5);
    for (int i = 0; i < n; i++) {
      out.append(i > 0 ? "," : "").append(space());
      value(out, depth - 1);
      out.append(space());
    }
    out.append(']');
  }

  private void object(StringBuilder out, int depth) {
    out.append('{').append(space());
    Set<String> names = new HashSet<>();
    int n = random.nextInt(random.nextInt(10) == 0 ? 30 : 5);
    for (int i = 0; i < n; i++) {
      String name = string();
      if (names.add(Json.of(name).root().text())) {
        out.append(names.size() > 1 ? "," : "").append(space());
        out.append(name).append(space()).append(':').append(space());
        value(out, depth - 1);
        out.append(space());
      }
    }
    out.append('}');
  }

  String string() {
    StringBuilder out = new StringBuilder("\"");
    for (int n = random.nextInt(4); n > 0; n--) {
      out.append(TEXTS[random.nextInt(TEXTS.length)]);
    }
    return out.append('"').toString();
  }
}
