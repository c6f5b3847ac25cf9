package dev.fairlead.route;

import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import java.util.List;
import java.util.Optional;

/**
 * What somebody forbids, and who that is. Restrictions of several layers hold together: what one
 * layer forbids no other can allow.
 *
 * @param setBy where it was set: {@code request}, {@code key}, {@code organization}, {@code
 *     config}, {@code guardrail:…}; told to the caller
 * @param allowProviders slugs that alone may serve; empty for no such rule
 * @param ignoreProviders slugs that must not serve
 * @param allowModels model ids, with {@code author/*}; empty for no such rule
 * @param ignoreModels model ids, with {@code author/*}
 * @param quantizations that alone may serve; empty for any
 * @param denyCollection nobody who trains on prompts, publishes them or stores them
 * @param zdr nobody who retains anything
 * @param distillable only models whose author permits distillation
 * @param regions where data may go; empty for anywhere
 */
public record Restriction(
    String setBy,
    Optional<List<String>> allowProviders,
    List<String> ignoreProviders,
    Optional<List<String>> allowModels,
    List<String> ignoreModels,
    List<String> quantizations,
    boolean denyCollection,
    boolean zdr,
    boolean distillable,
    PriceCap maxPrice,
    Optional<List<String>> regions) {

  static final String REQUEST = "request";

  public Restriction {
    allowProviders = allowProviders.map(List::copyOf);
    ignoreProviders = List.copyOf(ignoreProviders);
    allowModels = allowModels.map(List::copyOf);
    ignoreModels = List.copyOf(ignoreModels);
    quantizations = List.copyOf(quantizations);
    regions = regions.map(List::copyOf);
  }

  /** Nothing is forbidden. */
  public static Restriction none(String setBy) {
    return new Restriction(
        setBy,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        List.of(),
        List.of(),
        false,
        false,
        false,
        PriceCap.NONE,
        Optional.empty());
  }

  public Restriction withProviders(Optional<List<String>> allow, List<String> ignore) {
    return new Restriction(
        setBy,
        allow,
        ignore,
        allowModels,
        ignoreModels,
        quantizations,
        denyCollection,
        zdr,
        distillable,
        maxPrice,
        regions);
  }

  public Restriction withModels(Optional<List<String>> allow, List<String> ignore) {
    return new Restriction(
        setBy,
        allowProviders,
        ignoreProviders,
        allow,
        ignore,
        quantizations,
        denyCollection,
        zdr,
        distillable,
        maxPrice,
        regions);
  }

  public Restriction withQuantizations(List<String> alone) {
    return new Restriction(
        setBy,
        allowProviders,
        ignoreProviders,
        allowModels,
        ignoreModels,
        alone,
        denyCollection,
        zdr,
        distillable,
        maxPrice,
        regions);
  }

  public Restriction withDataPolicy(boolean deny, boolean zeroRetention) {
    return new Restriction(
        setBy,
        allowProviders,
        ignoreProviders,
        allowModels,
        ignoreModels,
        quantizations,
        deny,
        zeroRetention,
        distillable,
        maxPrice,
        regions);
  }

  public Restriction withMaxPrice(PriceCap cap) {
    return new Restriction(
        setBy,
        allowProviders,
        ignoreProviders,
        allowModels,
        ignoreModels,
        quantizations,
        denyCollection,
        zdr,
        distillable,
        cap,
        regions);
  }

  public Restriction withRegions(List<String> allowed) {
    return new Restriction(
        setBy,
        allowProviders,
        ignoreProviders,
        allowModels,
        ignoreModels,
        quantizations,
        denyCollection,
        zdr,
        distillable,
        maxPrice,
        Optional.of(allowed));
  }

  void write(JsonWriter out) {
    out.beginObject().field("set_by", setBy);
    list(out, "allow_providers", allowProviders);
    Words.write(out, "ignore_providers", ignoreProviders);
    list(out, "allow_models", allowModels);
    Words.write(out, "ignore_models", ignoreModels);
    Words.write(out, "quantizations", quantizations);
    Words.flag(out, "deny_collection", denyCollection);
    Words.flag(out, "zdr", zdr);
    Words.flag(out, "distillable", distillable);
    if (!maxPrice.isNone()) {
      maxPrice.write(out.name("max_price"));
    }
    list(out, "regions", regions);
    out.endObject();
  }

  /** An empty list is a rule that nothing keeps; it must not be lost as if it were none. */
  private static void list(JsonWriter out, String name, Optional<List<String>> words) {
    if (words.isPresent()) {
      out.name(name).beginArray();
      words.get().forEach(out::value);
      out.endArray();
    }
  }

  static Restriction read(JsonNode node) {
    return new Restriction(
        node.get("set_by").textOr(""),
        Words.readIfAny(node.get("allow_providers")),
        Words.read(node.get("ignore_providers")),
        Words.readIfAny(node.get("allow_models")),
        Words.read(node.get("ignore_models")),
        Words.read(node.get("quantizations")),
        node.get("deny_collection").boolOr(false),
        node.get("zdr").boolOr(false),
        node.get("distillable").boolOr(false),
        RoutingWishReader.recordedCap(node.get("max_price")),
        Words.readIfAny(node.get("regions")));
  }
}
