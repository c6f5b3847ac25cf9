package dev.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class StickinessTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Stickiness stickiness = new Stickiness(100, nanos::get);
  private final StickyKey key = new StickyKey("key-1", "a/b", "session:s", true);

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void remembersTenMinutesAfterTheLastSuccess() {
    stickiness.answered(key, "alpha|a/b");
    pass(Duration.ofMinutes(9));
    assertThat(stickiness.find(key)).contains(new Sticky("alpha|a/b", true));
    stickiness.answered(key, "alpha|a/b");
    pass(Duration.ofMinutes(9));
    assertThat(stickiness.find(key)).isPresent();
    pass(Duration.ofMinutes(1));
    assertThat(stickiness.find(key)).isEmpty();
  }

  @Test
  void looksDoNotProlong() {
    stickiness.answered(key, "alpha|a/b");
    for (int i = 0; i < 9; i++) {
      pass(Duration.ofMinutes(1));
      assertThat(stickiness.find(key)).isPresent();
    }
    pass(Duration.ofMinutes(1));
    assertThat(stickiness.find(key)).isEmpty();
  }

  @Test
  void livesAsLongAsTheCacheThatWasUsed() {
    stickiness.answered(key, "alpha|a/b", Duration.ofHours(1));
    pass(Duration.ofMinutes(59));
    assertThat(stickiness.find(key)).isPresent();
    pass(Duration.ofMinutes(1));
    assertThat(stickiness.find(key)).isEmpty();
  }

  @Test
  void aSuccessElsewhereMovesThePin() {
    stickiness.answered(key, "alpha|a/b");
    stickiness.answered(key, "beta|a/b");
    assertThat(stickiness.find(key)).contains(new Sticky("beta|a/b", true));
  }

  @Test
  void twoCallersShareNothing() {
    stickiness.answered(key, "alpha|a/b");
    assertThat(stickiness.find(new StickyKey("key-2", "a/b", "session:s", true))).isEmpty();
    assertThat(stickiness.find(new StickyKey("key-1", "c/d", "session:s", true))).isEmpty();
  }

  @Test
  void isBounded() {
    for (int i = 0; i < 10_000; i++) {
      stickiness.answered(new StickyKey("key-1", "a/b", "session:" + i, true), "alpha|a/b");
    }
    long known = 0;
    for (int i = 0; i < 10_000; i++) {
      known +=
          stickiness.find(new StickyKey("key-1", "a/b", "session:" + i, true)).isPresent() ? 1 : 0;
    }
    assertThat(known).isBetween(1L, 100L);
  }
}
