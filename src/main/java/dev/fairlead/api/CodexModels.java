package dev.fairlead.api;

import dev.fairlead.catalog.Modality;
import dev.fairlead.catalog.Model;
import dev.fairlead.operation.Ask;
import dev.fairlead.operation.Fields;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The catalogue that Codex reads from {@code GET /models?client_version=…}: a list {@code models}
 * beside {@code data}. Source: what its parser was seen to require. Models that cannot call tools
 * are hidden, because Codex can do nothing with them.
 */
final class CodexModels {
  private static final Set<String> EFFORTS =
      Set.of("none", "minimal", "low", "medium", "high", "xhigh");
  private static final List<String> USUAL_EFFORTS = List.of("low", "medium", "high");
  private static final int TOOL_OUTPUT_TOKENS = 10_000;
  private static final String INSTRUCTIONS =
      "You are a coding agent that works in the user's terminal and repository. Read before you"
          + " change, keep changes small and in the style of the code around them, run what can be"
          + " run to see that they work, and say plainly what you did, what you did not, and what"
          + " you could not verify.";

  private CodexModels() {}

  static boolean wanted(Ask ask) {
    return ask.parameter("client_version").isPresent();
  }

  /** The member {@code models} of the object that is being written. */
  static void write(JsonWriter out, Shelf shelf, List<Model> models) {
    out.name("models").beginArray();
    int priority = 0;
    for (Model model : models) {
      write(out, model, Vocabulary.of(model, shelf.endpoints(model)), priority++);
    }
    out.endArray();
  }

  private static void write(JsonWriter out, Model model, List<String> parameters, int priority) {
    out.beginObject()
        .field("slug", model.id())
        .field("display_name", model.name())
        .field("description", model.description());
    out.name("supported_reasoning_levels").beginArray();
    for (String effort : efforts(model)) {
      out.beginObject()
          .field("effort", effort)
          .field("description", "Reasoning effort: " + effort)
          .endObject();
    }
    out.endArray()
        .field("shell_type", "unified_exec")
        .field("visibility", parameters.contains("tools") ? "list" : "hide")
        .field("supported_in_api", true)
        .field("priority", priority)
        .field("base_instructions", INSTRUCTIONS)
        .field("support_verbosity", parameters.contains("verbosity"))
        .field("supports_parallel_tool_calls", parameters.contains("parallel_tool_calls"))
        .name("truncation_policy")
        .beginObject()
        .field("mode", "tokens")
        .field("limit", TOOL_OUTPUT_TOKENS)
        .endObject();
    Fields.texts(out, "experimental_supported_tools", List.of());
    if (model.contextLength() > 0) {
      out.field("context_window", model.contextLength());
    }
    Fields.texts(
        out,
        "input_modalities",
        model.input().contains(Modality.IMAGE) ? List.of("text", "image") : List.of("text"));
    out.endObject();
  }

  /** From the least to the most; none for a model that does not think. */
  private static List<String> efforts(Model model) {
    if (model.reasoning().isEmpty()) {
      return List.of();
    }
    JsonNode stated = model.reasoning().get().node().get("supported_efforts");
    if (!stated.isArray()) {
      return USUAL_EFFORTS;
    }
    List<String> efforts = new ArrayList<>();
    for (JsonNode effort : stated.items()) {
      if (EFFORTS.contains(effort.textOr(""))) {
        efforts.addFirst(effort.text());
      }
    }
    return efforts;
  }
}
