package dev.fairlead;

import dev.fairlead.ledger.Ledger;
import dev.fairlead.provider.MasterKey;
import dev.fairlead.store.Database;
import dev.fairlead.store.Transfer;
import dev.fairlead.wire.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Moves all data from the files of one gateway to a database that several can share. */
@Command(
    name = "migrate",
    description = {
      "Move all data from a folder to PostgreSQL, and compare counts and sums.",
      "The gateway of the folder must not run. Interrupted, it goes on where it ended."
    },
    mixinStandardHelpOptions = true)
final class MigrateCommand implements Callable<Integer> {
  /** In a folder whose data have moved. */
  static final String MOVED = "moved";

  private static final List<Column> COLUMNS =
      List.of(
          Column.text("TABLE", "table"),
          Column.number("COPIED", "copied"),
          Column.number("ROWS", "rows"),
          Column.number("ROWS THERE", "rows_there"),
          Column.number("SUM", "sum"),
          Column.number("SUM THERE", "sum_there"),
          Column.text("SAME", "same"));

  private final Shell shell;
  private final InstantSource clock = InstantSource.system();
  @Mixin private final Output output = new Output();

  @Option(names = "--from", paramLabel = "DIR", required = true, description = "The data folder.")
  private Path from = Path.of("data");

  @Option(
      names = "--to",
      paramLabel = "URL",
      required = true,
      description = "jdbc:postgresql://host/name?user=…")
  private String to = "";

  MigrateCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws Failure, IOException {
    if (!to.startsWith("jdbc:postgresql:")) {
      throw new Failure(Main.USAGE, "--to: write jdbc:postgresql://host/name?user=…");
    }
    if (!Files.exists(from.resolve(Stores.BOOKS_FILE))) {
      throw new Failure(Main.NOT_FOUND, "--from: there are no data in " + from);
    }
    List<Transfer.Compared> all = new ArrayList<>();
    JsonWriter out = new JsonWriter().beginArray();
    try (NodeFolder home = NodeFolder.only(from)) {
      try (Database books = Stores.books(from, clock);
          Database there = Stores.books(to, clock)) {
        new Ledger(books, NodeFolder.log(from), clock).close(); // posts what is only in its log
        move(new Transfer(books, there), Stores.BOOKS_TABLES, all, out);
      }
      try (Database records = Stores.records(from, clock);
          Database there = Stores.records(to, clock)) {
        move(new Transfer(records, there), Stores.RECORDS_TABLES, all, out);
      }
      output.print(shell, out.endArray(), rows -> Column.table(rows, COLUMNS));
      if (!all.stream().allMatch(Transfer.Compared::same)) {
        shell.say("The two sides differ: the database had other data before. Nothing was removed.");
        return Main.CHECK_FAILED;
      }
      Files.writeString(home.path().resolve(MOVED), "to PostgreSQL, by fairlead migrate\n");
    }
    if (Files.exists(from.resolve(MasterKey.FILE))) {
      shell.say(
          "Provider credentials stay sealed with the key in "
              + from.resolve(MasterKey.FILE)
              + ": set FAIRLEAD_MASTER_KEY to its content for every node.");
    }
    return Main.OK;
  }

  private static void move(
      Transfer transfer, List<Transfer.Table> tables, List<Transfer.Compared> all, JsonWriter out) {
    for (Transfer.Table table : tables) {
      long copied = transfer.copy(table);
      Transfer.Compared compared = transfer.compare(table);
      all.add(compared);
      out.beginObject()
          .field("table", table.name())
          .field("copied", copied)
          .field("rows", compared.from().rows())
          .field("rows_there", compared.to().rows())
          .field("sum", compared.from().sum())
          .field("sum_there", compared.to().sum())
          .field("same", compared.same())
          .endObject();
    }
  }
}
