package dev.fairlead.recorded;

import dev.fairlead.protocol.Exchanges;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads chat completions as a plain client would, sharing nothing with the codec: choice 0 alone,
 * whole or streamed.
 */
final class ChatReading {
  String text = "";
  String reasoning = "";
  String refusal = "";
  String finish = "";
  String nativeFinish = "";
  boolean done;
  @Nullable JsonNode usage;
  @Nullable JsonNode error;
  final List<ObjectNode> calls = new ArrayList<>();
  private final Map<Integer, ObjectNode> byIndex = new LinkedHashMap<>();

  static ChatReading whole(JsonNode body) {
    ChatReading it = new ChatReading();
    it.body(body, "message");
    it.done = true;
    return it.ended();
  }

  static ChatReading stream(List<SseText.Event> events) {
    ChatReading it = new ChatReading();
    for (SseText.Event event : events) {
      if (event.data().equals("[DONE]")) {
        it.done = true;
      } else {
        it.body(Exchanges.JSON.readTree(event.data()), "delta");
      }
    }
    return it.ended();
  }

  private void body(JsonNode body, String member) {
    if (body.path("usage").isObject()) {
      usage = body.get("usage");
    }
    if (body.path("error").isObject()) {
      error = body.get("error");
    }
    for (JsonNode choice : body.path("choices")) {
      if (choice.path("index").asInt(0) == 0) {
        choice(choice, choice.path(member));
      }
    }
  }

  private void choice(JsonNode choice, JsonNode message) {
    if (choice.path("error").isObject()) {
      error = choice.get("error");
    }
    text += message.path("content").asString("");
    String thought = message.path("reasoning").asString("");
    reasoning += thought.isEmpty() ? message.path("reasoning_content").asString("") : thought;
    refusal += message.path("refusal").asString("");
    finish = choice.path("finish_reason").asString(finish);
    nativeFinish = choice.path("native_finish_reason").asString(nativeFinish);
    for (JsonNode piece : message.path("tool_calls")) {
      ObjectNode call =
          byIndex.computeIfAbsent(
              piece.path("index").asInt(byIndex.size()),
              index -> Exchanges.JSON.createObjectNode().put("name", "").put("args", ""));
      JsonNode function = piece.has("custom") ? piece.path("custom") : piece.path("function");
      JsonNode more = piece.has("custom") ? function.path("input") : function.path("arguments");
      call.put("name", call.get("name").asString() + function.path("name").asString(""));
      call.put("args", call.get("args").asString() + more.asString(""));
    }
  }

  private ChatReading ended() {
    for (ObjectNode call : byIndex.values()) {
      call.set("args", arguments(call.get("args").asString()));
      calls.add(call);
    }
    return this;
  }

  private static JsonNode arguments(String text) {
    if (text.isBlank()) {
      return Exchanges.JSON.createObjectNode();
    }
    try {
      return Exchanges.JSON.readTree(text);
    } catch (JacksonException e) {
      return Exchanges.JSON.createObjectNode().put("_raw", text);
    }
  }
}
