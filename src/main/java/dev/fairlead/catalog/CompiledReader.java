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
import java.util.Iterator;
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
  private static final Modality[] MODALITIES = Modality.values();
  private static final Target.Trait[] TRAITS = Target.Trait.values();
  private static final Target.ReasoningStyle[] STYLES = Target.ReasoningStyle.values();

  private final Map<String, Provider> providers = new LinkedHashMap<>();
  private final List<List<String>> parameterLists = new ArrayList<>();
  private final List<Set<String>> parameterSets = new ArrayList<>();
  private final Map<Long, Set<Modality>> modalitySets = new HashMap<>();
  private final Map<Long, Set<Target.Trait>> traitSets = new HashMap<>();

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
    for (JsonNode node : root.get("sets").items()) {
      List<String> list = List.copyOf(texts(node));
      parameterLists.add(list);
      parameterSets.add(Set.copyOf(list));
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

  private Model model(JsonNode node) {
    Iterator<JsonNode> n = node.items().iterator();
    return new Model(
        n.next().text(),
        n.next().text(),
        n.next().text(),
        n.next().text(),
        n.next().longOr(0),
        n.next().longOr(0),
        modalities(n.next()),
        modalities(n.next()),
        n.next().text(),
        n.next().textIfAny(),
        n.next().textIfAny(),
        n.next().textIfAny(),
        n.next().textIfAny(),
        n.next().textIfAny(),
        raw(n.next()),
        raw(n.next()),
        number(n.next()),
        n.next().boolOr(false),
        parameterLists.get((int) n.next().longOr(0)),
        new Benchmarks(score(n.next()), score(n.next()), score(n.next()), score(n.next())),
        n.next().boolOr(false));
  }

  private Endpoint endpoint(JsonNode node) {
    Iterator<JsonNode> n = node.items().iterator();
    String model = n.next().text();
    String slug = n.next().text();
    Provider provider = providers.get(slug);
    if (provider == null) {
      throw new IllegalStateException("no provider " + slug);
    }
    String tag = n.next().textOr(slug);
    return new Endpoint(
        EndpointReader.id(tag, model),
        model,
        provider,
        tag,
        n.next().text(),
        dialectOr(n.next(), provider.dialect()),
        prices(n.next()),
        n.next().longOr(0),
        number(n.next()),
        number(n.next()),
        n.next().text(),
        parameterSets.get((int) n.next().longOr(0)),
        n.next().boolOr(false),
        modalities(n.next()),
        modalities(n.next()),
        policyOr(n.next(), provider.dataPolicy()),
        quirksOr(n.next(), provider.defaults().quirks()),
        traits(n.next().longOr(0)),
        STYLES[(int) n.next().longOr(0)],
        n.next().textIfAny(),
        n.next().boolOr(false),
        (int) n.next().longOr(0));
  }

  private static Dialect dialectOr(JsonNode n, Dialect fallback) {
    return n.isNull() ? fallback : Dialect.of(n.text()).orElse(fallback);
  }

  private static DataPolicy policyOr(JsonNode n, DataPolicy fallback) {
    return n.isNull() ? fallback : policy(n);
  }

  private static List<Quirk> quirksOr(JsonNode n, List<Quirk> fallback) {
    return n.isNull() ? fallback : quirks(n);
  }

  private static List<Price> prices(JsonNode n) {
    List<Price> prices = new ArrayList<>();
    for (JsonNode price : n.items()) {
      prices.add(price(price));
    }
    return prices;
  }

  private static Price price(JsonNode node) {
    Iterator<JsonNode> n = node.items().iterator();
    String version = n.next().text();
    Instant from = Instant.ofEpochSecond(n.next().longOr(0));
    Map<Meter, Rate> rates = new EnumMap<>(Meter.class);
    while (n.hasNext()) {
      Meter meter = METERS[(int) n.next().longOr(0)];
      rates.put(meter, new Rate(n.next().longOr(0), tiers(n.next())));
    }
    return new Price(version, from, rates);
  }

  private static List<Rate.Tier> tiers(JsonNode n) {
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
    EnumSet<Target.Trait> traits = EnumSet.noneOf(Target.Trait.class);
    for (JsonNode word : n.items()) {
      Target.Trait trait = Words.TRAITS.get(word.text());
      if (trait != null) {
        traits.add(trait);
      }
    }
    return traits;
  }

  private Set<Target.Trait> traits(long bits) {
    Set<Target.Trait> known = traitSets.get(bits);
    if (known == null) {
      known = Set.copyOf(set(TRAITS, EnumSet.noneOf(Target.Trait.class), bits));
      traitSets.put(bits, known);
    }
    return known;
  }

  private Set<Modality> modalities(JsonNode n) {
    long bits = n.longOr(0);
    Set<Modality> known = modalitySets.get(bits);
    if (known == null) {
      known = Set.copyOf(set(MODALITIES, EnumSet.noneOf(Modality.class), bits));
      modalitySets.put(bits, known);
    }
    return known;
  }

  private static <E extends Enum<E>> EnumSet<E> set(E[] all, EnumSet<E> found, long bits) {
    for (int i = 0; i < all.length; i++) {
      if ((bits & 1L << i) != 0) {
        found.add(all[i]);
      }
    }
    return found;
  }

  private static Target.ReasoningStyle style(JsonNode n) {
    return Words.STYLES.getOrDefault(n.textOr("none"), Target.ReasoningStyle.NONE);
  }

  private static List<String> texts(JsonNode n) {
    if (!n.exists()) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode item : n.items()) {
      texts.add(item.text());
    }
    return texts;
  }

  /** A copy of its own, so that a model does not keep the whole document alive. */
  private static Optional<Raw> raw(JsonNode n) {
    return n.isNull() ? Optional.empty() : Optional.of(Raw.of(n.toString()));
  }

  private static OptionalLong number(JsonNode n) {
    long value = n.longOr(-1);
    return value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private static OptionalDouble score(JsonNode n) {
    double value = n.doubleOr(-1);
    return value < 0 ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
