package dev.fairlead.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * A snapshot of everything there is. Immutable; a newer one replaces it whole. Beside what it lists
 * it knows models by a {@link ModelGrammar}; what that made is remembered, up to a bound, so that a
 * name always means the same objects.
 */
public final class Catalog {
  public static final Catalog EMPTY = new Catalog("empty", List.of(), List.of(), List.of());

  /** Most names that a grammar is asked about in one snapshot's life. */
  private static final int MOST_MADE = 1_000;

  private final String version;
  private final Map<String, Provider> providers = new LinkedHashMap<>();
  private final Map<String, Model> models = new LinkedHashMap<>();
  private final Map<String, String> canonical = new LinkedHashMap<>();
  private final Map<String, String> vendorNames = new LinkedHashMap<>();
  private final Map<String, List<Endpoint>> endpoints = new LinkedHashMap<>();
  private final ModelGrammar grammar;
  private final ConcurrentMap<String, ModelGrammar.Made> made = new ConcurrentHashMap<>();

  /**
   * @param version changes whenever the content does; stands in every decision's record
   */
  public Catalog(
      String version,
      Collection<Provider> providers,
      Collection<Model> models,
      Collection<Endpoint> endpoints) {
    this(version, providers, models, endpoints, ModelGrammar.NONE);
  }

  Catalog(
      String version,
      Collection<Provider> providers,
      Collection<Model> models,
      Collection<Endpoint> endpoints,
      ModelGrammar grammar) {
    this.version = version;
    this.grammar = grammar;
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

  /** The same list, with a grammar for names that do not stand in it. */
  public Catalog withGrammar(ModelGrammar other) {
    return new Catalog(version, providers(), models(), endpoints(), other);
  }

  ModelGrammar grammar() {
    return grammar;
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
   * A model by id, by canonical slug, through an alias, by the bare name that its author's own
   * clients use ({@code gpt-4o}), or by the grammar.
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
      return made(name).map(ModelGrammar.Made::model);
    }
    Optional<Model> target = model.aliasTarget().map(models::get);
    return target.isPresent() ? target : Optional.of(model);
  }

  /** The model's endpoints, in the catalog's order; none for an unknown model. */
  public List<Endpoint> endpoints(String modelId) {
    List<Endpoint> listed = endpoints.get(modelId);
    return listed != null
        ? listed
        : made(modelId).map(ModelGrammar.Made::endpoint).map(List::of).orElse(List.of());
  }

  private Optional<ModelGrammar.Made> made(String name) {
    ModelGrammar.Made known = made.get(name);
    if (known != null) {
      return Optional.of(known);
    }
    if (made.size() >= MOST_MADE) {
      return Optional.empty();
    }
    Optional<ModelGrammar.Made> read = grammar.read(name);
    read.ifPresent(fresh -> made.putIfAbsent(name, fresh));
    return Optional.ofNullable(made.get(name));
  }

  /** All that are listed. */
  public List<Endpoint> endpoints() {
    return endpoints.values().stream().flatMap(List::stream).toList();
  }
}
