package dev.fairlead.catalog;

import dev.fairlead.wire.Raw;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A model as the world names it.
 *
 * @param id {@code author/slug}, with a catalogue variant where it has one ({@code …:free})
 * @param canonicalSlug the immutable, usually dated, name
 * @param created in seconds since 1970; 0 when unknown
 * @param reasoning OpenRouter's {@code reasoning} object, verbatim, where the model thinks
 * @param defaultParameters OpenRouter's object of that name, verbatim
 * @param aliasTarget for an alias ({@code ~author/family-latest}): the model that it stands for
 * @param expirationDate the day on which it will be gone
 * @param benchmarks public scores
 * @param distillable its author permits training other models on its answers; false when unknown
 */
public record Model(
    String id,
    String canonicalSlug,
    String name,
    String description,
    long created,
    long contextLength,
    Set<Modality> input,
    Set<Modality> output,
    String tokenizer,
    Optional<String> instructType,
    Optional<String> huggingFaceId,
    Optional<String> knowledgeCutoff,
    Optional<String> expirationDate,
    Optional<String> aliasTarget,
    Optional<Raw> reasoning,
    Optional<Raw> defaultParameters,
    OptionalLong maxOutput,
    boolean moderated,
    List<String> supportedParameters,
    Benchmarks benchmarks,
    boolean distillable) {

  /** A model that nobody has measured. */
  public Model(
      String id,
      String canonicalSlug,
      String name,
      String description,
      long created,
      long contextLength,
      Set<Modality> input,
      Set<Modality> output,
      String tokenizer,
      Optional<String> instructType,
      Optional<String> huggingFaceId,
      Optional<String> knowledgeCutoff,
      Optional<String> expirationDate,
      Optional<String> aliasTarget,
      Optional<Raw> reasoning,
      Optional<Raw> defaultParameters,
      OptionalLong maxOutput,
      boolean moderated,
      List<String> supportedParameters) {
    this(
        id,
        canonicalSlug,
        name,
        description,
        created,
        contextLength,
        input,
        output,
        tokenizer,
        instructType,
        huggingFaceId,
        knowledgeCutoff,
        expirationDate,
        aliasTarget,
        reasoning,
        defaultParameters,
        maxOutput,
        moderated,
        supportedParameters,
        Benchmarks.NONE,
        false);
  }

  public Model {
    input = Set.copyOf(input);
    output = Set.copyOf(output);
    supportedParameters = List.copyOf(supportedParameters);
  }

  public String author() {
    int slash = id.indexOf('/');
    return slash < 0 ? id : id.substring(id.startsWith("~") ? 1 : 0, slash);
  }
}
