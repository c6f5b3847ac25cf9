package dev.fairlead.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.Shared;
import dev.fairlead.catalog.CatalogLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Our list of the shipped catalog against a recorded answer of OpenRouter. */
final class RecordedListTest {

  private static JsonNode recorded() throws IOException {
    return new ObjectMapper()
        .readTree(Files.readAllBytes(Shared.file("fixtures/openrouter_models_response.json")));
  }

  private static Map<String, JsonNode> byId(JsonNode list) {
    Map<String, JsonNode> rows = new HashMap<>();
    list.get("data").forEach(row -> rows.put(row.get("id").asString(), row));
    return rows;
  }

  @Test
  void modelsOfBothHaveTheSameShape() throws IOException {
    Map<String, JsonNode> theirs = byId(recorded());
    try (Desk desk = new Desk(CatalogLoader.shipped())) {
      Map<String, JsonNode> ours = byId(desk.get("/api/v1/models?output_modalities=all").json());
      int both = 0;
      List<String> differences = new ArrayList<>();
      for (Map.Entry<String, JsonNode> row : ours.entrySet()) {
        JsonNode other = theirs.get(row.getKey());
        if (other != null) {
          compare(row.getKey(), row.getValue(), other, differences);
          both++;
        }
      }
      assertThat(both).isGreaterThan(250);
      assertThat(differences).isEmpty();
    }
  }

  private static void compare(String id, JsonNode ours, JsonNode theirs, List<String> differences) {
    List<String> expected = new ArrayList<>(theirs.propertyNames());
    List<String> actual = new ArrayList<>(ours.propertyNames());
    if (!actual.equals(expected)) {
      differences.add(id + " has " + actual + " instead of " + expected);
    }
    for (String name : expected) {
      JsonNode own = ours.path(name);
      JsonNode other = theirs.get(name);
      boolean nullable = own.isNull() || other.isNull();
      if (own.getNodeType() != other.getNodeType() && !nullable) {
        differences.add(id + "." + name + " is " + own + " instead of " + other);
      }
    }
    for (String part : List.of("architecture", "top_provider", "links")) {
      if (!List.copyOf(ours.get(part).propertyNames())
          .equals(List.copyOf(theirs.get(part).propertyNames()))) {
        differences.add(id + "." + part + " is " + ours.get(part));
      }
    }
    if (!ours.at("/architecture/modality").equals(theirs.at("/architecture/modality"))) {
      differences.add(id + ": " + ours.at("/architecture/modality"));
    }
    if (!ours.get("canonical_slug").equals(theirs.get("canonical_slug"))) {
      differences.add(id + ": " + ours.get("canonical_slug"));
    }
  }

  /**
   * Where several providers sell a model, the list shows the cheapest of ours, who need not be
   * theirs; and we keep prices to a pico-dollar. What one vendor alone sets must be the same.
   */
  @Test
  void pricesOfBothAreMostlyEqualAndOpenAisAlways() throws IOException {
    Map<String, JsonNode> theirs = byId(recorded());
    try (Desk desk = new Desk(CatalogLoader.shipped())) {
      int stated = 0;
      List<String> different = new ArrayList<>();
      for (JsonNode row : desk.get("/api/v1/models?output_modalities=all").json().get("data")) {
        String id = row.get("id").asString();
        JsonNode other = theirs.getOrDefault(id, row).get("pricing");
        for (Map.Entry<String, JsonNode> price : row.get("pricing").properties()) {
          if (theirs.containsKey(id) && other.path(price.getKey()).isString()) {
            stated++;
            if (!price.getValue().equals(other.get(price.getKey()))) {
              different.add(id + " " + price + " " + other.get(price.getKey()));
            }
          }
        }
      }
      assertThat(stated).isGreaterThan(1000);
      assertThat(different).hasSizeLessThan(stated / 10);
      assertThat(different).noneMatch(difference -> difference.startsWith("openai/"));
    }
  }
}
