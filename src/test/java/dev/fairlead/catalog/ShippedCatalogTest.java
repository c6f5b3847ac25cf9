package dev.fairlead.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.Shared;
import dev.fairlead.canon.Dialect;
import dev.fairlead.money.Meter;
import dev.fairlead.money.Price;
import dev.fairlead.money.Rate;
import dev.fairlead.protocol.Target.ReasoningStyle;
import dev.fairlead.protocol.Target.Trait;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What every provider and every endpoint of the shipped catalog must keep. */
final class ShippedCatalogTest {
  private static final Instant NOW = Instant.parse("2026-11-20T00:00:00Z");
  private static final Set<Dialect> SPOKEN =
      Set.of(Dialect.OPENAI_CHAT, Dialect.ANTHROPIC, Dialect.GEMINI);

  private final Catalog catalog = ShippedCatalog.catalog();

  private Endpoint endpoint(String tag, String model) {
    return catalog.endpoints(model).stream()
        .filter(e -> e.tag().equals(tag))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + model + " at " + tag));
  }

  @Test
  void itIsLarge() {
    assertThat(catalog.providers()).hasSizeGreaterThanOrEqualTo(60);
    assertThat(catalog.models().stream().filter(m -> !catalog.endpoints(m.id()).isEmpty()))
        .hasSizeGreaterThanOrEqualTo(400);
    assertThat(catalog.models().stream().filter(m -> catalog.endpoints(m.id()).size() >= 3))
        .hasSizeGreaterThanOrEqualTo(100);
    assertThat(catalog.endpoints()).hasSizeGreaterThanOrEqualTo(1000);
  }

  @Test
  void everyEndpointIsWhole() {
    Set<String> ids = new HashSet<>();
    for (Endpoint e : catalog.endpoints()) {
      assertThat(ids.add(e.id())).as("twice: " + e.id()).isTrue();
      assertThat(catalog.model(e.model())).as(e.id()).isPresent();
      assertThat(e.provider())
          .as(e.id())
          .isSameAs(catalog.provider(e.provider().slug()).orElse(null));
      assertThat(SPOKEN).as(e.id()).contains(e.dialect());
      assertThat(e.providerModel()).as(e.id()).isNotBlank();
      assertThat(e.contextLength()).as(e.id()).isBetween(500L, 20_000_000L);
      assertThat(e.maxOutput().orElse(1)).as(e.id()).isBetween(1L, e.contextLength());
      assertThat(e.maxPrompt().orElse(1)).as(e.id()).isBetween(1L, e.contextLength());
      assertThat(e.anyParameter()).as(e.id()).isFalse();
      assertThat(e.input()).as(e.id()).contains(Modality.TEXT);
      assertThat(e.output()).as(e.id()).isNotEmpty();
      assertThat(e.status()).as(e.id()).isZero();
    }
  }

  @Test
  void everyPriceIsSane() {
    for (Endpoint e : catalog.endpoints()) {
      Set<Instant> from = new HashSet<>();
      for (Price price : e.prices()) {
        assertThat(from.add(price.from())).as(e.id()).isTrue();
        assertThat(price.rates()).as(e.id()).containsKeys(Meter.INPUT, Meter.OUTPUT);
        assertThat(price.version()).as(e.id()).startsWith(e.id() + "@");
      }
      Price now = e.priceAt(NOW);
      long prompt = now.rate(Meter.INPUT).orElseThrow().picoUsd();
      assertThat(prompt).as(e.id()).isBetween(0L, 1_000_000_000L);
      Rate cached = now.rates().get(Meter.CACHE_READ);
      if (cached != null) {
        assertThat(cached.picoUsd())
            .as("cache dearer than prompt: " + e.id())
            .isLessThanOrEqualTo(Math.max(prompt, 1));
      }
    }
  }

  @Test
  void everyProviderCanBeCalled() {
    for (Provider p : catalog.providers()) {
      assertThat(p.baseUrl().getHost()).as(p.slug()).isNotBlank().doesNotContain("invalid");
      assertThat(p.baseUrl().toString()).as(p.slug()).doesNotEndWith("/");
      assertThat(SPOKEN).as(p.slug()).contains(p.dialect());
      boolean local = "localhost".equals(p.baseUrl().getHost());
      assertThat(p.auth() instanceof Auth.None).as(p.slug()).isEqualTo(local);
      assertThat(p.environment().isEmpty()).as(p.slug()).isEqualTo(local);
      assertThat(p.baseUrl().getScheme()).as(p.slug()).isEqualTo(local ? "http" : "https");
    }
  }

  @Test
  void everyModelHasAnEndpointOrStandsForOneThatHas() {
    for (Model m : catalog.models()) {
      String id = m.aliasTarget().orElse(m.id());
      assertThat(catalog.endpoints(id)).as(m.id()).isNotEmpty();
      assertThat(catalog.model(m.id()).map(Model::id)).as(m.id()).contains(id);
      assertThat(m.name()).isNotBlank();
      assertThat(m.description()).isNotBlank();
    }
  }

  @Test
  void theBigProvidersAreRight() {
    Provider anthropic = catalog.provider("anthropic").orElseThrow();
    assertThat(anthropic.dialect()).isEqualTo(Dialect.ANTHROPIC);
    assertThat(anthropic.auth()).isEqualTo(new Auth.Header("x-api-key"));
    assertThat(anthropic.headers().get("anthropic-version")).contains("2023-06-01");
    assertThat(anthropic.environment()).containsExactly("ANTHROPIC_API_KEY");
    Provider google = catalog.provider("google-ai-studio").orElseThrow();
    assertThat(google.environment()).startsWith("GEMINI_API_KEY");
    assertThat(google.family()).isEqualTo("google");
    assertThat(google.auth()).isEqualTo(new Auth.Header("x-goog-api-key"));
    assertThat(catalog.provider("writer").orElseThrow().chatPath()).contains("/chat");
    assertThat(catalog.provider("openrouter").orElseThrow().dataPolicy())
        .isEqualTo(DataPolicy.UNKNOWN);
    assertThat(catalog.provider("groq").orElseThrow().dataPolicy().zeroRetention()).isTrue();
    for (String slug :
        List.of(
            "openai",
            "xai",
            "deepseek",
            "mistral",
            "together",
            "fireworks",
            "perplexity",
            "deepinfra",
            "novita",
            "moonshotai",
            "zai",
            "alibaba",
            "cohere",
            "vllm")) {
      assertThat(catalog.provider(slug)).as(slug).isPresent();
    }
  }

  @Test
  void whatIsSpecialAboutModelsIsSaid() {
    Endpoint reasoner = endpoint("openai", "openai/gpt-5");
    assertThat(reasoner.traits())
        .contains(Trait.MAX_COMPLETION_TOKENS, Trait.DEVELOPER_ROLE, Trait.NO_SAMPLING);
    assertThat(reasoner.reasoningStyle()).isEqualTo(ReasoningStyle.EFFORT);
    Endpoint plain = endpoint("openai", "openai/gpt-4o");
    assertThat(plain.traits()).isEmpty();
    assertThat(plain.reasoningStyle()).isEqualTo(ReasoningStyle.NONE);
    assertThat(endpoint("anthropic", "anthropic/claude-sonnet-4.5").reasoningStyle())
        .isEqualTo(ReasoningStyle.BUDGET);
    assertThat(endpoint("anthropic", "anthropic/claude-opus-5").traits())
        .contains(Trait.ADAPTIVE_THINKING, Trait.NATIVE_JSON_SCHEMA)
        .doesNotContain(Trait.PREFILL);
    assertThat(endpoint("google-ai-studio", "google/gemini-2.5-pro").reasoningStyle())
        .isEqualTo(ReasoningStyle.BUDGET);
    assertThat(endpoint("google-ai-studio", "google/gemini-3.1-pro-preview").reasoningStyle())
        .isEqualTo(ReasoningStyle.LEVEL);
    Endpoint mistral = endpoint("mistral", "mistralai/mistral-small-2603");
    assertThat(mistral.traits()).contains(Trait.THINKING_PARTS, Trait.NO_STREAM_OPTIONS);
    assertThat(mistral.quirks()).contains(new Quirk.Rename("seed", "random_seed"));
    assertThat(endpoint("deepseek", "deepseek/deepseek-v4-pro").traits())
        .contains(Trait.REPLAY_REASONING_CONTENT);
    Endpoint router = endpoint("openrouter", "openai/gpt-5");
    assertThat(router.reasoningStyle()).isEqualTo(ReasoningStyle.OPENROUTER);
    assertThat(router.traits()).contains(Trait.REASONING_DETAILS);
    assertThat(catalog.endpoints("openai/gpt-oss-120b")).hasSizeGreaterThan(8);
  }

  @Test
  void theCompiledFormIsTheSameCatalog() throws Exception {
    byte[] bytes = CatalogLoader.compile(catalog);
    Catalog read = CatalogLoader.compiled(new ByteArrayInputStream(bytes));
    assertThat(read.version()).isEqualTo(catalog.version());
    assertThat(read.models()).containsExactlyElementsOf(catalog.models());
    assertThat(read.providers())
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactlyElementsOf(catalog.providers());
    assertThat(read.endpoints())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("provider")
        .containsExactlyElementsOf(catalog.endpoints());
    assertThat(CatalogLoader.compile(read)).isEqualTo(bytes);
    assertThat(bytes.length).isLessThan(1_000_000);
  }

  @Test
  void theCompiledFormReadsInMilliseconds() throws Exception {
    byte[] bytes = CatalogLoader.compile(catalog);
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      long start = System.nanoTime();
      CatalogLoader.compiled(new ByteArrayInputStream(bytes));
      best = Math.min(best, System.nanoTime() - start);
    }
    assertThat(best).isLessThan(150_000_000L);
  }

  @Test
  void damagedCompiledFormsAreRefused() {
    for (String text : List.of("", "{}", "{\"format\":99}", "[1,2")) {
      assertThat(
              org.assertj.core.api.Assertions.catchThrowable(
                  () ->
                      CatalogLoader.compiled(
                          new ByteArrayInputStream(
                              text.getBytes(java.nio.charset.StandardCharsets.UTF_8)))))
          .as(text)
          .isInstanceOf(java.io.IOException.class);
    }
  }

  @Test
  void theVersionFollowsTheContent() {
    assertThat(catalog.version()).hasSize(12);
    assertThat(CatalogLoader.folder(java.nio.file.Path.of("catalog")).catalog().version())
        .isEqualTo(catalog.version());
  }

  @Test
  void firstPartyPricesAreThoseOfTheRecordedFacts() throws Exception {
    Map<String, String> slugs =
        Map.of(
            "openai",
            "openai",
            "anthropic",
            "anthropic",
            "google",
            "google-ai-studio",
            "xai",
            "xai",
            "mistral",
            "mistral",
            "moonshotai",
            "moonshotai",
            "zai",
            "zai",
            "minimax",
            "minimax",
            "groq",
            "groq",
            "cohere",
            "cohere");
    Map<String, Endpoint> known = new HashMap<>();
    catalog.endpoints().forEach(e -> known.put(e.provider().slug() + " " + e.providerModel(), e));
    JsonNode facts =
        JsonMapper.builder()
            .build()
            .readTree(Files.readAllBytes(Shared.file("fixtures/models.json")));
    int compared = 0;
    List<String> wrong = new ArrayList<>();
    for (JsonNode row : facts.get("models")) {
      Endpoint e =
          known.get(
              slugs.getOrDefault(row.get("provider").asString(), "-")
                  + " "
                  + row.get("provider_model_id").asString());
      JsonNode price = row.get("price_per_mtok");
      if (e == null || price == null) {
        continue;
      }
      compared++;
      Price now = e.priceAt(NOW);
      if (now.rate(Meter.INPUT).orElseThrow().picoUsd()
              != Math.round(price.get("input").asDouble() * 1e6)
          || now.rate(Meter.OUTPUT).orElseThrow().picoUsd()
              != Math.round(price.get("output").asDouble() * 1e6)) {
        wrong.add(e.id());
      }
      JsonNode cached = price.get("cache_read");
      if (cached != null
          && cached.asDouble() > 0
          && now.rate(Meter.CACHE_READ).orElseThrow().picoUsd()
              != Math.round(cached.asDouble() * 1e6)) {
        wrong.add(e.id() + " cache");
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(compared).isGreaterThan(120);
  }

  @Test
  void openRoutersListIsHereWithItsIdsAndPrices() throws Exception {
    JsonNode list =
        JsonMapper.builder()
            .build()
            .readTree(Files.readAllBytes(Shared.file("fixtures/openrouter_models_response.json")));
    int compared = 0;
    for (JsonNode row : list.get("data")) {
      String id = row.get("id").asString();
      if (id.startsWith("openrouter/")) {
        continue;
      }
      Model model =
          catalog.models().stream().filter(m -> m.id().equals(id)).findFirst().orElseThrow();
      assertThat(model.canonicalSlug()).isEqualTo(row.get("canonical_slug").asString());
      assertThat(model.contextLength()).isEqualTo(row.get("context_length").asLong());
      assertThat(model.supportedParameters()).hasSize(row.get("supported_parameters").size());
      if (model.aliasTarget().isPresent()) {
        continue;
      }
      Map<String, String> amounts =
          ListedPrice.of(endpoint("openrouter", id).priceAt(NOW)).amounts();
      for (Map.Entry<String, JsonNode> stated : row.get("pricing").properties()) {
        if (stated.getKey().equals("overrides")) {
          continue;
        }
        assertThat(
                new java.math.BigDecimal(amounts.getOrDefault(stated.getKey(), "-1")).doubleValue())
            .as(id + " " + stated.getKey())
            .isCloseTo(
                Double.parseDouble(stated.getValue().asString()),
                org.assertj.core.api.Assertions.within(1e-12));
      }
      compared++;
    }
    assertThat(compared).isGreaterThan(380);
  }
}
