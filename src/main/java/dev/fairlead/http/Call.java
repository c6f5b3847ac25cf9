package dev.fairlead.http;

/** A call under way. Confined to its loop. */
public interface Call {
  /** Gives the call up: closes its connection, so that the provider sees it at once. */
  void cancel();

  /** Stops reading the answer (back-pressure); the provider is held by TCP. */
  void pause();

  void resume();
}
