package dev.fairlead;

import dev.fairlead.wire.JsonWriter;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists providers, and for which of them there is a credential; never the credential. */
@Command(
    description = "List the providers; see also its subcommands.",
    mixinStandardHelpOptions = true)
final class ProvidersCommand implements Callable<Integer> {
  private final Shell shell;
  private final InstantSource clock = InstantSource.system();
  @Mixin private final Stock stock = new Stock();
  @Mixin private final Output output = new Output();

  ProvidersCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws Failure {
    Live live = stock.open(shell);
    CatalogJson catalog = new CatalogJson(live, clock.instant());
    JsonWriter out = new JsonWriter().beginArray();
    live.catalog().providers().forEach(p -> catalog.provider(out, p, false));
    output.print(shell, out.endArray(), rows -> Column.table(rows, CatalogTables.PROVIDERS));
    return Main.OK;
  }
}
