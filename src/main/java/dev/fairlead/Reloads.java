package dev.fairlead;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import sun.misc.Signal;

/**
 * Takes a changed configuration file while the gateway runs: on change and on SIGHUP. A file with
 * problems changes nothing and is told on standard error. One thread of its own.
 */
final class Reloads {
  private static final System.Logger LOG = System.getLogger("fairlead.config");
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Gateway gateway;
  private final Optional<Path> named;
  private byte[] seen;

  Reloads(Gateway gateway, Optional<Path> named) {
    this.gateway = gateway;
    this.named = named;
    this.seen = content();
  }

  void watch() {
    try {
      Signal.handle(new Signal("HUP"), signal -> reload());
    } catch (IllegalArgumentException e) {
      LOG.log(System.Logger.Level.INFO, "this system has no SIGHUP; changes are still watched");
    }
    Thread.ofPlatform()
        .name("config")
        .daemon(true)
        .start(
            () -> {
              while (true) {
                try {
                  Thread.sleep(LOOK);
                } catch (InterruptedException e) {
                  return;
                }
                if (!Arrays.equals(seen, content())) {
                  reload();
                }
              }
            });
  }

  private synchronized void reload() {
    seen = content();
    try {
      ConfigFile file = ConfigFile.read(named, ConfigFile::environment);
      if (!file.problems().isEmpty()) {
        ConfigFile.print(file.problems());
        System.err.println("fairlead: the configuration was not taken; the old one holds");
        return;
      }
      gateway.reload(file.config());
      System.err.println("fairlead: the configuration was taken");
    } catch (Gateway.Misconfigured e) {
      ConfigFile.print(e.problems());
      System.err.println("fairlead: the configuration was not taken; the old one holds");
    } catch (IOException e) {
      System.err.println("fairlead: the configuration was not taken: " + e.getMessage());
    }
  }

  private byte[] content() {
    Path path = named.orElse(Path.of("fairlead.yaml"));
    try {
      return Files.exists(path) ? Files.readAllBytes(path) : new byte[0];
    } catch (IOException e) {
      return new byte[0]; // being written this moment: the next look will see it
    }
  }
}
