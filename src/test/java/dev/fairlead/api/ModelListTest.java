package dev.fairlead.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.CatalogLoader;
import dev.fairlead.route.Constraints;
import dev.fairlead.route.Restriction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** OpenRouter's lists of models. */
final class ModelListTest {
  private Desk desk;

  @BeforeEach
  void open() throws IOException {
    desk = new Desk(Desk.small());
  }

  @AfterEach
  void close() throws IOException {
    desk.close();
  }

  private List<String> ids(String target, String... headers) {
    return ids(desk.get(target, headers).json());
  }

  static List<String> ids(JsonNode list) {
    List<String> ids = new ArrayList<>();
    list.get("data").forEach(row -> ids.add(row.get("id").asString()));
    return ids;
  }

  @Test
  void listsModelsThatGiveTextAndCanBeBoughtSomewhere() {
    assertThat(ids("/api/v1/models"))
        .containsExactlyInAnyOrder(
            "acme/alpha", "acme/alpha:free", "acme/beta", "~acme/alpha-latest");
  }

  @Test
  void tellsEveryFieldOfAModelInTheOrderOfTheAlphabet() {
    JsonNode alpha = row(desk.get("/api/v1/models").json(), "acme/alpha");
    assertThat(alpha.propertyNames())
        .containsExactly(
            "architecture",
            "benchmarks",
            "canonical_slug",
            "context_length",
            "created",
            "default_parameters",
            "description",
            "expiration_date",
            "hugging_face_id",
            "id",
            "knowledge_cutoff",
            "links",
            "name",
            "per_request_limits",
            "pricing",
            "reasoning",
            "supported_parameters",
            "supported_voices",
            "top_provider");
    assertThat(alpha.get("architecture").toString())
        .isEqualTo(
            """
            {"input_modalities":["text","image"],"instruct_type":null,\
            "modality":"text+image->text","output_modalities":["text"],"tokenizer":"GPT"}""");
    assertThat(alpha.get("pricing").toString())
        .isEqualTo(
            """
            {"completion":"0.00001","input_cache_read":"0.0000002",\
            "overrides":[{"completion":"0.00002","min_prompt_tokens":100000,"prompt":"0.000004"}],\
            "prompt":"0.000002"}""");
    assertThat(alpha.get("top_provider").toString())
        .isEqualTo(
            """
            {"context_length":200000,"is_moderated":false,"max_completion_tokens":4096}""");
    assertThat(alpha.get("benchmarks").toString())
        .isEqualTo(
            """
            {"artificial_analysis":{"agentic_index":null,"coding_index":null,\
            "intelligence_index":50.5},"design_arena":[]}""");
    assertThat(alpha.get("links").get("details").asString())
        .isEqualTo("/api/v1/models/acme/alpha-2026-01-02/endpoints");
    assertThat(alpha.get("created").asLong()).isEqualTo(1767312000);
    assertThat(alpha.get("supported_parameters").toString())
        .isEqualTo("[\"max_tokens\",\"temperature\",\"tools\"]");
  }

  private static JsonNode row(JsonNode list, String id) {
    for (JsonNode row : list.get("data")) {
      if (row.get("id").asString().equals(id)) {
        return row;
      }
    }
    throw new AssertionError("there is no " + id);
  }

  @Test
  void anAliasIsARowOfItsOwnThatNamesItsTarget() {
    JsonNode alias = desk.get("/api/v1/model/~acme/alpha-latest").json().get("data");
    assertThat(alias.get("id").asString()).isEqualTo("~acme/alpha-latest");
    assertThat(alias.get("alias_target").toString())
        .isEqualTo("{\"name\":\"Acme: Alpha\",\"slug\":\"acme/alpha\"}");
    assertThat(alias.get("pricing").get("prompt").asString()).isEqualTo("0.000002");
    JsonNode endpoints = desk.get("/api/v1/models/~acme/alpha-latest/endpoints").json();
    assertThat(endpoints.get("data").get("endpoints").size()).isEqualTo(2);
  }

  @Test
  void aModelThatNobodySellsHasNoPrice() {
    JsonNode orphan = desk.get("/api/v1/model/acme/orphan").json().get("data");
    assertThat(orphan.get("pricing").toString())
        .isEqualTo("{\"completion\":\"-1\",\"prompt\":\"-1\"}");
  }

  @Test
  void pagesOnlyWhenAsked() {
    JsonNode whole = desk.get("/api/v1/models").json();
    assertThat(whole.get("total_count").asInt()).isEqualTo(4);
    assertThat(whole.get("links").get("next").isNull()).isTrue();

    List<String> paged = new ArrayList<>();
    String next = "/api/v1/models?limit=3&sort=newest";
    while (next != null) {
      JsonNode page = desk.get(next).json();
      assertThat(page.get("total_count").asInt()).isEqualTo(4);
      paged.addAll(ids(page));
      next =
          page.get("links").get("next").isNull() ? null : page.get("links").get("next").asString();
    }
    assertThat(paged).isEqualTo(ids("/api/v1/models?sort=newest"));
  }

  @Test
  void aWrongParameterIsRefusedByName() {
    Desk.Answer answer = desk.get("/api/v1/models?sort=best");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().get("error").get("code").asInt()).isEqualTo(400);
    assertThat(answer.json().get("error").get("message").asString()).contains("sort", "newest");
  }

  @Test
  void wantsNoKeyButRefusesABadOne() {
    assertThat(desk.get("/api/v1/models").status()).isEqualTo(200);
    assertThat(desk.known("/api/v1/models").status()).isEqualTo(200);
    Desk.Answer bad = desk.get("/api/v1/models", "authorization", "Bearer nobody-knows-this");
    assertThat(bad.status()).isEqualTo(401);
    assertThat(bad.json().get("error").get("message").asString()).contains("not known");
  }

  @Test
  void embeddingModelsHaveTheirOwnList() {
    assertThat(ids("/api/v1/embeddings/models")).containsExactly("acme/vector");
    assertThat(ids("/api/v1/models?output_modalities=all")).contains("acme/vector", "acme/beta");
  }

  @Test
  void aKeySeesWhatItsRequestsCouldGoTo() {
    assertThat(desk.get("/api/v1/models/user").status()).isEqualTo(401);
    assertThat(ids(desk.known("/api/v1/models/user").json()))
        .containsExactlyInAnyOrderElementsOf(ids("/api/v1/models"));

    desk.callable.remove("north");
    assertThat(ids(desk.known("/api/v1/models/user").json()))
        .containsExactlyInAnyOrder("acme/alpha", "acme/beta", "~acme/alpha-latest");
    JsonNode alpha = row(desk.known("/api/v1/models/user").json(), "acme/alpha");
    assertThat(alpha.get("pricing").get("prompt").asString())
        .as("the price of who is left")
        .isEqualTo("0.000003");

    desk.constraints = Constraints.of(Restriction.none("config").withDataPolicy(true, false));
    assertThat(ids(desk.known("/api/v1/models/user").json()))
        .as("whoever is left trains on prompts")
        .isEmpty();
    assertThat(desk.known("/api/v1/models/user").header("cache-control")).contains("no-store");
  }

  @Test
  void constraintsOnProvidersAndModelsHold() {
    desk.constraints =
        Constraints.of(
            Restriction.none("config").withProviders(Optional.of(List.of("south")), List.of()),
            Restriction.none("config").withModels(Optional.empty(), List.of("acme/beta")));
    assertThat(ids(desk.known("/api/v1/models/user").json()))
        .containsExactlyInAnyOrder("acme/alpha", "~acme/alpha-latest");
  }

  @Test
  void whoHasTheListAlreadyGetsNoBody() {
    Desk.Answer first = desk.get("/api/v1/models");
    String tag = first.header("etag");
    assertThat(tag).startsWith("\"").endsWith("\"");
    Desk.Answer again = desk.get("/api/v1/models", "if-none-match", "\"old\", W/" + tag);
    assertThat(again.status()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(again.header("etag")).isEqualTo(tag);
    assertThat(desk.get("/api/v1/models", "if-none-match", "\"old\"").status()).isEqualTo(200);
  }

  @Test
  void aNewCatalogIsListedAtOnce() throws IOException {
    String before = desk.get("/api/v1/models").header("etag");
    desk.catalog = CatalogLoader.shipped();
    Desk.Answer after = desk.get("/api/v1/models");
    assertThat(after.header("etag")).isNotEqualTo(before);
    assertThat(ids(after.json())).contains("openai/gpt-4o").doesNotContain("acme/beta");
  }

  @Test
  void thePlainListIsRenderedOnce() {
    byte[] once = desk.get("/api/v1/models").body();
    assertThat(desk.get("/api/v1/models").body()).isSameAs(once);
    assertThat(desk.known("/api/v1/models").body()).isSameAs(once);
    assertThat(desk.get("/v1/models").body()).isNotSameAs(once);
  }

  @Test
  void theListIsAFeedToo() {
    Desk.Answer feed = desk.get("/api/v1/models?use_rss=true", "host", "gate.example");
    assertThat(feed.header("content-type")).isEqualTo("application/rss+xml");
    assertThat(feed.text())
        .contains("<rss version=\"2.0\"><channel>")
        .contains("<guid isPermaLink=\"false\">acme/alpha:free</guid>")
        .contains("Reads &lt;pictures&gt; &amp; words.")
        .contains("http://gate.example/api/v1/models/acme/alpha-2026-01-02/endpoints")
        .contains("<pubDate>Fri, 2 Jan 2026 00:00:00 GMT</pubDate>");
  }

  @Test
  void headIsAnsweredLikeGet() {
    assertThat(desk.ask("HEAD", "/api/v1/models", "").status()).isEqualTo(200);
  }

  @Test
  void modelsAreFoundByIdSlugAndSteeringVariant() {
    for (String name : List.of("acme/alpha", "acme/alpha-2026-01-02", "acme/alpha:nitro")) {
      for (String path : List.of("/api/v1/model/", "/api/v1/models/", "/v1/models/")) {
        JsonNode json = desk.get(path + name).json();
        JsonNode model = json.has("data") ? json.get("data") : json;
        assertThat(model.get("id").asString()).as(path + name).isEqualTo("acme/alpha");
      }
    }
    assertThat(desk.get("/api/v1/model/acme/alpha:free").json().get("data").get("id").asString())
        .isEqualTo("acme/alpha:free");
  }

  @Test
  void anUnknownModelIsNotFound() {
    Desk.Answer answer = desk.get("/api/v1/models/acme/nothing/endpoints");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.json().get("error").get("message").asString()).contains("acme/nothing");
  }

  @Test
  void countsWhatItListsForEveryFilterAndFiltersOnlyNarrow() throws IOException {
    desk.catalog = CatalogLoader.shipped();
    Catalog shipped = desk.catalog;
    assertThat(shipped.models()).hasSizeGreaterThan(100);
    List<String> filters =
        List.of(
            "",
            "q=claude",
            "context=200000",
            "max_price=1",
            "min_output_price=2",
            "input_modalities=image",
            "supported_parameters=tools",
            "model_authors=openai,google",
            "providers=deepinfra",
            "zdr=true",
            "arch=Llama",
            "distillable=true",
            "min_intelligence_index=30");
    Set<String> all = new HashSet<>(ids("/api/v1/models"));
    for (String one : filters) {
      Set<String> first = new HashSet<>(ids("/api/v1/models?" + one));
      assertThat(all).as(one).containsAll(first);
      for (String other : filters) {
        String both = "?" + one + "&" + other;
        Set<String> listed = new HashSet<>(ids("/api/v1/models" + both));
        int count = desk.get("/api/v1/models/count" + both).json().at("/data/count").asInt();
        assertThat(count).as(both).isEqualTo(listed.size());
        Set<String> expected = new HashSet<>(first);
        expected.retainAll(new HashSet<>(ids("/api/v1/models?" + other)));
        assertThat(listed).as(both).isEqualTo(expected);
      }
    }
    assertThat(ids("/api/v1/models?zdr=true").size()).isBetween(1, all.size() - 1);
  }

  @Test
  void everySortListsTheSameModels() throws IOException {
    desk.catalog = CatalogLoader.shipped();
    Set<String> all = new HashSet<>(ids("/api/v1/models"));
    for (String sort :
        List.of(
            "most-popular",
            "newest",
            "top-weekly",
            "pricing-low-to-high",
            "pricing-high-to-low",
            "context-high-to-low",
            "throughput-high-to-low",
            "latency-low-to-high",
            "intelligence-high-to-low",
            "coding-high-to-low",
            "agentic-high-to-low",
            "design-arena-elo-high-to-low")) {
      assertThat(ids("/api/v1/models?sort=" + sort)).as(sort).hasSameElementsAs(all);
    }
  }
}
