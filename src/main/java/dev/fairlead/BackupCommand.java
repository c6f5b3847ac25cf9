package dev.fairlead;

import dev.fairlead.store.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Copies the data of a gateway, which may go on serving. */
@Command(
    name = "backup",
    description = {
      "Copy a data folder, while its gateway serves or not. `fairlead restore` brings it back.",
      "The key of stored credentials (master.key) is not copied: keep it apart."
    },
    mixinStandardHelpOptions = true)
final class BackupCommand implements Callable<Integer> {
  private final Shell shell;
  private final InstantSource clock = InstantSource.system();

  @Option(names = "--data", paramLabel = "DIR", description = "Default: ./data.")
  private String data = "data";

  @Option(names = "--to", paramLabel = "DIR", required = true, description = "A new folder.")
  private Path to = Path.of("backup");

  BackupCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws Failure, IOException {
    if (Stores.isDatabase(data)) {
      throw new Failure(
          Main.USAGE,
          "--data: PostgreSQL is backed up with its own tools (pg_dump, or archiving its log)");
    }
    Path from = Path.of(data);
    if (!Files.exists(from.resolve(Stores.BOOKS_FILE))) {
      throw new Failure(Main.NOT_FOUND, "--data: there are no data in " + from);
    }
    if (Files.exists(to)) {
      throw new Failure(Main.USAGE, "--to: " + to + " exists; name a new folder");
    }
    Files.createDirectories(to);
    // First the log: what is in it and not in the books is posted when the copy is opened. What is
    // settled after this moment may be missing.
    copyFolder(NodeFolder.logFolder(from), NodeFolder.logFolder(to));
    try (Database books = Stores.books(from, clock)) {
      books.copy(to.resolve(Stores.BOOKS_FILE));
    }
    try (Database records = Stores.records(from, clock)) {
      records.copy(to.resolve(Stores.RECORDS_FILE));
    }
    shell.out().println("backup of " + from + " in " + to);
    shell.out().flush();
    return Main.OK;
  }

  /** Files that vanish meanwhile held nothing that is not elsewhere by now. */
  static void copyFolder(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    List<Path> files = List.of();
    if (Files.exists(from)) {
      try (Stream<Path> all = Files.list(from)) {
        files = all.filter(Files::isRegularFile).toList();
      }
    }
    for (Path file : files) {
      try {
        Files.copy(file, to.resolve(file.getFileName()));
      } catch (java.nio.file.NoSuchFileException e) {
        // posted to the books, which are copied after this
      }
    }
  }
}
