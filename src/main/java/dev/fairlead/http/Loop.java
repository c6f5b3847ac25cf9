package dev.fairlead.http;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The event loop that an exchange lives on. All of its callbacks run here, one at a time. What is
 * executed from the loop itself runs, in order, after all that the loop has in hand.
 */
public interface Loop extends Executor {
  /** A task that has not run yet. */
  interface Timer {
    void cancel();
  }

  @Override
  void execute(Runnable task);

  Timer schedule(Duration delay, Runnable task);

  boolean isCurrent();
}
