package dev.fairlead.simulator;

import java.util.ArrayList;
import java.util.List;

/**
 * The simulator's own tokens. A word of at most twelve characters is one token, together with the
 * white space before it; a longer one (and what knows no spaces: JSON, Chinese) is cut after every
 * four characters. White space at the very end is one more token.
 */
final class Tokens {
  private static final int LONGEST_WORD = 12;
  private static final int CUT = 4;

  private Tokens() {}

  /** The tokens of a text; joined they are the text. */
  static List<String> split(String text) {
    List<String> tokens = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int word = from;
      while (word < text.length() && Character.isWhitespace(text.charAt(word))) {
        word++;
      }
      int to = word;
      while (to < text.length() && !Character.isWhitespace(text.charAt(to))) {
        to++;
      }
      if (to - word <= LONGEST_WORD) {
        tokens.add(text.substring(from, to));
      } else {
        cut(text, from, word, to, tokens);
      }
      from = to;
    }
    return tokens;
  }

  private static void cut(String text, int from, int word, int to, List<String> tokens) {
    int start = from;
    int at = word;
    while (at < to) {
      at = Math.min(at + CUT, to);
      if (at < to && Character.isLowSurrogate(text.charAt(at))) {
        at++;
      }
      tokens.add(text.substring(start, at));
      start = at;
    }
  }

  static long count(String text) {
    return split(text).size();
  }
}
