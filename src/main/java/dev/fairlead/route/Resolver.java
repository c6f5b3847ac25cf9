package dev.fairlead.route;

import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.Model;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds a named model in the catalog: as it stands, then without the variants that only steer. */
final class Resolver {
  private final Catalog catalog;
  private final RoutingWish wish;
  private final Instant now;

  Resolver(Catalog catalog, RoutingWish wish, Instant now) {
    this.catalog = catalog;
    this.wish = wish;
    this.now = now;
  }

  ModelChoice resolve(String named) {
    Optional<Model> whole = catalog.model(named);
    if (whole.isPresent()) {
      return known(named, whole.get(), ModelName.of(""));
    }
    ModelName name = ModelName.of(named);
    Optional<Model> found = find(name.catalogued());
    if (found.isEmpty() && name.onlyDeprecatedVariants()) {
      found = find(name.base());
    }
    if (found.isPresent()) {
      return known(named, found.get(), name);
    }
    Optional<Model> base = find(name.base());
    if (base.isEmpty()) {
      List<String> alike = NearMatch.of(name.base(), catalog.models());
      return missing(named, ModelChoice.State.UNKNOWN, alike);
    }
    return missing(
        named,
        name.free() ? ModelChoice.State.FREE_ENDED : ModelChoice.State.NO_VARIANT,
        List.of(base.get().id()));
  }

  private Optional<Model> find(String name) {
    Optional<Model> found = catalog.model(name);
    return found.isPresent() ? found : catalog.model(name.toLowerCase(Locale.ROOT));
  }

  private ModelChoice known(String named, Model found, ModelName name) {
    Model model = faster(found);
    return new ModelChoice(
        named,
        model.id(),
        ModelChoice.State.KNOWN,
        expired(model),
        name.sort(),
        name.admitsPriority(),
        name.admitsFlex(),
        List.of());
  }

  /** Anthropic sells its fast tier as a model of its own. */
  private Model faster(Model model) {
    return wish.tier() == ServiceTier.PRIORITY && model.id().startsWith("anthropic/")
        ? catalog.model(model.id() + "-fast").orElse(model)
        : model;
  }

  private boolean expired(Model model) {
    if (model.expirationDate().isEmpty()) {
      return false;
    }
    try {
      String day = model.expirationDate().get();
      return LocalDate.parse(day.length() > 10 ? day.substring(0, 10) : day)
          .isBefore(now.atOffset(ZoneOffset.UTC).toLocalDate());
    } catch (DateTimeParseException e) {
      return false; // a date that nobody can read retires nothing
    }
  }

  private static ModelChoice missing(
      String named, ModelChoice.State state, List<String> suggestions) {
    return new ModelChoice(named, named, state, false, Optional.empty(), false, false, suggestions);
  }
}
