package dev.fairlead.route;

import dev.fairlead.canon.Refused;
import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.Model;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** One situation in which plans are made; a test changes what it is about. */
final class Scene {
  static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

  final TestCatalog kit = new TestCatalog();
  final Map<String, EndpointSignals> signals = new HashMap<>();
  final Map<String, List<Seat>> seats = new HashMap<>();
  Constraints constraints = Constraints.NONE;
  RequestNeeds needs = RequestNeeds.text(100);
  Optional<Sticky> sticky = Optional.empty();
  Predicate<Model> distillable = model -> false;
  Instant now = NOW;
  long seed = 1;
  private Optional<Catalog> built = Optional.empty();
  private Optional<Router> router = Optional.empty();

  static RoutingWish wish(String request) {
    try {
      return RoutingWishReader.read(Json.of(request.replace('\'', '"')).root());
    } catch (Refused e) {
      throw new AssertionError(e);
    }
  }

  Planned planned(String request) {
    Catalog catalog = built.orElseGet(kit::build);
    built = Optional.of(catalog);
    Router made = router.orElseGet(() -> new Router(distillable, Duration.ofSeconds(5)));
    router = Optional.of(made);
    return made.plan(
        new PlanInput(
            catalog,
            wish(request),
            needs,
            constraints,
            Signals.of(signals),
            provider -> seats.getOrDefault(provider, List.of(new Seat("shared", false))),
            sticky,
            now,
            seed,
            "policy-1"));
  }

  RoutePlan plan(String request) {
    Planned planned = planned(request);
    if (planned instanceof RoutePlan plan) {
      return plan;
    }
    throw new AssertionError(((NoRoute) planned).fault().message());
  }

  NoRoute refused(String request) {
    if (planned(request) instanceof NoRoute none) {
      return none;
    }
    throw new AssertionError("was planned: " + tags(request));
  }

  /** The tags of the plan's endpoints, in order. */
  List<String> tags(String request) {
    return tags(plan(request));
  }

  static List<String> tags(RoutePlan plan) {
    return plan.legs().stream().map(leg -> leg.endpoint().tag()).toList();
  }

  /** The rule that took an endpoint out. */
  static Excluded out(Planned planned, String tag) {
    return planned.decision().excluded().stream()
        .filter(one -> one.endpoint().startsWith(tag + "|"))
        .findFirst()
        .orElseThrow(() -> new AssertionError(tag + " was not excluded"));
  }

  void signal(String endpoint, UnaryOperator<SignalsKit> change) {
    signals.put(endpoint, change.apply(new SignalsKit()).build());
  }

  void tools(boolean mustCall) {
    needs =
        new RequestNeeds(
            needs.input(),
            needs.output(),
            Optional.of("look_up"),
            mustCall,
            needs.format(),
            false,
            false,
            mustCall ? List.of("tool_choice", "tools") : List.of("tools"),
            needs.promptTokens(),
            needs.maxTokens(),
            needs.preferIssuers(),
            needs.requireIssuers());
  }

  static RequestNeeds needing(
      RequestNeeds.Format format, OptionalLong maxTokens, String... parameters) {
    RequestNeeds text = RequestNeeds.text(100);
    return new RequestNeeds(
        text.input(),
        text.output(),
        Optional.empty(),
        false,
        format,
        false,
        false,
        List.of(parameters),
        100,
        maxTokens,
        Set.of(),
        Set.of());
  }

  static RequestNeeds issued(Set<String> prefer, Set<String> require) {
    return new RequestNeeds(
        EnumSet.of(dev.fairlead.catalog.Modality.TEXT),
        EnumSet.of(dev.fairlead.catalog.Modality.TEXT),
        Optional.empty(),
        false,
        RequestNeeds.Format.TEXT,
        false,
        false,
        List.of(),
        100,
        OptionalLong.empty(),
        prefer,
        require);
  }

  static String json(NoRoute none) {
    JsonWriter out = new JsonWriter();
    none.availability().write(out);
    return out.toString();
  }

  /** Signals in the making. */
  static final class SignalsKit {
    private Breaker.Phase breaker = Breaker.Phase.CLOSED;
    private Optional<Instant> probeAt = Optional.empty();
    private Optional<Instant> outage = Optional.empty();
    private Percentiles latency = Percentiles.NONE;
    private Percentiles throughput = Percentiles.NONE;
    private long requests;
    private EndpointSignals.Tools tools = EndpointSignals.Tools.NONE;
    private final Map<String, Instant> cool = new HashMap<>();

    SignalsKit breaker(Breaker.Phase phase, Instant probe) {
      breaker = phase;
      probeAt = Optional.of(probe);
      return this;
    }

    SignalsKit outage(Instant when) {
      outage = Optional.of(when);
      return this;
    }

    SignalsKit latency(double p50, double p75, double p90, double p99) {
      latency = new Percentiles(100, p50, p75, p90, p99);
      return this;
    }

    SignalsKit throughput(double p50, double p75, double p90, double p99) {
      throughput = new Percentiles(100, p50, p75, p90, p99);
      return this;
    }

    SignalsKit traffic(long count, long recentTools, long finished, long bad) {
      requests = count;
      tools = new EndpointSignals.Tools(recentTools, finished, bad);
      return this;
    }

    SignalsKit cool(String credential, Instant until) {
      cool.put(credential, until);
      return this;
    }

    EndpointSignals build() {
      return new EndpointSignals(
          breaker, probeAt, outage, latency, throughput, requests, tools, cool);
    }
  }
}
