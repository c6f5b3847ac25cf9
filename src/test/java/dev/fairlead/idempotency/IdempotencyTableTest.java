package dev.fairlead.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.Headers;
import dev.fairlead.store.Database;
import dev.fairlead.store.EmbeddedDatabase;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is remembered of names, and how much of it, in both kinds of database. */
final class IdempotencyTableTest {
  private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

  @TempDir Path folder;

  private Database open(String kind) {
    return kind.equals("file")
        ? Database.open(
            folder.resolve("books.db"), Database.Use.BOOKS, Idempotency.MIGRATIONS, () -> NOW)
        : Database.open(
            EmbeddedDatabase.fresh(), Database.Use.BOOKS, Idempotency.MIGRATIONS, () -> NOW);
  }

  private static Optional<IdempotencyTable.Row> find(IdempotencyTable table, int name) {
    List<IdempotencyTable.Row> found = new ArrayList<>();
    table.together(batch -> batch.find(name(name), 0).ifPresent(found::add));
    return found.stream().findFirst();
  }

  private static Name name(int number) {
    return new Name("tenant", "name-" + number);
  }

  private static void fill(IdempotencyTable table, int names) {
    for (int i = 0; i < names; i++) {
      int n = i;
      table.together(
          batch -> {
            batch.claim(name(n), "print", "process", 1_000L + n);
            if (n != 0) {
              batch.answer(
                  name(n), new Answer(200, Headers.of("a", "b"), n % 2 == 0, new byte[1_000]));
            }
          });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "postgres"})
  void theOldestAnswersAreDroppedAndTheirNamesStillKnown(String kind) {
    try (Database database = open(kind)) {
      IdempotencyTable table = new IdempotencyTable(database);
      fill(table, 20);
      assertThat(table.bound(19_000, 100, 1_000)).isZero();
      assertThat(table.bound(18_999, 100, 5)).isEqualTo(5);
      List<IdempotencyTable.State> states = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        states.add(find(table, i).orElseThrow().state());
      }
      assertThat(states)
          .containsExactly(
              IdempotencyTable.State.RUNNING,
              IdempotencyTable.State.UNKEPT,
              IdempotencyTable.State.UNKEPT,
              IdempotencyTable.State.UNKEPT,
              IdempotencyTable.State.UNKEPT,
              IdempotencyTable.State.UNKEPT,
              IdempotencyTable.State.STREAMED);
      assertThat(find(table, 6).orElseThrow().answer().orElseThrow().body()).hasSize(1_000);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "postgres"})
  void theOldestNamesWhoseWorkIsOverAreForgotten(String kind) {
    try (Database database = open(kind)) {
      IdempotencyTable table = new IdempotencyTable(database);
      fill(table, 20);
      assertThat(table.bound(1 << 20, 17, 1_000)).isEqualTo(3);
      assertThat(find(table, 0)).as("somebody is at it").isPresent();
      assertThat(find(table, 1)).isEmpty();
      assertThat(find(table, 3)).isEmpty();
      assertThat(find(table, 4)).isPresent();
      assertThat(table.expire(1_010, 1_000)).isEqualTo(8);
      assertThat(find(table, 0)).isEmpty();
    }
  }
}
