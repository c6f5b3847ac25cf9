package dev.fairlead;

import dev.fairlead.config.GatewayConfig;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
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
  public Integer call() throws Failure, IOException {
    try (Scratch data = Scratch.make("fairlead-rehearsal");
        Gateway gateway =
            ServeCommand.started(
                new Gateway.Start(
                    GatewayConfig.DEFAULT,
                    "127.0.0.1",
                    0,
                    data.folder(),
                    name -> Optional.ofNullable(Map.of("FAIRLEAD_KEY", KEY).get(name)),
                    true))) {
      gateway.rehearse(KEY, REQUESTS);
      return Main.OK;
    }
  }
}
