package dev.fairlead.protocol;

import dev.fairlead.canon.ChatAnswer;
import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Edit;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Refused;
import dev.fairlead.wire.Frame;
import dev.fairlead.wire.FrameReader;
import dev.fairlead.wire.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * One dialect, both ways. Stateless and shared between threads; state lives in the decoders and
 * encoders that it makes.
 */
public interface Codec {
  Dialect dialect();

  /** Reads a caller's request. Says what is wrong, where, and what to do. */
  ChatRequest decodeRequest(Wire wire) throws Refused;

  /** Writes a request for an endpoint. Never throws: what cannot be said is a loss. */
  Encoded encodeRequest(ChatRequest request, Target target);

  /**
   * The received request with the edits made in its own bytes; every other byte as it came. Empty
   * when one of the edits cannot be made so: then the request is encoded.
   */
  Optional<byte[]> splice(Wire wire, List<Edit> edits);

  /**
   * The edits that make the received form fit for an endpoint of the same dialect: model, bounds
   * under the name that it wants, usage in streams, directives to the gateway taken out. Empty when
   * edits cannot do it, and the request must be encoded from canon.
   */
  default Optional<List<Edit>> adapt(Wire wire, ChatRequest request, Target target) {
    return Optional.of(
        List.of(
            new Edit(
                "gateway",
                "the provider's name of the model",
                new Edit.Change.SetModel(target.model()))));
  }

  /** The frame that ends a stream of this dialect, for streams whose provider forgot it. */
  default byte[] terminalFrame() {
    return new byte[0];
  }

  /** How this dialect frames a stream. */
  FrameReader frames();

  /**
   * True when a frame that tells usage is one that is sent only where usage was asked for: a caller
   * who did not ask does not get it.
   */
  default boolean tellsUsageAlone(Frame frame) {
    return false;
  }

  /** Reads a provider's streamed answer. */
  EventDecoder decoder();

  /** Reads a provider's whole answer, as the events that it would have been. */
  List<ChatEvent> decodeAnswer(JsonNode body);

  /** Reads a provider's refusal: any status of 400 or more, any body, JSON or not. */
  Fault decodeFault(int status, byte[] body);

  /** Writes a streamed answer for a caller. */
  EventEncoder encoder(AnswerContext context);

  /** Writes a whole answer for a caller. */
  byte[] encodeAnswer(ChatAnswer answer, AnswerContext context, AnswerContext.Trailer trailer);

  /**
   * Writes a failure for a caller, when nothing has been sent yet.
   *
   * @param generationId our id of the exchange; empty before there is one
   */
  byte[] encodeFault(Fault fault, Flavour flavour, Optional<String> generationId);
}
