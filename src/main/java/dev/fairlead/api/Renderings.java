package dev.fairlead.api;

import dev.fairlead.canon.Refused;
import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.money.Price;
import dev.fairlead.operation.Reply;
import java.lang.ref.WeakReference;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the whole lists that everybody asks for, each as long as its catalog is in use and no price
 * changes by date. Safe for all threads; two that come at once may both render, to the same end.
 */
final class Renderings {
  /** Makes a list; it may find the request wrong. */
  @FunctionalInterface
  interface Rendering {
    byte[] render() throws Refused;
  }

  private record Page(
      WeakReference<Catalog> catalog, Instant from, Instant until, Reply.Rendered rendered) {
    boolean holds(Catalog asked, Instant now) {
      return catalog.refersTo(asked) && !now.isBefore(from) && now.isBefore(until);
    }
  }

  private final Map<String, Page> pages = new ConcurrentHashMap<>();

  /**
   * @param name of the list; the caller has few of them
   */
  Reply.Rendered page(String name, Catalog catalog, Instant now, Rendering render) throws Refused {
    Page page = pages.get(name);
    if (page == null || !page.holds(catalog, now)) {
      page =
          new Page(
              new WeakReference<>(catalog),
              now,
              nextPriceChange(catalog, now),
              Reply.Rendered.of(render.render()));
      pages.put(name, page);
    }
    return page.rendered();
  }

  private static Instant nextPriceChange(Catalog catalog, Instant now) {
    Instant next = Instant.MAX;
    for (Endpoint endpoint : catalog.endpoints()) {
      for (Price price : endpoint.prices()) {
        if (price.from().isAfter(now) && price.from().isBefore(next)) {
          next = price.from();
        }
      }
    }
    return next;
  }
}
