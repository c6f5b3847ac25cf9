package dev.fairlead.catalog.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.Shared;
import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.CatalogLoader;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.money.Meter;
import dev.fairlead.money.Rate;
import dev.fairlead.wire.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RefreshTest {
  private static final Instant NOW = Instant.parse("2026-11-20T10:00:00.123Z");
  private static final Instant BEFORE = Instant.parse("2026-11-20T09:59:59Z");

  private static final String PROVIDER =
      """
      name: %1$s
      dialect: openai-chat
      base_url: https://%1$s.example/v1
      env: [KEY]
      endpoints:
        - model: acme/small
          provider_model: %2$s
          price: { prompt: 1, completion: 4, cache_read: 0.1, above: [{ tokens: 200000, prompt: 2, completion: 8 }] }
        - model: acme/gone
          provider_model: gone-1
          price: { prompt: 1, completion: 1 }
      """;

  private final Path folder;

  RefreshTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Catalog shipped = Catalog.EMPTY;

  @BeforeEach
  void catalog() throws IOException {
    Files.createDirectories(folder.resolve("models"));
    Files.createDirectories(folder.resolve("providers"));
    Files.writeString(
        folder.resolve("models/acme.yaml"),
        """
        models:
          - { id: acme/small, context_length: 400000, max_completion_tokens: 1000, parameters: [tools] }
          - { id: acme/gone, context_length: 8192 }
        """);
    Files.writeString(
        folder.resolve("providers/openai.yaml"), PROVIDER.formatted("openai", "small-1"));
    Files.writeString(
        folder.resolve("providers/openrouter.yaml"),
        PROVIDER.formatted("openrouter", "acme/small"));
    CatalogLoader.Loaded loaded = CatalogLoader.folder(folder);
    assertThat(loaded.problems()).isEmpty();
    shipped = loaded.catalog();
  }

  private Refresh refresh(Catalog current, String document) {
    PublicList list = PublicList.read(document.getBytes(UTF_8)).orElseThrow();
    return new Refresh(shipped, current, list, NOW);
  }

  private Catalog laid(Refresh refresh) {
    CatalogLoader.Loaded loaded =
        CatalogLoader.over(shipped, "refreshed.yaml", refresh.overlay().getBytes(UTF_8));
    assertThat(loaded.problems()).isEmpty();
    return loaded.catalog();
  }

  private static Endpoint at(Catalog catalog, String tag, String model) {
    return catalog.endpoints(model).stream()
        .filter(e -> e.tag().equals(tag))
        .findFirst()
        .orElseThrow();
  }

  private static final String MODELS_DEV =
      """
      {"openai":{"id":"openai","env":["K"],"models":{
        "small-1":{"id":"small-1","name":"Small","cost":{"input":0.8,"output":4,"cache_read":0.1,"cache_write":0,
            "context_over_200k":{"input":1.6,"output":8}},
          "limit":{"context":400000,"output":2000},"modalities":{"input":["text","pdf"],"output":["text"]}},
        "old":{"status":"deprecated","cost":{"input":1,"output":1},"limit":{"context":5}},
        "new-1":{"name":"New","cost":{"input":2,"output":3},"limit":{"context":1000,"output":100}}}},
       "stranger":{"models":{"x":{"cost":{"input":1,"output":1},"limit":{"context":10}}}}}
      """;

  @Test
  void aModelsDevListGivesPricesLimitsAdditionsAndLosses() {
    Difference difference = refresh(shipped, MODELS_DEV).difference();
    assertThat(difference.source()).isEqualTo(PublicList.Kind.MODELS_DEV);
    assertThat(difference.changes())
        .extracting(
            c ->
                c.provider()
                    + " "
                    + c.model()
                    + " "
                    + c.subject()
                    + ": "
                    + c.before()
                    + " > "
                    + c.after())
        .containsExactly(
            "openai acme/small prompt: 1 > 0.8",
            "openai acme/small prompt above 200000: 2 > 1.6",
            "openai acme/small max_completion_tokens: 1000 > 2000",
            "openai new-1 offer:  > New (not applied: which model is it?)",
            "openai acme/gone offer: gone-1 > ");
    assertThat(difference.table()).contains("price", "limit", "added", "vanished").hasLineCount(6);
    JsonWriter json = new JsonWriter();
    difference.writeTo(json);
    assertThat(json.toString())
        .startsWith(
            "{\"source\":\"models_dev\",\"changes\":[{\"change\":\"price\",\"provider\":\"openai\"");
  }

  @Test
  void aNewPriceHoldsFromTheRefreshOnAndTheOldOneStays() {
    Endpoint e = at(laid(refresh(shipped, MODELS_DEV)), "openai", "acme/small");
    assertThat(e.priceAt(BEFORE).rate(Meter.INPUT).orElseThrow().picoUsd()).isEqualTo(1_000_000);
    Rate now = e.priceAt(NOW).rate(Meter.INPUT).orElseThrow();
    assertThat(now.at(200_000)).isEqualTo(800_000);
    assertThat(now.at(200_001)).isEqualTo(1_600_000);
    assertThat(e.priceAt(NOW).rate(Meter.CACHE_READ).orElseThrow()).isEqualTo(Rate.flat(100_000));
    assertThat(e.maxOutput()).hasValue(2000);
    assertThat(e.parameters()).containsExactly("tools");
    assertThat(at(laid(refresh(shipped, MODELS_DEV)), "openrouter", "acme/small"))
        .isEqualTo(at(shipped, "openrouter", "acme/small"));
  }

  @Test
  void aSecondRefreshKeepsWhatTheFirstFound() {
    Catalog once = laid(refresh(shipped, MODELS_DEV));
    Refresh again = refresh(once, MODELS_DEV);
    assertThat(again.difference().changes()).extracting(Change::subject).containsOnly("offer");
    assertThat(at(laid(again), "openai", "acme/small")).isEqualTo(at(once, "openai", "acme/small"));
  }

  @Test
  void aLiteLlmListSaysNothingOfWhatItDoesNotHave() {
    Difference difference =
        refresh(
                shipped,
                """
                {"sample_spec":{"litellm_provider":"one of …","input_cost_per_token":0,"output_cost_per_token":0},
                 "small-1":{"litellm_provider":"openai","mode":"chat","input_cost_per_token":1e-06,
                   "output_cost_per_token":5e-06,"input_cost_per_token_above_200k_tokens":2e-06,
                   "output_cost_per_token_above_200k_tokens":8e-06,"max_input_tokens":400000,"max_output_tokens":1000},
                 "openrouter/acme/small":{"litellm_provider":"openrouter","mode":"chat","input_cost_per_token":1e-06,
                   "output_cost_per_token":4e-06}}
                """)
            .difference();
    assertThat(difference.source()).isEqualTo(PublicList.Kind.LITELLM);
    assertThat(difference.changes())
        .singleElement()
        .satisfies(
            c -> {
              assertThat(c.subject()).isEqualTo("completion");
              assertThat(c.before()).isEqualTo("4");
              assertThat(c.after()).isEqualTo("5");
            });
  }

  @Test
  void whatOpenRouterAddsIsServedAfterwards() {
    Refresh refresh =
        refresh(
            shipped,
            """
            {"data":[{"id":"acme/fresh","name":"Acme: \\"Fresh\\"","pricing":{"prompt":"0.0000025","completion":"0.00001",
               "overrides":[{"min_prompt_tokens":1000,"prompt":"0.000005"}]},"top_provider":{"context_length":2000,"max_completion_tokens":null},
               "architecture":{"input_modalities":["text","image"],"output_modalities":["text"]},"supported_parameters":["tools","reasoning"]},
              {"id":"openrouter/auto","pricing":{"prompt":"-1","completion":"-1"}},
              {"id":"~acme/latest","pricing":{"prompt":"1","completion":"1"}},
              {"id":"gone-1","pricing":{"prompt":"0.000001","completion":"0.000001"}},
              {"id":"acme/small","pricing":{"prompt":"0.000001","completion":"0.000004","input_cache_read":"0.0000001",
               "overrides":[{"min_prompt_tokens":200000,"prompt":"0.000002","completion":"0.000008"}]}}]}
            """);
    assertThat(refresh.difference().changes()).singleElement().isInstanceOf(Change.Added.class);
    Catalog after = laid(refresh);
    Endpoint e = at(after, "openrouter", "acme/fresh");
    assertThat(e.priceAt(NOW).rate(Meter.INPUT).orElseThrow().at(1001)).isEqualTo(5_000_000);
    assertThat(e.anyParameter()).isFalse();
    assertThat(e.honours("tools")).isTrue();
    assertThat(after.model("acme/fresh").orElseThrow().name()).isEqualTo("Acme: \"Fresh\"");
    assertThat(
            at(
                laid(refresh(after, "{\"data\":[{\"id\":\"acme/fresh\",\"pricing\":{}}]}")),
                "openrouter",
                "acme/fresh"))
        .usingRecursiveComparison()
        .ignoringFields("provider")
        .isEqualTo(e);
  }

  @Test
  void aRefreshNeverOverwritesALocalOverride() throws IOException {
    Path local = Files.createDirectories(folder.resolve("local"));
    Files.createDirectories(local.resolve("providers"));
    Files.writeString(
        local.resolve("providers/openai.yaml"),
        "endpoints: [{ model: acme/small, price: { prompt: 9, completion: 9 } }]\n");
    Catalog all = CatalogLoader.over(laid(refresh(shipped, MODELS_DEV)), local).catalog();
    Endpoint e = at(all, "openai", "acme/small");
    assertThat(e.priceAt(NOW).rate(Meter.INPUT).orElseThrow()).isEqualTo(Rate.flat(9_000_000));
    assertThat(e.maxOutput()).hasValue(2000);
  }

  @Test
  void theOverlayIsStoredWhole() throws IOException {
    Path file = folder.resolve("refreshed.yaml");
    Refresh refresh = refresh(shipped, MODELS_DEV);
    refresh.store(file);
    refresh.store(file);
    assertThat(Files.readString(file))
        .isEqualTo(refresh.overlay())
        .contains("2026-11-20T10:00:00Z");
    assertThat(folder.resolve("refreshed.yaml.new")).doesNotExist();
  }

  @Test
  void otherDocumentsAreNotRecognized() {
    for (String text :
        List.of("", "[]", "{}", "{\"data\":[]}", "{\"data\":[{\"id\":\"x\"}]}", "<html>")) {
      assertThat(PublicList.read(text.getBytes(UTF_8))).as(text).isEqualTo(Optional.empty());
    }
  }

  @Test
  void theRecordedListOfOpenRouterChangesNothing() throws IOException {
    Catalog own = CatalogLoader.folder(Path.of("catalog")).catalog();
    PublicList list =
        PublicList.read(Files.readAllBytes(Shared.file("fixtures/openrouter_models_response.json")))
            .orElseThrow();
    assertThat(list.size()).isGreaterThan(390);
    assertThat(new Refresh(own, own, list, NOW).difference().changes()).isEmpty();
  }
}
