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
import dev.fairlead.wire.FrameReader;
import dev.fairlead.wire.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * The door of the legacy text completions: requests are read in their own form, everything else is
 * the chat dialect. Nothing of such a request can be spliced, for no endpoint gets it as it came.
 */
public final class LegacyCompletionsCodec implements Codec {
  private final OpenAiChatCodec chat = new OpenAiChatCodec();

  @Override
  public Dialect dialect() {
    return Dialect.OPENAI_CHAT;
  }

  @Override
  public ChatRequest decodeRequest(Wire wire) throws Refused {
    return LegacyCompletions.decodeRequest(wire);
  }

  @Override
  public Encoded encodeRequest(ChatRequest request, Target target) {
    return chat.encodeRequest(request, target);
  }

  @Override
  public Optional<byte[]> splice(Wire wire, List<Edit> edits) {
    return Optional.empty();
  }

  @Override
  public FrameReader frames() {
    return chat.frames();
  }

  @Override
  public EventDecoder decoder() {
    return chat.decoder();
  }

  @Override
  public List<ChatEvent> decodeAnswer(JsonNode body) {
    return chat.decodeAnswer(body);
  }

  @Override
  public Fault decodeFault(int status, byte[] body) {
    return chat.decodeFault(status, body);
  }

  @Override
  public EventEncoder encoder(AnswerContext context) {
    return chat.encoder(context);
  }

  @Override
  public byte[] encodeAnswer(
      ChatAnswer answer, AnswerContext context, AnswerContext.Trailer trailer) {
    return chat.encodeAnswer(answer, context, trailer);
  }

  @Override
  public byte[] encodeFault(Fault fault, Flavour flavour, Optional<String> generationId) {
    return chat.encodeFault(fault, flavour, generationId);
  }
}
