package dev.fairlead.protocol;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.wire.Frame;
import dev.fairlead.wire.MalformedJson;
import java.util.function.Consumer;

/**
 * Reads the frames of one streamed answer. Keeps what it must know between frames; one decoder a
 * stream. {@link ChatEvent.Begin} comes before all other events, {@link ChatEvent.End} only when
 * the dialect's terminal marker was seen.
 */
public interface EventDecoder {
  /** Reads one frame. A frame that is no event of the dialect gives nothing. */
  void decode(Frame frame, Consumer<ChatEvent> events) throws MalformedJson;

  /**
   * The stream's bytes have ended. Closes open blocks, and gives {@link ChatEvent.End} when what
   * came suffices as an end in this dialect (a finish reason without {@code [DONE]}).
   */
  void finish(Consumer<ChatEvent> events);

  /**
   * True when the answer has said its end, and {@link #finish} waits only for its bytes to end; for
   * dialects in which nothing in the stream marks its end.
   */
  default boolean saidItsEnd() {
    return false;
  }
}
