package dev.fairlead.route;

import dev.fairlead.canon.Dialect;
import dev.fairlead.catalog.Auth;
import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.DataPolicy;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.catalog.Modality;
import dev.fairlead.catalog.Model;
import dev.fairlead.catalog.Provider;
import dev.fairlead.http.Headers;
import dev.fairlead.money.Meter;
import dev.fairlead.money.Price;
import dev.fairlead.money.Rate;
import dev.fairlead.protocol.Target;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Catalogs built by hand: an endpoint is what a test says of it, and otherwise can do anything. */
final class TestCatalog {
  static final DataPolicy CLEAN =
      new DataPolicy(false, false, OptionalInt.of(0), false, Optional.empty());

  private final Map<String, Provider> providers = new LinkedHashMap<>();
  private final Map<String, Model> models = new LinkedHashMap<>();
  private final List<Spec> specs = new ArrayList<>();

  /** An endpoint in the making. */
  static final class Spec {
    final String model;
    final String tag;
    double prompt;
    double completion;
    final EnumMap<Meter, Rate> more = new EnumMap<>(Meter.class);
    long context = 128_000;
    OptionalLong maxOutput = OptionalLong.empty();
    String quantization = "unknown";
    Set<String> parameters = Set.of();
    boolean anyParameter = true;
    Set<Modality> input = Set.of(Modality.TEXT, Modality.IMAGE);
    Set<Modality> output = Set.of(Modality.TEXT);
    DataPolicy policy = CLEAN;
    Optional<String> region = Optional.empty();
    boolean caches;
    int status;
    String family;

    private Spec(String model, String tag, double prompt, double completion) {
      this.model = model;
      this.tag = tag;
      this.prompt = prompt;
      this.completion = completion;
      this.family = tag.split("/")[0];
    }

    Spec honouring(String... words) {
      anyParameter = false;
      parameters = Set.of(words);
      return this;
    }

    Spec context(long tokens) {
      context = tokens;
      return this;
    }

    Spec maxOutput(long tokens) {
      maxOutput = OptionalLong.of(tokens);
      return this;
    }

    Spec quantized(String word) {
      quantization = word;
      return this;
    }

    Spec policy(boolean trains, boolean retains) {
      policy = new DataPolicy(trains, retains, OptionalInt.empty(), false, Optional.empty());
      return this;
    }

    Spec region(String name) {
      region = Optional.of(name);
      return this;
    }

    Spec textOnly() {
      input = Set.of(Modality.TEXT);
      return this;
    }

    Spec cacheRead(double usdPerMillion) {
      caches = true;
      more.put(Meter.CACHE_READ, Rate.flat(Math.round(usdPerMillion * 1_000_000)));
      return this;
    }

    Spec priced(Meter meter, long pico) {
      more.put(meter, Rate.flat(pico));
      return this;
    }

    Spec status(int value) {
      status = value;
      return this;
    }

    Spec family(String name) {
      family = name;
      return this;
    }
  }

  /** Prices in USD per million tokens; the id is {@code tag|model}. */
  Spec endpoint(String model, String tag, double prompt, double completion) {
    model(model, Optional.empty(), Optional.empty());
    Spec spec = new Spec(model, tag, prompt, completion);
    specs.add(spec);
    return spec;
  }

  /** Prompt and completion at half of this each: the blend, in USD per million tokens. */
  Spec endpoint(String model, String tag, double blend) {
    return endpoint(model, tag, blend / 2, blend / 2);
  }

  void model(String id, Optional<String> alias, Optional<String> expires) {
    models.putIfAbsent(
        id,
        new Model(
            id,
            id + "-2026",
            id,
            "",
            0,
            128_000,
            Set.of(),
            Set.of(),
            "Other",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            expires,
            alias,
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            false,
            List.of()));
  }

  Catalog build() {
    List<Endpoint> endpoints = specs.stream().map(this::endpoint).toList();
    return new Catalog("test-1", providers.values(), models.values(), endpoints);
  }

  private Endpoint endpoint(Spec spec) {
    EnumMap<Meter, Rate> rates = new EnumMap<>(spec.more);
    rates.put(Meter.INPUT, Rate.flat(Math.round(spec.prompt * 1_000_000)));
    rates.put(Meter.OUTPUT, Rate.flat(Math.round(spec.completion * 1_000_000)));
    String slug = spec.tag.split("/")[0];
    Provider provider =
        providers.computeIfAbsent(slug, key -> provider(key, "Big " + key, spec.family));
    return new Endpoint(
        spec.tag + "|" + spec.model,
        spec.model,
        provider,
        spec.tag,
        spec.model,
        Dialect.OPENAI_CHAT,
        List.of(new Price("p1", Instant.EPOCH, rates)),
        spec.context,
        spec.maxOutput,
        OptionalLong.empty(),
        spec.quantization,
        spec.parameters,
        spec.anyParameter,
        spec.input,
        spec.output,
        spec.policy,
        List.of(),
        Set.of(),
        Target.ReasoningStyle.NONE,
        spec.region,
        spec.caches,
        spec.status);
  }

  private static Provider provider(String slug, String name, String family) {
    return new Provider(
        slug,
        name,
        family,
        Dialect.OPENAI_CHAT,
        URI.create("https://" + slug + ".example/v1"),
        Optional.empty(),
        slug.equals("sim") ? new Auth.None() : new Auth.Bearer(),
        List.of(),
        Headers.NONE,
        true,
        CLEAN,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        slug.equals("sim"));
  }
}
