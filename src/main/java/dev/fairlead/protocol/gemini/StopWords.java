package dev.fairlead.protocol.gemini;

import dev.fairlead.canon.StopReason;
import dev.fairlead.wire.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * Finish reasons, both ways. Vertex AI can be asked to write enums as integers; its numbers are
 * read, too.
 */
final class StopWords {
  /** A prompt that was blocked has no candidates; its stop's native word begins so. */
  static final String BLOCKED = "BLOCKED:";

  private static final List<String> NUMBERED =
      List.of(
          "FINISH_REASON_UNSPECIFIED",
          "STOP",
          "MAX_TOKENS",
          "SAFETY",
          "RECITATION",
          "OTHER",
          "BLOCKLIST",
          "PROHIBITED_CONTENT",
          "SPII",
          "MALFORMED_FUNCTION_CALL",
          "MODEL_ARMOR");

  private StopWords() {}

  /** The provider's own word or number; empty while the candidate goes on. */
  static Optional<String> read(JsonNode reason) {
    if (reason.isNumber()) {
      return Optional.of(reason.toString()).filter(number -> !number.equals("0"));
    }
    return reason
        .textIfAny()
        .filter(word -> !word.isEmpty() && !word.equals("FINISH_REASON_UNSPECIFIED"));
  }

  static StopReason meaning(String nativeWord, boolean calls) {
    return switch (word(nativeWord)) {
      case "STOP" -> calls ? StopReason.TOOL_CALLS : StopReason.END;
      case "MAX_TOKENS" -> StopReason.LENGTH;
      case "SAFETY",
          "RECITATION",
          "LANGUAGE",
          "BLOCKLIST",
          "PROHIBITED_CONTENT",
          "SPII",
          "MODEL_ARMOR",
          "IMAGE_SAFETY",
          "IMAGE_PROHIBITED_CONTENT",
          "IMAGE_RECITATION" ->
          StopReason.CONTENT_FILTER;
      case "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS" ->
          calls ? StopReason.TOOL_CALLS : StopReason.ERROR;
      case "MALFORMED_FUNCTION_CALL", "MALFORMED_RESPONSE", "MISSING_THOUGHT_SIGNATURE" ->
          StopReason.ERROR;
      default ->
          nativeWord.startsWith(BLOCKED) ? StopReason.CONTENT_FILTER : StopReason.OTHER;
    };
  }

  private static String word(String nativeWord) {
    if (nativeWord.matches("\\d{1,2}")) {
      int number = Integer.parseInt(nativeWord);
      return number < NUMBERED.size() ? NUMBERED.get(number) : "OTHER";
    }
    return nativeWord;
  }

  /** The word for a caller: the provider's own when it is one of this dialect's. */
  static String write(StopReason reason, Optional<String> nativeWord, boolean calls) {
    String own = nativeWord.orElse("");
    boolean known = own.matches("[A-Z_]+") && meaning(own, calls) == reason;
    if (known && reason != StopReason.OTHER) {
      return own;
    }
    return switch (reason) {
      case END, STOP_SEQUENCE, TOOL_CALLS -> "STOP";
      case LENGTH, CONTEXT_FULL -> "MAX_TOKENS";
      case CONTENT_FILTER, REFUSAL -> "SAFETY";
      case PAUSE, ERROR, OTHER -> "OTHER";
    };
  }
}
