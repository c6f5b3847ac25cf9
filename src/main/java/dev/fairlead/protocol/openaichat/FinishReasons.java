package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.StopReason;
import dev.fairlead.wire.JsonNode;
import java.util.Locale;

/** The words for why an answer ended, as servers of this dialect really say them. */
final class FinishReasons {
  private FinishReasons() {}

  /** The word that stands there; empty when there is none. Vertex has sent its enum's numbers. */
  static String word(JsonNode finish) {
    return finish.isString() ? finish.text() : finish.isNumber() ? finish.toString() : "";
  }

  static StopReason read(String word, boolean called) {
    StopReason reason =
        switch (word.toLowerCase(Locale.ROOT)) {
          case "stop", "end_turn", "eos", "eos_token", "end", "complete", "completed", "1" ->
              StopReason.END;
          case "stop_sequence" -> StopReason.STOP_SEQUENCE;
          case "length", "max_tokens", "max_output_tokens", "2" -> StopReason.LENGTH;
          case "model_length", "model_context_window_exceeded" -> StopReason.CONTEXT_FULL;
          case "tool_calls", "tool_use", "function_call", "tool_call" -> StopReason.TOOL_CALLS;
          case "content_filter", "safety", "recitation", "sensitive", "3", "4" ->
              StopReason.CONTENT_FILTER;
          case "refusal" -> StopReason.REFUSAL;
          case "pause", "pause_turn" -> StopReason.PAUSE;
          case "error", "network_error", "insufficient_system_resource" -> StopReason.ERROR;
          default -> StopReason.OTHER;
        };
    return reason == StopReason.END && called ? StopReason.TOOL_CALLS : reason;
  }

  static String write(StopReason reason) {
    return switch (reason) {
      case END, STOP_SEQUENCE, PAUSE, OTHER -> "stop";
      case LENGTH, CONTEXT_FULL -> "length";
      case TOOL_CALLS -> "tool_calls";
      case CONTENT_FILTER, REFUSAL -> "content_filter";
      case ERROR -> "error";
    };
  }
}
