package dev.fairlead.limit;

import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import java.time.InstantSource;
import java.util.List;

/** On a file. */
final class SharedLimitTest extends SharedLimit {
  @Override
  Database database(List<Migration> migrations) {
    return Database.open(
        folder.resolve("books.db"), Database.Use.BOOKS, migrations, InstantSource.system());
  }
}
