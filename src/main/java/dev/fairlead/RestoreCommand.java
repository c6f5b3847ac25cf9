package dev.fairlead;

import dev.fairlead.ledger.Ledger;
import dev.fairlead.store.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Brings back what was copied, as a new branch of the books. */
@Command(
    name = "restore",
    description = {
      "Bring a backup into an empty data folder; or, with --accept, say that data which were put",
      "back to an earlier state by other means are meant to be gone on with. No node may serve."
    },
    mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {
  private final Shell shell;
  private final InstantSource clock = InstantSource.system();

  @Option(names = "--from", paramLabel = "DIR", description = "What `fairlead backup` has made.")
  private Optional<Path> from = Optional.empty();

  @Option(names = "--data", paramLabel = "DIR|URL", description = "Default: ./data.")
  private String data = "data";

  @Option(names = "--accept", description = "Go on with data as they are.")
  private boolean accept;

  RestoreCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws Failure, IOException {
    if (accept == from.isPresent()) {
      throw new Failure(Main.USAGE, "write either --from DIR or --accept");
    }
    if (Stores.isDatabase(data)) {
      acceptShared();
    } else {
      restore(Path.of(data));
    }
    shell.out().println("the books of " + Database.told(data) + " go on as a new branch");
    shell.out().flush();
    return Main.OK;
  }

  private void acceptShared() throws Failure {
    if (from.isPresent()) {
      throw new Failure(
          Main.USAGE, "--from: PostgreSQL is restored with its own tools; then write --accept");
    }
    try (Database books = Stores.books(data, clock)) {
      Ledger.accept(books, clock);
    }
  }

  private void restore(Path folder) throws Failure, IOException {
    Files.createDirectories(folder);
    try (NodeFolder home = NodeFolder.only(folder)) {
      if (from.isPresent()) {
        bring(from.get(), home.path());
      }
      try (Database books = Stores.books(folder, clock)) {
        Ledger.accept(books, clock);
        new Ledger(books, NodeFolder.log(folder), clock).close(); // posts what its log has
      }
    }
  }

  private static void bring(Path backup, Path folder) throws Failure, IOException {
    if (!Files.exists(backup.resolve(Stores.BOOKS_FILE))) {
      throw new Failure(Main.NOT_FOUND, "--from: there is no backup in " + backup);
    }
    if (Files.exists(folder.resolve(Stores.BOOKS_FILE))) {
      throw new Failure(
          Main.USAGE, "--data: there are data in " + folder + "; move them away first");
    }
    BackupCommand.copyFolder(NodeFolder.logFolder(backup), NodeFolder.logFolder(folder));
    for (String file : new String[] {Stores.BOOKS_FILE, Stores.RECORDS_FILE}) {
      Files.copy(backup.resolve(file), folder.resolve(file));
    }
  }
}
