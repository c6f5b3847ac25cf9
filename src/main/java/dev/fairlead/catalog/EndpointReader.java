package dev.fairlead.catalog;

import dev.fairlead.config.Section;
import dev.fairlead.money.Meter;
import dev.fairlead.money.Price;
import dev.fairlead.protocol.Target;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads an endpoint. What it does not state comes from the endpoint that it changes, then from its
 * provider's defaults, then from its model.
 */
final class EndpointReader {
  private static final long MOST = 1_000_000_000L;
  private static final long USUAL_CONTEXT = 131_072;
  private static final Set<Modality> ANYTHING_IN =
      Set.of(Modality.TEXT, Modality.IMAGE, Modality.FILE, Modality.AUDIO, Modality.VIDEO);
  private static final Map<String, String> QUANTIZATIONS =
      Words.QUANTIZATIONS.stream().collect(Collectors.toMap(q -> q, q -> q));

  private EndpointReader() {}

  static String id(String tag, String model) {
    return tag.concat("|").concat(model);
  }

  /**
   * @param known the endpoint of the layers below with the same id
   * @param model empty when nobody describes it, which only a configured endpoint may do
   * @param configured it stands in a user's file: it need not say what it can do, or what it costs
   */
  static Endpoint read(
      Section s,
      String modelId,
      String tag,
      Provider provider,
      Optional<Endpoint> known,
      Optional<Model> model,
      boolean configured) {
    String id = id(tag, modelId);
    boolean fresh = known.isEmpty();
    List<Price> prices = prices(s, id, known, configured);
    Optional<List<String>> parameters = s.texts("parameters");
    Set<String> lacks = new HashSet<>(s.texts("lacks").orElse(List.of()));
    lacks.addAll(provider.defaults().lacks());
    EndpointDefaults defaults = provider.defaults();
    long context =
        s.whole("context_length", 1, MOST)
            .or(() -> known.map(Endpoint::contextLength))
            .or(() -> model.map(Model::contextLength).filter(c -> c > 0))
            .orElse(USUAL_CONTEXT);
    Endpoint read =
        new Endpoint(
            id,
            modelId,
            provider,
            tag,
            s.text("provider_model").or(() -> known.map(Endpoint::providerModel)).orElse(modelId),
            s.word("dialect", Words.DIALECTS)
                .or(() -> known.map(Endpoint::dialect))
                .orElse(provider.dialect()),
            prices,
            context,
            bound(s, "max_completion_tokens", known.map(Endpoint::maxOutput))
                .or(() -> model.map(Model::maxOutput).filter(m -> fits(m, context)))
                .orElse(OptionalLong.empty()),
            bound(s, "max_prompt_tokens", known.map(Endpoint::maxPrompt))
                .orElse(OptionalLong.empty()),
            s.word("quantization", QUANTIZATIONS)
                .or(() -> known.map(Endpoint::quantization))
                .orElse("unknown"),
            parameters(parameters, known, model, lacks, configured),
            parameters.isEmpty() && known.map(Endpoint::anyParameter).orElse(configured),
            modalities(s, "input", known.map(Endpoint::input), model, Model::input),
            modalities(s, "output", known.map(Endpoint::output), model, Model::output),
            ProviderReader.policy(s, known.map(Endpoint::dataPolicy).orElse(provider.dataPolicy())),
            QuirkReader.read(s).or(() -> known.map(Endpoint::quirks)).orElse(defaults.quirks()),
            s.words("traits", Words.TRAITS)
                .<Set<Target.Trait>>map(LinkedHashSet::new)
                .or(() -> known.map(Endpoint::traits))
                .orElse(defaults.traits()),
            s.word("reasoning", Words.STYLES)
                .or(() -> known.map(Endpoint::reasoningStyle))
                .orElse(defaults.reasoningStyle()),
            s.text("region").or(() -> known.flatMap(Endpoint::region)),
            s.flag("caches_prompts")
                .or(() -> fresh ? Optional.empty() : known.map(Endpoint::cachesPrompts))
                .orElseGet(() -> cheaperFromCache(prices)),
            s.flag("disabled")
                .map(off -> off ? -1 : 0)
                .or(() -> known.map(Endpoint::status))
                .orElse(0));
    s.end();
    return read;
  }

  private static boolean fits(OptionalLong most, long context) {
    return most.isPresent() && most.getAsLong() <= context;
  }

  private static List<Price> prices(
      Section s, String id, Optional<Endpoint> known, boolean configured) {
    Optional<List<Price>> stated = PriceReader.read(s, id);
    if (stated.isEmpty() && known.isEmpty() && !configured && !s.has("price")) {
      s.missing("price");
    }
    return stated.or(() -> known.map(Endpoint::prices)).orElse(List.of(Price.FREE));
  }

  private static Optional<OptionalLong> bound(Section s, String key, Optional<OptionalLong> known) {
    return s.whole(key, 1, MOST)
        .map(OptionalLong::of)
        .or(() -> known.filter(OptionalLong::isPresent));
  }

  private static Set<String> parameters(
      Optional<List<String>> stated,
      Optional<Endpoint> known,
      Optional<Model> model,
      Set<String> lacks,
      boolean configured) {
    Set<String> all = new HashSet<>();
    if (stated.isPresent()) {
      all.addAll(stated.get());
    } else if (known.isPresent()) {
      all.addAll(known.get().parameters());
    } else if (!configured) {
      model.ifPresent(m -> all.addAll(m.supportedParameters()));
    }
    if (stated.isEmpty()) {
      all.removeAll(lacks);
    }
    return all;
  }

  private static Set<Modality> modalities(
      Section s,
      String key,
      Optional<Set<Modality>> known,
      Optional<Model> model,
      Function<Model, Set<Modality>> ofModel) {
    return ModelReader.modalities(s, key)
        .or(() -> known)
        .or(() -> model.map(ofModel))
        .orElseGet(() -> key.equals("input") ? ANYTHING_IN : EnumSet.of(Modality.TEXT));
  }

  private static boolean cheaperFromCache(List<Price> prices) {
    return prices.get(prices.size() - 1).rate(Meter.CACHE_READ).isPresent();
  }
}
