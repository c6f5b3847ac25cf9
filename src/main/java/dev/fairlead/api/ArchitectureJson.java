package dev.fairlead.api;

import dev.fairlead.catalog.Modality;
import dev.fairlead.catalog.Model;
import dev.fairlead.operation.Fields;
import dev.fairlead.wire.JsonWriter;
import java.util.List;
import java.util.Set;

/** OpenRouter's {@code architecture}: what goes in, what comes out. */
final class ArchitectureJson {
  private ArchitectureJson() {}

  static void write(JsonWriter out, Model model) {
    List<String> input = words(model.input());
    List<String> output = words(model.output());
    out.beginObject();
    Fields.texts(out, "input_modalities", input);
    Fields.text(out, "instruct_type", model.instructType());
    out.field("modality", String.join("+", input) + "->" + String.join("+", output));
    Fields.texts(out, "output_modalities", output);
    out.field("tokenizer", model.tokenizer()).endObject();
  }

  /** In OpenRouter's order: text, image, file, audio, video. */
  static List<String> words(Set<Modality> modalities) {
    return modalities.stream().sorted().map(Modality::word).toList();
  }
}
