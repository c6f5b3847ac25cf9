package dev.fairlead;

import dev.fairlead.catalog.Endpoint;
import dev.fairlead.catalog.Model;
import dev.fairlead.wire.JsonWriter;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists models. The filters hold together, and for the endpoints too. */
@Command(
    description = "List the models of the catalog; see also its subcommands.",
    mixinStandardHelpOptions = true)
final class ModelsCommand implements Callable<Integer> {
  private final Shell shell;
  private final InstantSource clock = InstantSource.system();
  @Mixin private final Stock stock = new Stock();
  @Mixin private final Output output = new Output();

  @Option(names = "--author", paramLabel = "A", description = "Only models of this author.")
  private Optional<String> author = Optional.empty();

  @Option(names = "--provider", paramLabel = "P", description = "Only at this provider.")
  private Optional<String> provider = Optional.empty();

  @Option(names = "--free", description = "Only what costs nothing.")
  private boolean free;

  @Option(names = "--available", description = "Only what can be called now.")
  private boolean available;

  ModelsCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws Failure {
    Live live = stock.open(shell);
    if (provider.isPresent()) {
      Stock.provider(live.catalog(), provider.get());
    }
    CatalogJson catalog = new CatalogJson(live, clock.instant());
    JsonWriter out = new JsonWriter().beginArray();
    for (Model model : live.catalog().models()) {
      List<Endpoint> offers =
          live.catalog().endpoints(model.aliasTarget().orElse(model.id())).stream()
              .filter(e -> wanted(e, catalog))
              .toList();
      boolean everything = provider.isEmpty() && !free && !available;
      if ((everything || !offers.isEmpty()) && author.map(model.author()::equals).orElse(true)) {
        catalog.model(out, model, offers);
      }
    }
    output.print(shell, out.endArray(), rows -> Column.table(rows, CatalogTables.MODELS));
    return Main.OK;
  }

  private boolean wanted(Endpoint e, CatalogJson catalog) {
    return provider.map(e.provider().slug()::equals).orElse(true)
        && (!free || e.priceAt(clock.instant()).isFree())
        && (!available || catalog.available(e));
  }
}
