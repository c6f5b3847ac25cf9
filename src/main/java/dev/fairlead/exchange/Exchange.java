package dev.fairlead.exchange;

import dev.fairlead.attempt.Errand;
import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Refused;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.http.Headers;
import dev.fairlead.identity.Keys;
import dev.fairlead.identity.Principal;
import dev.fairlead.journal.Generation;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.protocol.Inbound;
import dev.fairlead.protocol.Wire;
import dev.fairlead.relay.Refusals;
import dev.fairlead.route.RequestNeeds;
import dev.fairlead.route.RoutePlan;
import dev.fairlead.route.RoutingWish;
import dev.fairlead.route.RoutingWishReader;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.MalformedJson;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The corridor, top to bottom: who calls, what it says, who shall answer, the attempts; and, whatever
 * happens, the record. Stateless; each request runs on its own loop and never waits here.
 */
public final class Exchange {
  private final Corridor corridor;

  public Exchange(Corridor corridor) {
    this.corridor = corridor;
  }

  /** Answers one generation request. */
  public void run(Visit visit) {
    Instant arrived = corridor.clock().instant();
    String id = GenerationIds.make(arrived, corridor.random());
    try {
      Principal principal = authenticate(visit);
      Wire wire = index(visit);
      ChatRequest request = visit.codec().decodeRequest(wire);
      RoutingWish wish = RoutingWishReader.read(wire.body().root());
      RequestNeeds needs = RequestNeeds.of(request);
      Entry entry =
          new Entry(
              id,
              arrived,
              principal,
              caller(visit, principal, request, wish),
              new Inbound(visit.codec(), visit.flavour(), wire, request),
              needs.promptTokens(),
              Metadata.wanted(visit.request().headers()));
      RoutePlan plan = plan(entry, visit, wish, needs, arrived);
      Vitals vitals = new Vitals(corridor.signals(), corridor.clock(), corridor.nanos(), needs.tools());
      Passage passage = new Passage(corridor, visit, entry, plan, vitals);
      passage.relayed();
      passage.under(
          corridor
              .attempts()
              .begin(errand(visit, entry, plan, vitals), visit.responder().loop(), passage));
    } catch (Refused refused) {
      refuse(visit, id, arrived, refused.fault());
    }
  }
}
