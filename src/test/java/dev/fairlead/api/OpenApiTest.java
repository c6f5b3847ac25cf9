package dev.fairlead.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.catalog.CatalogLoader;
import dev.fairlead.identity.KeyGrammar;
import dev.fairlead.operation.Operation;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The description of the API against the API. */
final class OpenApiTest {
  private final Description description = new Description();
  private Desk desk;

  @BeforeEach
  void open() throws IOException {
    desk = new Desk(Desk.small());
  }

  @AfterEach
  void close() throws IOException {
    desk.close();
  }

  @Test
  void isServedAtTheRoot() {
    Desk.Answer answer = desk.get("/openapi.json");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json()).isEqualTo(description.document);
    assertThat(answer.json().get("openapi").asString()).startsWith("3.1");
  }

  @Test
  void everyReferenceHasATarget() {
    for (JsonNode reference : description.document.findValues("$ref")) {
      String pointer = reference.asString();
      assertThat(description.document.at(pointer.substring(1)).isMissingNode())
          .as(pointer)
          .isFalse();
    }
    assertThat(description.document.findValues("$ref")).hasSizeGreaterThan(50);
  }

  @Test
  void everyOperationHasANameOfItsOwn() {
    List<JsonNode> names = description.document.findValues("operationId");
    assertThat(new HashSet<>(names)).hasSameSizeAs(names);
  }

  @Test
  void whatIsDescribedIsThere() {
    int tried = 0;
    for (Map.Entry<String, JsonNode> path : description.document.get("paths").properties()) {
      for (String method : path.getValue().propertyNames()) {
        String target = path.getKey().replace("{model}", "acme/alpha");
        boolean keyed = path.getKey().equals("/api/v1/route/explain");
        String body = keyed ? "{\"model\":\"acme/alpha\"}" : "{}";
        boolean managed = path.getValue().get(method).at("/tags/0").asString().equals("Management");
        Desk.Answer answer =
            managed
                ? desk.managed(method.toUpperCase(Locale.ROOT), filled(target))
                : method.equals("get") && !target.contains("/generation")
                    ? desk.known(target)
                    : desk.ask(method.toUpperCase(Locale.ROOT), target, body);
        assertThat(answer.text()).as(method + " " + target).doesNotContain("There is no operation");
        assertThat(answer.status() == 404 && !managed).as(method + " " + target).isFalse();
        if (answer.status() == 200 && answer.header("content-type").equals("application/json")) {
          description.check(
              description.answer(path.getKey(), method), answer.json(), path.getKey());
        }
        tried++;
      }
    }
    assertThat(tried).isGreaterThanOrEqualTo(30);
    assertThat(desk.get("/api/v1/no-such-operation").status()).isEqualTo(404);
  }

  /** A path whose variables stand for something that is there. */
  private static String filled(String path) {
    return path.replace("{hash}", KeyGrammar.id(Desk.KEY))
        .replace("{id}", "default")
        .replace("{interval}", "daily")
        .replace("{month}", "2026-11");
  }

  @Test
  void whatIsThereIsDescribed() {
    Set<String> described = new HashSet<>();
    for (Map.Entry<String, JsonNode> path : description.document.get("paths").properties()) {
      for (String method : path.getValue().propertyNames()) {
        described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
      }
    }
    for (Operation operation : desk.reading.operations()) {
      String below = operation.path().equals("/openapi.json") ? "" : "/api/v1";
      assertThat(described).contains(operation.method() + " " + below + operation.path());
    }
    assertThat(described)
        .contains(
            "POST /api/v1/chat/completions",
            "POST /v1/chat/completions",
            "POST /api/v1/completions",
            "POST /api/v1/messages",
            "POST /v1beta/models/{model}:generateContent",
            "POST /v1beta/models/{model}:streamGenerateContent",
            "GET /healthz",
            "GET /readyz",
            "GET /metrics");
  }

  @Test
  void theShippedCatalogIsAsDescribed() throws IOException {
    desk.catalog = CatalogLoader.shipped();
    JsonNode models = desk.get("/api/v1/models?output_modalities=all").json();
    description.describes("ModelList", models);
    assertThat(models.get("data").size()).isGreaterThan(100);
    description.describes("OpenAiModelList", desk.get("/v1/models").json());
    JsonNode providers = desk.get("/api/v1/providers").json().get("data");
    providers.forEach(provider -> description.describes("Provider", provider));
    JsonNode zdr = desk.get("/api/v1/endpoints/zdr").json().get("data");
    assertThat(zdr.size()).isPositive();
    zdr.forEach(endpoint -> description.describes("Endpoint", endpoint));
  }

  @Test
  void theCheckFindsWhatIsWrong() {
    JsonNode key = desk.known("/api/v1/key").json().get("data");
    description.describes("Key", key);
    ObjectNode wrong = (ObjectNode) key;
    wrong.put("usage", "0");
    assertThatThrownBy(() -> description.describes("Key", wrong))
        .isInstanceOf(AssertionError.class);
    wrong.remove("usage");
    assertThatThrownBy(() -> description.describes("Key", wrong))
        .isInstanceOf(AssertionError.class);
  }
}
