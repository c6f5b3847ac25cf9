package dev.fairlead.http;

/**
 * Why a call failed below HTTP's meaning.
 *
 * @param kind what happened
 * @param detail for the operator; holds no secret
 * @param safeToRepeat the provider cannot have acted on the request: nothing of it was sent, or the
 *     connection was a reused one that had been closed before a byte of an answer came
 */
public record TransportFault(Kind kind, String detail, boolean safeToRepeat) {

  /** What happened. */
  public enum Kind {
    DNS,
    CONNECT_REFUSED,
    CONNECT_TIMEOUT,
    TLS,
    /** The destination is not allowed by the egress rules. */
    FORBIDDEN,
    /** Reset or closed before the answer's head. */
    RESET,
    /** Closed or reset inside the answer's body. */
    TRUNCATED,
    /** What came is no HTTP, or its body cannot be decoded. */
    MALFORMED,
    /** The head or the body is larger than the limit. */
    TOO_LARGE,
    /** No connection is free and the queue is full. */
    POOL_EXHAUSTED
  }
}
