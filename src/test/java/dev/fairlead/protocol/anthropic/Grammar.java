package dev.fairlead.protocol.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.protocol.Exchanges;
import tools.jackson.databind.JsonNode;

/** The strict grammar of a streamed message, checked apart from the codec. */
final class Grammar {
  private Grammar() {}

  /** The rule that the stream breaks; empty when it breaks none. */
  static String brokenRule(byte[] stream) {
    int next = 0;
    int open = -1;
    String type = "";
    boolean signed = false;
    String state = "new";
    for (String event : new String(stream, UTF_8).split("\n\n")) {
      String[] lines = event.split("\n");
      if (lines.length != 2 || !lines[0].startsWith("event: ") || !lines[1].startsWith("data: ")) {
        return "not an event and its data: " + event;
      }
      JsonNode data = Exchanges.JSON.readTree(lines[1].substring(6));
      String name = data.path("type").asString();
      if (!lines[0].substring(7).equals(name)) {
        return "event and type differ: " + event;
      }
      switch (name) {
        case "message_start" -> {
          if (!state.equals("new")) {
            return "message_start is not first";
          }
          JsonNode message = data.get("message");
          if (message.get("content").size() != 0 || !message.get("stop_reason").isNull()) {
            return "message_start is not empty";
          }
          state = "content";
        }
        case "content_block_start" -> {
          if (!state.equals("content") || open >= 0 || data.get("index").asInt() != next) {
            return "a block starts where it must not: " + event;
          }
          open = next++;
          type = data.get("content_block").get("type").asString();
          signed = false;
          JsonNode input = data.get("content_block").path("input");
          if (input.isObject() && input.size() > 0) {
            return "a block starts with input: " + event;
          }
        }
        case "content_block_delta" -> {
          if (open < 0 || data.get("index").asInt() != open || signed) {
            return "a delta where it must not be: " + event;
          }
          String kind = data.get("delta").get("type").asString();
          boolean fits =
              switch (kind) {
                case "text_delta", "citations_delta" -> type.equals("text");
                case "thinking_delta", "signature_delta" -> type.equals("thinking");
                case "input_json_delta" -> type.endsWith("tool_use");
                default -> false;
              };
          if (!fits) {
            return kind + " in a block of " + type;
          }
          signed = kind.equals("signature_delta");
        }
        case "content_block_stop" -> {
          if (data.get("index").asInt() != open) {
            return "another block stops than is open: " + event;
          }
          open = -1;
        }
        case "message_delta" -> {
          if (open >= 0 || !state.equals("content")) {
            return "message_delta where it must not be";
          }
          if (!data.get("usage").has("output_tokens") || !data.get("delta").has("stop_reason")) {
            return "message_delta says too little";
          }
          state = "ending";
        }
        case "message_stop" -> {
          if (!state.equals("ending")) {
            return "message_stop where it must not be";
          }
          state = "over";
        }
        default -> {
          return "unknown event " + name;
        }
      }
    }
    return state.equals("over") ? "" : "no message_stop";
  }
}
