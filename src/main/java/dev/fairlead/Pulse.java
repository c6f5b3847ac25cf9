package dev.fairlead;

import dev.fairlead.route.SharedHealth;
import dev.fairlead.route.SignalBook;
import dev.fairlead.store.StoreFailure;
import java.time.Duration;
import java.util.Optional;

/** Lets what was seen of endpoints grow old, and tells it other nodes and hears theirs. */
final class Pulse implements AutoCloseable {
  private final SignalBook signals;
  private final Optional<SharedHealth> health;
  private final Duration between;
  private final Thread thread;
  private volatile boolean closing;

  Pulse(SignalBook signals, Optional<SharedHealth> health) {
    this.signals = signals;
    this.health = health;
    this.between = Duration.ofSeconds(health.isPresent() ? 1 : 2);
    this.thread = Thread.ofPlatform().name("signals").daemon(true).start(this::run);
  }

  private void run() {
    while (!closing) {
      signals.refresh();
      try {
        health.ifPresent(SharedHealth::exchange);
      } catch (StoreFailure e) {
        // each node knows what it knows; the ledger has told that the database is gone
      }
      try {
        Thread.sleep(between);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  @Override
  public void close() {
    closing = true;
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
