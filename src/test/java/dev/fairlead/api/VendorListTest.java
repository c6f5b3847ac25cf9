package dev.fairlead.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The same models in the shapes that clients of the vendors expect. */
final class VendorListTest {
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
  void openAiClientsGetTheirList() {
    for (String path : List.of("/v1/models", "/models", "/v1/v1/models/", "//v1//models")) {
      JsonNode list = desk.get(path).json();
      assertThat(list.get("object").asString()).isEqualTo("list");
      assertThat(ModelListTest.ids(list)).contains("acme/alpha", "acme/beta").hasSize(4);
      for (JsonNode model : list.get("data")) {
        assertThat(model.get("object").asString()).isEqualTo("model");
        assertThat(model.get("created").isIntegralNumber()).isTrue();
        assertThat(model.get("owned_by").asString()).isEqualTo("acme");
      }
    }
  }

  @Test
  void oneModelIsFoundByItsIdWithSlashes() {
    JsonNode model = desk.get("/v1/models/acme/alpha").json();
    assertThat(model.get("id").asString()).isEqualTo("acme/alpha");
    assertThat(model.get("object").asString()).isEqualTo("model");
    assertThat(model.get("max_completion_tokens").asInt()).isEqualTo(4096);
    Desk.Answer missing = desk.get("/v1/models/acme/none");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.json().get("error").get("code").asString()).isEqualTo("model_not_found");
    assertThat(missing.json().get("error").has("type")).isTrue();
  }

  @Test
  void anthropicClientsGetTheirPages() {
    List<String> seen = new ArrayList<>();
    String target = "/v1/models?limit=3";
    JsonNode page;
    do {
      page = desk.get(target, "anthropic-version", "2023-06-01").json();
      assertThat(page.propertyNames()).containsExactly("data", "has_more", "first_id", "last_id");
      seen.addAll(ModelListTest.ids(page));
      assertThat(page.get("first_id").asString())
          .isEqualTo(page.get("data").get(0).get("id").asString());
      target = "/v1/models?limit=3&after_id=" + page.get("last_id").asString();
    } while (page.get("has_more").asBoolean());
    assertThat(seen).isEqualTo(ModelListTest.ids(desk.get("/v1/models").json()));

    JsonNode beta = desk.get("/v1/models/acme/beta", "anthropic-version", "2023-06-01").json();
    assertThat(beta.toString())
        .isEqualTo(
            """
            {"type":"model","id":"acme/beta","display_name":"Acme: Beta",\
            "created_at":"1970-01-01T00:00:00Z"}""");
  }

  @Test
  void anthropicPagesGoBackwardsToo() {
    List<String> all = ModelListTest.ids(desk.get("/v1/models").json());
    JsonNode page =
        desk.get("/v1/models?limit=2&before_id=" + all.get(3), "anthropic-version", "2023-06-01")
            .json();
    assertThat(ModelListTest.ids(page)).isEqualTo(all.subList(1, 3));
    assertThat(page.get("has_more").asBoolean()).isTrue();
  }

  @Test
  void anthropicClientsGetTheirErrors() {
    for (String target : List.of("/v1/models?limit=0", "/v1/models?after_id=x", "/v1/models/x/y")) {
      JsonNode error = desk.get(target, "anthropic-version", "2023-06-01").json();
      assertThat(error.get("type").asString()).as(target).isEqualTo("error");
      assertThat(error.get("error").get("message").asString()).isNotEmpty();
    }
  }

  @Test
  void claudeCodeFindsItsFieldsWithOrWithoutItsHeader() {
    JsonNode plain = desk.get("/v1/models?limit=1000").json().get("data").get(0);
    assertThat(plain.get("display_name").asString()).isEqualTo("Acme: Alpha");
    assertThat(plain.get("type").asString()).isEqualTo("model");
    assertThat(plain.get("created_at").asString()).isEqualTo("2026-01-02T00:00:00Z");
  }

  @Test
  void codexGetsACatalogueBesideTheList() {
    for (String base : List.of("/v1", "/api/v1")) {
      JsonNode list = desk.get(base + "/models?client_version=0.169.0").json();
      assertThat(list.get("data").size()).isEqualTo(4);
      JsonNode alpha = list.get("models").get(0);
      assertThat(alpha.get("slug").asString()).isEqualTo("acme/alpha");
      assertThat(alpha.get("visibility").asString()).isEqualTo("list");
      assertThat(alpha.get("shell_type").asString()).isEqualTo("unified_exec");
      assertThat(alpha.get("base_instructions").asString()).isNotBlank();
      assertThat(alpha.get("truncation_policy").get("mode").asString()).isEqualTo("tokens");
      assertThat(alpha.get("experimental_supported_tools").isArray()).isTrue();
      assertThat(alpha.get("supported_reasoning_levels").toString())
          .isEqualTo(
              """
              [{"effort":"low","description":"Reasoning effort: low"},\
              {"effort":"high","description":"Reasoning effort: high"}]""");
      assertThat(alpha.get("input_modalities").toString()).isEqualTo("[\"text\",\"image\"]");
      JsonNode beta = list.get("models").get(2);
      assertThat(beta.get("visibility").asString()).as("calls no tools").isEqualTo("hide");
      assertThat(desk.get(base + "/models").json().has("models")).isFalse();
    }
  }

  @Test
  void geminiClientsGetTheirPages() {
    JsonNode first = desk.get("/v1beta/models?pageSize=3").json();
    assertThat(first.get("models").size()).isEqualTo(3);
    JsonNode alpha = first.get("models").get(0);
    assertThat(alpha.get("name").asString()).isEqualTo("models/acme/alpha");
    assertThat(alpha.get("inputTokenLimit").asInt()).isEqualTo(200000);
    assertThat(alpha.get("outputTokenLimit").asInt()).isEqualTo(8192);
    assertThat(alpha.get("thinking").asBoolean()).isTrue();
    assertThat(alpha.get("supportedGenerationMethods").toString()).contains("generateContent");
    JsonNode last =
        desk.get("/v1beta/models?pageSize=3&pageToken=" + first.get("nextPageToken").asString())
            .json();
    assertThat(last.get("models").size()).isEqualTo(1);
    assertThat(last.has("nextPageToken")).isFalse();

    assertThat(desk.get("/v1beta/models/acme/beta").json().get("name").asString())
        .isEqualTo("models/acme/beta");
    JsonNode error = desk.get("/v1beta/models/acme/none").json().get("error");
    assertThat(error.get("code").asInt()).isEqualTo(404);
    assertThat(error.get("status").asString()).isEqualTo("NOT_FOUND");
    assertThat(desk.get("/v1beta/models?pageToken=x").status()).isEqualTo(400);
  }
}
