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

  @Option(
      names = "--data",
      paramLabel = "DIR|URL",
      description = "Folder of the data files, or jdbc:postgresql://host/name?user=…")
  private Optional<String> data = Optional.empty();

  @Option(
      names = "--node-data",
      paramLabel = "DIR",
      description = "With PostgreSQL: folder of what this node keeps for itself.")
  private Optional<String> nodeData = Optional.empty();

  ServeCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws Failure {
    ConfigFile file = ConfigFile.good(config, shell);
    GatewayConfig read = file.config();
    String where = data.orElse(read.data());
    boolean shared = Stores.isDatabase(where);
    if (shared && !where.startsWith("jdbc:postgresql:")) {
      throw new Failure(
          Main.CONFIG,
          "data: only PostgreSQL can be shared; write jdbc:postgresql://host/name?user=…");
    }
    String folder = shared ? nodeData.orElse(read.cluster().nodeData()) : where;
    String address = host.orElse(read.server().host());
    try (Gateway gateway =
            started(
                new Gateway.Start(
                    read,
                    address,
                    port.orElse(read.server().port()),
                    Path.of(folder),
                    Optional.of(where).filter(w -> shared),
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
    checkPort(start.port());
    try {
      return Gateway.start(start);
    } catch (Gateway.Misconfigured e) {
      throw Failure.of(e.problems());
    } catch (IOException e) {
      throw notStarted(e);
    }
  }

  static void checkPort(int port) throws Failure {
    if (port < 0 || port > 65_535) {
      throw new Failure(Main.USAGE, "the port must be between 0 and 65535: " + port);
    }
  }

  static Failure notStarted(IOException e) {
    String what = String.valueOf(e.getMessage());
    String why = e.getCause() == null ? "" : String.valueOf(e.getCause().getMessage());
    return new Failure(
        Main.FAILURE,
        why.contains("in use")
            ? what + ": the port is in use; name another with --port"
            : what + (why.isEmpty() || what.contains(why) ? "" : ": " + why));
  }
}
