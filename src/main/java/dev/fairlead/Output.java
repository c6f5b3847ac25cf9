package dev.fairlead;

import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.MalformedJson;
import java.util.function.Function;
import picocli.CommandLine.Option;

/**
 * How a result is shown. A command makes one document; programs get it as JSON or YAML, people get
 * what of it fits a table.
 */
final class Output {
  /** The forms, by the words of {@code -o}. */
  enum Format {
    TABLE,
    JSON,
    YAML
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table (default), json or yaml.")
  private Format format = Format.TABLE;

  /**
   * @param table what people see of the document
   */
  void print(Shell shell, JsonWriter document, Function<JsonNode, String> table) {
    JsonNode root = read(document);
    shell
        .out()
        .print(
            switch (format) {
              case TABLE -> table.apply(root);
              case JSON -> Plain.json(root);
              case YAML -> Plain.yaml(root);
            });
    shell.out().flush();
  }

  private static JsonNode read(JsonWriter document) {
    try {
      return Json.read(document.toBytes(), JsonLimits.RESPONSE).root();
    } catch (MalformedJson e) {
      throw new IllegalStateException("the command wrote no document", e);
    }
  }
}
