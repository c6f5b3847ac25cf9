package dev.fairlead.protocol.anthropic;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.protocol.EventDecoder;
import dev.fairlead.wire.Frame;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.MalformedJson;
import java.util.function.Consumer;

/** Reads a streamed answer, from {@code message_start} to {@code message_stop}. */
final class StreamReader implements EventDecoder {
  private Consumer<ChatEvent> sink = event -> {};
  private final AnswerReader answer = new AnswerReader(event -> sink.accept(event));

  @Override
  public void decode(Frame frame, Consumer<ChatEvent> events) throws MalformedJson {
    if (frame.isEmpty() || frame.dataIs("[DONE]") || answer.isOver()) {
      return;
    }
    JsonNode event = frame.json().root();
    sink = events;
    switch (event.get("type").textOr(frame.event())) {
      case "message_start" -> answer.message(event.get("message"));
      case "content_block_start" -> answer.start(index(event), event.get("content_block"));
      case "content_block_delta" -> answer.delta(index(event), event.get("delta"));
      case "content_block_stop" -> answer.stop(index(event));
      case "message_delta" -> answer.end(event.get("delta"), event);
      case "message_stop" -> {
        answer.note(event);
        answer.terminal();
      }
      case "error" -> answer.error(event);
      default -> {
        // Pings, and events of later versions, which clients are told to ignore.
      }
    }
  }

  private static long index(JsonNode event) {
    return event.get("index").longOr(0);
  }

  @Override
  public void finish(Consumer<ChatEvent> events) {
    sink = events;
    answer.finish();
  }
}
