package dev.fairlead.ledger;

import dev.fairlead.store.Database;
import dev.fairlead.store.EmbeddedDatabase;
import java.time.InstantSource;
import java.util.Optional;

/** One node alone, on PostgreSQL. */
final class PostgresLedgerTest extends LedgerTest {
  private Optional<String> url = Optional.empty();

  @Override
  Database database(InstantSource time) {
    url = url.or(() -> Optional.of(EmbeddedDatabase.fresh()));
    return Database.open(url.get(), Database.Use.BOOKS, Ledger.MIGRATIONS, time);
  }
}
