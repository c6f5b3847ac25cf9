package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every command line has in common. */
final class MainTest {
  @Test
  void anUnknownCommandIsAUsageErrorWithASuggestion() {
    Typed typed = Typed.type("modles");
    assertThat(typed.code()).isEqualTo(2);
    assertThat(typed.err()).contains("'modles'").contains("fairlead models");
    assertThat(typed.out()).isEmpty();
  }

  @Test
  void anUnknownOptionIsAUsageErrorWithASuggestion() {
    Typed typed = Typed.type("models", "--avialable");
    assertThat(typed.code()).isEqualTo(2);
    assertThat(typed.err()).contains("'--avialable'").contains("--available");
    assertThat(typed.out()).isEmpty();
  }

  @Test
  void anUnknownFormatIsAUsageError() {
    Typed typed = Typed.type("models", "-o", "xml");
    assertThat(typed.code()).isEqualTo(2);
    assertThat(typed.err()).contains("xml").containsIgnoringCase("yaml");
  }

  @Test
  void noCommandShowsTheUsageOnStandardError() {
    Typed typed = Typed.type();
    assertThat(typed.code()).isEqualTo(2);
    assertThat(typed.err()).contains("serve").contains("explain").doesNotContain("rehearse");
    assertThat(typed.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"serve", "demo", "check", "models", "providers", "explain", "sim", "version"})
  void everyCommandHelps(String command) {
    Typed typed = Typed.type(command, "--help");
    assertThat(typed.code()).isZero();
    assertThat(typed.out()).startsWith("Usage: fairlead " + command);
  }

  @Test
  void theVersionIsAResult() {
    assertThat(Typed.type("version").out()).startsWith("fairlead ");
    assertThat(Typed.type("version", "-o", "yaml").out()).startsWith("version: ");
  }
}
