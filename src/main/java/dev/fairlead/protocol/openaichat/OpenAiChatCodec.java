package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.ChatAnswer;
import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Edit;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Refused;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.Encoded;
import dev.fairlead.protocol.EventDecoder;
import dev.fairlead.protocol.EventEncoder;
import dev.fairlead.protocol.Flavour;
import dev.fairlead.protocol.Target;
import dev.fairlead.protocol.Wire;
import dev.fairlead.wire.Frame;
import dev.fairlead.wire.FrameReader;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.MalformedJson;
import dev.fairlead.wire.Sse;
import dev.fairlead.wire.SseReader;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * OpenAI's chat completions, as the compatible world speaks it. What is not byte-exact after
 * decoding and encoding: null members and {@code stream: false} are left out; a content of one
 * plain text is a string; legacy functions are tools; {@code any} is {@code required}; a cache mark
 * on a message stands on its last text; an item of {@code reasoning_details} has its members in
 * OpenRouter's order; the wish to think is said in the endpoint's way. A splice changes none of it.
 */
public final class OpenAiChatCodec implements Codec {
  /**
   * Members of a request that this gateway acts on itself. They are read from the received bytes,
   * and never sent to an endpoint.
   */
  public static final Set<String> DIRECTIVES =
      Set.of(
          "models", // fallbacks: routing
          "provider", // preferences: routing
          "route", // deprecated; models say it
          "preset", // policy
          "plugins", // run here
          "transforms", // legacy for the context-compression plugin
          "session_id", // stickiness and grouping of traces
          "trace", // labels for the records
          "debug", // echo of the upstream body
          "usage", // legacy wish; usage is always given
          "structured_outputs", // legacy capability flag: routing
          "stop_server_tools_when", // the loop of server tools runs here
          "max_tool_calls", // its bound
          LegacyCompletions.MARKER); // set by ourselves

  @Override
  public Dialect dialect() {
    return Dialect.OPENAI_CHAT;
  }

  @Override
  public ChatRequest decodeRequest(Wire wire) throws Refused {
    return RequestReader.read(wire.body().root());
  }

  @Override
  public Encoded encodeRequest(ChatRequest request, Target target) {
    return RequestWriter.write(request, target);
  }

  @Override
  public Optional<byte[]> splice(Wire wire, List<Edit> edits) {
    return RequestSplicer.splice(wire.body(), edits);
  }

  @Override
  public Optional<List<Edit>> adapt(Wire wire, ChatRequest request, Target target) {
    return Adaptation.of(wire.body().root(), request, target);
  }

  @Override
  public byte[] terminalFrame() {
    return Sse.DONE;
  }

  @Override
  public FrameReader frames() {
    return new SseReader();
  }

  /** The chunk that {@code stream_options.include_usage} adds has no choices. */
  @Override
  public boolean tellsUsageAlone(Frame frame) {
    try {
      return frame.json().root().get("choices").size() == 0;
    } catch (MalformedJson e) {
      return false;
    }
  }

  @Override
  public EventDecoder decoder() {
    return new StreamReader();
  }

  @Override
  public List<ChatEvent> decodeAnswer(JsonNode body) {
    return StreamReader.whole(body);
  }

  @Override
  public Fault decodeFault(int status, byte[] body) {
    return FaultReader.read(status, body);
  }

  @Override
  public EventEncoder encoder(AnswerContext context) {
    return new StreamWriter(context);
  }

  @Override
  public byte[] encodeAnswer(
      ChatAnswer answer, AnswerContext context, AnswerContext.Trailer trailer) {
    return AnswerWriter.write(answer, context, trailer);
  }

  @Override
  public byte[] encodeFault(Fault fault, Flavour flavour, Optional<String> generationId) {
    return FaultWriter.write(fault, flavour);
  }
}
