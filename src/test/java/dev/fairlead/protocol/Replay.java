package dev.fairlead.protocol;

import dev.fairlead.canon.ChatAnswer;
import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.Fold;
import dev.fairlead.wire.Frame;
import dev.fairlead.wire.FrameReader;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.MalformedFrame;
import dev.fairlead.wire.MalformedJson;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Feeds bytes to a codec as a provider's connection would. */
public final class Replay {
  private Replay() {}

  /** Where the bytes are cut before they are fed. */
  @FunctionalInterface
  public interface Cuts {
    /** How many of the next bytes to feed, given the offset; at least 1. */
    int next(int offset);

    Cuts NONE = offset -> Integer.MAX_VALUE;

    static Cuts every(int bytes) {
      return offset -> bytes;
    }
  }

  /** The events of a stream, however its bytes are cut. */
  public static List<ChatEvent> stream(Codec codec, byte[] bytes, Cuts cuts)
      throws MalformedFrame, MalformedJson {
    List<ChatEvent> events = new ArrayList<>();
    EventDecoder decoder = codec.decoder();
    FrameReader frames = codec.frames();
    List<Frame> ready = new ArrayList<>();
    Consumer<Frame> sink = ready::add;
    for (int at = 0; at < bytes.length; ) {
      int to = (int) Math.min((long) bytes.length, (long) at + Math.max(1, cuts.next(at)));
      frames.feed(bytes, at, to, sink);
      drain(ready, decoder, events);
      at = to;
    }
    frames.end(sink);
    drain(ready, decoder, events);
    decoder.finish(events::add);
    return events;
  }

  private static void drain(List<Frame> ready, EventDecoder decoder, List<ChatEvent> events)
      throws MalformedJson {
    for (Frame frame : ready) {
      decoder.decode(frame, events::add);
    }
    ready.clear();
  }

  /** What the recorded response decodes to: streamed, whole or a refusal. */
  public static ChatAnswer answer(Codec codec, Exchanges.Exchange exchange)
      throws MalformedFrame, MalformedJson {
    byte[] body = exchange.responseBody();
    if (exchange.status() >= 400) {
      return Fold.of(List.of(new ChatEvent.Failed(codec.decodeFault(exchange.status(), body))));
    }
    if (exchange.isStreamed()) {
      return Fold.of(stream(codec, body, Cuts.NONE));
    }
    return Fold.of(codec.decodeAnswer(Json.read(body, JsonLimits.RESPONSE).root()));
  }

  /** The bytes of a whole stream in this dialect. */
  public static byte[] encoded(
      Codec codec, List<ChatEvent> events, AnswerContext context, AnswerContext.Trailer trailer) {
    EventEncoder encoder = codec.encoder(context);
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    for (ChatEvent event : events) {
      if (event instanceof ChatEvent.Failed failed) {
        out.writeBytes(encoder.fail(failed.fault(), trailer));
        return out.toByteArray();
      }
      if (!(event instanceof ChatEvent.End)) {
        out.writeBytes(encoder.encode(event));
      }
    }
    out.writeBytes(encoder.end(trailer));
    return out.toByteArray();
  }
}
