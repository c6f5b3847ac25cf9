package dev.fairlead;

import dev.fairlead.wire.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The catalog's documents as tables for people. */
final class CatalogTables {
  static final List<Column> MODELS =
      List.of(
          Column.text("MODEL", "id"),
          Column.number("CONTEXT", "context_length"),
          Column.number("$/M IN", "prompt"),
          Column.number("$/M OUT", "completion"),
          new Column("PROVIDERS", true, row -> "" + row.get("providers").size()),
          Column.text("AVAILABLE", "available"));

  static final List<Column> PROVIDERS =
      List.of(
          Column.text("PROVIDER", "slug"),
          Column.text("NAME", "name"),
          Column.text("DIALECT", "dialect"),
          Column.text("BASE URL", "base_url"),
          Column.text("CREDENTIAL", "credential"),
          Column.number("ENDPOINTS", "endpoints"),
          new Column("DATA POLICY", false, CatalogTables::policy));

  static final List<Column> PRICES =
      List.of(
          Column.text("ENDPOINT", "tag"),
          Column.text("FROM", "from"),
          Column.text("HOLDS", "holds"),
          Column.text("WHAT", "what"),
          new Column("ABOVE", true, CatalogTables::above),
          Column.number("USD", "usd"),
          Column.text("PER", "unit"));

  private static final List<Column> ENDPOINTS =
      List.of(
          Column.number("$/M IN", "prompt"),
          Column.number("$/M OUT", "completion"),
          Column.number("CONTEXT", "context_length"),
          Column.number("MAX OUT", "max_completion_tokens"),
          Column.text("AVAILABLE", "available"),
          new Column("DATA POLICY", false, CatalogTables::policy),
          Column.text("QUIRKS", "quirks"));

  private CatalogTables() {}

  static String model(JsonNode model) {
    return model.get("id").textOr("")
        + "  "
        + model.get("name").textOr("")
        + "\n  context     "
        + Column.shown(model.get("context_length"))
        + " tokens\n  takes       "
        + Column.shown(model.get("input"))
        + "\n  gives       "
        + Column.shown(model.get("output"))
        + "\n  created     "
        + Column.shown(model.get("created"))
        + "\n  parameters  "
        + Column.shown(model.get("supported_parameters"))
        + "\n\n"
        + endpoints(model.get("endpoints"), Column.text("ENDPOINT", "tag"));
  }

  static String provider(JsonNode provider) {
    return provider.get("slug").textOr("")
        + "  "
        + provider.get("name").textOr("")
        + "\n  address      "
        + provider.get("base_url").textOr("")
        + " ("
        + provider.get("dialect").textOr("")
        + ")\n  credential   "
        + provider.get("credential").textOr("")
        + "\n  environment  "
        + Column.shown(provider.get("environment"))
        + "\n  data policy  "
        + policy(provider)
        + "\n\n"
        + endpoints(provider.get("endpoints"), Column.text("MODEL", "model"));
  }

  private static String endpoints(JsonNode endpoints, Column first) {
    List<Column> columns = new ArrayList<>(List.of(first));
    columns.addAll(ENDPOINTS);
    return Column.table(endpoints, columns);
  }

  private static String above(JsonNode row) {
    long bound = row.get("above_prompt_tokens").longOr(0);
    return bound == 0 ? "" : Long.toString(bound);
  }

  /** The data policy in a few words: the worst first. */
  private static String policy(JsonNode row) {
    JsonNode policy = row.get("data_policy");
    List<String> words = new ArrayList<>();
    if (policy.get("training").boolOr(false)) {
      words.add("trains");
    }
    if (policy.get("publishes").boolOr(false)) {
      words.add("publishes");
    }
    if (policy.get("retains").boolOr(false)) {
      long days = policy.get("retention_days").longOr(-1);
      words.add(days < 0 ? "keeps" : "keeps " + days + " days");
    }
    return words.isEmpty() ? "keeps nothing" : String.join(", ", words);
  }
}
