package dev.fairlead.catalog;

import dev.fairlead.money.Meter;
import dev.fairlead.money.Price;
import dev.fairlead.money.Rate;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Writes a catalog as one compact JSON document that is read in milliseconds. Not a format for
 * people or for other programs: only {@link CompiledReader} of the same version reads it. Models
 * and endpoints are arrays without names, sets of parameters are written once and then meant by
 * number, small sets are bits: reading must be quick in a process that has just begun. Equal
 * catalogs give equal bytes.
 */
final class CompiledWriter {
  static final int FORMAT = 1;

  private final JsonWriter out;
  private final Map<List<String>, Integer> parameterSets = new LinkedHashMap<>();

  CompiledWriter(JsonWriter out) {
    this.out = out;
  }

  static byte[] bytes(Catalog catalog) {
    JsonWriter out = new JsonWriter(1 << 20);
    new CompiledWriter(out)
        .write(catalog.version(), catalog.providers(), catalog.models(), catalog.endpoints());
    return out.toBytes();
  }

  void write(
      String version,
      Collection<Provider> providers,
      Collection<Model> models,
      Collection<Endpoint> endpoints) {
    out.beginObject().field("format", FORMAT).field("version", version);
    out.name("providers").beginArray();
    providers.forEach(this::provider);
    models.forEach(m -> parameterSet(m.supportedParameters()));
    endpoints.forEach(e -> parameterSet(List.copyOf(new TreeSet<>(e.parameters()))));
    out.endArray().name("sets").beginArray();
    parameterSets.keySet().forEach(this::array);
    out.endArray().name("models").beginArray();
    models.forEach(this::model);
    out.endArray().name("endpoints").beginArray();
    endpoints.forEach(this::endpoint);
    out.endArray().endObject();
  }

  private int parameterSet(List<String> parameters) {
    return parameterSets.computeIfAbsent(parameters, p -> parameterSets.size());
  }

  private void provider(Provider p) {
    out.beginObject().field("slug", p.slug()).field("name", p.name());
    out.field("family", p.family()).field("dialect", p.dialect().id());
    out.field("url", p.baseUrl().toString());
    text("path", p.chatPath());
    switch (p.auth()) {
      case Auth.Bearer bearer -> {}
      case Auth.None none -> out.field("auth", "");
      case Auth.Header header -> out.field("auth", header.name());
    }
    texts("env", p.environment());
    out.name("headers").beginArray();
    p.headers().forEach((name, value) -> out.value(name).value(value));
    out.endArray();
    flag("cancels", p.cancels());
    out.name("policy");
    policy(p.dataPolicy());
    text("privacy", p.privacyPolicyUrl());
    text("terms", p.termsOfServiceUrl());
    text("status", p.statusPageUrl());
    text("hq", p.headquarters());
    texts("dc", p.datacenters());
    flag("builtin", p.builtin());
    EndpointDefaults d = p.defaults();
    out.name("quirks");
    quirks(d.quirks());
    texts("traits", Words.sorted(d.traits()));
    out.field("style", Words.lower(d.reasoningStyle()));
    texts("lacks", new TreeSet<>(d.lacks()));
    texts("vars", p.variables());
    out.endObject();
  }

  private void model(Model m) {
    Benchmarks b = m.benchmarks();
    out.beginArray().value(m.id()).value(m.canonicalSlug()).value(m.name()).value(m.description());
    out.value(m.created()).value(m.contextLength()).value(bits(m.input())).value(bits(m.output()));
    out.value(m.tokenizer());
    orNull(m.instructType());
    orNull(m.huggingFaceId());
    orNull(m.knowledgeCutoff());
    orNull(m.expirationDate());
    orNull(m.aliasTarget());
    rawOrNull(m.reasoning());
    rawOrNull(m.defaultParameters());
    out.value(m.maxOutput().orElse(-1)).value(m.moderated());
    out.value(parameterSet(m.supportedParameters()));
    out.value(b.intelligence().orElse(-1)).value(b.coding().orElse(-1));
    out.value(b.agentic().orElse(-1)).value(b.designArenaElo().orElse(-1));
    out.value(m.distillable()).endArray();
  }

  private void endpoint(Endpoint e) {
    out.beginArray().value(e.model()).value(e.provider().slug());
    orNull(Optional.of(e.tag()).filter(tag -> !tag.equals(e.provider().slug())));
    out.value(e.providerModel());
    orNull(Optional.of(e.dialect().id()).filter(d -> e.dialect() != e.provider().dialect()));
    out.beginArray();
    e.prices().forEach(this::price);
    out.endArray().value(e.contextLength());
    out.value(e.maxOutput().orElse(-1)).value(e.maxPrompt().orElse(-1)).value(e.quantization());
    out.value(parameterSet(List.copyOf(new TreeSet<>(e.parameters())))).value(e.anyParameter());
    out.value(bits(e.input())).value(bits(e.output()));
    if (e.dataPolicy().equals(e.provider().dataPolicy())) {
      out.nullValue();
    } else {
      policy(e.dataPolicy());
    }
    if (e.quirks().equals(e.provider().defaults().quirks())) {
      out.nullValue();
    } else {
      quirks(e.quirks());
    }
    out.value(bits(e.traits())).value(e.reasoningStyle().ordinal());
    orNull(e.region());
    out.value(e.cachesPrompts()).value(e.status()).endArray();
  }

  private static long bits(Collection<? extends Enum<?>> set) {
    long bits = 0;
    for (Enum<?> value : set) {
      bits |= 1L << value.ordinal();
    }
    return bits;
  }

  private void orNull(Optional<String> text) {
    text.ifPresentOrElse(out::value, out::nullValue);
  }

  private void rawOrNull(Optional<Raw> raw) {
    raw.ifPresentOrElse(out::value, out::nullValue);
  }

  /** Version, first second, then meter, pico-USD, and the tiers of each rate. */
  private void price(Price price) {
    out.beginArray().value(price.version()).value(price.from().getEpochSecond());
    for (Map.Entry<Meter, Rate> entry : price.rates().entrySet()) {
      out.value(entry.getKey().ordinal()).value(entry.getValue().picoUsd()).beginArray();
      for (Rate.Tier tier : entry.getValue().tiers()) {
        out.value(tier.aboveInputTokens()).value(tier.picoUsd());
      }
      out.endArray();
    }
    out.endArray();
  }

  private void policy(DataPolicy p) {
    out.beginObject();
    flag("trains", p.training());
    flag("retains", p.retains());
    flag("publishes", p.publishes());
    if (p.retentionDays().isPresent()) {
      out.field("days", p.retentionDays().getAsInt());
    }
    text("checked", p.checked().map(Object::toString));
    out.endObject();
  }

  private void quirks(List<Quirk> quirks) {
    out.beginArray();
    for (Quirk quirk : quirks) {
      out.beginArray();
      switch (quirk) {
        case Quirk.Drop drop -> out.value("drop").value(drop.member());
        case Quirk.Rename name -> out.value("rename").value(name.member()).value(name.to());
        case Quirk.Set set -> out.value("set").value(set.member()).value(set.value());
        case Quirk.Default set -> out.value("default").value(set.member()).value(set.value());
      }
      out.endArray();
    }
    out.endArray();
  }

  private void texts(String name, Collection<String> values) {
    if (!values.isEmpty()) {
      out.name(name);
      array(values);
    }
  }

  private void array(Collection<String> values) {
    out.beginArray();
    values.forEach(out::value);
    out.endArray();
  }

  private void text(String name, Optional<String> value) {
    value.ifPresent(v -> out.field(name, v));
  }

  private void flag(String name, boolean value) {
    if (value) {
      out.field(name, true);
    }
  }
}
