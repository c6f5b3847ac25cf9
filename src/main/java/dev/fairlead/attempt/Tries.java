package dev.fairlead.attempt;

import dev.fairlead.canon.ChatEvent;

/** What counts as the beginning of an answer. */
final class Tries {
  private Tries() {}

  /**
   * True for the first piece that a caller could use. Openings of text blocks and empty deltas are
   * not: providers send them before the model has said anything.
   */
  static boolean meaningful(ChatEvent event) {
    return switch (event) {
      case ChatEvent.Delta delta -> !delta.text().isEmpty();
      case ChatEvent.Open open ->
          open.head() instanceof ChatEvent.Head.ToolCallHead
              || open.head() instanceof ChatEvent.Head.WholeHead;
      case ChatEvent.ProofDelta ignored -> true;
      case ChatEvent.Begin ignored -> false;
      case ChatEvent.Cited ignored -> false;
      case ChatEvent.Logprobs ignored -> false;
      case ChatEvent.Close ignored -> false;
      case ChatEvent.Stop ignored -> false;
      case ChatEvent.Used ignored -> false;
      case ChatEvent.Note ignored -> false;
      case ChatEvent.Failed ignored -> false;
      case ChatEvent.End ignored -> false;
    };
  }

  /** True when an answer without any content may end for this reason. */
  static boolean mayBeEmpty(ChatEvent.Stop stop) {
    return switch (stop.reason()) {
      case CONTENT_FILTER, REFUSAL, LENGTH, CONTEXT_FULL, STOP_SEQUENCE, PAUSE -> true;
      case END, TOOL_CALLS, ERROR, OTHER -> false;
    };
  }
}
