package dev.fairlead.config;

import java.time.Duration;

/**
 * Answers that are kept for whoever sends the same request again.
 *
 * @param retention for how long
 * @param answerBytes the longest that is kept
 * @param storedBytes all that are kept, together
 * @param memoryBytes all that are on their way, together
 * @param keys how many are remembered
 */
public record IdempotencyConfig(
    Duration retention, long answerBytes, long storedBytes, long memoryBytes, long keys) {
  public static final IdempotencyConfig DEFAULT =
      new IdempotencyConfig(Duration.ofHours(24), 1 << 20, 1L << 30, 256L << 20, 1_000_000);

  static IdempotencyConfig read(Section s) {
    IdempotencyConfig read =
        new IdempotencyConfig(
            s.duration("retention", DEFAULT.retention),
            s.bytes("answer_bytes", DEFAULT.answerBytes, 64L << 20),
            s.bytes("stored_bytes", DEFAULT.storedBytes, 1L << 40),
            s.bytes("memory_bytes", DEFAULT.memoryBytes, 1L << 40),
            s.whole("keys", DEFAULT.keys, 1, 1_000_000_000));
    if (read.retention.compareTo(Duration.ofMinutes(1)) < 0) {
      s.problem("retention", "is shorter than a minute", "write 24h");
    }
    s.end();
    return read;
  }
}
