package dev.fairlead.exchange;

import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.catalog.Model;
import dev.fairlead.route.RoutePlan;
import dev.fairlead.route.Seats;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What somebody may do whose budget does not pay for a request.
 *
 * @param tokens of output that would fit where that is cheapest
 * @param endpoint that this is; empty where none would
 * @param model that costs nothing, and that may answer the request as it is
 */
record WayOut(long tokens, Optional<String> endpoint, Optional<String> model) {
  /** More are not looked at. */
  private static final int MOST_MODELS = 16;

  /** The first model without a price that may be asked instead. */
  static Optional<String> free(Corridor corridor, Entry entry, RoutePlan plan) {
    Catalog catalog = corridor.catalog().get();
    Seats seats = corridor.seats().apply(Optional.of(entry.principal()));
    List<String> free = new ArrayList<>();
    for (Model model : catalog.models()) {
      if (free.size() < MOST_MODELS && isFree(catalog, model, seats, entry)) {
        free.add(model.id());
      }
    }
    return corridor
        .router()
        .instead(plan, free, catalog, corridor.signals(), seats)
        .map(other -> other.first().endpoint().model());
  }

  /** The simulator, which is built in, is no way out. */
  private static boolean isFree(Catalog catalog, Model model, Seats seats, Entry entry) {
    List<Endpoint> endpoints = catalog.endpoints(model.id());
    return !endpoints.isEmpty()
        && endpoints.stream()
            .allMatch(it -> it.priceAt(entry.arrived()).isFree() && !it.provider().builtin())
        && endpoints.stream().anyMatch(it -> !seats.of(it.provider().slug()).isEmpty());
  }

  String hint(boolean inFlight) {
    if (inFlight) {
      return "try again when requests under way have ended";
    }
    String shorter =
        endpoint
            .map(cheapest -> "set max_tokens to " + tokens + " or less (" + cheapest + "), or ")
            .orElse("");
    String other =
        model
            .map(name -> "call " + name + ", which costs nothing")
            .orElse(endpoint.isPresent() ? "call a cheaper model" : "call a model without a price");
    return shorter
        + other
        + (endpoint.isPresent() ? "" : ", wait for the reset, or have the limit raised");
  }
}
