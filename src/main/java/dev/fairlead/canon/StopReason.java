package dev.fairlead.canon;

/** Why an answer ended, in words of our own; the provider's word is kept beside it. */
public enum StopReason {
  /** The model was done. */
  END,
  /** A stop sequence of the caller was met. */
  STOP_SEQUENCE,
  /** The output bound was reached. */
  LENGTH,
  /** The model's context is full. */
  CONTEXT_FULL,
  /** The model wants its tools called. */
  TOOL_CALLS,
  /** The provider's filter cut in. */
  CONTENT_FILTER,
  /** The model refused. */
  REFUSAL,
  /** The provider paused a long turn; the caller sends it back to go on. */
  PAUSE,
  /** The provider failed. */
  ERROR,
  /** A word that we do not know; the native one tells. */
  OTHER
}
