package dev.fairlead.catalog;

import dev.fairlead.money.Meter;
import dev.fairlead.money.Price;
import dev.fairlead.money.Rate;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * Writes a catalog as one compact JSON document that is read in milliseconds. Not a format for
 * people or for other programs: only {@link CompiledReader} of the same version reads it. What has
 * its usual value is left out; sets are sorted, so that equal catalogs give equal bytes.
 */
final class CompiledWriter {
  static final int FORMAT = 1;

  private final JsonWriter out;

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
    out.endArray().name("models").beginArray();
    models.forEach(this::model);
    out.endArray().name("endpoints").beginArray();
    endpoints.forEach(this::endpoint);
    out.endArray().endObject();
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
    policy(p.dataPolicy());
    text("privacy", p.privacyPolicyUrl());
    text("terms", p.termsOfServiceUrl());
    text("status", p.statusPageUrl());
    text("hq", p.headquarters());
    texts("dc", p.datacenters());
    flag("builtin", p.builtin());
    EndpointDefaults d = p.defaults();
    quirks(d.quirks());
    texts("traits", Words.sorted(d.traits()));
    out.field("style", Words.lower(d.reasoningStyle()));
    texts("lacks", new TreeSet<>(d.lacks()));
    texts("vars", p.variables());
    out.endObject();
  }

  private void model(Model m) {
    out.beginObject().field("id", m.id());
    if (!m.canonicalSlug().equals(m.id())) {
      out.field("slug", m.canonicalSlug());
    }
    out.field("name", m.name()).field("about", m.description());
    out.field("created", m.created()).field("context", m.contextLength());
    texts("in", Words.sorted(m.input()));
    texts("out", Words.sorted(m.output()));
    out.field("tokenizer", m.tokenizer());
    text("instruct", m.instructType());
    text("hf", m.huggingFaceId());
    text("knowledge", m.knowledgeCutoff());
    text("expires", m.expirationDate());
    text("alias", m.aliasTarget());
    raw("reasoning", m.reasoning());
    raw("defaults", m.defaultParameters());
    number("max", m.maxOutput());
    flag("moderated", m.moderated());
    texts("params", m.supportedParameters());
    Benchmarks b = m.benchmarks();
    score("iq", b.intelligence());
    score("code", b.coding());
    score("agent", b.agentic());
    score("elo", b.designArenaElo());
    flag("distil", m.distillable());
    out.endObject();
  }

  private void endpoint(Endpoint e) {
    out.beginObject().field("model", e.model()).field("at", e.provider().slug());
    if (!e.tag().equals(e.provider().slug())) {
      out.field("tag", e.tag());
    }
    out.field("name", e.providerModel());
    if (e.dialect() != e.provider().dialect()) {
      out.field("dialect", e.dialect().id());
    }
    out.name("prices").beginArray();
    e.prices().forEach(this::price);
    out.endArray().field("context", e.contextLength());
    number("max", e.maxOutput());
    number("maxin", e.maxPrompt());
    if (!e.quantization().equals("unknown")) {
      out.field("quant", e.quantization());
    }
    texts("params", new TreeSet<>(e.parameters()));
    flag("any", e.anyParameter());
    texts("in", Words.sorted(e.input()));
    texts("out", Words.sorted(e.output()));
    if (!e.dataPolicy().equals(e.provider().dataPolicy())) {
      policy(e.dataPolicy());
    }
    quirks(e.quirks());
    texts("traits", Words.sorted(e.traits()));
    if (e.reasoningStyle() != e.provider().defaults().reasoningStyle()) {
      out.field("style", Words.lower(e.reasoningStyle()));
    }
    text("region", e.region());
    flag("caches", e.cachesPrompts());
    if (e.status() != 0) {
      out.field("status", e.status());
    }
    out.endObject();
  }

  /** Version, first instant, then meter, pico-USD, and the tiers of each rate. */
  private void price(Price price) {
    out.beginArray().value(price.version()).value(price.from().toString());
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
    out.name("policy").beginObject();
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
    if (quirks.isEmpty()) {
      return;
    }
    out.name("quirks").beginArray();
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
      out.name(name).beginArray();
      values.forEach(out::value);
      out.endArray();
    }
  }

  private void text(String name, Optional<String> value) {
    value.ifPresent(v -> out.field(name, v));
  }

  private void raw(String name, Optional<Raw> value) {
    value.ifPresent(v -> out.field(name, v));
  }

  private void flag(String name, boolean value) {
    if (value) {
      out.field(name, true);
    }
  }

  private void number(String name, OptionalLong value) {
    value.ifPresent(v -> out.field(name, v));
  }

  private void score(String name, OptionalDouble value) {
    value.ifPresent(v -> out.field(name, v));
  }
}
