package dev.fairlead;

import dev.fairlead.identity.KeyTable;
import dev.fairlead.journal.Journal;
import dev.fairlead.store.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * The files of the data folder.
 *
 * @param settings what must never be lost
 * @param records what happened; a loss of power may take its last moments
 */
record Stores(Database settings, Database records) {

  static Stores open(Path data, InstantSource clock) {
    return new Stores(
        Database.open(data.resolve("fairlead.db"), Database.Use.BOOKS, KeyTable.MIGRATIONS, clock),
        Database.open(data.resolve("records.db"), Database.Use.RECORDS, Journal.MIGRATIONS, clock));
  }

  static Stores await(Future<Stores> opening) throws IOException {
    try {
      return opening.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while opening the data folder", e);
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }
}
