package dev.fairlead;

import dev.fairlead.catalog.Endpoint;
import dev.fairlead.wire.JsonWriter;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows what a model costs at each provider: before, now, and from when on. */
@Command(
    name = "prices",
    description = "Show all dated prices of a model.",
    mixinStandardHelpOptions = true)
final class ModelsPricesCommand implements Callable<Integer> {
  private final Shell shell;
  private final InstantSource clock = InstantSource.system();
  @Mixin private final Stock stock = new Stock();
  @Mixin private final Output output = new Output();

  @Parameters(paramLabel = "MODEL", description = "As in openai/gpt-4o-mini.")
  private String model = "";

  ModelsPricesCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws Failure {
    Live live = stock.open(shell);
    CatalogJson catalog = new CatalogJson(live, clock.instant());
    JsonWriter out = new JsonWriter().beginArray();
    for (Endpoint e : live.catalog().endpoints(Stock.model(live.catalog(), model).id())) {
      e.prices().forEach(price -> catalog.prices(out, e, price));
    }
    output.print(shell, out.endArray(), rows -> Column.table(rows, CatalogTables.PRICES));
    return Main.OK;
  }
}
