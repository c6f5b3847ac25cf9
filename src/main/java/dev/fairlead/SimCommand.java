package dev.fairlead;

import dev.fairlead.canon.Dialect;
import dev.fairlead.config.Problems;
import dev.fairlead.http.HttpServer;
import dev.fairlead.http.Loops;
import dev.fairlead.http.ServerConfig;
import dev.fairlead.protocol.Codec;
import dev.fairlead.simulator.Scenario;
import dev.fairlead.simulator.ScenarioFile;
import dev.fairlead.simulator.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
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
  @Option(names = "--host", paramLabel = "H", description = "Default: 127.0.0.1.")
  private String host = "127.0.0.1";

  @Option(names = "--port", paramLabel = "N", description = "Default: 9001; 0 for any.")
  private int port = 9001;

  @Option(names = "--scenario", paramLabel = "FILE", description = "Named models and their script.")
  private Optional<Path> scenario = Optional.empty();

  @Override
  public Integer call() {
    try {
      Problems problems = new Problems();
      Scenario script =
          scenario.isPresent()
              ? ScenarioFile.read(
                  scenario.get().toString(), Files.readAllBytes(scenario.get()), problems)
              : Scenario.standard();
      if (!problems.list().isEmpty()) {
        return ConfigFile.print(problems.list());
      }
      InstantSource clock = InstantSource.system();
      Map<Dialect, Codec> codecs = Gateway.codecs();
      Loops loops = Loops.start(0, clock, System::nanoTime);
      HttpServer server =
          HttpServer.start(
              ServerConfig.on(host, port),
              loops,
              new Simulator(codecs, script, System::nanoTime, clock));
      System.out.println("fairlead sim ready http://" + host + ":" + server.port() + "/v1");
      System.out.flush();
      Thread.currentThread().join();
      return Main.OK;
    } catch (IOException e) {
      System.err.println("fairlead: " + e.getMessage());
      return Main.FAILURE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Main.OK;
    }
  }
}
