package dev.fairlead;

import dev.fairlead.wire.JsonWriter;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows one provider and all that it serves. */
@Command(
    name = "show",
    description = "Show a provider and its endpoints.",
    mixinStandardHelpOptions = true)
final class ProvidersShowCommand implements Callable<Integer> {
  private final Shell shell;
  private final InstantSource clock = InstantSource.system();
  @Mixin private final Stock stock = new Stock();
  @Mixin private final Output output = new Output();

  @Parameters(paramLabel = "PROVIDER", description = "Its slug, as in openai.")
  private String provider = "";

  ProvidersShowCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws Failure {
    Live live = stock.open(shell);
    JsonWriter out = new JsonWriter();
    new CatalogJson(live, clock.instant())
        .provider(out, Stock.provider(live.catalog(), provider), true);
    output.print(shell, out, CatalogTables::provider);
    return Main.OK;
  }
}
