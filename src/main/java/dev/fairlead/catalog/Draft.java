package dev.fairlead.catalog;

import dev.fairlead.wire.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A catalog in the making: a snapshot that layers are laid over, one after the other. Remembers
 * what was changed, so that the new version's name can be reckoned from that alone. Not for sharing
 * between threads.
 */
final class Draft {
  private final String base;
  private final ModelGrammar grammar;
  private final Map<String, Provider> providers = new LinkedHashMap<>();
  private final Map<String, Model> models = new LinkedHashMap<>();
  private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();
  private final Set<String> changedProviders = new LinkedHashSet<>();
  private final Set<String> changedModels = new LinkedHashSet<>();
  private final Set<String> changedEndpoints = new LinkedHashSet<>();

  Draft(Catalog base) {
    this.base = base.version();
    this.grammar = base.grammar();
    base.providers().forEach(p -> providers.put(p.slug(), p));
    base.models().forEach(m -> models.put(m.id(), m));
    base.endpoints().forEach(e -> endpoints.put(e.id(), e));
  }

  Optional<Provider> provider(String slug) {
    return Optional.ofNullable(providers.get(slug));
  }

  Set<String> providerSlugs() {
    return providers.keySet();
  }

  Set<String> modelIds() {
    return models.keySet();
  }

  Optional<Model> model(String id) {
    return Optional.ofNullable(models.get(id));
  }

  Optional<Endpoint> endpoint(String id) {
    return Optional.ofNullable(endpoints.get(id));
  }

  /** Puts a provider in; its endpoints, if there are any, move along. */
  void put(Provider provider) {
    Provider before = providers.put(provider.slug(), provider);
    if (before == null || !before.equals(provider)) {
      changedProviders.add(provider.slug());
    }
    if (before != null) {
      endpoints.replaceAll(
          (id, e) -> e.provider().slug().equals(provider.slug()) ? e.at(provider) : e);
    }
  }

  void put(Model model) {
    if (!model.equals(models.put(model.id(), model))) {
      changedModels.add(model.id());
    }
  }

  void put(Endpoint endpoint) {
    if (!endpoint.equals(endpoints.put(endpoint.id(), endpoint))) {
      changedEndpoints.add(endpoint.id());
    }
  }

  /** Switches all endpoints of a provider off. */
  void disable(String slug) {
    List<Endpoint> all = List.copyOf(endpoints.values());
    for (Endpoint endpoint : all) {
      if (endpoint.provider().slug().equals(slug) && endpoint.status() >= 0) {
        put(endpoint.withStatus(-1));
      }
    }
  }

  Catalog build() {
    return new Catalog(version(), providers.values(), models.values(), endpoints.values(), grammar);
  }

  /** The base's name while nothing was changed; otherwise one reckoned from what was. */
  private String version() {
    if (changedProviders.isEmpty() && changedModels.isEmpty() && changedEndpoints.isEmpty()) {
      return base;
    }
    List<Provider> someProviders = new ArrayList<>();
    changedProviders.forEach(slug -> provider(slug).ifPresent(someProviders::add));
    List<Model> someModels = new ArrayList<>();
    changedModels.forEach(id -> model(id).ifPresent(someModels::add));
    List<Endpoint> someEndpoints = new ArrayList<>();
    changedEndpoints.forEach(id -> endpoint(id).ifPresent(someEndpoints::add));
    JsonWriter out = new JsonWriter();
    new CompiledWriter(out).write(base, someProviders, someModels, someEndpoints);
    return fingerprint(out.toString());
  }

  static String fingerprint(String text) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      byte[] sum = sha.digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has SHA-256
    }
  }
}
