package dev.fairlead.http;

/** A streamed answer on its way. Confined to its loop. */
public interface ResponseStream {
  /** Writes and flushes. The array is not copied: do not change it. */
  void write(byte[] bytes);

  /** Several pieces in one flush: cheaper when they are at hand together. */
  default void write(byte[] bytes, boolean flush) {
    write(bytes);
  }

  /** Sends what was written without a flush. */
  default void flush() {}

  /**
   * False when the caller reads slower than we write: pause the source until {@link #onWritable}.
   */
  boolean isWritable();

  /** Runs whenever the way is free again after it was not. */
  void onWritable(Runnable task);

  /** The orderly end. */
  void end();

  /** Ends the answer so that the caller can see that it is cut: no chunk terminator. */
  void cut();

  /** Cuts the connection by TCP reset. For the simulator's faults. */
  void reset();
}
