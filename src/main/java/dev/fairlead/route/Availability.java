package dev.fairlead.route;

import dev.fairlead.wire.JsonWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Why nobody could be asked, as OpenRouter's {@code error.availability} tells it.
 *
 * @param retryAfter the least time after which trying again makes sense
 * @param affectedProviders slugs of the providers that were taken out
 * @param excludedBy OpenRouter's words of the rules that took them out
 * @param fallbackModels ids that could be asked instead
 * @param constraint the rule that took out the last, where it was a wish or constraint
 */
public record Availability(
    Code code,
    List<String> requestedModels,
    Optional<Duration> retryAfter,
    List<String> affectedProviders,
    List<String> excludedBy,
    List<String> fallbackModels,
    Optional<Constraint> constraint) {

  /** Kinds of unavailability. */
  public enum Code {
    MODEL_NOT_FOUND("model_not_found", 400, false),
    NO_ENDPOINTS("no_endpoints", 404, false),
    MODEL_DEPRECATED("model_deprecated", 404, false),
    MODEL_UNAVAILABLE_UPSTREAM("model_unavailable_upstream", 404, false),
    CAPACITY_EXHAUSTED("capacity_exhausted", 429, true),
    TEMPORARILY_UNAVAILABLE("temporarily_unavailable", 503, true),
    REGION_RESTRICTED("region_restricted", 403, false),
    PRIVACY_RESTRICTED("privacy_restricted", 404, false),
    CONSTRAINT_FILTERED("constraint_filtered", 404, false),
    FREE_VARIANT_ENDED("free_variant_ended", 404, false);

    private final String word;
    private final int status;
    private final boolean retryable;

    Code(String word, int status, boolean retryable) {
      this.word = word;
      this.status = status;
      this.retryable = retryable;
    }

    public String word() {
      return word;
    }

    public int status() {
      return status;
    }

    public boolean retryable() {
      return retryable;
    }
  }

  /**
   * @param field the wish or constraint
   * @param detail what it was compared with, and where it was set
   */
  public record Constraint(String field, String detail) {}

  /** Where the words are explained; a path of this gateway. */
  private static final String DOCS = "/docs/routing#";

  public Availability {
    requestedModels = List.copyOf(requestedModels);
    affectedProviders = List.copyOf(affectedProviders);
    excludedBy = List.copyOf(excludedBy);
    fallbackModels = List.copyOf(fallbackModels);
  }

  /** The object that stands at {@code error.availability}. */
  public void write(JsonWriter out) {
    out.beginObject().field("code", code.word()).field("retryable", code.retryable());
    out.name("requested_models").beginArray();
    requestedModels.forEach(out::value);
    out.endArray().field("docs_url", DOCS + code.word());
    retryAfter.ifPresent(pause -> out.field("retry_after", seconds(pause)));
    Words.write(out, "affected_providers", affectedProviders);
    Words.write(out, "excluded_by", excludedBy);
    Words.write(out, "fallback_models", fallbackModels);
    if (constraint.isPresent()) {
      out.name("constraint")
          .beginObject()
          .field("field", constraint.get().field())
          .field("detail", constraint.get().detail())
          .endObject();
    }
    out.endObject();
  }

  private static long seconds(Duration pause) {
    return Math.max(1, pause.plusMillis(999).toSeconds());
  }
}
