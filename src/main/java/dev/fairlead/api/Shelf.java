package dev.fairlead.api;

import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.catalog.Model;
import dev.fairlead.route.ModelName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The catalog as one caller sees it at one moment.
 *
 * @param visible the endpoints that count for the caller
 */
record Shelf(Catalog catalog, Instant now, Predicate<Endpoint> visible) {

  /** An alias has the endpoints of what it stands for. */
  List<Endpoint> endpoints(Model model) {
    return catalog.endpoints(model.aliasTarget().orElse(model.id())).stream()
        .filter(visible)
        .toList();
  }

  /** A row of the list by id, canonical slug, or a name with variants that only steer routing. */
  Optional<Model> row(String name) {
    Optional<Model> found = named(name);
    return found.isPresent() ? found : named(ModelName.of(name).catalogued());
  }

  /** An alias is a row of its own; the catalog's look-up would tell what it stands for. */
  private Optional<Model> named(String name) {
    Optional<Model> found = catalog.model(name);
    return found.filter(model -> !model.id().equals(name)).isEmpty()
        ? found
        : catalog.models().stream()
            .filter(model -> model.id().equals(name))
            .findFirst()
            .or(() -> found);
  }
}
