package dev.fairlead.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A snapshot of everything there is. Immutable; a newer one replaces it whole. */
public final class Catalog {
  public static final Catalog EMPTY = new Catalog("empty", List.of(), List.of(), List.of());

  private final String version;
  private final Map<String, Provider> providers = new LinkedHashMap<>();
  private final Map<String, Model> models = new LinkedHashMap<>();
  private final Map<String, String> canonical = new LinkedHashMap<>();
  private final Map<String, String> vendorNames = new LinkedHashMap<>();
  private final Map<String, List<Endpoint>> endpoints = new LinkedHashMap<>();

  /**
   * @param version changes whenever the content does; stands in every decision's record
   */
  public Catalog(
      String version,
      Collection<Provider> providers,
      Collection<Model> models,
      Collection<Endpoint> endpoints) {
    this.version = version;
    providers.forEach(p -> this.providers.put(p.slug(), p));
    for (Model model : models) {
      this.models.put(model.id(), model);
      canonical.putIfAbsent(model.canonicalSlug(), model.id());
    }
    for (Endpoint endpoint : endpoints) {
      this.endpoints.computeIfAbsent(endpoint.model(), id -> new ArrayList<>()).add(endpoint);
    }
    for (Endpoint endpoint : endpoints) {
      if (isFirstParty(endpoint)) {
        vendorNames.putIfAbsent(endpoint.providerModel(), endpoint.model());
      }
    }
    this.endpoints.replaceAll((id, list) -> Collections.unmodifiableList(list));
  }

  /** The author serves it himself. */
  private static boolean isFirstParty(Endpoint endpoint) {
    String author = endpoint.model().substring(0, Math.max(0, endpoint.model().indexOf('/')));
    Provider provider = endpoint.provider();
    return provider.family().equals(author)
        || provider.slug().equals(author)
        || (author.equals("x-ai") && provider.slug().equals("xai"))
        || (author.equals("mistralai") && provider.slug().equals("mistral"));
  }

  public String version() {
    return version;
  }

  public Collection<Provider> providers() {
    return Collections.unmodifiableCollection(providers.values());
  }

  public Optional<Provider> provider(String slug) {
    return Optional.ofNullable(providers.get(slug));
  }

  public Collection<Model> models() {
    return Collections.unmodifiableCollection(models.values());
  }

  /**
   * A model by id, by canonical slug, through an alias, or by the bare name that its author's own
   * clients use ({@code gpt-4o}).
   */
  public Optional<Model> model(String name) {
    Model model = models.get(name);
    if (model == null) {
      model = models.get(canonical.getOrDefault(name, ""));
    }
    if (model == null) {
      model = models.get(vendorNames.getOrDefault(name, ""));
    }
    if (model == null) {
      return Optional.empty();
    }
    Optional<Model> target = model.aliasTarget().map(models::get);
    return target.isPresent() ? target : Optional.of(model);
  }

  /** The model's endpoints, in the catalog's order; none for an unknown model. */
  public List<Endpoint> endpoints(String modelId) {
    return endpoints.getOrDefault(modelId, List.of());
  }

  public List<Endpoint> endpoints() {
    return endpoints.values().stream().flatMap(List::stream).toList();
  }
}
