package dev.fairlead.config;

import java.util.Map;

/** What happens to a stream that breaks after its first frame has reached the client. */
public enum StreamPolicy {
  /** It ends with an error. */
  ERROR,
  /** Another endpoint continues from the text so far. */
  CONTINUE,
  /** Nothing reaches the client before the answer is whole, so that it can be tried again. */
  BUFFER;

  static final Map<String, StreamPolicy> WORDS =
      Map.of("error", ERROR, "continue", CONTINUE, "buffer", BUFFER);
}
