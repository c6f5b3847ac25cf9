package dev.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.Fault;
import dev.fairlead.store.Database;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes tell each other which endpoints want to be left alone. */
final class SharedHealthTest {
  private static final String E = "alpha|a/b";

  @TempDir Path folder;
  private Instant now = Instant.parse("2026-11-27T12:00:00Z");
  private final SignalBook a = new SignalBook(() -> now);
  private final SignalBook b = new SignalBook(() -> now);
  private Database database;
  private SharedHealth atA;
  private SharedHealth atB;

  @BeforeEach
  void open() {
    database =
        Database.open(
            folder.resolve("records.db"), Database.Use.RECORDS, SharedHealth.MIGRATIONS, () -> now);
    atA = new SharedHealth(database, "a", a, () -> now);
    atB = new SharedHealth(database, "b", b, () -> now);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void exchange() {
    a.refresh();
    b.refresh();
    atA.exchange();
    atB.exchange();
    atA.exchange();
  }

  @Test
  void whoWasAskedToWaitTellsTheOthersUntilItIsOver() {
    Fault pause =
        Fault.provider(Fault.Kind.RATE_LIMITED, "no")
            .withRetryAfter(Optional.of(Duration.ofSeconds(30)));
    a.observe(Observation.failure(E, "k", a.admit(E), now, pause));
    exchange();
    assertThat(b.of(E).coolUntil("k", now)).contains(now.plusSeconds(30));
    assertThat(b.of(E).coolUntil("other", now)).isEmpty();
    assertThat(b.of(E).breaker()).isEqualTo(Breaker.Phase.CLOSED);
    assertThat(b.troubles(now)).as("what is heard is not told again").isEmpty();
    now = now.plusSeconds(31);
    exchange();
    assertThat(b.of(E).coolUntil("k", now)).isEmpty();
    assertThat(a.troubles(now)).isEmpty();
  }

  @Test
  void anOpenBreakerIsHeardAsAWishToBeLeftAlone() {
    for (int i = 0; i < 50; i++) {
      a.observe(
          Observation.failure(
              E, "k", a.admit(E), now, Fault.provider(Fault.Kind.SERVER_ERROR, "no")));
    }
    assertThat(a.of(E).breaker()).isEqualTo(Breaker.Phase.OPEN);
    exchange();
    assertThat(b.of(E).coolUntil("anything", now)).isPresent();
    assertThat(b.of(E).breaker()).isEqualTo(Breaker.Phase.CLOSED);
    assertThat(b.admit(E)).isPresent();
  }
}
