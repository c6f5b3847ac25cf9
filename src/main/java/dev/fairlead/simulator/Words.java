package dev.fairlead.simulator;

import java.util.SplittableRandom;

/** Texts that look like an answer: every word is one token. */
final class Words {
  private static final String[] VOCABULARY =
      ("the a river harbour light wind north map ship crew tide rope anchor sail star morning"
              + " evening island shore stone bridge lamp road city market bread water salt song"
              + " letter story window garden winter summer quiet bright narrow wide steady gentle"
              + " distant familiar careful honest carries follows keeps finds turns opens closes"
              + " waits answers returns crosses measures remembers begins between under beyond"
              + " toward across without before after because while and but then slowly often"
              + " never always together again")
          .split(" ");

  private static final String LOREM =
      "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt"
          + " ut labore et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation"
          + " ullamco laboris nisi ut aliquip ex ea commodo consequat. Duis aute irure dolor in"
          + " reprehenderit in voluptate velit esse cillum dolore eu fugiat nulla pariatur."
          + " Excepteur sint occaecat cupidatat non proident, sunt in culpa qui officia deserunt"
          + " mollit anim id est laborum.";

  private Words() {}

  static String lorem() {
    return LOREM;
  }

  /** So many words, in sentences; the last one ends with a full stop. */
  static String some(int count, long number) {
    SplittableRandom draw = Draw.from(number);
    StringBuilder text = new StringBuilder(count * 7);
    boolean begins = true;
    int inSentence = 0;
    for (int i = 0; i < count; i++) {
      String word = VOCABULARY[draw.nextInt(VOCABULARY.length)];
      text.append(i == 0 ? "" : " ");
      text.append(begins ? Character.toUpperCase(word.charAt(0)) : word.charAt(0));
      text.append(word, 1, word.length());
      inSentence++;
      boolean ends = i == count - 1 || (inSentence >= 6 && draw.nextInt(6) == 0);
      begins = ends;
      if (ends) {
        text.append('.');
        inSentence = 0;
      }
    }
    return text.toString();
  }
}
