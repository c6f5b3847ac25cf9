package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A configuration that changes under a gateway that runs. */
final class ReloadsTest {
  private static final String KEY = "a-fixed-key-for-tests";
  private static final String NEW_MODEL =
      """
      endpoints:
        - { model: shed/new, provider: simulator, provider_model: sim/echo, price: { prompt: 1, completion: 1 }, context_length: 9000 }
      """;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Path folder;

  ReloadsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void aChangeIsTakenWholeAndABrokenFileLeavesTheOldOne() throws Exception {
    Path file = folder.resolve("fairlead.yaml");
    Files.writeString(file, "routing: {}\n");
    Shell shell = Typed.shell(out, err, Map.of("FAIRLEAD_KEY", KEY));
    ConfigFile read = ConfigFile.good(Optional.of(file), shell);
    try (Gateway gateway =
            Gateway.start(
                new Gateway.Start(
                    read.config(), "127.0.0.1", 0, folder, shell.environment(), true));
        Reloads reloads = new Reloads(gateway, Optional.of(file), shell)) {
      reloads.watch();
      String url = "http://127.0.0.1:" + gateway.port();
      assertThat(Running.chat(url, KEY, "shed/new").statusCode()).isNotEqualTo(200);

      Files.writeString(file, NEW_MODEL);
      Running.until("taken", () -> err.toString().contains("the configuration was taken"));
      assertThat(Running.chat(url, KEY, "shed/new").statusCode()).isEqualTo(200);

      Files.writeString(file, NEW_MODEL + "routng: {}\n");
      Running.until("refused", () -> err.toString().contains("the old one holds"));
      assertThat(err.toString()).contains("fairlead.yaml:3").contains("did you mean `routing`?");
      assertThat(Running.chat(url, KEY, "shed/new").statusCode()).isEqualTo(200);

      Files.writeString(file, "routing: {}\n");
      Running.until("gone", () -> status(url) != 200);
    }
  }

  private static int status(String url) {
    try {
      return Running.chat(url, KEY, "shed/new").statusCode();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
