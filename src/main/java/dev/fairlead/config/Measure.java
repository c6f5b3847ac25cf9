package dev.fairlead.config;

import java.util.Locale;

/** What a limit counts. */
public enum Measure {
  /** Calls that were let in. */
  REQUESTS,
  /** Tokens of prompts. */
  INPUT_TOKENS,
  /** Tokens of answers, thinking included. */
  OUTPUT_TOKENS,
  /** Both together. */
  TOKENS,
  /** In nano-USD. */
  COST,
  /** Calls under way at one moment. */
  CONCURRENCY;

  /** The word in configuration, headers and errors: {@code input_tokens}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
