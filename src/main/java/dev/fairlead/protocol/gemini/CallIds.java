package dev.fairlead.protocol.gemini;

/** Ids of tool calls, where the API gives none. */
final class CallIds {
  private static final int LONGEST_SCOPE = 40;

  private CallIds() {}

  /** For a call in a received conversation; never written back to the API. */
  static String synthetic(int number) {
    return "call_g" + number;
  }

  static boolean isSynthetic(String id) {
    return id.matches("call_g\\d+");
  }

  /**
   * For a call in an answer: counts the answer's calls, and bears the answer's id so that the calls
   * of two answers in one conversation differ. Only letters, digits, {@code _} and {@code -}, at
   * most 64 characters: what all dialects take.
   */
  static String inAnswer(int number, String responseId) {
    String scope = responseId.replaceAll("[^A-Za-z0-9_-]", "");
    scope = scope.substring(0, Math.min(LONGEST_SCOPE, scope.length()));
    return scope.isEmpty() ? "call_" + number : "call_" + number + "_" + scope;
  }
}
