package dev.fairlead;

import dev.fairlead.config.GatewayConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * Starts, answers some requests of its own, and stops: what the launcher runs once, so that the
 * virtual machine can write down what a start loads.
 */
@Command(name = "rehearse", hidden = true)
final class RehearseCommand implements Callable<Integer> {
  private static final String KEY = "rehearsal-key-of-this-process";
  private static final int REQUESTS = 300;

  @Override
  public Integer call() throws IOException {
    Path data = Files.createTempDirectory("fairlead-rehearsal");
    try (Gateway gateway =
        Gateway.start(
            new Gateway.Start(
                GatewayConfig.DEFAULT,
                "127.0.0.1",
                0,
                data,
                name -> Optional.ofNullable(Map.of("FAIRLEAD_KEY", KEY).get(name)),
                true))) {
      gateway.rehearse(KEY, REQUESTS);
      return Main.OK;
    } catch (Gateway.Misconfigured e) {
      return ConfigFile.print(e.problems());
    } finally {
      delete(data);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
