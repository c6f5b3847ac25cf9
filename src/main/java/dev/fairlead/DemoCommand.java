package dev.fairlead;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.config.GatewayConfig;
import dev.fairlead.config.Interpolation;
import dev.fairlead.config.Problems;
import dev.fairlead.http.HttpServer;
import dev.fairlead.http.Loops;
import dev.fairlead.http.ServerConfig;
import dev.fairlead.simulator.Scenario;
import dev.fairlead.simulator.ScenarioFile;
import dev.fairlead.simulator.Simulator;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A gateway that is alive in one command: simulated providers behind real model names, and callers.
 * Nothing leaves this machine, and no credential of its environment is looked at.
 */
@Command(
    name = "demo",
    description = {
      "Start a gateway with simulated providers behind real model names, and some traffic.",
      "Nothing leaves this machine; the data folder is temporary. Ctrl-C ends it."
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  private static final String HOST = "127.0.0.1";
  private static final Duration STATUS = Duration.ofSeconds(30);
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private final Shell shell;

  @Option(names = "--port", paramLabel = "N", description = "Default: 8080; 0 for any.")
  private int port = 8080;

  DemoCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws Failure, IOException {
    InstantSource clock = InstantSource.system();
    Problems problems = new Problems();
    Scenario scenario = ScenarioFile.read("demo", DemoScript.SCENARIO.getBytes(UTF_8), problems);
    try (Scratch data = Scratch.make("fairlead-demo");
        Stop stop = Stop.prepare();
        Loops loops = Loops.start(1, clock, System::nanoTime);
        HttpServer simulator =
            HttpServer.start(
                ServerConfig.on(HOST, 0),
                loops,
                new Simulator(Gateway.codecs(), scenario, System::nanoTime, clock))) {
      GatewayConfig config = config(simulator.port(), problems);
      if (!problems.isEmpty()) {
        throw Failure.of(problems.list());
      }
      try (Gateway gateway =
          ServeCommand.started(
              new Gateway.Start(config, HOST, port, data.folder(), this::environment, true))) {
        play(gateway, loops, stop);
      }
      simulator.close();
      data.close();
      stop.inOrder();
      return Main.OK;
    }
  }

  private static GatewayConfig config(int simulator, Problems problems) {
    String text = DemoScript.CONFIG.replace("{sim}", "http://" + HOST + ":" + simulator);
    return GatewayConfig.read(
        "demo", text.getBytes(UTF_8), Interpolation.of(Map.<String, String>of()), problems);
  }

  /** Fixed keys, when there are any; no provider's credential. */
  private Optional<String> environment(String name) {
    return name.startsWith("FAIRLEAD_") ? shell.environment().apply(name) : Optional.empty();
  }

  private void play(Gateway gateway, Loops loops, Stop stop) {
    URI url = URI.create("http://" + HOST + ":" + gateway.port());
    String key =
        gateway
            .firstKeys()
            .flatMap(Keyring.First::inference)
            .or(() -> environment("FAIRLEAD_KEY"))
            .orElse("");
    shell.out().print(greeting(url, key));
    shell.out().flush();
    try (DemoTraffic traffic = new DemoTraffic(loops, url, key, new Random())) {
      traffic.start();
      while (!stop.await(STATUS)) {
        LocalTime now = LocalTime.now().truncatedTo(ChronoUnit.SECONDS);
        shell.out().println(now + "  " + traffic.told());
        shell.out().flush();
      }
    }
    gateway.drain(DRAIN);
  }

  private static String greeting(URI url, String key) {
    return """
    fairlead ready {url}

    This is the demo: every provider is simulated, a few requests a second are under way,
    and nothing leaves this machine. Ctrl-C ends it and takes its data along.

      key  {key}

    Look at
      curl {url}/metrics
      curl {url}/api/v1/models
      curl -H "Authorization: Bearer {key}" \\
        {url}/api/v1/models/meta-llama/llama-3.3-70b-instruct/endpoints
      fairlead explain --url {url} --key {key} \\
        --model meta-llama/llama-3.3-70b-instruct

    Call it
      curl {url}/v1/chat/completions -H "Authorization: Bearer {key}" \\
        -H "Content-Type: application/json" \\
        -d '{"model": "anthropic/claude-sonnet-4", "messages": [{"role": "user", "content": "Hello"}]}'

    """
        .replace("{url}", url.toString())
        .replace("{key}", key);
  }
}
