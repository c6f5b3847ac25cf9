package dev.fairlead.protocol.anthropic;

import dev.fairlead.canon.StopReason;
import java.util.Optional;

/** The table of stop reasons, both ways. */
final class StopReasons {
  private StopReasons() {}

  static StopReason read(String word) {
    return switch (word) {
      case "end_turn" -> StopReason.END;
      case "stop_sequence" -> StopReason.STOP_SEQUENCE;
      case "max_tokens" -> StopReason.LENGTH;
      case "model_context_window_exceeded" -> StopReason.CONTEXT_FULL;
      case "tool_use" -> StopReason.TOOL_CALLS;
      case "refusal" -> StopReason.REFUSAL;
      case "pause_turn", "compaction" -> StopReason.PAUSE;
      default -> StopReason.OTHER;
    };
  }

  /** The provider's own word where it is one of ours with this meaning; otherwise the usual one. */
  static String write(StopReason reason, Optional<String> nativeReason) {
    if (reason != StopReason.OTHER && nativeReason.isPresent()) {
      String word = nativeReason.get();
      if (read(word) == reason) {
        return word;
      }
    }
    return switch (reason) {
      case END, OTHER -> "end_turn";
      case STOP_SEQUENCE -> "stop_sequence";
      case LENGTH -> "max_tokens";
      case CONTEXT_FULL -> "model_context_window_exceeded";
      case TOOL_CALLS -> "tool_use";
      case CONTENT_FILTER, REFUSAL -> "refusal";
      case PAUSE -> "pause_turn";
      case ERROR -> "error";
    };
  }
}
