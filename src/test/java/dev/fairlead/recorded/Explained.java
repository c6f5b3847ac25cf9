package dev.fairlead.recorded;

import dev.fairlead.protocol.Exchanges.Exchange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Differences that are right, each with its reason: by exchange, or by what it shows. */
final class Explained {
  private static final String SCAFFOLD =
      "an empty function_call beside the answer is scaffolding, no call; the oracle counts it";

  private static final Map<String, String> BY_ID =
      Map.of(
          "openrouter.chat.openrouter.231a50304f",
          "an error beside choices in one chunk is an error; the oracle looks at the choices only",
          "openai.chat.snowflake-cortex.7f1b804c8d",
          "thoughts that stand in reasoning_details alone are thoughts; the oracle skips them",
          "openai.chat.snowflake-cortex.9fa78ccd47",
          SCAFFOLD,
          "openai.chat.snowflake-cortex.1b78be90dc",
          SCAFFOLD,
          "openai.chat.snowflake-cortex.4edfb32f4a",
          SCAFFOLD,
          "openai.chat.snowflake-cortex.729158a806",
          SCAFFOLD,
          "openai.chat.snowflake-cortex.c1913198fb",
          SCAFFOLD,
          "gemini.generateContent.google-ai-studio.ca77da49cf",
          "a call that is streamed in pieces is one call; the oracle counts the pieces",
          "gemini.generateContent.google-ai-studio.d75edab0da",
          "two candidates are two choices; the oracle does not count candidates",
          "gemini.generateContent.google-vertex.9c0e66be6e",
          "a usage that counts nothing is none; the oracle takes it for one");

  private Explained() {}

  /** Empty when there is nothing to explain, or no explanation. */
  static Optional<String> why(Exchange exchange, List<String> differences) {
    if (differences.isEmpty()) {
      return Optional.empty();
    }
    if (BY_ID.containsKey(exchange.id())) {
      return Optional.of(BY_ID.get(exchange.id()));
    }
    if (isSeveral(exchange)) {
      return Optional.of("a recording of several answers one after the other: the first counts");
    }
    if (differences.stream().allMatch(it -> it.equals("events: missing 0 [], more 1 [[DONE]]"))) {
      return Optional.of("the provider forgot its terminal marker after every choice had ended");
    }
    if (isEmpty(exchange) && differences.toString().contains("empty answer")) {
      return Optional.of("an empty answer is a failure: another endpoint would be asked");
    }
    return Optional.empty();
  }

  private static boolean isSeveral(Exchange exchange) {
    int ends = 0;
    for (JsonNode event : exchange.response().path("sse")) {
      ends += event.path("data").path("type").asString("").equals("message_stop") ? 1 : 0;
    }
    return ends > 1;
  }

  private static boolean isEmpty(Exchange exchange) {
    JsonNode expect = exchange.expect();
    return expect.path("text").asString("").isEmpty()
        && expect.path("reasoning").asString("").isEmpty()
        && expect.path("tool_calls").isEmpty()
        && expect.path("media").asInt(0) == 0;
  }
}
