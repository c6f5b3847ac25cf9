package dev.fairlead.exchange;

import dev.fairlead.canon.Volume;

/**
 * How many tokens somebody makes of what can be seen. Bytes and pieces of a stream are two measures
 * of an answer; the one that has been nearer to the truth so far is taken.
 */
record Yardstick(Ratio prompt, Ratio bytes, Ratio pieces) {
  /** Before anything is known: prompts are estimated well, and a token has four bytes. */
  static final Yardstick UNTAUGHT =
      new Yardstick(new Ratio(1, 1, 1), new Ratio(1, 4, 1), new Ratio(0, 0, 0));

  /** What was told of an answer, and what could be seen of it. */
  record Lesson(long prompt, long estimate, long output, Volume seen, boolean stream) {}

  Yardstick after(Lesson lesson) {
    return new Yardstick(
        prompt.after(lesson.prompt(), lesson.estimate()),
        bytes.after(lesson.output(), lesson.seen().bytes()),
        lesson.stream() ? pieces.after(lesson.output(), lesson.seen().pieces()) : pieces);
  }

  long prompt(long estimate) {
    return prompt.of(estimate);
  }

  long output(Volume seen, boolean stream) {
    boolean byPieces = stream && pieces.miss() < bytes.miss();
    return byPieces ? pieces.of(seen.pieces()) : bytes.of(seen.bytes());
  }

  /**
   * Tokens by what was seen; what is long past counts little.
   *
   * @param missed by how many tokens it was wrong when it was put to the test
   */
  record Ratio(double tokens, double seen, double missed) {
    private static final double KEPT = 0.99;

    Ratio after(long told, long saw) {
      if (told <= 0 || saw <= 0) {
        return this;
      }
      double wrong = seen > 0 ? Math.abs(told - saw * tokens / seen) : told;
      return new Ratio(tokens * KEPT + told, seen * KEPT + saw, missed * KEPT + wrong);
    }

    double miss() {
      return tokens > 0 ? missed / tokens : Double.POSITIVE_INFINITY;
    }

    /** At least one token of whatever there is. */
    long of(long saw) {
      return saw <= 0 ? 0 : Math.max(1, Math.round(saw * tokens / seen));
    }
  }
}
