package dev.fairlead.api;

import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Refused;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.catalog.Model;
import dev.fairlead.catalog.Provider;
import dev.fairlead.exchange.Corridor;
import dev.fairlead.operation.Ask;
import dev.fairlead.operation.Reply;
import dev.fairlead.wire.JsonWriter;

/** One model, its endpoints, the endpoints that retain nothing, and who provides them. */
final class ModelOperation {
  private final Corridor corridor;
  private final Standing standing;

  ModelOperation(Corridor corridor, Standing standing) {
    this.corridor = corridor;
    this.standing = standing;
  }

  /** {@code GET /model/{model}}: always OpenRouter's object. */
  Reply model(Ask ask) throws Refused {
    Shelf shelf = shelf();
    Model model = find(ask, shelf);
    JsonWriter out = new JsonWriter(4_000).beginObject().name("data");
    ModelJson.write(out, shelf.catalog(), model, shelf.endpoints(model), shelf.now());
    return Reply.lasting(Reply.Rendered.of(out.endObject().toBytes()));
  }

  /** {@code GET /models/{model}}: the object of the client's dialect. */
  Reply vendorModel(Ask ask) throws Refused {
    if (ask.openRouter() && !ask.path().gemini()) {
      return model(ask);
    }
    Shelf shelf = shelf();
    Model model = find(ask, shelf);
    JsonWriter out = new JsonWriter(1_000);
    switch (ask.dialect()) {
      case GEMINI -> GeminiModels.write(out, model);
      case ANTHROPIC -> AnthropicModels.write(out, model);
      case OPENAI_CHAT, OPENAI_RESPONSES, BEDROCK, COHERE -> OpenAiModels.write(out, shelf, model);
    }
    return Reply.lasting(Reply.Rendered.of(out.toBytes()));
  }

  /** {@code GET /models/{model}/endpoints}. */
  Reply endpoints(Ask ask) throws Refused {
    Shelf shelf = shelf();
    Model model = find(ask, shelf);
    JsonWriter out = new JsonWriter(8_000).beginObject().name("data").beginObject();
    out.field("id", model.id())
        .field("name", model.name())
        .field("created", model.created())
        .field("description", model.description());
    ArchitectureJson.write(out.name("architecture"), model);
    out.name("endpoints").beginArray();
    for (Endpoint endpoint : shelf.endpoints(model)) {
      write(out, ask, shelf, model, endpoint);
    }
    return Reply.momentary(out.endArray().endObject().endObject().toBytes());
  }

  /** {@code GET /endpoints/zdr}: those that retain nothing. */
  Reply zeroRetention(Ask ask) {
    Shelf shelf = shelf();
    JsonWriter out = new JsonWriter(64_000).beginObject().name("data").beginArray();
    for (Model model : shelf.catalog().models()) {
      for (Endpoint endpoint : shelf.catalog().endpoints(model.id())) {
        if (endpoint.dataPolicy().zeroRetention()) {
          write(out, ask, shelf, model, endpoint);
        }
      }
    }
    return Reply.momentary(out.endArray().endObject().toBytes());
  }

  /** {@code GET /providers}. */
  Reply providers() {
    JsonWriter out = new JsonWriter(16_000).beginObject().name("data").beginArray();
    for (Provider provider : corridor.catalog().get().providers()) {
      ProviderJson.write(out, provider);
    }
    return Reply.lasting(Reply.Rendered.of(out.endArray().endObject().toBytes()));
  }

  private void write(JsonWriter out, Ask ask, Shelf shelf, Model model, Endpoint endpoint) {
    EndpointJson.write(out, model, endpoint, standing, ask.caller().isPresent(), shelf.now());
  }

  private Shelf shelf() {
    return new Shelf(corridor.catalog().get(), corridor.clock().instant(), endpoint -> true);
  }

  private static Model find(Ask ask, Shelf shelf) throws Refused {
    return shelf
        .row(ask.name())
        .orElseThrow(
            () ->
                new Refused(
                    Fault.client(
                            Fault.Kind.MODEL_UNKNOWN,
                            "Model '"
                                + ask.name()
                                + "' is not known here. GET /api/v1/models lists those that are.")
                        .withStatus(404)));
  }
}
