package dev.fairlead;

import dev.fairlead.idempotency.Idempotency;
import dev.fairlead.identity.KeyTable;
import dev.fairlead.journal.Journal;
import dev.fairlead.ledger.Budgets;
import dev.fairlead.ledger.Credits;
import dev.fairlead.ledger.Ledger;
import dev.fairlead.provider.CredentialRegister;
import dev.fairlead.store.Claim;
import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * The files of the data folder.
 *
 * @param claim nobody else uses them
 * @param settings what must never be lost
 * @param records what happened; a loss of power may take its last moments
 */
record Stores(Claim claim, Database settings, Database records) {

  static Stores open(Path data, InstantSource clock) {
    Claim claim = Claim.take(data);
    return new Stores(
        claim,
        Database.open(data.resolve("fairlead.db"), Database.Use.BOOKS, books(), clock),
        Database.open(data.resolve("records.db"), Database.Use.RECORDS, Journal.MIGRATIONS, clock));
  }

  private static List<Migration> books() {
    return Stream.of(
            KeyTable.MIGRATIONS,
            Ledger.MIGRATIONS,
            Budgets.MIGRATIONS,
            Credits.MIGRATIONS,
            Idempotency.MIGRATIONS,
            CredentialRegister.MIGRATIONS)
        .flatMap(List::stream)
        .toList();
  }

  static Stores await(Future<Stores> opening) throws IOException {
    try {
      return opening.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while opening the data folder", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new IOException(String.valueOf((cause == null ? e : cause).getMessage()), e);
    }
  }
}
