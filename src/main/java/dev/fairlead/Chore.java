package dev.fairlead;

import java.time.Duration;

/** Something that is done again and again, on a thread of its own, until this is closed. */
final class Chore implements AutoCloseable {
  /** One round of it. */
  @FunctionalInterface
  interface Round {
    /** Does it, and says how long to rest. Blocking; an exception ends the chore. */
    Duration run();
  }

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Round round;
  private final Thread thread;
  private volatile boolean closing;

  private Chore(String name, Round round) {
    this.round = round;
    this.thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::go);
  }

  /** Begins at once. */
  static Chore start(String name, Round round) {
    Chore chore = new Chore(name, round);
    chore.thread.start();
    return chore;
  }

  private void go() {
    while (!closing) {
      Duration rest = round.run();
      try {
        Thread.sleep(rest);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Waits for the round that is under way, for a while. */
  @Override
  public void close() {
    closing = true;
    thread.interrupt();
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
