package dev.fairlead.protocol;

import dev.fairlead.wire.Raw;
import java.util.Optional;

/**
 * What the writer of an answer must know beyond the answer.
 *
 * @param flavour whose habits to follow
 * @param generationId our id of the exchange
 * @param model the model as the caller is told
 * @param provider the provider's display name
 * @param created when the exchange began, in seconds since 1970
 * @param includeUsage whether the caller wants usage in a stream, where that must be asked
 * @param legacyCompletion true for the legacy text completion operation
 * @param excludeReasoning the caller wants no reasoning shown
 */
public record AnswerContext(
    Flavour flavour,
    String generationId,
    String model,
    String provider,
    long created,
    boolean includeUsage,
    boolean legacyCompletion,
    boolean excludeReasoning) {

  /**
   * What is known only at the end of an answer, and is written into its usage or beside it in
   * OpenRouter's flavour.
   *
   * @param cost the object's members that belong into {@code usage}: {@code cost}, {@code
   *     cost_details}, {@code is_byok}
   * @param metadata the value of {@code openrouter_metadata}, when the caller asked for it
   */
  public record Trailer(Optional<Raw> cost, Optional<Raw> metadata) {
    public static final Trailer NONE = new Trailer(Optional.empty(), Optional.empty());
  }
}
