package dev.fairlead.catalog;

import dev.fairlead.canon.Dialect;
import dev.fairlead.http.Headers;
import dev.fairlead.money.Meter;
import dev.fairlead.money.Price;
import dev.fairlead.money.Rate;
import dev.fairlead.protocol.Target;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.MalformedJson;
import dev.fairlead.wire.Raw;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Reads what {@link CompiledWriter} wrote. It was checked when it was compiled, so not again. */
final class CompiledReader {
  private static final Meter[] METERS = Meter.values();

  private final Map<String, Provider> providers = new LinkedHashMap<>();
  private final Map<List<String>, Set<String>> parameterSets = new HashMap<>();

  private CompiledReader() {}

  static Catalog read(byte[] bytes) throws IOException {
    try {
      JsonNode root = Json.read(bytes, JsonLimits.RESPONSE).root();
      if (root.get("format").longOr(0) != CompiledWriter.FORMAT) {
        throw new IOException("the compiled catalog has another format; build it again");
      }
      return new CompiledReader().catalog(root);
    } catch (MalformedJson e) {
      throw new IOException("the compiled catalog is damaged: " + e.getMessage(), e);
    }
  }

  private Catalog catalog(JsonNode root) {
    for (JsonNode node : root.get("providers").items()) {
      Provider provider = provider(node);
      providers.put(provider.slug(), provider);
    }
    List<Model> models = new ArrayList<>();
    for (JsonNode node : root.get("models").items()) {
      models.add(model(node));
    }
    List<Endpoint> endpoints = new ArrayList<>();
    for (JsonNode node : root.get("endpoints").items()) {
      endpoints.add(endpoint(node));
    }
    return new Catalog(root.get("version").text(), providers.values(), models, endpoints);
  }

  private static Provider provider(JsonNode n) {
    return new Provider(
        n.get("slug").text(),
        n.get("name").text(),
        n.get("family").text(),
        Dialect.of(n.get("dialect").text()).orElseThrow(),
        URI.create(n.get("url").text()),
        n.get("path").textIfAny(),
        auth(n.get("auth")),
        texts(n.get("env")),
        Headers.copyOf(texts(n.get("headers"))),
        n.get("cancels").boolOr(false),
        policy(n.get("policy")),
        n.get("privacy").textIfAny(),
        n.get("terms").textIfAny(),
        n.get("status").textIfAny(),
        n.get("hq").textIfAny(),
        texts(n.get("dc")),
        n.get("builtin").boolOr(false),
        new EndpointDefaults(
            quirks(n.get("quirks")),
            traits(n.get("traits")),
            style(n.get("style")),
            Set.copyOf(texts(n.get("lacks")))),
        texts(n.get("vars")));
  }

  private static Auth auth(JsonNode n) {
    if (!n.exists()) {
      return new Auth.Bearer();
    }
    return n.text().isEmpty() ? new Auth.None() : new Auth.Header(n.text());
  }

  private static Model model(JsonNode n) {
    String id = n.get("id").text();
    return new Model(
        id,
        n.get("slug").textOr(id),
        n.get("name").text(),
        n.get("about").text(),
        n.get("created").longOr(0),
        n.get("context").longOr(0),
        modalities(n.get("in")),
        modalities(n.get("out")),
        n.get("tokenizer").text(),
        n.get("instruct").textIfAny(),
        n.get("hf").textIfAny(),
        n.get("knowledge").textIfAny(),
        n.get("expires").textIfAny(),
        n.get("alias").textIfAny(),
        raw(n.get("reasoning")),
        raw(n.get("defaults")),
        number(n.get("max")),
        n.get("moderated").boolOr(false),
        texts(n.get("params")),
        new Benchmarks(
            score(n.get("iq")), score(n.get("code")), score(n.get("agent")), score(n.get("elo"))),
        n.get("distil").boolOr(false));
  }

  private Endpoint endpoint(JsonNode n) {
    Provider provider = providers.get(n.get("at").text());
    if (provider == null) {
      throw new IllegalStateException("no provider " + n.get("at"));
    }
    String model = n.get("model").text();
    String tag = n.get("tag").textOr(provider.slug());
    JsonNode style = n.get("style");
    return new Endpoint(
        EndpointReader.id(tag, model),
        model,
        provider,
        tag,
        n.get("name").text(),
        n.get("dialect").textIfAny().flatMap(Dialect::of).orElse(provider.dialect()),
        prices(n.get("prices")),
        n.get("context").longOr(0),
        number(n.get("max")),
        number(n.get("maxin")),
        n.get("quant").textOr("unknown"),
        parameterSets.computeIfAbsent(texts(n.get("params")), Set::copyOf),
        n.get("any").boolOr(false),
        modalities(n.get("in")),
        modalities(n.get("out")),
        n.get("policy").exists() ? policy(n.get("policy")) : provider.dataPolicy(),
        quirks(n.get("quirks")),
        traits(n.get("traits")),
        style.exists() ? style(style) : provider.defaults().reasoningStyle(),
        n.get("region").textIfAny(),
        n.get("caches").boolOr(false),
        (int) n.get("status").longOr(0));
  }

  private static List<Price> prices(JsonNode n) {
    List<Price> prices = new ArrayList<>();
    for (JsonNode price : n.items()) {
      prices.add(price(price));
    }
    return prices;
  }

  private static Price price(JsonNode n) {
    List<JsonNode> parts = new ArrayList<>();
    n.items().forEach(parts::add);
    Map<Meter, Rate> rates = new EnumMap<>(Meter.class);
    for (int i = 2; i + 2 < parts.size(); i += 3) {
      rates.put(
          METERS[(int) parts.get(i).longOr(0)],
          new Rate(parts.get(i + 1).longOr(0), tiers(parts.get(i + 2))));
    }
    return new Price(parts.get(0).text(), Instant.parse(parts.get(1).text()), rates);
  }

  private static List<Rate.Tier> tiers(JsonNode n) {
    if (n.size() == 0) {
      return List.of();
    }
    List<Rate.Tier> tiers = new ArrayList<>();
    long bound = -1;
    for (JsonNode number : n.items()) {
      if (bound < 0) {
        bound = number.longOr(0);
      } else {
        tiers.add(new Rate.Tier(bound, number.longOr(0)));
        bound = -1;
      }
    }
    return tiers;
  }

  private static DataPolicy policy(JsonNode n) {
    JsonNode days = n.get("days");
    return new DataPolicy(
        n.get("trains").boolOr(false),
        n.get("retains").boolOr(false),
        days.exists() ? OptionalInt.of((int) days.longOr(0)) : OptionalInt.empty(),
        n.get("publishes").boolOr(false),
        n.get("checked").textIfAny().map(LocalDate::parse));
  }

  private static List<Quirk> quirks(JsonNode n) {
    if (!n.exists()) {
      return List.of();
    }
    List<Quirk> quirks = new ArrayList<>();
    for (JsonNode quirk : n.items()) {
      String member = quirk.at(1).text();
      quirks.add(
          switch (quirk.at(0).text()) {
            case "drop" -> new Quirk.Drop(member);
            case "rename" -> new Quirk.Rename(member, quirk.at(2).text());
            case "set" -> new Quirk.Set(member, Raw.of(quirk.at(2).toString()));
            default -> new Quirk.Default(member, Raw.of(quirk.at(2).toString()));
          });
    }
    return quirks;
  }

  private static Set<Target.Trait> traits(JsonNode n) {
    if (!n.exists()) {
      return Set.of();
    }
    EnumSet<Target.Trait> traits = EnumSet.noneOf(Target.Trait.class);
    for (JsonNode word : n.items()) {
      Target.Trait trait = Words.TRAITS.get(word.text());
      if (trait != null) {
        traits.add(trait);
      }
    }
    return traits;
  }

  private static Target.ReasoningStyle style(JsonNode n) {
    return Words.STYLES.getOrDefault(n.textOr("none"), Target.ReasoningStyle.NONE);
  }

  private static Set<Modality> modalities(JsonNode n) {
    EnumSet<Modality> found = EnumSet.noneOf(Modality.class);
    for (JsonNode word : n.items()) {
      Modality.of(word.text()).ifPresent(found::add);
    }
    return found;
  }

  private static List<String> texts(JsonNode n) {
    if (!n.exists()) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    n.items().forEach(item -> texts.add(item.text()));
    return texts;
  }

  /** A copy of its own, so that a model does not keep the whole document alive. */
  private static Optional<Raw> raw(JsonNode n) {
    return n.exists() ? Optional.of(Raw.of(n.toString())) : Optional.empty();
  }

  private static OptionalLong number(JsonNode n) {
    return n.exists() ? OptionalLong.of(n.longOr(0)) : OptionalLong.empty();
  }

  private static OptionalDouble score(JsonNode n) {
    return n.exists() ? OptionalDouble.of(n.doubleOr(0)) : OptionalDouble.empty();
  }
}
