package dev.fairlead.wire;

import java.util.function.Consumer;

/**
 * Cuts a stream of bytes into frames. However the bytes are split between calls, the frames are the
 * same. One reader a stream, one thread at a time.
 */
public interface FrameReader {
  /** Takes the next bytes and hands out every frame that they complete. */
  void feed(byte[] bytes, int from, int to, Consumer<Frame> frames) throws MalformedFrame;

  /**
   * The stream has ended: hands out what an unterminated last frame holds, if it means anything.
   */
  void end(Consumer<Frame> frames) throws MalformedFrame;
}
