package dev.fairlead.config;

import java.time.Duration;

/**
 * Answers that are kept for whoever sends the same request again.
 *
 * @param retention for how long
 * @param answerBytes the longest that is kept
 */
public record IdempotencyConfig(Duration retention, long answerBytes) {
  public static final IdempotencyConfig DEFAULT =
      new IdempotencyConfig(Duration.ofHours(24), 1 << 20);

  static IdempotencyConfig read(Section s) {
    IdempotencyConfig read =
        new IdempotencyConfig(
            s.duration("retention", DEFAULT.retention),
            s.bytes("answer_bytes", DEFAULT.answerBytes, 64L << 20));
    if (read.retention.compareTo(Duration.ofMinutes(1)) < 0) {
      s.problem("retention", "is shorter than a minute", "write 24h");
    }
    s.end();
    return read;
  }
}
