package dev.fairlead.api;

import dev.fairlead.canon.Refused;
import dev.fairlead.catalog.Model;
import dev.fairlead.operation.Ask;
import dev.fairlead.operation.Fields;
import dev.fairlead.operation.Paging;
import dev.fairlead.wire.JsonWriter;
import java.util.List;

/**
 * Gemini's list of models, with its pages: {@code pageSize} (50, at most 1000) and {@code
 * pageToken}. Source: its REST reference, {@code models.list} and {@code models.get}.
 */
final class GeminiModels {
  private static final int USUAL = 50;
  private static final int MOST = 1000;

  private GeminiModels() {}

  static byte[] list(Ask ask, List<Model> models) throws Refused {
    int size = Paging.number(ask, "pageSize", 1, MOST).orElse(USUAL);
    int from = Paging.number(ask, "pageToken", 0, models.size()).orElse(0);
    int to = Math.min(models.size(), from + size);
    JsonWriter out = new JsonWriter(200 + 500 * (to - from));
    out.beginObject().name("models").beginArray();
    models.subList(from, to).forEach(model -> write(out, model));
    out.endArray();
    if (to < models.size()) {
      out.field("nextPageToken", Integer.toString(to));
    }
    return out.endObject().toBytes();
  }

  static void write(JsonWriter out, Model model) {
    out.beginObject()
        .field("name", "models/" + model.id())
        .field("baseModelId", model.id())
        .field("version", model.canonicalSlug())
        .field("displayName", model.name())
        .field("description", model.description())
        .field("inputTokenLimit", model.contextLength());
    if (model.maxOutput().isPresent()) {
      out.field("outputTokenLimit", model.maxOutput().getAsLong());
    }
    Fields.texts(
        out, "supportedGenerationMethods", List.of("generateContent", "streamGenerateContent"));
    out.field("thinking", model.reasoning().isPresent()).endObject();
  }
}
