package dev.fairlead.attempt;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.Fault;
import dev.fairlead.wire.Frame;
import java.util.List;
import java.util.Optional;

/** Where a served attempt's answer goes. Called on the exchange's loop. */
public interface Sink {
  /**
   * Events of the answer, and the frame that they came in; without a frame when the provider
   * answered in another form than a stream of this dialect. The list is reused: do not keep it.
   */
  void events(Optional<Frame> frame, List<ChatEvent> events);

  /** What came in one piece from the provider is handed over: send it. */
  void flush();

  /** The answer is complete: its terminal marker was seen. Nothing follows. */
  void ended();

  /** The answer broke off. Nothing follows. */
  void broken(Fault fault);
}
