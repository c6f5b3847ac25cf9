package dev.fairlead.protocol.gemini;

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
import dev.fairlead.wire.FrameReader;
import dev.fairlead.wire.JsonArrayReader;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.SseReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Gemini's {@code generateContent} and {@code streamGenerateContent}. Model and stream are named in
 * the path, so they come in {@link Wire} and are not written into bodies. Member names are read in
 * camelCase and snake_case and written in camelCase. Stateless.
 */
public final class GeminiCodec implements Codec {
  /** Whose thought signatures and file addresses this dialect's are. */
  static final String FAMILY = "google";

  @Override
  public Dialect dialect() {
    return Dialect.GEMINI;
  }

  @Override
  public ChatRequest decodeRequest(Wire wire) throws Refused {
    return RequestReader.read(wire);
  }

  @Override
  public Encoded encodeRequest(ChatRequest request, Target target) {
    return RequestWriter.write(request, target);
  }

  @Override
  public Optional<byte[]> splice(Wire wire, List<Edit> edits) {
    return edits.isEmpty()
        ? Optional.of(wire.body().bytes())
        : Splicer.splice(wire, edits);
  }

  /** Server-sent events: what {@code alt=sse} asks for. See {@link #framesFor}. */
  @Override
  public FrameReader frames() {
    return new SseReader();
  }

  /**
   * How a stream of this content type is framed: without {@code alt=sse} the API streams one JSON
   * array, element by element.
   */
  public static FrameReader framesFor(String contentType) {
    return contentType.toLowerCase(Locale.ROOT).contains("json")
        ? new JsonArrayReader()
        : new SseReader();
  }

  @Override
  public EventDecoder decoder() {
    return new StreamReader();
  }

  @Override
  public List<ChatEvent> decodeAnswer(JsonNode body) {
    List<ChatEvent> events = new ArrayList<>();
    StreamReader reader = new StreamReader();
    reader.read(body, events::add);
    reader.finish(events::add);
    return events;
  }

  @Override
  public Fault decodeFault(int status, byte[] body) {
    return Faults.read(status, body);
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
    return Faults.write(fault, generationId);
  }
}
