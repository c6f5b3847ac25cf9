package dev.fairlead.idempotency;

import dev.fairlead.http.Responder;
import dev.fairlead.http.ResponseStream;
import org.jspecify.annotations.Nullable;

/**
 * One of those who wait for an answer, at its own pace. All but {@link #position} and {@link #gone}
 * is confined to its loop; these two are guarded by the recording.
 */
final class Listener {
  final Responder responder;

  /** Pieces that were handed to it. */
  int position;

  boolean gone;

  private @Nullable ResponseStream out;
  private boolean over;

  Listener(Responder responder) {
    this.responder = responder;
  }

  /** Its stream, opened when it is first wanted. */
  ResponseStream stream(Recording recording) {
    ResponseStream opened = out;
    if (opened == null) {
      opened = responder.open(recording.status(), recording.headers());
      opened.onWritable(() -> recording.pump(this));
      out = opened;
    }
    return opened;
  }

  /** True for the first who asks: nothing more is sent then. */
  boolean end() {
    boolean first = !over;
    over = true;
    return first;
  }

  boolean ended() {
    return over;
  }
}
