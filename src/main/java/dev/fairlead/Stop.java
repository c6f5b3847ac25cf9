package dev.fairlead;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waits until the process is asked to end (SIGTERM, SIGINT) and holds the end up until what was
 * begun is over. Whoever waits may also be interrupted.
 */
final class Stop implements AutoCloseable {
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread hook = new Thread(this::holdUp, "shutdown");

  /** From here on the process ends only when this is closed. */
  static Stop prepare() {
    Stop stop = new Stop();
    Runtime.getRuntime().addShutdownHook(stop.hook);
    return stop;
  }

  private Stop() {}

  private void holdUp() {
    asked.countDown();
    awaitQuietly(over);
  }

  void await() {
    awaitQuietly(asked);
  }

  /** True when it is time to stop; false when only the time is over. */
  boolean await(Duration atMost) {
    try {
      return asked.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Everything was ended in order: where the process was asked to end, it does, with 0. */
  void inOrder() {
    if (asked.getCount() == 0) {
      Runtime.getRuntime().halt(Main.OK);
    }
  }

  @Override
  public void close() {
    over.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // the process is ending already, and the hook has been let go
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // asked to stop in another way: the same happens
    }
  }
}
