package dev.fairlead;

import dev.fairlead.catalog.Auth;
import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.CatalogConfig;
import dev.fairlead.catalog.CatalogLoader;
import dev.fairlead.catalog.Provider;
import dev.fairlead.config.ConfigProblem;
import dev.fairlead.config.GatewayConfig;
import dev.fairlead.config.PrivacyConfig;
import dev.fairlead.config.RoutingConfig;
import dev.fairlead.config.Secret;
import dev.fairlead.http.Origin;
import dev.fairlead.route.Constraints;
import dev.fairlead.route.Restriction;
import dev.fairlead.route.Seat;
import dev.fairlead.route.Sort;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What configuration and catalog say at one moment: swapped whole when either changes.
 *
 * @param inside origins that may be at private addresses: those that the operator named, and those
 *     that are local by their very name
 */
record Live(
    GatewayConfig config,
    Catalog catalog,
    Map<String, Secret> credentials,
    Constraints constraints,
    Set<Origin> inside) {

  /** A refresh's results, in the data folder. */
  static final String REFRESHED = "catalog-refreshed.yaml";

  /** What came of building: with any problem there is nothing. */
  record Built(Optional<Live> live, List<ConfigProblem> problems) {}

  /**
   * @param shipped the catalog that came with the program
   * @param builtin adds what this process serves itself
   */
  static Built build(
      GatewayConfig config,
      Catalog shipped,
      Optional<Path> data,
      UnaryOperator<Catalog> builtin,
      Function<String, Optional<String>> environment)
      throws IOException {
    List<ConfigProblem> problems = new ArrayList<>();
    Catalog catalog = builtin.apply(shipped);
    Optional<Path> refreshed = data.map(d -> d.resolve(REFRESHED)).filter(Files::exists);
    if (refreshed.isPresent()) {
      CatalogLoader.Loaded loaded =
          CatalogLoader.over(
              catalog, refreshed.get().toString(), Files.readAllBytes(refreshed.get()));
      problems.addAll(loaded.problems());
      catalog = loaded.catalog();
    }
    if (config.catalog().isPresent()) {
      CatalogLoader.Loaded loaded = CatalogLoader.over(catalog, Path.of(config.catalog().get()));
      problems.addAll(loaded.problems());
      catalog = loaded.catalog();
    }
    CatalogConfig.Bound bound = CatalogConfig.bind(catalog, config, environment);
    problems.addAll(bound.problems());
    if (!problems.isEmpty()) {
      return new Built(Optional.empty(), problems);
    }
    return new Built(
        Optional.of(
            new Live(
                config,
                bound.catalog(),
                bound.credentials(),
                constraints(config.routing(), config.dataPolicy()),
                inside(bound.catalog(), shipped))),
        problems);
  }

  private static Constraints constraints(RoutingConfig routing, PrivacyConfig privacy) {
    Restriction restriction =
        Restriction.none("config")
            .withProviders(
                routing.only().isEmpty() ? Optional.empty() : Optional.of(routing.only()),
                routing.ignore())
            .withQuantizations(routing.quantizations())
            .withDataPolicy(!privacy.allowTraining(), privacy.zeroRetention());
    return new Constraints(
        List.of(restriction),
        routing.sort().flatMap(sort -> Sort.of(sort.name().toLowerCase(java.util.Locale.ROOT))));
  }

  private static Set<Origin> inside(Catalog catalog, Catalog shipped) {
    Set<Origin> inside = new HashSet<>();
    for (Provider provider : catalog.providers()) {
      URI url = provider.baseUrl();
      boolean named =
          shipped.provider(provider.slug()).filter(p -> p.baseUrl().equals(url)).isEmpty();
      if (named || provider.builtin() || provider.auth() instanceof Auth.None) {
        inside.add(Origin.of(url));
      }
    }
    return inside;
  }

  /** True when the provider can be called. */
  boolean ready(Provider provider) {
    return provider.auth() instanceof Auth.None || credentials.containsKey(provider.slug());
  }

  /** The credentials that a provider can be called with. */
  List<Seat> seats(String slug) {
    Optional<Provider> provider = catalog.provider(slug).filter(this::ready);
    return provider
        .map(p -> p.auth() instanceof Auth.None ? Seat.OPEN : new Seat("default", false))
        .map(List::of)
        .orElse(List.of());
  }
}
