package dev.fairlead.exchange;

import dev.fairlead.http.Headers;
import java.util.List;

/** The caller's header fields that concern the provider. Everything else stays here. */
final class PassedOn {
  private static final List<String> NAMES = List.of("anthropic-beta", "openai-beta");

  private PassedOn() {}

  static Headers of(Headers headers) {
    Headers passed = Headers.NONE;
    for (String name : NAMES) {
      for (String value : headers.all(name)) {
        passed = passed.with(name, value);
      }
    }
    return passed;
  }
}
