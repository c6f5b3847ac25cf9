package dev.fairlead.catalog.refresh;

import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.catalog.Model;
import dev.fairlead.money.Meter;
import dev.fairlead.money.Price;
import dev.fairlead.money.Rate;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * Compares a public list with a catalog and makes the overlay that brings the catalog up to date.
 * Compare with the shipped catalog and its overlay, without local overrides: these lie above the
 * overlay when the catalog is loaded, so that a refresh never changes them. A new price holds from
 * the refresh on; the old one stays in the list of dated prices.
 */
public final class Refresh {
  private final Catalog shipped;
  private final Instant now;
  private final List<Change> changes = new ArrayList<>();
  private final Map<String, OverlayWriter.Patch> patches = new LinkedHashMap<>();
  private final List<Listing> additions = new ArrayList<>();
  private final PublicList list;

  /**
   * @param shipped the catalog of this release
   * @param current the same with the last refresh's overlay over it
   * @param now the moment from which new prices hold, in whole seconds
   */
  public Refresh(Catalog shipped, Catalog current, PublicList list, Instant now) {
    this.shipped = shipped;
    this.now = now.truncatedTo(ChronoUnit.SECONDS);
    this.list = list;
    keepEarlier(current);
    compare(current);
  }

  public Difference difference() {
    return new Difference(list.kind(), changes);
  }

  /** The whole new overlay: earlier refreshes' findings and this one's. */
  public String overlay() {
    return new OverlayWriter(now).write(patches.values(), additions);
  }

  /** Writes the overlay beside its place and moves it there, so that it is never half written. */
  public void store(Path file) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(temporary, overlay());
    try {
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void keepEarlier(Catalog current) {
    Map<String, Endpoint> before = new HashMap<>();
    shipped.endpoints().forEach(e -> before.put(e.id(), e));
    for (Endpoint endpoint : current.endpoints()) {
      if (!endpoint.equals(before.get(endpoint.id()))) {
        boolean added = !before.containsKey(endpoint.id());
        Optional<Model> model = current.model(endpoint.model());
        patches.put(
            endpoint.id(),
            new OverlayWriter.Patch(
                endpoint,
                endpoint.prices(),
                endpoint.contextLength(),
                endpoint.maxOutput(),
                added ? model : Optional.empty()));
      }
    }
  }

  private void compare(Catalog current) {
    Map<String, List<Endpoint>> known = new HashMap<>();
    Set<String> providers = new HashSet<>();
    current.providers().forEach(p -> providers.add(p.slug()));
    for (Endpoint e : current.endpoints()) {
      String key = key(e.provider().slug(), e.providerModel());
      known.computeIfAbsent(key, k -> new ArrayList<>()).add(e);
    }
    Set<String> seen = new HashSet<>();
    Set<String> covered = new HashSet<>();
    for (Listing listing : list.listings()) {
      String key = key(listing.provider(), listing.providerModel());
      covered.add(listing.provider());
      if (!providers.contains(listing.provider()) || !seen.add(key)) {
        continue;
      }
      List<Endpoint> endpoints = known.getOrDefault(key, List.of());
      if (endpoints.isEmpty()) {
        add(listing);
      }
      endpoints.forEach(e -> change(e, listing));
    }
    if (list.kind().complete) {
      vanished(current, seen, covered);
    }
  }

  private static String key(String provider, String providerModel) {
    return provider + " " + providerModel;
  }

  private void add(Listing listing) {
    boolean applied =
        list.kind() == PublicList.Kind.OPENROUTER
            && !listing.rates().isEmpty()
            && listing.contextLength().isPresent();
    if (!listing.rates().isEmpty()) {
      changes.add(
          new Change.Added(listing.provider(), listing.providerModel(), listing.name(), applied));
    }
    if (applied) {
      additions.add(listing);
    }
  }

  private void vanished(Catalog current, Set<String> seen, Set<String> covered) {
    for (Endpoint e : current.endpoints()) {
      String slug = e.provider().slug();
      if (covered.contains(slug) && !seen.contains(key(slug, e.providerModel()))) {
        changes.add(new Change.Vanished(slug, e.model(), e.providerModel()));
      }
    }
  }

  private void change(Endpoint endpoint, Listing listing) {
    int before = changes.size();
    List<Price> prices = prices(endpoint, listing);
    long context = listing.contextLength().orElse(endpoint.contextLength());
    limit(endpoint, "context_length", OptionalLong.of(endpoint.contextLength()), context);
    OptionalLong most = endpoint.maxOutput();
    if (listing.maxOutput().isPresent() && listing.maxOutput().getAsLong() <= context) {
      limit(endpoint, "max_completion_tokens", most, listing.maxOutput().getAsLong());
      most = listing.maxOutput();
    }
    if (most.isPresent() && most.getAsLong() > context) {
      most = OptionalLong.of(context);
    }
    if (changes.size() > before) {
      Optional<Model> model =
          Optional.ofNullable(patches.get(endpoint.id())).flatMap(OverlayWriter.Patch::model);
      patches.put(endpoint.id(), new OverlayWriter.Patch(endpoint, prices, context, most, model));
    }
  }

  private void limit(Endpoint e, String what, OptionalLong old, long now) {
    if (old.isEmpty() || old.getAsLong() != now) {
      changes.add(new Change.LimitChanged(e.provider().slug(), e.model(), what, old, now));
    }
  }

  /** The endpoint's prices, with today's behind them where it differs. */
  private List<Price> prices(Endpoint endpoint, Listing listing) {
    Map<Meter, Rate> old = endpoint.priceAt(now).rates();
    Map<Meter, Rate> today = new EnumMap<>(Meter.class);
    today.putAll(old);
    listing
        .rates()
        .forEach(
            (meter, rate) -> {
              Rate before = old.get(meter);
              boolean sameBase = before != null && before.picoUsd() == rate.picoUsd();
              today.put(meter, sameBase && !listing.tiered() ? before : rate);
            });
    int before = changes.size();
    today.forEach((meter, rate) -> priceChanges(endpoint, meter, old.get(meter), rate));
    if (changes.size() == before) {
      return endpoint.prices();
    }
    List<Price> prices = new ArrayList<>(endpoint.prices());
    prices.removeIf(p -> !p.from().isBefore(now));
    prices.add(new Price("refreshed", now, today));
    return prices;
  }

  private void priceChanges(
      Endpoint e, Meter meter, @org.jspecify.annotations.Nullable Rate old, Rate rate) {
    Map<Long, Long> before = old == null ? Map.of() : steps(old);
    Map<Long, Long> after = steps(rate);
    Set<Long> bounds = new java.util.TreeSet<>(before.keySet());
    bounds.addAll(after.keySet());
    for (Long bound : bounds) {
      OptionalLong was = optional(before.get(bound));
      OptionalLong is = optional(after.get(bound));
      if (!was.equals(is)) {
        changes.add(new Change.PriceChanged(e.provider().slug(), e.model(), meter, bound, was, is));
      }
    }
  }

  private static Map<Long, Long> steps(Rate rate) {
    Map<Long, Long> steps = new TreeMap<>();
    steps.put(0L, rate.picoUsd());
    rate.tiers().forEach(t -> steps.put(t.aboveInputTokens(), t.picoUsd()));
    return steps;
  }

  private static OptionalLong optional(@org.jspecify.annotations.Nullable Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
