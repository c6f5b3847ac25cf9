package dev.fairlead;

import dev.fairlead.config.GatewayConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the gateway until it is told to stop. */
@Command(name = "serve", description = "Start the gateway.", mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  private static final Duration DRAIN = Duration.ofSeconds(30);

  @Option(names = "--config", paramLabel = "FILE", description = "Default: ./fairlead.yaml if any.")
  private Optional<Path> config = Optional.empty();

  @Option(names = "--host", paramLabel = "H", description = "Address to listen on.")
  private Optional<String> host = Optional.empty();

  @Option(names = "--port", paramLabel = "N", description = "Port to listen on; 0 for any.")
  private Optional<Integer> port = Optional.empty();

  @Option(names = "--data", paramLabel = "DIR", description = "Folder of the data files.")
  private Optional<String> data = Optional.empty();

  @Override
  public Integer call() {
    try {
      ConfigFile file = ConfigFile.read(config, ConfigFile::environment);
      if (!file.problems().isEmpty()) {
        return ConfigFile.print(file.problems());
      }
      String folder = data.orElse(file.config().data());
      if (folder.startsWith("jdbc:")) {
        System.err.println(
            "fairlead: PostgreSQL as the store comes with a later version; name a folder");
        return Main.CONFIG;
      }
      return run(file, folder);
    } catch (IOException e) {
      System.err.println("fairlead: " + e.getMessage());
      return e.getMessage() != null && e.getMessage().startsWith("there is no configuration file")
          ? Main.CONFIG
          : Main.FAILURE;
    }
  }

  private int run(ConfigFile file, String folder) throws IOException {
    GatewayConfig read = file.config();
    try (Gateway gateway =
        Gateway.start(
            new Gateway.Start(
                read,
                host.orElse(read.server().host()),
                port.orElse(read.server().port()),
                Path.of(folder),
                ConfigFile::environment,
                true))) {
      Greeting.print(gateway, host.orElse(read.server().host()));
      Reloads reloads = new Reloads(gateway, config);
      CountDownLatch asked = new CountDownLatch(1);
      CountDownLatch over = new CountDownLatch(1);
      Thread hook =
          new Thread(
              () -> {
                asked.countDown();
                awaitQuietly(over);
              },
              "shutdown");
      Runtime.getRuntime().addShutdownHook(hook);
      reloads.watch();
      awaitQuietly(asked);
      gateway.drain(DRAIN);
      gateway.close();
      Runtime.getRuntime().halt(Main.OK);
      return Main.OK;
    } catch (Gateway.Misconfigured e) {
      return ConfigFile.print(e.problems());
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // asked to stop in another way: the same happens
    }
  }
}
