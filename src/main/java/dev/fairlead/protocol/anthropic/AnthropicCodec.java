package dev.fairlead.protocol.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import dev.fairlead.wire.Sse;
import dev.fairlead.wire.SseReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Anthropic's Messages API (versions 2023-06-01 to 2026-10-21), both ways. Stateless. */
public final class AnthropicCodec implements Codec {
  /** Members that this gateway acts on itself; Anthropic knows none of them. */
  private static final Set<String> DIRECTIVES =
      Set.of(
          "models", "provider", "route", "preset", "plugins", "session_id", "trace", "debug", "user");

  private static final byte[] MESSAGE_STOP =
      Sse.event("message_stop", "{\"type\":\"message_stop\"}".getBytes(UTF_8));

  @Override
  public Dialect dialect() {
    return Dialect.ANTHROPIC;
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
    return Splicer.splice(wire.body(), edits);
  }

  @Override
  public Optional<List<Edit>> adapt(Wire wire, ChatRequest request, Target target) {
    List<Edit> edits = new ArrayList<>();
    edits.add(
        new Edit(
            "gateway",
            "the provider's name of the model",
            new Edit.Change.SetModel(target.model())));
    for (JsonNode.Member member : wire.body().root().members()) {
      if (DIRECTIVES.contains(member.name())) {
        edits.add(
            new Edit(
                "gateway", "said to the gateway", new Edit.Change.RemoveMember(member.name())));
      }
    }
    return Optional.of(edits);
  }

  @Override
  public byte[] terminalFrame() {
    return MESSAGE_STOP.clone();
  }

  @Override
  public FrameReader frames() {
    return new SseReader();
  }

  @Override
  public EventDecoder decoder() {
    return new StreamReader();
  }

  @Override
  public List<ChatEvent> decodeAnswer(JsonNode body) {
    List<ChatEvent> events = new ArrayList<>();
    new AnswerReader(events::add).whole(body);
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
    return Faults.write(fault, flavour, generationId);
  }
}
