package dev.fairlead.config;

import java.util.Map;

/**
 * Which data policies are acceptable when a request does not say: a request can tighten this, never
 * loosen it.
 *
 * @param allowTraining endpoints that may train on prompts are acceptable
 * @param zeroRetention only endpoints that keep nothing are acceptable
 */
public record PrivacyConfig(boolean allowTraining, boolean zeroRetention) {
  public static final PrivacyConfig DEFAULT = new PrivacyConfig(true, false);

  static PrivacyConfig read(Section s) {
    PrivacyConfig read =
        new PrivacyConfig(
            s.word("data_collection", Map.of("allow", true, "deny", false))
                .orElse(DEFAULT.allowTraining),
            s.flag("zdr", DEFAULT.zeroRetention));
    s.end();
    return read;
  }
}
