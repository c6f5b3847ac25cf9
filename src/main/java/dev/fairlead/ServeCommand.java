package dev.fairlead;

import dev.fairlead.config.GatewayConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the gateway until it is told to stop. */
@Command(name = "serve", description = "Start the gateway.", mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  private static final Duration DRAIN = Duration.ofSeconds(30);

  private final Shell shell;

  @Option(names = "--config", paramLabel = "FILE", description = "Default: ./fairlead.yaml if any.")
  private Optional<Path> config = Optional.empty();

  @Option(names = "--host", paramLabel = "H", description = "Address to listen on.")
  private Optional<String> host = Optional.empty();

  @Option(names = "--port", paramLabel = "N", description = "Port to listen on; 0 for any.")
  private Optional<Integer> port = Optional.empty();

  @Option(names = "--data", paramLabel = "DIR", description = "Folder of the data files.")
  private Optional<String> data = Optional.empty();

  ServeCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws Failure {
    ConfigFile file = ConfigFile.good(config, shell);
    String folder = data.orElse(file.config().data());
    if (folder.startsWith("jdbc:")) {
      throw new Failure(
          Main.CONFIG, "PostgreSQL as the store comes with a later version; name a folder");
    }
    GatewayConfig read = file.config();
    String address = host.orElse(read.server().host());
    try (Gateway gateway =
            started(
                new Gateway.Start(
                    read,
                    address,
                    port.orElse(read.server().port()),
                    Path.of(folder),
                    shell.environment(),
                    true));
        Stop stop = Stop.prepare();
        Reloads reloads = new Reloads(gateway, config, shell)) {
      Greeting.print(gateway, address, shell);
      reloads.watch();
      stop.await();
      gateway.drain(DRAIN);
      gateway.close();
      stop.inOrder();
      return Main.OK;
    }
  }

  /** A gateway, or words on why there is none. */
  static Gateway started(Gateway.Start start) throws Failure {
    if (start.port() < 0 || start.port() > 65_535) {
      throw new Failure(Main.USAGE, "the port must be between 0 and 65535: " + start.port());
    }
    try {
      return Gateway.start(start);
    } catch (Gateway.Misconfigured e) {
      throw Failure.of(e.problems());
    } catch (IOException e) {
      String what = String.valueOf(e.getMessage());
      String why = e.getCause() == null ? "" : String.valueOf(e.getCause().getMessage());
      throw new Failure(
          Main.FAILURE,
          why.contains("in use")
              ? what + ": the port is in use; name another with --port"
              : what + (why.isEmpty() || what.contains(why) ? "" : ": " + why));
    }
  }
}
