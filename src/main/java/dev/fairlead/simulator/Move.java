package dev.fairlead.simulator;

import dev.fairlead.http.Headers;
import java.time.Duration;

/** One thing that the simulator does on a connection. A performance is a list of them. */
sealed interface Move {
  /** Nothing happens for so long; unscaled. */
  record Wait(Duration duration) implements Move {}

  /** The head of a streamed answer goes out. */
  record Open(int status, Headers headers) implements Move {}

  /**
   * Bytes of a streamed answer.
   *
   * @param tokens how many generated tokens they carry
   * @param thinking how many of these are reasoning
   * @param slice written in slices of so many bytes, each flushed; 0 for all at once
   * @param gap between two slices; unscaled
   */
  record Send(byte[] bytes, int tokens, int thinking, int slice, Duration gap) implements Move {
    static Send of(byte[] bytes) {
      return new Send(bytes, 0, 0, 0, Duration.ZERO);
    }

    Send with(byte[] other) {
      return new Send(other, tokens, thinking, slice, gap);
    }
  }

  /** The same bytes over and over, as fast as the caller reads. */
  record Flood(byte[] block, int times) implements Move {}

  /** The orderly end of a streamed answer. */
  record End() implements Move {}

  /** The connection closes inside the answer. */
  record Cut() implements Move {}

  /** The connection is reset. */
  record Reset() implements Move {}

  /** A complete answer. */
  record Whole(int status, Headers headers, byte[] body, int tokens, int thinking)
      implements Move {}
}
