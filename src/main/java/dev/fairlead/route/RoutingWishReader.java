package dev.fairlead.route;

import dev.fairlead.canon.Refused;
import dev.fairlead.wire.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads a caller's directives from the root of a request in any dialect. What it knows must be
 * well-formed, or the request is refused with the path of what is wrong; what it does not know is
 * left alone. Null and empty lists say nothing. Source: OpenRouter's {@code ProviderPreferences}.
 */
public final class RoutingWishReader {
  private static final Set<String> QUANTIZATIONS =
      Set.of(
          "int4", "int8", "fp4", "mxfp4", "nvfp4", "fp6", "fp8", "mxfp8", "fp16", "bf16", "fp32",
          "unknown");

  /** Longest id of a session, in UTF-16 units. */
  private static final int LONGEST_SESSION = 256;

  /** Most slugs in one list. */
  private static final int MOST_SLUGS = 256;

  /** Most fallbacks in the Messages dialect's own list. */
  private static final int MOST_FALLBACKS = 3;

  private RoutingWishReader() {}

  public static RoutingWish read(JsonNode root) throws Refused {
    JsonNode provider = root.get("provider");
    if (provider.hasValue() && !provider.isObject()) {
      throw Refused.invalid("provider: must be an object, but is " + word(provider));
    }
    JsonNode sort = provider.get("sort");
    List<String> only = slugs(provider, "only");
    return new RoutingWish(
        models(root),
        slugs(provider, "order"),
        only.isEmpty() ? Optional.empty() : Optional.of(only),
        slugs(provider, "ignore"),
        flag(provider, "allow_fallbacks", true),
        flag(provider, "require_parameters", false),
        denies(provider.get("data_collection")),
        flag(provider, "zdr", false),
        flag(provider, "enforce_distillable_text", false),
        quantizations(provider),
        sort(sort),
        acrossModels(sort),
        maxPrice(provider.get("max_price")),
        cutoffs(provider, "preferred_min_throughput"),
        cutoffs(provider, "preferred_max_latency"),
        tier(root),
        ownCredential(provider.get("byok")),
        session(root),
        text(root, "prompt_cache_key"));
  }

  private static List<String> models(JsonNode root) throws Refused {
    Set<String> models = new LinkedHashSet<>();
    text(root, "model").filter(name -> !name.isBlank()).ifPresent(models::add);
    JsonNode list = root.get("models");
    models.addAll(texts(list, "models", RoutingWish.MOST_MODELS));
    JsonNode fallbacks = root.get("fallbacks");
    if (!fallbacks.isArray()) {
      return List.copyOf(models);
    }
    if (list.size() > 0 && fallbacks.size() > 0) {
      throw Refused.invalid("fallbacks: cannot stand beside models; use one of the two");
    }
    if (fallbacks.size() > MOST_FALLBACKS) {
      throw Refused.invalid(
          "fallbacks: has " + fallbacks.size() + " entries; at most " + MOST_FALLBACKS);
    }
    int i = 0;
    for (JsonNode entry : fallbacks.items()) {
      JsonNode model = entry.get("model");
      if (!model.isString() || entry.size() != 1) {
        throw Refused.invalid("fallbacks[" + i + "]: must be an object with only a model");
      }
      models.add(model.text());
      i++;
    }
    return List.copyOf(models);
  }

  private static List<String> slugs(JsonNode provider, String name) throws Refused {
    List<String> slugs = texts(provider.get(name), "provider." + name, MOST_SLUGS);
    List<String> lower = new ArrayList<>(slugs.size());
    for (String slug : slugs) {
      lower.add(slug.strip().toLowerCase(Locale.ROOT));
    }
    return lower;
  }

  private static List<String> texts(JsonNode list, String path, int most) throws Refused {
    if (!list.hasValue()) {
      return List.of();
    }
    if (!list.isArray()) {
      throw Refused.invalid(path + ": must be an array of strings, but is " + word(list));
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode item : list.items()) {
      if (texts.size() == most) {
        throw Refused.invalid(path + ": has " + list.size() + " entries; at most " + most);
      }
      if (!item.isString()) {
        throw Refused.invalid(
            path + "[" + texts.size() + "]: must be a string, but is " + word(item));
      }
      texts.add(item.text());
    }
    return texts;
  }

  private static List<String> quantizations(JsonNode provider) throws Refused {
    List<String> words = slugs(provider, "quantizations");
    for (String word : words) {
      if (!QUANTIZATIONS.contains(word)) {
        throw Refused.invalid("provider.quantizations: '" + word + "' is no quantization we know");
      }
    }
    return words;
  }

  private static boolean flag(JsonNode provider, String name, boolean fallback) throws Refused {
    JsonNode value = provider.get(name);
    if (value.hasValue() && !value.isBoolean()) {
      throw Refused.invalid("provider." + name + ": must be true or false, not " + word(value));
    }
    return value.boolOr(fallback);
  }

  private static boolean denies(JsonNode value) throws Refused {
    if (!value.hasValue() || value.textIs("allow")) {
      return false;
    }
    if (value.textIs("deny")) {
      return true;
    }
    throw Refused.invalid("provider.data_collection: must be 'allow' or 'deny', not " + value);
  }

  private static Optional<Sort> sort(JsonNode sort) throws Refused {
    JsonNode by = sort.isObject() ? sort.get("by") : sort;
    if (!by.hasValue()) {
      return Optional.empty();
    }
    Optional<Sort> found = Sort.of(by.textOr(""));
    if (found.isEmpty()) {
      throw Refused.invalid(
          (sort.isObject() ? "provider.sort.by" : "provider.sort")
              + ": must be one of price, throughput, latency, exacto, not "
              + by);
    }
    return found;
  }

  private static boolean acrossModels(JsonNode sort) throws Refused {
    JsonNode partition = sort.get("partition");
    if (!partition.hasValue() || partition.textIs("model")) {
      return false;
    }
    if (partition.textIs("none")) {
      return true;
    }
    throw Refused.invalid("provider.sort.partition: must be 'model' or 'none', not " + partition);
  }

  private static PriceCap maxPrice(JsonNode node) throws Refused {
    if (!node.hasValue()) {
      return PriceCap.NONE;
    }
    if (!node.isObject()) {
      throw Refused.invalid("provider.max_price: must be an object, but is " + word(node));
    }
    for (JsonNode.Member member : node.members()) {
      if (member.value().hasValue() && amount(member.value()).isEmpty()) {
        throw Refused.invalid(
            "provider.max_price."
                + member.name()
                + ": must be an amount in USD of 0 or more, not "
                + member.value());
      }
    }
    return recordedCap(node);
  }

  /** A cap that is known to be well-formed; what is not there is not capped. */
  static PriceCap recordedCap(JsonNode node) {
    return new PriceCap(
        perMillion(node.get("prompt")),
        perMillion(node.get("completion")),
        perUnit(node.get("request")),
        perUnit(node.get("image")),
        perUnit(node.get("audio")));
  }

  private static OptionalLong perMillion(JsonNode node) {
    Optional<BigDecimal> usd = amount(node);
    return usd.isPresent() ? OptionalLong.of(PriceCap.perMillion(usd.get())) : OptionalLong.empty();
  }

  private static OptionalLong perUnit(JsonNode node) {
    Optional<BigDecimal> usd = amount(node);
    return usd.isPresent() ? OptionalLong.of(PriceCap.perUnit(usd.get())) : OptionalLong.empty();
  }

  private static Optional<BigDecimal> amount(JsonNode node) {
    try {
      if (node.isNumber()) {
        return plausible(node.decimal());
      }
      return node.isString() && node.text().length() <= 64
          ? plausible(new BigDecimal(node.text().strip()))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty(); // no number: the caller of this says so, with the path
    }
  }

  /** An exponent of millions would make the arithmetic expensive; no price has one. */
  private static Optional<BigDecimal> plausible(BigDecimal usd) {
    return usd.signum() >= 0 && Math.abs((long) usd.scale()) < 100
        ? Optional.of(usd)
        : Optional.empty();
  }

  private static Cutoffs cutoffs(JsonNode provider, String name) throws Refused {
    JsonNode node = provider.get(name);
    if (!node.hasValue()) {
      return Cutoffs.NONE;
    }
    if (node.isNumber() && node.doubleOr(-1) >= 0) {
      return Cutoffs.ofMedian(node.doubleOr(0));
    }
    if (!node.isObject()) {
      throw Refused.invalid(
          "provider." + name + ": must be a number of 0 or more, or an object of percentiles");
    }
    return new Cutoffs(
        bound(node, name, "p50"),
        bound(node, name, "p75"),
        bound(node, name, "p90"),
        bound(node, name, "p99"));
  }

  private static OptionalDouble bound(JsonNode node, String name, String percentile)
      throws Refused {
    JsonNode value = node.get(percentile);
    if (value.hasValue() && !(value.doubleOr(-1) >= 0)) {
      throw Refused.invalid(
          "provider." + name + "." + percentile + ": must be a number of 0 or more, not " + value);
    }
    return Cutoffs.bound(value);
  }

  private static ServiceTier tier(JsonNode root) throws Refused {
    if (root.get("speed").textIs("fast")) {
      return ServiceTier.PRIORITY;
    }
    return text(root, "service_tier").map(ServiceTier::ofRequest).orElse(ServiceTier.STANDARD);
  }

  private static OwnCredential ownCredential(JsonNode value) throws Refused {
    if (!value.hasValue()) {
      return OwnCredential.PREFER;
    }
    Optional<OwnCredential> found = OwnCredential.of(value.textOr(""));
    if (found.isEmpty()) {
      throw Refused.invalid(
          "provider.byok: must be one of prefer, only, never, after, not " + value);
    }
    return found.get();
  }

  private static Optional<String> session(JsonNode root) throws Refused {
    Optional<String> id = text(root, "session_id");
    if (id.isPresent() && id.get().length() > LONGEST_SESSION) {
      throw Refused.invalid("session_id: must have at most " + LONGEST_SESSION + " characters");
    }
    return id.filter(text -> !text.isEmpty());
  }

  private static Optional<String> text(JsonNode root, String name) throws Refused {
    JsonNode value = root.get(name);
    if (value.hasValue() && !value.isString()) {
      throw Refused.invalid(name + ": must be a string, but is " + word(value));
    }
    return value.textIfAny();
  }

  private static String word(JsonNode node) {
    return node.kind().name().toLowerCase(Locale.ROOT);
  }
}
