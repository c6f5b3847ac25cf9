package dev.fairlead;

import dev.fairlead.config.Problems;
import dev.fairlead.http.HttpServer;
import dev.fairlead.http.Loops;
import dev.fairlead.http.ServerConfig;
import dev.fairlead.simulator.Scenario;
import dev.fairlead.simulator.ScenarioFile;
import dev.fairlead.simulator.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the provider simulator alone. */
@Command(
    name = "sim",
    description = "Start the provider simulator alone: every dialect, scripted faults.",
    mixinStandardHelpOptions = true)
final class SimCommand implements Callable<Integer> {
  private final Shell shell;

  @Option(names = "--host", paramLabel = "H", description = "Default: 127.0.0.1.")
  private String host = "127.0.0.1";

  @Option(names = "--port", paramLabel = "N", description = "Default: 9001; 0 for any.")
  private int port = 9001;

  @Option(names = "--scenario", paramLabel = "FILE", description = "Named models and their script.")
  private Optional<Path> scenario = Optional.empty();

  SimCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws Failure {
    InstantSource clock = InstantSource.system();
    Scenario script = script();
    try (Loops loops = Loops.start(0, clock, System::nanoTime);
        HttpServer server =
            HttpServer.start(
                ServerConfig.on(host, port),
                loops,
                new Simulator(Gateway.codecs(), script, System::nanoTime, clock));
        Stop stop = Stop.prepare()) {
      shell.out().println("fairlead sim ready http://" + host + ":" + server.port() + "/v1");
      shell.out().flush();
      stop.await();
      server.close();
      stop.inOrder();
      return Main.OK;
    } catch (IOException e) {
      throw new Failure(Main.FAILURE, String.valueOf(e.getMessage()));
    }
  }

  private Scenario script() throws Failure {
    if (scenario.isEmpty()) {
      return Scenario.standard();
    }
    Problems problems = new Problems();
    Scenario read;
    try {
      read =
          ScenarioFile.read(
              scenario.get().toString(), Files.readAllBytes(scenario.get()), problems);
    } catch (IOException e) {
      throw new Failure(Main.CONFIG, "there is no scenario file " + scenario.get());
    }
    if (!problems.isEmpty()) {
      throw Failure.of(problems.list());
    }
    return read;
  }
}
