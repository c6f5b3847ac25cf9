package dev.fairlead.protocol;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.Fault;

/** Writes events as one streamed answer. Keeps what it must know between events. */
public interface EventEncoder {
  /**
   * The bytes, framing included, that this event makes; empty when it makes none. {@link
   * ChatEvent.Used}, {@link ChatEvent.Stop} and {@link ChatEvent.End} may be held back until {@link
   * #end}, so that usage can stand where the dialect wants it.
   */
  byte[] encode(ChatEvent event);

  /** The orderly end: usage with its cost, the terminal marker. */
  byte[] end(AnswerContext.Trailer trailer);

  /** The end of a stream that broke: the dialect's error event. Never looks like a clean finish. */
  byte[] fail(Fault fault, AnswerContext.Trailer trailer);
}
