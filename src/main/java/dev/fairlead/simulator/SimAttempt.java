package dev.fairlead.simulator;

import dev.fairlead.canon.Usage;
import dev.fairlead.money.Money;
import java.time.Duration;
import java.util.Optional;

/**
 * What the simulator knows of one request that it got. Times are since the simulator began; real
 * ones, not scaled.
 *
 * @param number counts all requests from 1
 * @param attempt counts the requests of this caller, or of this {@code sim-run}, for this model
 * @param status the status that was sent; 0 when none was
 * @param fault what went wrong on purpose; empty when nothing did
 * @param prefill the prompt ended with an assistant turn
 * @param promptTokens in the simulator's own tokens
 * @param deliveredTokens generated tokens that were really handed to the connection
 * @param deliveredThinking how many of these are reasoning
 * @param bytes of the answer's body
 * @param gone when the caller went away before the answer was over
 * @param reported the usage that the answer states
 * @param trueCost of prompt and delivered tokens at the scenario's price
 */
public record SimAttempt(
    long number,
    Duration at,
    String path,
    String dialect,
    String model,
    boolean stream,
    long attempt,
    Optional<String> run,
    int status,
    Optional<String> fault,
    Outcome outcome,
    boolean prefill,
    long promptTokens,
    long deliveredTokens,
    long deliveredThinking,
    long bytes,
    Optional<Duration> firstByte,
    Optional<Duration> ended,
    Optional<Duration> gone,
    Optional<Usage> reported,
    Money trueCost) {

  /** How it ended. */
  public enum Outcome {
    RUNNING,
    /** The answer, sound or not, was written to its end. */
    WRITTEN,
    CUT,
    RESET,
    GONE
  }
}
