package dev.fairlead.canon;

import dev.fairlead.wire.Raw;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * What an exchange consumed, in one meaning for all dialects: {@code input} is the whole prompt,
 * cached tokens included; {@code output} is everything generated, reasoning included; the others
 * are shares of these two, never added to them.
 *
 * @param input prompt tokens, whole
 * @param output generated tokens, whole
 * @param cacheRead of input: read from the provider's cache
 * @param cacheWrite of input: written to the cache, at any lifetime
 * @param cacheWriteLong of cacheWrite: written for an hour or longer
 * @param reasoning of output: thinking
 * @param inputAudio of input: audio tokens
 * @param cacheReadAudio of cacheRead: audio tokens
 * @param outputAudio of output: audio tokens
 * @param inputImage of input: image tokens
 * @param inputVideo of input: video tokens
 * @param outputImage of output: image tokens
 * @param searches web searches that the provider made and bills
 * @param statedCost what the provider says it costs, in USD
 * @param original the provider's usage object, verbatim
 */
public record Usage(
    long input,
    long output,
    long cacheRead,
    long cacheWrite,
    long cacheWriteLong,
    long reasoning,
    long inputAudio,
    long cacheReadAudio,
    long outputAudio,
    long inputImage,
    long inputVideo,
    long outputImage,
    long searches,
    Optional<BigDecimal> statedCost,
    Optional<Raw> original) {

  public static final Usage ZERO =
      new Usage(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Optional.empty(), Optional.empty());

  /** Plain text in, plain text out. */
  public static Usage of(long input, long output) {
    return new Usage(
        input, output, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Optional.empty(), Optional.empty());
  }

  public Usage withOutput(long tokens) {
    return new Usage(
        input,
        tokens,
        cacheRead,
        cacheWrite,
        cacheWriteLong,
        reasoning,
        inputAudio,
        cacheReadAudio,
        outputAudio,
        inputImage,
        inputVideo,
        outputImage,
        searches,
        statedCost,
        original);
  }

  public long total() {
    return input + output;
  }
}
