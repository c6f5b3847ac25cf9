package dev.fairlead.relay;

import dev.fairlead.canon.Fault;
import dev.fairlead.http.Headers;
import dev.fairlead.http.Responder;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.protocol.Codec;
import java.time.Duration;
import java.util.Optional;

/** A failure told before anything else was sent: with its status, in the caller's dialect. */
public final class Refusals {
  private Refusals() {}

  public static void send(
      Responder responder, Codec codec, AnswerContext context, Fault fault, Headers own) {
    byte[] body = codec.encodeFault(fault, context.flavour(), Optional.of(context.generationId()));
    responder.whole(fault.status(), fields(fault, own), body);
  }

  /** The fields of an error: ours, how long to wait, and whether a repetition by the SDK helps. */
  public static Headers fields(Fault fault, Headers own) {
    Headers[] all = {own.with("content-type", "application/json")};
    fault.retryAfter().ifPresent(pause -> all[0] = all[0].with("retry-after", "" + seconds(pause)));
    if (fault.source() == Fault.Source.PROVIDER && fault.status() >= 500) {
      all[0] = all[0].with("x-should-retry", "false"); // our own retries are used up
    }
    return all[0];
  }

  private static long seconds(Duration pause) {
    return Math.max(1, (pause.toMillis() + 999) / 1000);
  }
}
