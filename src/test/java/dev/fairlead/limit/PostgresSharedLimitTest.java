package dev.fairlead.limit;

import dev.fairlead.store.Database;
import dev.fairlead.store.EmbeddedDatabase;
import dev.fairlead.store.Migration;
import java.time.InstantSource;
import java.util.List;

/** On PostgreSQL. */
final class PostgresSharedLimitTest extends SharedLimit {
  @Override
  Database database(List<Migration> migrations) {
    return Database.open(
        EmbeddedDatabase.fresh(), Database.Use.BOOKS, migrations, InstantSource.system());
  }
}
