package dev.fairlead.api;

import dev.fairlead.catalog.Endpoint;
import dev.fairlead.catalog.ListedPrice;
import dev.fairlead.catalog.Model;
import dev.fairlead.operation.Ask;
import dev.fairlead.operation.Fields;
import dev.fairlead.wire.JsonWriter;
import java.util.List;
import java.util.Optional;

/**
 * OpenAI's list of models. Beside its four fields stand those that other clients of {@code
 * /v1/models} look for: Anthropic's, and the facts that chat front-ends show.
 */
final class OpenAiModels {
  private OpenAiModels() {}

  static byte[] list(Ask ask, Shelf shelf, Selection found) {
    List<Model> models = found.shown();
    JsonWriter out = new JsonWriter(1_000 + 1_000 * models.size());
    out.beginObject().field("object", "list").name("data").beginArray();
    models.forEach(model -> write(out, shelf, model));
    out.endArray();
    AnthropicModels.ends(out, models, found.next(ask).isPresent());
    if (CodexModels.wanted(ask)) {
      CodexModels.write(out, shelf, models);
    }
    return out.endObject().toBytes();
  }

  static void write(JsonWriter out, Shelf shelf, Model model) {
    List<Endpoint> endpoints = shelf.endpoints(model);
    Optional<Endpoint> top = ListedPrice.top(endpoints, shelf.now());
    out.beginObject()
        .field("id", model.id())
        .field("object", "model")
        .field("created", model.created())
        .field("owned_by", model.author())
        .field("type", "model")
        .field("name", model.name())
        .field("display_name", model.name())
        .field("created_at", AnthropicModels.createdAt(model))
        .field("context_length", model.contextLength());
    Fields.number(
        out,
        "max_completion_tokens",
        top.map(Endpoint::maxOutput).filter(most -> most.isPresent()).orElse(model.maxOutput()));
    Fields.texts(out, "input_modalities", ArchitectureJson.words(model.input()));
    Fields.texts(out, "output_modalities", ArchitectureJson.words(model.output()));
    Fields.texts(out, "supported_parameters", Vocabulary.of(model, endpoints));
    if (top.isPresent()) {
      PricingJson.write(out.name("pricing"), top.get().priceAt(shelf.now()));
    }
    out.endObject();
  }
}
