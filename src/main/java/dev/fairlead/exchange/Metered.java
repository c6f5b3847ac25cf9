package dev.fairlead.exchange;

import dev.fairlead.canon.Usage;

/** What a call used whose provider never said so: reckoned from what passed. */
final class Metered {
  private static final int OUTPUT_BYTES_A_TOKEN = 4;

  private Metered() {}

  static Usage usage(Entry entry, long outputBytes) {
    return Usage.of(
        entry.promptTokens(), (outputBytes + OUTPUT_BYTES_A_TOKEN - 1) / OUTPUT_BYTES_A_TOKEN);
  }
}
