package dev.fairlead;

import dev.fairlead.store.StoreFailure;
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
final class Reloads implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("fairlead.config");
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Gateway gateway;
  private final Optional<Path> named;
  private final Shell shell;
  private final Thread watcher;
  private byte[] seen;

  Reloads(Gateway gateway, Optional<Path> named, Shell shell) {
    this.gateway = gateway;
    this.named = named;
    this.shell = shell;
    this.seen = content();
    this.watcher = Thread.ofPlatform().name("config").daemon(true).unstarted(this::look);
  }

  void watch() {
    try {
      Signal.handle(new Signal("HUP"), signal -> reload());
    } catch (IllegalArgumentException e) {
      LOG.log(System.Logger.Level.INFO, "this system has no SIGHUP; changes are still watched");
    }
    watcher.start();
  }

  private void look() {
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
  }

  private synchronized void reload() {
    seen = content();
    try {
      gateway.reload(ConfigFile.good(named, shell).config());
      shell.say("the configuration was taken");
    } catch (Gateway.Misconfigured e) {
      kept(Failure.of(e.problems()));
    } catch (Failure e) {
      kept(e);
    } catch (IOException | StoreFailure e) {
      kept(new Failure(Main.FAILURE, String.valueOf(e.getMessage())));
    }
  }

  private void kept(Failure failure) {
    failure.tell(shell);
    shell.say("the configuration was not taken; the old one holds");
  }

  @Override
  public void close() {
    watcher.interrupt();
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
