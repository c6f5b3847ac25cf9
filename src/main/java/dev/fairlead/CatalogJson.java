package dev.fairlead;

import dev.fairlead.catalog.Auth;
import dev.fairlead.catalog.DataPolicy;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.catalog.ListedPrice;
import dev.fairlead.catalog.Modality;
import dev.fairlead.catalog.Model;
import dev.fairlead.catalog.PriceWords;
import dev.fairlead.catalog.Provider;
import dev.fairlead.catalog.Quirk;
import dev.fairlead.money.Meter;
import dev.fairlead.money.Price;
import dev.fairlead.money.Rate;
import dev.fairlead.wire.JsonWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What the catalog knows, as documents for the command line. Prices in USD per million tokens. */
final class CatalogJson {
  private final Live live;
  private final Instant now;

  CatalogJson(Live live, Instant now) {
    this.live = live;
    this.now = now;
  }

  /** A row of the list. */
  void model(JsonWriter out, Model model, List<Endpoint> endpoints) {
    out.beginObject()
        .field("id", model.id())
        .field("name", model.name())
        .field("author", model.author())
        .field("context_length", model.contextLength());
    number(out, "max_completion_tokens", model.maxOutput());
    modalities(out, "input", model.input());
    modalities(out, "output", model.output());
    Optional<Price> price = ListedPrice.top(endpoints, now).map(e -> e.priceAt(now));
    amount(out, "prompt", price, Meter.INPUT);
    amount(out, "completion", price, Meter.OUTPUT);
    texts(out, "providers", endpoints.stream().map(e -> e.provider().slug()).distinct().toList());
    out.field("available", endpoints.stream().anyMatch(this::available)).endObject();
  }

  boolean available(Endpoint endpoint) {
    return endpoint.status() >= 0 && live.ready(endpoint.provider());
  }

  /** A model with all that is known of it and its endpoints. */
  void whole(JsonWriter out, Model model) {
    out.beginObject()
        .field("id", model.id())
        .field("canonical_slug", model.canonicalSlug())
        .field("name", model.name())
        .field("description", model.description())
        .field("created", model.created() == 0 ? "" : day(model.created()))
        .field("context_length", model.contextLength());
    number(out, "max_completion_tokens", model.maxOutput());
    modalities(out, "input", model.input());
    modalities(out, "output", model.output());
    texts(out, "supported_parameters", model.supportedParameters());
    out.name("endpoints").beginArray();
    live.catalog().endpoints(model.id()).forEach(e -> endpoint(out, e));
    out.endArray().endObject();
  }

  private static String day(long epochSecond) {
    return Instant.ofEpochSecond(epochSecond).toString().substring(0, "2025-01-01".length());
  }

  void endpoint(JsonWriter out, Endpoint e) {
    Optional<Price> price = Optional.of(e.priceAt(now));
    out.beginObject()
        .field("id", e.id())
        .field("model", e.model())
        .field("provider", e.provider().slug())
        .field("tag", e.tag())
        .field("provider_model", e.providerModel())
        .field("dialect", e.dialect().id())
        .field("available", available(e));
    amount(out, "prompt", price, Meter.INPUT);
    amount(out, "completion", price, Meter.OUTPUT);
    out.name("prices").beginArray();
    prices(out, e, e.priceAt(now));
    out.endArray().field("context_length", e.contextLength());
    number(out, "max_completion_tokens", e.maxOutput());
    number(out, "max_prompt_tokens", e.maxPrompt());
    out.field("quantization", e.quantization());
    out.name("region");
    e.region().ifPresentOrElse(out::value, out::nullValue);
    policy(out, e.dataPolicy());
    texts(out, "quirks", e.quirks().stream().map(CatalogJson::quirk).toList());
    texts(out, "traits", e.traits().stream().map(t -> word(t.name())).sorted().toList());
    out.endObject();
  }

  /** A row for each meter and tier of a price. */
  void prices(JsonWriter out, Endpoint e, Price price) {
    boolean holds = price.equals(e.priceAt(now));
    for (Map.Entry<Meter, Rate> rate : price.rates().entrySet()) {
      price(out, e, price, holds, rate.getKey(), 0, rate.getValue().picoUsd());
      for (Rate.Tier tier : rate.getValue().tiers()) {
        price(out, e, price, holds, rate.getKey(), tier.aboveInputTokens(), tier.picoUsd());
      }
    }
  }

  private static void price(
      JsonWriter out, Endpoint e, Price price, boolean holds, Meter meter, long above, long pico) {
    out.beginObject()
        .field("tag", e.tag())
        .field("from", price.from().equals(Instant.EPOCH) ? "always" : price.from().toString())
        .field("holds", holds)
        .field("what", PriceWords.word(meter))
        .field("above_prompt_tokens", above)
        .field("usd", plain(PriceWords.stated(meter, pico)))
        .field("unit", meter == Meter.REQUEST || meter == Meter.SEARCH ? "each" : "million")
        .field("version", price.version())
        .endObject();
  }

  void provider(JsonWriter out, Provider p, boolean whole) {
    List<Endpoint> endpoints =
        live.catalog().endpoints().stream()
            .filter(e -> e.provider().slug().equals(p.slug()))
            .toList();
    out.beginObject()
        .field("slug", p.slug())
        .field("name", p.name())
        .field("dialect", p.dialect().id())
        .field("base_url", p.baseUrl().toString())
        .field("credential", credential(p));
    texts(out, "environment", p.environment());
    if (whole) {
      endpoints(out, endpoints);
    } else {
      out.field("endpoints", endpoints.size());
    }
    policy(out, p.dataPolicy());
    if (whole) {
      texts(out, "datacenters", p.datacenters());
      links(out, p);
    }
    out.endObject();
  }

  private void endpoints(JsonWriter out, List<Endpoint> endpoints) {
    out.name("endpoints").beginArray();
    endpoints.forEach(e -> endpoint(out, e));
    out.endArray();
  }

  private static void links(JsonWriter out, Provider p) {
    p.headquarters().ifPresent(v -> out.field("headquarters", v));
    p.privacyPolicyUrl().ifPresent(v -> out.field("privacy_policy_url", v));
    p.termsOfServiceUrl().ifPresent(v -> out.field("terms_of_service_url", v));
    p.statusPageUrl().ifPresent(v -> out.field("status_page_url", v));
  }

  /** Whether there is one, never which. */
  private String credential(Provider p) {
    if (p.auth() instanceof Auth.None) {
      return "not needed";
    }
    return live.ready(p) ? "present" : "missing";
  }

  private static void policy(JsonWriter out, DataPolicy policy) {
    out.name("data_policy")
        .beginObject()
        .field("training", policy.training())
        .field("retains", policy.retains());
    number(
        out,
        "retention_days",
        policy.retentionDays().isPresent()
            ? OptionalLong.of(policy.retentionDays().getAsInt())
            : OptionalLong.empty());
    out.field("publishes", policy.publishes());
    out.name("checked");
    policy.checked().ifPresentOrElse(day -> out.value(day.toString()), out::nullValue);
    out.endObject();
  }

  private static String quirk(Quirk quirk) {
    return switch (quirk) {
      case Quirk.Rename(String member, String to) -> "rename " + member + " to " + to;
      case Quirk.Drop(String member) -> "drop " + member;
      case Quirk.Set(String member, var value) -> "set " + member + " to " + value;
      case Quirk.Default(String member, var value) -> "default " + member + " to " + value;
    };
  }

  private static void amount(JsonWriter out, String name, Optional<Price> price, Meter meter) {
    out.name(name);
    price
        .map(p -> p.rate(meter).map(Rate::picoUsd).orElse(0L))
        .ifPresentOrElse(pico -> out.value(plain(PriceWords.stated(meter, pico))), out::nullValue);
  }

  /** Without an exponent. */
  private static BigDecimal plain(BigDecimal amount) {
    return new BigDecimal(amount.toPlainString());
  }

  private static void number(JsonWriter out, String name, OptionalLong value) {
    out.name(name);
    value.ifPresentOrElse(out::value, out::nullValue);
  }

  private static void modalities(JsonWriter out, String name, Set<Modality> modalities) {
    texts(out, name, modalities.stream().sorted().map(m -> word(m.name())).toList());
  }

  private static String word(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static void texts(JsonWriter out, String name, Collection<String> texts) {
    out.name(name).beginArray();
    texts.forEach(out::value);
    out.endArray();
  }
}
