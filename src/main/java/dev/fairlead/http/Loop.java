package dev.fairlead.http;

import java.time.Duration;

/** The event loop that an exchange lives on. All of its callbacks run here, one at a time. */
public interface Loop {
  /** A task that has not run yet. */
  interface Timer {
    void cancel();
  }

  void execute(Runnable task);

  Timer schedule(Duration delay, Runnable task);

  boolean isCurrent();
}
