package dev.fairlead.idempotency;

import dev.fairlead.http.Headers;

/** A whole answer, as it was sent. */
record Answer(int status, Headers headers, boolean streamed, byte[] body) {
  /** Tells that nothing was done for it. */
  private static final String REPLAYED = "idempotent-replayed";

  Headers replayed() {
    return headers.with(REPLAYED, "true");
  }
}
