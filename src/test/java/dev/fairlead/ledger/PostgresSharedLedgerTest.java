package dev.fairlead.ledger;

import dev.fairlead.store.Database;
import dev.fairlead.store.EmbeddedDatabase;
import java.time.InstantSource;

/** On PostgreSQL. */
final class PostgresSharedLedgerTest extends SharedLedger {
  @Override
  Database database(InstantSource time) {
    return Database.open(EmbeddedDatabase.fresh(), Database.Use.BOOKS, Ledger.MIGRATIONS, time);
  }
}
