package dev.fairlead.api;

import dev.fairlead.canon.Refused;
import dev.fairlead.catalog.Model;
import dev.fairlead.operation.Ask;
import dev.fairlead.operation.Fields;
import dev.fairlead.operation.Paging;
import dev.fairlead.wire.JsonWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Anthropic's list of models, with its pages: {@code limit} (20, at most 1000), {@code after_id},
 * {@code before_id}. Source: its Models API.
 */
final class AnthropicModels {
  private static final int USUAL = 20;
  private static final int MOST = 1000;

  private AnthropicModels() {}

  static byte[] list(Ask ask, List<Model> models) throws Refused {
    int limit = limit(ask);
    Optional<String> after = ask.parameter("after_id");
    Optional<String> before = ask.parameter("before_id");
    int from = after.isPresent() ? place(models, "after_id", after.get()) + 1 : 0;
    int to = before.isPresent() ? place(models, "before_id", before.get()) : models.size();
    int wanted = Math.max(0, to - from);
    boolean backwards = before.isPresent() && after.isEmpty();
    List<Model> page =
        wanted == 0
            ? List.of()
            : backwards
                ? models.subList(Math.max(from, to - limit), to)
                : models.subList(from, Math.min(to, from + limit));
    JsonWriter out = new JsonWriter(200 + 200 * page.size());
    out.beginObject().name("data").beginArray();
    page.forEach(model -> write(out, model));
    out.endArray();
    ends(out, page, wanted > page.size());
    return out.endObject().toBytes();
  }

  static void write(JsonWriter out, Model model) {
    out.beginObject()
        .field("type", "model")
        .field("id", model.id())
        .field("display_name", model.name())
        .field("created_at", createdAt(model))
        .endObject();
  }

  /** What tells a reader of pages where it stands. */
  static void ends(JsonWriter out, List<Model> page, boolean more) {
    out.field("has_more", more);
    Fields.text(out, "first_id", page.stream().findFirst().map(Model::id));
    Fields.text(
        out,
        "last_id",
        page.isEmpty() ? Optional.empty() : Optional.of(page.get(page.size() - 1).id()));
  }

  /** The epoch where nobody knows, as Anthropic has it. */
  static String createdAt(Model model) {
    return Instant.ofEpochSecond(model.created()).toString();
  }

  private static int limit(Ask ask) throws Refused {
    return Paging.number(ask, "limit", 1, MOST).orElse(USUAL);
  }

  private static int place(List<Model> models, String parameter, String id) throws Refused {
    for (int i = 0; i < models.size(); i++) {
      if (models.get(i).id().equals(id)) {
        return i;
      }
    }
    throw Refused.invalid(parameter + ": '" + id + "' is not the id of a model in this list.");
  }
}
