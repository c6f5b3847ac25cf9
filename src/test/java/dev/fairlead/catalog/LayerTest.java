package dev.fairlead.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.Dialect;
import dev.fairlead.config.ConfigProblem;
import dev.fairlead.config.GatewayConfig;
import dev.fairlead.config.Interpolation;
import dev.fairlead.config.Problems;
import dev.fairlead.money.Meter;
import dev.fairlead.money.Price;
import dev.fairlead.money.Rate;
import dev.fairlead.protocol.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LayerTest {
  private static final Instant NOW = Instant.parse("2026-11-20T00:00:00Z");

  private static final String MODELS =
      """
      models:
        - id: acme/small
          slug: acme/small-20260101
          name: "Acme: Small"
          released: 2026-01-01
          context_length: 8192
          max_completion_tokens: 1024
          input: [text, image]
          output: [text]
          parameters: [max_tokens, temperature, tools, top_k]
        - id: "~acme/latest"
          name: Acme Latest
          context_length: 8192
          alias_of: acme/small
      """;

  private static final String PROVIDER =
      """
      name: Acme
      dialect: openai-chat
      base_url: https://api.acme.example/v1
      env: [ACME_API_KEY]
      data_policy: { training: false, retains: true, retention_days: 30, checked: 2026-09-24 }
      lacks: [top_k]
      traits: [max_completion_tokens]
      quirks: [{ rename: seed, to: random_seed }, { set: n, value: 1 }]
      endpoints:
        - model: acme/small
          provider_model: small-1
          price:
            - { from: 2026-03-01, prompt: 0.5, completion: 2, above: [{ tokens: 4000, prompt: 1 }] }
            - { prompt: 1, completion: 4 }
      """;

  private final Path folder;

  LayerTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Path catalog(String models, String provider) throws IOException {
    Path root =
        Files.createDirectories(folder.resolve("c" + Math.abs((models + provider).hashCode())));
    Files.createDirectories(root.resolve("models"));
    Files.createDirectories(root.resolve("providers"));
    Files.writeString(root.resolve("models/acme.yaml"), models);
    Files.writeString(root.resolve("providers/acme.yaml"), provider);
    return root;
  }

  private Catalog shipped() throws IOException {
    CatalogLoader.Loaded loaded = CatalogLoader.folder(catalog(MODELS, PROVIDER));
    assertThat(loaded.problems()).isEmpty();
    return loaded.catalog();
  }

  private List<String> problems(String models, String provider) throws IOException {
    return CatalogLoader.folder(catalog(models, provider)).problems().stream()
        .map(ConfigProblem::toString)
        .map(p -> p.substring(p.lastIndexOf('/', p.indexOf(".yaml")) + 1))
        .toList();
  }

  private static CatalogConfig.Bound bind(Catalog base, String yaml, Map<String, String> env) {
    Problems problems = new Problems();
    GatewayConfig config =
        GatewayConfig.read("fairlead.yaml", yaml.getBytes(UTF_8), Interpolation.of(env), problems);
    assertThat(problems.list()).isEmpty();
    return CatalogConfig.bind(base, config, name -> Optional.ofNullable(env.get(name)));
  }

  private static String key(CatalogConfig.Bound bound) {
    return Optional.ofNullable(bound.credentials().get("acme")).orElseThrow().reveal();
  }

  @Test
  void anEndpointInheritsFromItsProviderAndItsModel() throws IOException {
    Endpoint e = shipped().endpoints("acme/small").get(0);
    assertThat(e.id()).isEqualTo("acme|acme/small");
    assertThat(e.providerModel()).isEqualTo("small-1");
    assertThat(e.contextLength()).isEqualTo(8192);
    assertThat(e.maxOutput()).hasValue(1024);
    assertThat(e.parameters()).containsExactlyInAnyOrder("max_tokens", "temperature", "tools");
    assertThat(e.input()).containsExactlyInAnyOrder(Modality.TEXT, Modality.IMAGE);
    assertThat(e.traits()).containsExactly(Target.Trait.MAX_COMPLETION_TOKENS);
    assertThat(e.quirks()).hasSize(2).contains(new Quirk.Rename("seed", "random_seed"));
    assertThat(e.dataPolicy().retentionDays()).hasValue(30);
    assertThat(e.dataPolicy().publishes()).isFalse();
  }

  @Test
  void theOldestPriceHoldsFromTheBeginningAndTiersAreStrict() throws IOException {
    Endpoint e = shipped().endpoints("acme/small").get(0);
    Rate before = e.priceAt(Instant.parse("2026-02-28T23:59:59Z")).rate(Meter.INPUT).orElseThrow();
    assertThat(before).isEqualTo(Rate.flat(1_000_000));
    Rate after = e.priceAt(Instant.parse("2026-03-01T00:00:00Z")).rate(Meter.INPUT).orElseThrow();
    assertThat(after.at(4000)).isEqualTo(500_000);
    assertThat(after.at(4001)).isEqualTo(1_000_000);
    assertThat(e.prices()).extracting(Price::version).doesNotHaveDuplicates();
  }

  @Test
  void anAliasIsItsTarget() throws IOException {
    assertThat(shipped().model("~acme/latest").map(Model::id)).contains("acme/small");
    assertThat(shipped().model("acme/small-20260101").map(Model::id)).contains("acme/small");
  }

  @Test
  void mistakesAreToldWithTheirLine() throws IOException {
    assertThat(problems(MODELS, PROVIDER.replace("base_url", "base_ulr")))
        .anySatisfy(
            p -> assertThat(p).startsWith("acme.yaml:3:1:").contains("did you mean `base_url`?"));
    assertThat(problems(MODELS, PROVIDER.replace("model: acme/small", "model: acme/smal")))
        .singleElement()
        .asString()
        .startsWith("acme.yaml:10:12:")
        .contains("`acme/smal` is not known");
    assertThat(problems(MODELS, PROVIDER.replace("prompt: 0.5", "prompt: -0.5")))
        .anySatisfy(
            p -> assertThat(p).startsWith("acme.yaml:13:37:").contains("must not be negative"));
    assertThat(problems(MODELS, PROVIDER.replace("completion: 4", "compeltion: 4")))
        .anySatisfy(p -> assertThat(p).contains(":14:", "did you mean `completion`?"))
        .anySatisfy(p -> assertThat(p).contains("must both be stated"));
    assertThat(problems(MODELS, PROVIDER.replace("openai-chat", "openai-cat")))
        .singleElement()
        .asString()
        .contains("acme.yaml:2:10:", "did you mean `openai-chat`?");
    assertThat(
            problems(MODELS, PROVIDER.replace("max_completion_tokens]", "max_completion_token]")))
        .singleElement()
        .asString()
        .contains("did you mean `max_completion_tokens`?");
    assertThat(problems(MODELS, PROVIDER.replace("https://api", "ftp://api")))
        .anySatisfy(p -> assertThat(p).contains("must begin with http:// or https://"));
    assertThat(problems(MODELS.replace("alias_of: acme/small", "alias_of: acme/large"), PROVIDER))
        .singleElement()
        .asString()
        .contains("`acme/large`, which is not known");
    assertThat(
            problems(MODELS + "  - { id: acme/small, name: again, context_length: 1 }\n", PROVIDER))
        .anySatisfy(p -> assertThat(p).contains("acme.yaml:15:", "another model"));
    assertThat(problems(MODELS, PROVIDER + "  - { model: acme/small, price: free }\n"))
        .singleElement()
        .asString()
        .contains("acme.yaml:15:", "give one of them a `tag:`");
    assertThat(
            problems(
                MODELS,
                PROVIDER.replace(
                    "    provider_model", "    max_completion_tokens: 9000\n    provider_model")))
        .singleElement()
        .asString()
        .contains("more than the context of 8192");
  }

  @Test
  void theConfigurationOfTheContractWorks() throws IOException {
    CatalogConfig.Bound bound =
        bind(
            shipped(),
            """
            providers:
              acme:
                base_url: http://127.0.0.1:9001/v1
                api_key: ${ACME_API_KEY}
              my-vllm:
                name: My vLLM
                dialect: openai-chat
                base_url: http://gpu-7:8000/v1
            endpoints:
              - model: meta-llama/llama-3.3-70b-instruct
                provider: my-vllm
                provider_model: llama-3.3-70b
                price: { prompt: 0.10, completion: 0.30 }
                context_length: 131072
                max_completion_tokens: 8192
                data_policy: { training: false, retention_days: 0 }
            """,
            Map.of("ACME_API_KEY", "sk-acme"));
    assertThat(bound.problems()).isEmpty();
    Catalog catalog = bound.catalog();
    Endpoint acme = catalog.endpoints("acme/small").get(0);
    assertThat(acme.provider().baseUrl()).hasToString("http://127.0.0.1:9001/v1");
    assertThat(key(bound)).isEqualTo("sk-acme");
    assertThat(bound.toString()).doesNotContain("sk-acme");
    Endpoint own = catalog.endpoints("meta-llama/llama-3.3-70b-instruct").get(0);
    assertThat(own.provider().auth()).isEqualTo(new Auth.None());
    assertThat(own.anyParameter()).isTrue();
    assertThat(own.honours("logit_bias")).isTrue();
    assertThat(own.dataPolicy().zeroRetention()).isTrue();
    assertThat(own.priceAt(NOW).rate(Meter.INPUT).orElseThrow()).isEqualTo(Rate.flat(100_000));
    assertThat(own.maxOutput()).hasValue(8192);
    assertThat(bound.live(own.provider())).isTrue();
    assertThat(catalog.model("meta-llama/llama-3.3-70b-instruct")).isPresent();
    assertThat(catalog.version()).isNotEqualTo(shipped().version());
  }

  @Test
  void credentialsComeFromTheEnvironmentOtherwise() throws IOException {
    assertThat(key(bind(shipped(), "", Map.of("ACME_API_KEY", " sk-env\n")))).isEqualTo("sk-env");
    CatalogConfig.Bound none = bind(shipped(), "", Map.of());
    assertThat(none.credentials()).isEmpty();
    assertThat(none.live(none.catalog().provider("acme").orElseThrow())).isFalse();
    assertThat(none.catalog().version()).isEqualTo(shipped().version());
  }

  @Test
  void variablesOfTheBaseUrlComeFromTheEnvironment() throws IOException {
    Catalog base =
        CatalogLoader.folder(
                catalog(
                    MODELS,
                    PROVIDER.replace(
                        "acme.example/v1", "acme.example/ACCOUNT/v1\nvariables: [ACCOUNT]")))
            .catalog();
    CatalogConfig.Bound bound = bind(base, "", Map.of("ACME_API_KEY", "k", "ACCOUNT", "a1"));
    assertThat(bound.catalog().endpoints("acme/small").get(0).provider().baseUrl())
        .hasToString("https://api.acme.example/a1/v1");
    assertThat(bind(base, "", Map.of("ACME_API_KEY", "k")).credentials()).isEmpty();
  }

  @Test
  void aProviderCanBeSwitchedOff() throws IOException {
    Catalog catalog =
        bind(shipped(), "providers: { acme: { disabled: true } }", Map.of()).catalog();
    assertThat(catalog.endpoints("acme/small").get(0).status()).isNegative();
    assertThat(ListedPrice.top(catalog.endpoints("acme/small"), NOW)).isEmpty();
  }

  @Test
  void anUnknownProviderNeedsAnAddress() throws IOException {
    CatalogConfig.Bound bound = bind(shipped(), "providers: { acmee: { api_key: x } }", Map.of());
    assertThat(bound.problems())
        .singleElement()
        .asString()
        .isEqualTo(
            "fairlead.yaml:1:14: `providers.acmee`: is not in the catalog and has no `base_url`; did you mean `acme`?");
    assertThat(
            bind(shipped(), "endpoints: [{ model: a/b, provider: nobody }]", Map.of()).problems())
        .singleElement()
        .asString()
        .contains("define `nobody` under `providers:`");
  }

  @Test
  void changingADialectOrPolicyReachesTheEndpoints() throws IOException {
    Endpoint e =
        bind(
                shipped(),
                "providers: { acme: { dialect: anthropic, data_policy: { retention_days: 0 } } }",
                Map.of())
            .catalog()
            .endpoints("acme/small")
            .get(0);
    assertThat(e.dialect()).isEqualTo(Dialect.ANTHROPIC);
    assertThat(e.dataPolicy().zeroRetention()).isTrue();
  }

  @Test
  void layersLieOverEachOtherAndOnlyStatedFactsChange() throws IOException {
    Path local =
        catalog(
            "models: [{ id: acme/small, name: Renamed }, { id: acme/new, context_length: 9 }]\n",
            "endpoints: [{ model: acme/small, price: { prompt: 7, completion: 8 } }]\n");
    String refreshed =
        """
        refreshed: 2026-11-01T00:00:00Z
        endpoints:
          - { provider: acme, model: acme/small, price: { prompt: 3, completion: 3 }, context_length: 16384 }
          - { provider: gone, model: acme/small, price: { prompt: 3, completion: 3 } }
        """;
    CatalogLoader.Loaded over =
        CatalogLoader.over(shipped(), "refreshed.yaml", refreshed.getBytes(UTF_8));
    assertThat(over.problems()).isEmpty();
    CatalogLoader.Loaded loaded = CatalogLoader.over(over.catalog(), local);
    assertThat(loaded.problems()).isEmpty();
    Endpoint e = loaded.catalog().endpoints("acme/small").get(0);
    assertThat(e.contextLength()).isEqualTo(16384);
    assertThat(e.priceAt(NOW).rate(Meter.INPUT).orElseThrow()).isEqualTo(Rate.flat(7_000_000));
    assertThat(e.providerModel()).isEqualTo("small-1");
    assertThat(e.anyParameter()).isFalse();
    assertThat(e.traits()).containsExactly(Target.Trait.MAX_COMPLETION_TOKENS);
    assertThat(loaded.catalog().model("acme/small").map(Model::name)).contains("Renamed");
    assertThat(loaded.catalog().model("acme/small").map(Model::contextLength)).contains(8192L);
    assertThat(loaded.catalog().endpoints("acme/small")).hasSize(1);
  }
}
