package dev.fairlead.api;

import dev.fairlead.catalog.Benchmarks;
import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.catalog.ListedPrice;
import dev.fairlead.catalog.Model;
import dev.fairlead.operation.Fields;
import dev.fairlead.wire.JsonWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * OpenRouter's object of a model (source: its API description, and a recorded answer whose keys
 * stand in the order of the alphabet). Price and top provider are those of the endpoint that stands
 * for the model in lists.
 */
final class ModelJson {
  private ModelJson() {}

  /**
   * @param endpoints those that count, in the catalog's order
   */
  static void write(
      JsonWriter out, Catalog catalog, Model model, List<Endpoint> endpoints, Instant now) {
    Optional<Endpoint> top = ListedPrice.top(endpoints, now);
    out.beginObject();
    alias(out, catalog, model);
    ArchitectureJson.write(out.name("architecture"), model);
    benchmarks(out, model.benchmarks());
    out.field("canonical_slug", model.canonicalSlug());
    Fields.number(out, "context_length", positive(model.contextLength()));
    out.field("created", model.created());
    out.name("default_parameters");
    model.defaultParameters().ifPresentOrElse(out::value, () -> out.beginObject().endObject());
    out.field("description", model.description());
    Fields.text(out, "expiration_date", model.expirationDate());
    Fields.text(out, "hugging_face_id", model.huggingFaceId());
    out.field("id", model.id());
    Fields.text(out, "knowledge_cutoff", model.knowledgeCutoff());
    out.name("links").beginObject().field("details", details(model)).endObject();
    out.field("name", model.name());
    Fields.none(out, "per_request_limits");
    out.name("pricing");
    top.ifPresentOrElse(
        endpoint -> PricingJson.write(out, endpoint.priceAt(now)), () -> PricingJson.unknown(out));
    model.reasoning().ifPresent(raw -> out.field("reasoning", raw));
    Fields.texts(out, "supported_parameters", Vocabulary.of(model, endpoints));
    Fields.none(out, "supported_voices");
    topProvider(out, model, top);
    out.endObject();
  }

  /** Where its endpoints are listed. */
  static String details(Model model) {
    return "/api/v1/models/" + model.canonicalSlug() + "/endpoints";
  }

  private static void alias(JsonWriter out, Catalog catalog, Model model) {
    Optional<Model> target = model.aliasTarget().flatMap(catalog::model);
    if (target.isPresent()) {
      out.name("alias_target")
          .beginObject()
          .field("name", target.get().name())
          .field("slug", target.get().id())
          .endObject();
    }
  }

  /** The catalog knows only the best of Design Arena's scores, which is no entry of its list. */
  private static void benchmarks(JsonWriter out, Benchmarks scores) {
    if (scores.equals(Benchmarks.NONE)) {
      return;
    }
    out.name("benchmarks").beginObject();
    if (scores.intelligence().isPresent()
        || scores.coding().isPresent()
        || scores.agentic().isPresent()) {
      out.name("artificial_analysis").beginObject();
      Fields.number(out, "agentic_index", scores.agentic());
      Fields.number(out, "coding_index", scores.coding());
      Fields.number(out, "intelligence_index", scores.intelligence());
      out.endObject();
    }
    out.name("design_arena").beginArray().endArray().endObject();
  }

  private static void topProvider(JsonWriter out, Model model, Optional<Endpoint> top) {
    OptionalLong context = positive(top.map(Endpoint::contextLength).orElse(0L));
    OptionalLong output = top.map(Endpoint::maxOutput).orElse(OptionalLong.empty());
    out.name("top_provider").beginObject();
    Fields.number(out, "context_length", context);
    out.field("is_moderated", model.moderated());
    Fields.number(out, "max_completion_tokens", output.isPresent() ? output : model.maxOutput());
    out.endObject();
  }

  private static OptionalLong positive(long value) {
    return value > 0 ? OptionalLong.of(value) : OptionalLong.empty();
  }
}
