package dev.fairlead.exchange;

import dev.fairlead.attempt.Errand;
import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Refused;
import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.catalog.Model;
import dev.fairlead.http.Headers;
import dev.fairlead.http.Loop;
import dev.fairlead.identity.KeyTerms;
import dev.fairlead.identity.Keys;
import dev.fairlead.identity.Principal;
import dev.fairlead.journal.Generation;
import dev.fairlead.limit.Admission;
import dev.fairlead.limit.Demand;
import dev.fairlead.limit.Limited;
import dev.fairlead.limit.Names;
import dev.fairlead.limit.Pass;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.protocol.Inbound;
import dev.fairlead.protocol.Wire;
import dev.fairlead.relay.Refusals;
import dev.fairlead.route.Constraints;
import dev.fairlead.route.Leg;
import dev.fairlead.route.NoRoute;
import dev.fairlead.route.PlanInput;
import dev.fairlead.route.Planned;
import dev.fairlead.route.RequestNeeds;
import dev.fairlead.route.Restriction;
import dev.fairlead.route.RoutePlan;
import dev.fairlead.route.RoutingWish;
import dev.fairlead.route.RoutingWishReader;
import dev.fairlead.route.StickyKey;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.MalformedJson;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The corridor, top to bottom: who calls, what it says, who shall answer, whether it may now, what
 * it may cost, the attempts; and, whatever happens, the settlement and the record. Stateless; each
 * request runs on its own loop and never waits here.
 */
public final class Exchange {
  private static final System.Logger LOG = System.getLogger("fairlead.exchange");

  /** So long a call waits until this node has heard whether a shared budget has room for it. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Corridor corridor;

  public Exchange(Corridor corridor) {
    this.corridor = corridor;
  }

  /** Answers one generation request. */
  public void run(Visit visit) {
    Instant arrived = corridor.clock().instant();
    String id = GenerationIds.make(arrived, corridor.random());
    Optional<String> repeated = Repetition.key(visit.request());
    if (repeated.isEmpty()) {
      pass(visit, id, arrived);
    } else {
      once(visit, id, arrived, repeated.get());
    }
  }

  /** The same answer to the same request, however often it is sent. */
  private void once(Visit visit, String id, Instant arrived, String key) {
    try {
      corridor
          .idempotency()
          .enter(
              authenticate(visit).key().account(),
              Repetition.checked(key),
              Repetition.fingerprint(visit.request()),
              visit.responder(),
              responder -> pass(visit.answeredTo(responder), id, arrived),
              (responder, fault) ->
                  refuse(visit.answeredTo(responder), id, arrived, fault, List.of()));
    } catch (Refused refused) {
      refuse(visit, id, arrived, refused.fault(), List.of());
    }
  }

  private void pass(Visit visit, String id, Instant arrived) {
    try {
      Principal principal = authenticate(visit);
      Wire wire = index(visit);
      ChatRequest request = visit.codec().decodeRequest(wire);
      RoutingWish wish = wish(wire, request);
      RequestNeeds needs = RequestNeeds.of(request);
      Entry entry =
          new Entry(
              id,
              arrived,
              principal,
              caller(visit, principal, request, wish),
              new Inbound(visit.codec(), visit.flavour(), wire, request),
              needs.promptTokens(),
              Metadata.wanted(visit.request().headers()),
              Unsupported.of(wire.body().root()),
              Echo.wanted(visit, wire.body().root()),
              Scopes.tags(visit.request().headers()));
      Optional<StickyKey> conversation = conversation(visit, principal, request, wish);
      RoutePlan plan = plan(entry, wish, needs, conversation);
      admit(
          visit,
          entry,
          plan,
          new Vitals(corridor, conversation, needs.tools()),
          corridor.nanos().getAsLong() + PATIENCE.toNanos());
    } catch (Refused refused) {
      refuse(visit, id, arrived, refused.fault(), List.of());
    }
  }

  /** Whether it may now, and what it may cost; where this node has to ask for that, it waits. */
  private void admit(Visit visit, Entry entry, RoutePlan plan, Vitals vitals, long until)
      throws Refused {
    long left = until - corridor.nanos().getAsLong();
    Funds funds = new Funds(corridor, visit, entry, plan);
    Demand demand = Limits.demand(entry, plan, funds.dearest());
    Limits.Asked asked = Limits.ask(corridor.limiter(), entry, plan, demand);
    switch (asked.admission()) {
      case Limited limited -> refuse(visit, entry, limited);
      case Admission.Awaited(Limited otherwise) -> {
        if (left > 0) {
          again(visit, entry, plan, vitals, until);
        } else {
          refuse(visit, entry, otherwise);
        }
      }
      case Admission.Silent silent ->
          throw new Refused(
              Fault.gateway(
                      Fault.Kind.LEDGER_UNAVAILABLE,
                      "This gateway has not heard of its share of the rate limits for too long, so"
                          + " it lets nobody in. Try again shortly.")
                  .withRetryAfter(Optional.of(Duration.ofSeconds(5))));
      case Pass pass -> {
        Optional<Funded> funded = funded(pass, funds, left > 0);
        if (funded.isEmpty()) {
          corridor.limiter().cancel(pass);
          again(visit, entry, plan, vitals, until);
          return;
        }
        Turnstile turnstile = new Turnstile(corridor, demand, asked.with(), pass);
        Grant grant = new Grant(corridor, turnstile, funded.get());
        try {
          answer(visit, entry, plan, grant, vitals);
        } catch (RuntimeException e) {
          grant.undone();
          throw e;
        }
      }
    }
  }

  /** The money, too; whoever does not get it has not been called, and gives its share back. */
  private Optional<Funded> funded(Pass pass, Funds funds, boolean patient) throws Refused {
    try {
      return funds.take(patient);
    } catch (Refused | RuntimeException e) {
      corridor.limiter().cancel(pass);
      throw e;
    }
  }

  /** Once more, as soon as this node has heard more of its leases, or when its time is over. */
  private void again(Visit visit, Entry entry, RoutePlan plan, Vitals vitals, long until) {
    Loop loop = visit.responder().loop();
    Once once =
        new Once(
            () -> {
              try {
                admit(visit, entry, plan, vitals, until);
              } catch (Refused refused) {
                refuse(visit, entry.id(), entry.arrived(), refused.fault(), List.of());
              } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "request " + entry.id() + " failed", e);
                refuse(
                    visit,
                    entry.id(),
                    entry.arrived(),
                    Fault.gateway(Fault.Kind.INTERNAL, "The gateway could not answer."),
                    List.of());
              }
            });
    long left = Math.max(0, until - corridor.nanos().getAsLong());
    Loop.Timer timer = loop.schedule(Duration.ofNanos(left), once);
    corridor
        .ledger()
        .whenHeard(
            () ->
                loop.execute(
                    () -> {
                      timer.cancel();
                      once.run();
                    }));
  }

  /** Runs the first time only. Confined to one loop. */
  private static final class Once implements Runnable {
    private final Runnable task;
    private boolean ran;

    Once(Runnable task) {
      this.task = task;
    }

    @Override
    public void run() {
      if (!ran) {
        ran = true;
        task.run();
      }
    }
  }

  private void answer(Visit visit, Entry entry, RoutePlan plan, Grant grant, Vitals vitals) {
    Passage passage = new Passage(corridor, visit, entry, plan, grant, vitals);
    passage.relayed();
    passage.under(
        corridor
            .attempts()
            .begin(errand(visit, entry, grant, vitals), visit.responder().loop(), passage));
  }

  private Principal authenticate(Visit visit) throws Refused {
    return switch (corridor
        .keys()
        .authenticate(visit.credential(), corridor.address(visit.request()))) {
      case Keys.Verdict.Known(Principal principal) -> {
        if (principal.management()) {
          throw new Refused(
              Fault.client(
                  Fault.Kind.FORBIDDEN,
                  "A management key cannot call models. Use an inference key."));
        }
        yield principal;
      }
      case Keys.Verdict.Missing missing -> throw missing.refusal();
      case Keys.Verdict.Bad bad -> throw bad.refusal();
      case Keys.Verdict.Elsewhere elsewhere -> throw elsewhere.refusal();
    };
  }

  private Wire index(Visit visit) throws Refused {
    try {
      Json body = Json.read(visit.request().body(), corridor.settings().limits());
      if (!body.root().isObject()) {
        throw Refused.invalid("The body must be a JSON object.");
      }
      return new Wire(body, visit.pathModel(), visit.pathStream());
    } catch (MalformedJson e) {
      Fault.Kind kind =
          e.rule() == MalformedJson.Rule.TOO_LARGE
              ? Fault.Kind.PAYLOAD_TOO_LARGE
              : Fault.Kind.INVALID_REQUEST;
      throw new Refused(Fault.client(kind, e.getMessage()));
    }
  }

  /** What the body says of routing; the model may stand in the path. */
  private static RoutingWish wish(Wire wire, ChatRequest request) throws Refused {
    RoutingWish wish = RoutingWishReader.read(wire.body().root());
    return wish.models().isEmpty() && !request.model().isEmpty()
        ? wish.withModels(List.of(request.model()))
        : wish;
  }

  private static Generation.Caller caller(
      Visit visit, Principal principal, ChatRequest request, RoutingWish wish) {
    Headers headers = visit.request().headers();
    return new Generation.Caller(
        principal.keyId(),
        principal.keyName(),
        principal.key().tenant(),
        request.user(),
        wish.sessionId().or(() -> headers.get("x-session-id")),
        headers.get("http-referer").or(() -> headers.get("referer")),
        headers.get("x-openrouter-title").or(() -> headers.get("x-title")),
        headers.get("user-agent"));
  }

  private RoutePlan plan(
      Entry entry, RoutingWish wish, RequestNeeds needs, Optional<StickyKey> conversation)
      throws Refused {
    Planned planned =
        corridor
            .router()
            .plan(
                new PlanInput(
                    corridor.catalog().get(),
                    wish,
                    needs,
                    constraints(entry.principal()),
                    corridor.signals(),
                    corridor.seats().apply(Optional.of(entry.principal())),
                    conversation.flatMap(corridor.stickiness()::find),
                    entry.arrived(),
                    corridor.random().nextLong(),
                    "config"));
    return switch (planned) {
      case RoutePlan plan -> plan;
      case NoRoute none -> {
        JsonWriter availability = new JsonWriter();
        none.availability().write(availability);
        throw new Refused(none.fault().withAvailability(availability.toRaw()));
      }
    };
  }

  /** What configuration forbids, and what the key's owner does. */
  private Constraints constraints(Principal principal) {
    Constraints common = corridor.constraints().get();
    KeyTerms terms = principal.terms();
    if (terms.models().isEmpty() && terms.providers().isEmpty()) {
      return common;
    }
    List<Restriction> all = new ArrayList<>(common.restrictions());
    all.add(
        Restriction.none("key")
            .withModels(only(terms.models()), List.of())
            .withProviders(only(terms.providers()), List.of()));
    return new Constraints(all, common.defaultSort());
  }

  private static Optional<List<String>> only(List<String> names) {
    return names.isEmpty() ? Optional.empty() : Optional.of(names);
  }

  /**
   * What the conversation is known again by; empty where it could make no difference, so that a
   * long prompt is not hashed for nothing.
   */
  private Optional<StickyKey> conversation(
      Visit visit, Principal principal, ChatRequest request, RoutingWish wish) {
    Optional<String> header = visit.request().headers().get("x-session-id");
    boolean named = header.isPresent() || wish.sessionId().isPresent();
    boolean cached = named || wish.promptCacheKey().isPresent();
    if (!cached) {
      Catalog catalog = corridor.catalog().get();
      List<Endpoint> endpoints =
          catalog.model(request.model()).map(m -> catalog.endpoints(m.id())).orElse(List.of());
      cached = endpoints.size() > 1 && endpoints.stream().anyMatch(Endpoint::cachesPrompts);
    }
    return cached
        ? Optional.of(StickyKey.of(principal.keyId(), request.model(), wish, header, request))
        : Optional.empty();
  }

  private Errand errand(Visit visit, Entry entry, Grant grant, Vitals vitals) {
    List<Leg> legs = Turns.of(grant.funded().legs(), corridor.credentials());
    return new Errand(
        entry.inbound(),
        entry.principal().key(),
        grant.funded().edits(),
        legs,
        thinks(entry.inbound().request(), legs),
        PassedOn.of(visit.request().headers()),
        visit.request().receivedNanos(),
        vitals,
        grant.turnstile());
  }

  /** The caller asked for thinking, or the model that is asked first thinks unless told not to. */
  private boolean thinks(ChatRequest request, List<Leg> legs) {
    if (request.reasoning().isOn()) {
      return true;
    }
    if (request.reasoning().isOff() || legs.isEmpty()) {
      return false;
    }
    return corridor
        .catalog()
        .get()
        .model(legs.get(0).endpoint().model())
        .flatMap(Model::reasoning)
        .filter(reasoning -> reasoning.node().get("default_enabled").boolOr(true))
        .isPresent();
  }

  private void refuse(Visit visit, Entry entry, Limited limited) {
    Fault fault =
        Limits.fault(limited, new Names(corridor.keys()), LimitHeaders.json(entry, limited));
    refuse(visit, entry.id(), entry.arrived(), fault, LimitHeaders.of(entry, limited));
  }

  /**
   * @param own further header fields, names and values in turn
   */
  private void refuse(Visit visit, String id, Instant arrived, Fault fault, List<String> own) {
    AnswerContext context =
        new AnswerContext(
            visit.flavour(),
            id,
            "",
            "",
            arrived.getEpochSecond(),
            false,
            visit.operation().equals("completions"),
            false);
    corridor.journal().refused(visit.codec().dialect(), fault);
    List<String> fields = new ArrayList<>(List.of("x-request-id", id));
    fields.addAll(own);
    Refusals.send(visit.responder(), visit.codec(), context, fault, Headers.copyOf(fields));
  }
}
