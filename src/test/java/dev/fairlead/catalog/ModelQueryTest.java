package dev.fairlead.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.money.Meter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class ModelQueryTest {
  private static final Instant NOW = Instant.parse("2026-11-20T00:00:00Z");
  private final Catalog catalog = ShippedCatalog.catalog();

  private static ModelQuery query(String... namesAndValues) {
    return switch (parsed(namesAndValues)) {
      case ModelQuery.Parsed.Good good -> good.query();
      case ModelQuery.Parsed.Bad bad -> throw new AssertionError(bad.message());
    };
  }

  private static ModelQuery.Parsed parsed(String... namesAndValues) {
    return ModelQuery.parse(
        name -> {
          for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i].equals(name)) {
              return Optional.of(namesAndValues[i + 1]);
            }
          }
          return Optional.empty();
        });
  }

  private List<Model> models(String... namesAndValues) {
    return models(id -> ModelStats.NONE, namesAndValues);
  }

  private List<Model> models(Function<String, ModelStats> stats, String... namesAndValues) {
    return query(namesAndValues).matches(catalog, e -> true, stats, NOW);
  }

  private Endpoint top(Model model) {
    return ListedPrice.top(catalog.endpoints(model.aliasTarget().orElse(model.id())), NOW)
        .orElseThrow();
  }

  @Test
  void withoutParametersThereAreAllTextModels() {
    assertThat(models()).hasSizeGreaterThan(450).allMatch(m -> m.output().contains(Modality.TEXT));
    assertThat(models("output_modalities", "all")).hasSize(catalog.models().size());
    assertThat(models("output_modalities", "embeddings"))
        .isNotEmpty()
        .allMatch(m -> m.output().contains(Modality.EMBEDDINGS));
    assertThat(models("output_modalities", "image,audio"))
        .anyMatch(m -> m.output().contains(Modality.IMAGE))
        .anyMatch(m -> m.output().contains(Modality.AUDIO));
  }

  @Test
  void filtersKeepWhatTheyPromise() {
    assertThat(models("input_modalities", "text,audio"))
        .isNotEmpty()
        .allMatch(m -> m.input().contains(Modality.AUDIO));
    assertThat(models("context", "1000000"))
        .isNotEmpty()
        .allMatch(m -> m.contextLength() >= 1_000_000);
    assertThat(models("model_authors", "openai,anthropic"))
        .isNotEmpty()
        .allMatch(m -> Set.of("openai", "anthropic").contains(m.author()))
        .anyMatch(m -> m.id().startsWith("~anthropic/"));
    assertThat(models("arch", "llama"))
        .isNotEmpty()
        .allMatch(m -> m.tokenizer().startsWith("Llama"));
    assertThat(models("q", "GPT-4o mini"))
        .isNotEmpty()
        .allMatch(m -> m.id().contains("gpt-4o-mini"));
    assertThat(models("supported_parameters", "tools,seed"))
        .isNotEmpty()
        .hasSizeLessThan(models().size())
        .allMatch(
            m ->
                m.supportedParameters().contains("tools")
                    || catalog.endpoints(m.id()).stream().anyMatch(e -> e.honours("tools")));
    assertThat(models("providers", "Groq"))
        .isNotEmpty()
        .allMatch(
            m ->
                catalog.endpoints(m.aliasTarget().orElse(m.id())).stream()
                    .anyMatch(e -> e.tag().equals("groq")));
    assertThat(models("zdr", "true")).isNotEmpty().hasSizeLessThan(models().size());
    assertThat(models("distillable", "true")).isEmpty();
    assertThat(models("region", "eu")).isEmpty();
    assertThat(models("min_intelligence_index", "50"))
        .isNotEmpty()
        .allMatch(m -> m.benchmarks().intelligence().orElse(0) >= 50);
    assertThat(models("max_age_days", "365"))
        .isNotEmpty()
        .allMatch(m -> m.created() > NOW.getEpochSecond() - 366 * 86400L);
  }

  @Test
  void pricesAreInDollarsPerMillion() {
    assertThat(models("min_price", "1", "max_price", "2.5", "max_output_price", "10"))
        .isNotEmpty()
        .allMatch(
            m -> {
              long prompt = ListedPrice.pico(top(m), Meter.INPUT, NOW);
              long completion = ListedPrice.pico(top(m), Meter.OUTPUT, NOW);
              return prompt >= 1_000_000 && prompt <= 2_500_000 && completion <= 10_000_000;
            });
    assertThat(models("max_price", "0"))
        .isNotEmpty()
        .allMatch(m -> ListedPrice.pico(top(m), Meter.INPUT, NOW) == 0);
  }

  @Test
  void statisticsComeFromOutside() {
    ModelStats busy =
        new ModelStats(
            OptionalDouble.of(90),
            OptionalDouble.of(0.4),
            1000,
            5,
            OptionalDouble.of(0.95),
            Set.of("programming"));
    Function<String, ModelStats> stats = id -> id.equals("openai/gpt-5") ? busy : ModelStats.NONE;
    for (String[] filter :
        List.of(
            new String[] {"category", "programming"},
            new String[] {"min_tool_success_rate", "0.9"})) {
      assertThat(models(stats, filter)).extracting(Model::id).containsExactly("openai/gpt-5");
    }
    for (String sort :
        List.of("most-popular", "top-weekly", "throughput-high-to-low", "latency-low-to-high")) {
      assertThat(models(stats, "sort", sort).get(0).id()).as(sort).isEqualTo("openai/gpt-5");
    }
  }

  @Test
  void thereAreTwelveOrders() {
    assertThat(ModelSort.WORDS).hasSize(12);
    assertThat(models("sort", "newest"))
        .extracting(Model::created)
        .isSortedAccordingTo((a, b) -> Long.compare(b, a));
    assertThat(models("sort", "context-high-to-low"))
        .extracting(Model::contextLength)
        .isSortedAccordingTo((a, b) -> Long.compare(b, a));
    assertThat(models("sort", "pricing-low-to-high"))
        .extracting(
            m ->
                ListedPrice.pico(top(m), Meter.INPUT, NOW)
                    + ListedPrice.pico(top(m), Meter.OUTPUT, NOW))
        .isSorted();
    List<Model> coders = models("sort", "coding-high-to-low");
    assertThat(coders.get(0).benchmarks().coding()).isPresent();
    assertThat(coders.get(coders.size() - 1).benchmarks().coding()).isEmpty();
    for (String sort : ModelSort.WORDS.keySet()) {
      assertThat(models("sort", sort)).as(sort).hasSize(models().size());
    }
  }

  @Test
  void aListIsCutOnlyWhenAsked() {
    List<Model> all = models();
    assertThat(query().cut(all)).isEqualTo(all);
    assertThat(query("offset", "10", "limit", "5").cut(all)).isEqualTo(all.subList(10, 15));
    assertThat(query("limit", "5").cut(all)).hasSize(5);
    assertThat(query("offset", "100000").cut(all)).isEmpty();
  }

  @Test
  void wrongValuesAreTold() {
    Map<String, String> wrong =
        Map.of(
            "sort",
            "cheap",
            "context",
            "0",
            "limit",
            "1001",
            "region",
            "asia",
            "min_price",
            "x",
            "output_modalities",
            "smell",
            "category",
            "cooking",
            "zdr",
            "maybe",
            "min_tool_success_rate",
            "2");
    wrong.forEach(
        (name, value) ->
            assertThat(parsed(name, value))
                .as(name)
                .isInstanceOfSatisfying(
                    ModelQuery.Parsed.Bad.class, bad -> assertThat(bad.message()).contains(name)));
  }

  @Test
  void invisibleEndpointsDoNotCount() {
    assertThat(
            query().matches(catalog, e -> e.tag().equals("anthropic"), id -> ModelStats.NONE, NOW))
        .isNotEmpty()
        .allMatch(m -> m.author().equals("anthropic"));
  }

  @Test
  void pricesArePrintedAsOpenRouterPrintsThem() {
    Endpoint tiered =
        catalog.endpoints("openai/gpt-5.6-sol").stream()
            .filter(e -> e.tag().equals("openrouter"))
            .findFirst()
            .orElseThrow();
    ListedPrice price = ListedPrice.of(tiered.priceAt(NOW));
    assertThat(price.amounts())
        .containsEntry("prompt", "0.000005")
        .containsEntry("completion", "0.00003")
        .containsEntry("input_cache_read", "0.0000005")
        .containsEntry("web_search", "0.01");
    assertThat(price.overrides())
        .singleElement()
        .satisfies(
            o -> {
              assertThat(o.minPromptTokens()).isEqualTo(272_000);
              assertThat(o.amounts())
                  .containsEntry("prompt", "0.00001")
                  .containsEntry("completion", "0.000045");
            });
    assertThat(ListedPrice.of(dev.fairlead.money.Price.FREE).amounts())
        .containsOnlyKeys("prompt", "completion")
        .containsValue("0");
  }
}
