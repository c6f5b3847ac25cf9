package dev.fairlead.attempt;

import java.time.Duration;

/**
 * How long what may last.
 *
 * @param connect name look-up, connection and TLS together
 * @param firstToken from sending until the first piece of a streamed answer, while another endpoint
 *     is left to try
 * @param firstTokenReasoning the same for requests whose model thinks before it speaks
 * @param lastFirstToken the same when no other endpoint is left
 * @param whole from sending until an answer that is not streamed, while another endpoint is left
 * @param idle longest silence inside a stream
 * @param linger how long after its last choice ended a stream may keep its connection open
 * @param total from the request's arrival until its end
 */
public record Deadlines(
    Duration connect,
    Duration firstToken,
    Duration firstTokenReasoning,
    Duration lastFirstToken,
    Duration whole,
    Duration idle,
    Duration linger,
    Duration total) {

  public static final Deadlines DEFAULT =
      new Deadlines(
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(120),
          Duration.ofSeconds(120),
          Duration.ofSeconds(20),
          Duration.ofSeconds(2),
          Duration.ofMinutes(10));

  public Deadlines {
    for (Duration d :
        new Duration[] {
          connect, firstToken, firstTokenReasoning, lastFirstToken, whole, idle, linger, total
        }) {
      if (d.isNegative() || d.isZero()) {
        throw new IllegalArgumentException("a deadline must be longer than nothing: " + d);
      }
    }
  }
}
