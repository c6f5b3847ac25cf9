package dev.fairlead.failover;

import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * What a caller made of an answer.
 *
 * @param finish the reason given for the end; empty when none was
 * @param terminal the dialect's terminal marker came: to an SDK the answer is complete
 * @param error the error that was told, by status or in the stream; missing when none was
 * @param usage the usage block; missing when none came
 * @param hung nothing had ended when the time was over
 * @param cut the connection broke in the middle of the body
 */
record Seen(
    int status,
    String text,
    String finish,
    boolean terminal,
    JsonNode error,
    JsonNode usage,
    String model,
    boolean hung,
    boolean cut,
    Duration took,
    String generation) {
  static final JsonNode NOTHING = MissingNode.getInstance();

  boolean failed() {
    return !error.isMissingNode();
  }

  /** It looks like a finished answer. */
  boolean looksComplete() {
    return status == 200 && !hung && !cut && !failed() && (terminal || !finish.isEmpty());
  }
}
