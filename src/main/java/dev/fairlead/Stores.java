package dev.fairlead;

import dev.fairlead.idempotency.Idempotency;
import dev.fairlead.identity.KeyTable;
import dev.fairlead.identity.Tenants;
import dev.fairlead.journal.Journal;
import dev.fairlead.ledger.Budgets;
import dev.fairlead.ledger.Credits;
import dev.fairlead.ledger.Ledger;
import dev.fairlead.limit.Counts;
import dev.fairlead.limit.Shares;
import dev.fairlead.provider.CredentialRegister;
import dev.fairlead.route.SharedHealth;
import dev.fairlead.store.Changes;
import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import dev.fairlead.store.StoreFailure;
import dev.fairlead.store.Transfer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Where the data are: in files of a folder that belongs to this process, or in a database that
 * several nodes share, of which each has a folder besides.
 *
 * @param home of this process alone
 * @param settings what must never be lost
 * @param records what happened; a loss of power may take its last moments
 */
record Stores(NodeFolder home, Database settings, Database records) {
  /** Tables whose changes other nodes follow. */
  static final String KEYS = "key";

  static final String BUDGETS = "budget";
  static final String CREDITS = "credit";
  static final String CREDENTIALS = "credential";
  static final String ORGANIZATIONS = "organization";
  static final String WORKSPACES = "workspace";

  /** What a node keeps a copy of, so that it can begin while the database is gone. */
  private static final List<String> REPLICATED =
      List.of(ORGANIZATIONS, WORKSPACES, KEYS, BUDGETS, CREDITS, CREDENTIALS);

  private static final String REPLICA = "replica.db";

  static final String BOOKS_FILE = "fairlead.db";
  static final String RECORDS_FILE = "records.db";

  /** All that moves with the data; what nodes hold at the moment does not. */
  static final List<Transfer.Table> BOOKS_TABLES =
      List.of(
          new Transfer.Table("organization", List.of("id"), false),
          new Transfer.Table("workspace", List.of("id"), false),
          new Transfer.Table("key", List.of("id"), false),
          new Transfer.Table("credential", List.of("id"), false),
          new Transfer.Table("budget", List.of("kind", "scope", "period", "hard"), false),
          new Transfer.Table("credit", List.of("reference"), false),
          new Transfer.Table("credit_order", List.of("id"), false),
          new Transfer.Table("settlement", List.of("seq"), true),
          new Transfer.Table("posting", List.of("entry", "account"), false),
          new Transfer.Table("spending", List.of("kind", "scope", "day"), false),
          new Transfer.Table("idempotency", List.of("tenant", "name"), false));

  static final List<Transfer.Table> RECORDS_TABLES =
      List.of(new Transfer.Table("generation_batch", List.of("seq"), true));

  /** True for the address of a database, and not a folder. */
  static boolean isDatabase(String where) {
    return where.startsWith("jdbc:");
  }

  /**
   * @param database the address of one that is shared; empty for files
   */
  static Stores open(Path data, Optional<String> database, InstantSource clock) {
    NodeFolder home = database.isPresent() ? NodeFolder.oneOf(data) : NodeFolder.only(data);
    try {
      return database.map(url -> shared(home, url, clock)).orElseGet(() -> alone(home, clock));
    } catch (RuntimeException e) {
      home.close(); // somebody else may want the folder
      throw e;
    }
  }

  private static Stores alone(NodeFolder home, InstantSource clock) {
    return new Stores(home, books(home.path(), clock), records(home.path(), clock));
  }

  private static Stores shared(NodeFolder home, String database, InstantSource clock) {
    Path replica = home.path().resolve(REPLICA);
    Database books = Database.open(database, Database.Use.BOOKS, books(), clock, replica);
    return new Stores(
        home,
        books,
        books.hasAnswered()
            ? Database.open(database, Database.Use.RECORDS, recordSchema(), clock, replica)
            : Database.later(database, Database.Use.RECORDS, recordSchema(), clock));
  }

  /** Copies to this node's folder what it needs for a start without the database. Blocking. */
  void replicate(InstantSource clock) {
    Path fresh = home.path().resolve(REPLICA + ".new");
    try {
      Files.deleteIfExists(fresh);
      try (Database copy = Database.open(fresh, Database.Use.BOOKS, books(), clock)) {
        Transfer transfer = new Transfer(settings, copy);
        for (Transfer.Table table : BOOKS_TABLES) {
          if (REPLICATED.contains(table.name())) {
            transfer.copy(table);
          } else {
            transfer.leaveOut(table);
          }
        }
      }
      for (String left : List.of("-wal", "-shm")) { // of a process that was killed
        Files.deleteIfExists(home.path().resolve(REPLICA + left));
      }
      Files.move(
          fresh,
          home.path().resolve(REPLICA),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new StoreFailure("cannot keep a copy of the settings: " + e.getMessage(), e);
    }
  }

  static Database books(Path data, InstantSource clock) {
    return Database.open(data.resolve(BOOKS_FILE), Database.Use.BOOKS, books(), clock);
  }

  static Database books(String database, InstantSource clock) {
    return Database.open(database, Database.Use.BOOKS, books(), clock);
  }

  static Database records(Path data, InstantSource clock) {
    return Database.open(data.resolve(RECORDS_FILE), Database.Use.RECORDS, recordSchema(), clock);
  }

  static Database records(String database, InstantSource clock) {
    return Database.open(database, Database.Use.RECORDS, recordSchema(), clock);
  }

  private static List<Migration> recordSchema() {
    return Stream.of(Journal.MIGRATIONS, SharedHealth.MIGRATIONS, Counts.MIGRATIONS)
        .flatMap(List::stream)
        .toList();
  }

  private static List<Migration> books() {
    return Stream.of(
            KeyTable.MIGRATIONS,
            Tenants.MIGRATIONS,
            Ledger.MIGRATIONS,
            Budgets.MIGRATIONS,
            Credits.MIGRATIONS,
            Idempotency.MIGRATIONS,
            CredentialRegister.MIGRATIONS,
            Shares.MIGRATIONS,
            Changes.migrations(List.of(KEYS, BUDGETS, CREDITS, CREDENTIALS)),
            Changes.more("store-2-tenants", List.of(ORGANIZATIONS, WORKSPACES)))
        .flatMap(List::stream)
        .toList();
  }

  void close() {
    records.close();
    settings.close();
    home.close();
  }

  static Stores await(Future<Stores> opening) throws IOException {
    try {
      return opening.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while opening the data", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new IOException(String.valueOf((cause == null ? e : cause).getMessage()), e);
    }
  }
}
