package dev.fairlead.http;

/**
 * The way back to one caller. Confined to its loop; exactly one of {@link #whole}, {@link #open}
 * and {@link #reset} is called, once.
 */
public interface Responder {
  Loop loop();

  /** What is being answered failed and cost nothing: nobody has to be given it again. */
  default void worthless() {}

  /** Sends a complete answer. */
  void whole(int status, Headers headers, byte[] body);

  /** Begins a streamed answer: the head goes out at once. */
  ResponseStream open(int status, Headers headers);

  /** Cuts the connection without an answer (TCP reset). For the simulator's faults. */
  void reset();

  /**
   * Runs once when the caller is gone before its answer was complete: found within a second,
   * whether we were writing or waiting.
   */
  void onGone(Runnable task);
}
