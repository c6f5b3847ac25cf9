package dev.fairlead.api;

import dev.fairlead.canon.Refused;
import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.Model;
import dev.fairlead.exchange.Corridor;
import dev.fairlead.operation.Ask;
import dev.fairlead.operation.Fields;
import dev.fairlead.operation.Reply;
import dev.fairlead.wire.JsonWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Lists of models: OpenRouter's own, and the vendors' in the shape that their client expects. */
final class ModelsOperation {
  private static final int BYTES_A_MODEL = 2_500;

  private final Corridor corridor;
  private final Standing standing;
  private final Renderings renderings = new Renderings();

  ModelsOperation(Corridor corridor, Standing standing) {
    this.corridor = corridor;
    this.standing = standing;
  }

  /** {@code GET /models}. */
  Reply list(Ask ask) throws Refused {
    if (ask.parameter("use_rss").filter("true"::equals).isPresent()) {
      Shelf shelf = everything();
      List<Model> shown = Selection.of(ask, shelf, standing).shown();
      return Reply.feed(ModelFeed.render(ask.request(), shown));
    }
    return switch (ask.dialect()) {
      case GEMINI -> gemini(ask);
      case ANTHROPIC -> anthropic(ask);
      case OPENAI_CHAT, OPENAI_RESPONSES, BEDROCK, COHERE ->
          ask.openRouter() ? openRouter(ask) : openAi(ask);
    };
  }

  /** {@code GET /models/count}: of what the same query would list. */
  Reply count(Ask ask) throws Refused {
    int count = Selection.of(ask, everything(), standing).matches().size();
    JsonWriter out = new JsonWriter().beginObject().name("data").beginObject();
    return Reply.momentary(out.field("count", count).endObject().endObject().toBytes());
  }

  /** {@code GET /models/user}: what the caller's requests could go to now. */
  Reply user(Ask ask) throws Refused {
    ask.principal();
    Catalog catalog = corridor.catalog().get();
    Instant now = corridor.clock().instant();
    Set<String> reachable = Reach.endpoints(corridor, catalog, now);
    Shelf shelf = new Shelf(catalog, now, endpoint -> reachable.contains(endpoint.id()));
    return Reply.personal(render(ask, shelf, Selection.of(ask, shelf, standing)));
  }

  /** {@code GET /embeddings/models}. */
  Reply embeddings(Ask ask) throws Refused {
    Shelf shelf = everything();
    Selection found =
        Selection.of(
            name ->
                name.equals("output_modalities") ? Optional.of("embeddings") : ask.parameter(name),
            shelf,
            standing);
    return Reply.lasting(Reply.Rendered.of(render(ask, shelf, found)));
  }

  private Shelf everything() {
    return new Shelf(corridor.catalog().get(), corridor.clock().instant(), endpoint -> true);
  }

  private Reply openRouter(Ask ask) throws Refused {
    Shelf shelf = everything();
    return kept(
        "openrouter", ask, shelf, () -> render(ask, shelf, Selection.of(ask, shelf, standing)));
  }

  private Reply openAi(Ask ask) throws Refused {
    Shelf shelf = everything();
    return kept(
        "openai",
        ask,
        shelf,
        () -> OpenAiModels.list(ask, shelf, Selection.of(ask, shelf, standing)));
  }

  private Reply anthropic(Ask ask) throws Refused {
    Shelf shelf = everything();
    List<Model> models = Selection.unpaged(ask, shelf, standing).matches();
    return Reply.lasting(Reply.Rendered.of(AnthropicModels.list(ask, models)));
  }

  private Reply gemini(Ask ask) throws Refused {
    Shelf shelf = everything();
    List<Model> models = Selection.unpaged(ask, shelf, standing).matches();
    return Reply.lasting(Reply.Rendered.of(GeminiModels.list(ask, models)));
  }

  private Reply kept(String name, Ask ask, Shelf shelf, Renderings.Rendering rendering)
      throws Refused {
    String list = name + (CodexModels.wanted(ask) ? "+codex" : "");
    return Reply.lasting(
        Selection.isPlain(ask)
            ? renderings.page(list, shelf.catalog(), shelf.now(), rendering)
            : Reply.Rendered.of(rendering.render()));
  }

  private byte[] render(Ask ask, Shelf shelf, Selection found) {
    JsonWriter out = new JsonWriter(1_000 + BYTES_A_MODEL * found.shown().size());
    out.beginObject().name("data").beginArray();
    for (Model model : found.shown()) {
      ModelJson.write(out, shelf.catalog(), model, shelf.endpoints(model), shelf.now());
    }
    out.endArray().field("total_count", found.matches().size());
    out.name("links").beginObject();
    Fields.text(out, "next", found.next(ask));
    out.endObject();
    if (CodexModels.wanted(ask)) {
      CodexModels.write(out, shelf, found.shown());
    }
    return out.endObject().toBytes();
  }
}
