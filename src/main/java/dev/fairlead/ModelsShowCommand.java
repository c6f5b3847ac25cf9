package dev.fairlead;

import dev.fairlead.wire.JsonWriter;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows one model and everybody who serves it. */
@Command(
    name = "show",
    description = "Show a model and its endpoints: prices, limits, data policy, quirks.",
    mixinStandardHelpOptions = true)
final class ModelsShowCommand implements Callable<Integer> {
  private final Shell shell;
  private final InstantSource clock = InstantSource.system();
  @Mixin private final Stock stock = new Stock();
  @Mixin private final Output output = new Output();

  @Parameters(paramLabel = "MODEL", description = "As in openai/gpt-4o-mini.")
  private String model = "";

  ModelsShowCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws Failure {
    Live live = stock.open(shell);
    JsonWriter out = new JsonWriter();
    new CatalogJson(live, clock.instant()).whole(out, Stock.model(live.catalog(), model));
    output.print(shell, out, CatalogTables::model);
    return Main.OK;
  }
}
