package dev.fairlead.api;

import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.Modality;
import dev.fairlead.catalog.Model;
import dev.fairlead.exchange.Corridor;
import dev.fairlead.route.Leg;
import dev.fairlead.route.PlanInput;
import dev.fairlead.route.Planned;
import dev.fairlead.route.RequestNeeds;
import dev.fairlead.route.RoutePlan;
import dev.fairlead.route.RoutingWish;
import dev.fairlead.route.Signals;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which endpoints a caller's request could go to now: those that a plan for a short request would
 * hold. The router itself is asked, so that a list never promises what a request is refused.
 * Passing troubles of endpoints are left out of account.
 */
final class Reach {
  private Reach() {}

  static Set<String> endpoints(Corridor corridor, Catalog catalog, Instant now) {
    Set<String> ids = new HashSet<>();
    for (Model model : catalog.models()) {
      if (model.aliasTarget().isEmpty()
          && plan(corridor, catalog, model, now) instanceof RoutePlan p) {
        for (Leg leg : p.legs()) {
          ids.add(leg.endpoint().id());
        }
      }
    }
    return ids;
  }

  private static Planned plan(Corridor corridor, Catalog catalog, Model model, Instant now) {
    return corridor
        .router()
        .plan(
            new PlanInput(
                catalog,
                RoutingWish.of(List.of(model.id())),
                needs(model),
                corridor.constraints().get(),
                Signals.NONE,
                corridor.seats().apply(Optional.empty()),
                Optional.empty(),
                now,
                0,
                "config"));
  }

  /** A word in, and out whatever the model gives. */
  private static RequestNeeds needs(Model model) {
    RequestNeeds text = RequestNeeds.text(1);
    return model.output().contains(Modality.TEXT)
        ? text
        : new RequestNeeds(
            text.input(),
            model.output(),
            text.firstTool(),
            text.mustCall(),
            text.format(),
            text.prefill(),
            text.cacheControl(),
            text.parameters(),
            text.promptTokens(),
            text.maxTokens(),
            text.preferIssuers(),
            text.requireIssuers());
  }
}
