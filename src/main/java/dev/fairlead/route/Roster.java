package dev.fairlead.route;

import dev.fairlead.canon.Dialect;
import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.catalog.Modality;
import dev.fairlead.catalog.Model;
import dev.fairlead.protocol.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * A catalog with the facts of its endpoints at hand. Made once for each catalog; entries of models
 * that the catalog does not list come in when they are named. Safe for all threads.
 */
final class Roster {
  /** An endpoint and its facts. */
  record Entry(Endpoint endpoint, Facts facts) {}

  private final Catalog catalog;
  private final Predicate<Model> distillable;
  private final Map<String, List<Entry>> entries = new ConcurrentHashMap<>();
  private final Map<String, Entry> byId = new ConcurrentHashMap<>();

  Roster(Catalog catalog, Predicate<Model> distillable) {
    this.catalog = catalog;
    this.distillable = distillable;
    catalog.endpoints().stream().map(Endpoint::model).distinct().forEach(this::entries);
  }

  private List<Entry> entries(String model) {
    List<Entry> known = entries.get(model);
    if (known != null) {
      return known;
    }
    boolean permitted = catalog.model(model).filter(distillable).isPresent();
    List<Entry> fresh = new ArrayList<>();
    for (Endpoint endpoint : catalog.endpoints(model)) {
      Entry entry = new Entry(endpoint, Facts.of(endpoint, permitted));
      fresh.add(entry);
      byId.put(endpoint.id(), entry);
    }
    if (!fresh.isEmpty()) {
      entries.put(model, List.copyOf(fresh));
    }
    return fresh;
  }

  Catalog catalog() {
    return catalog;
  }

  @SuppressWarnings("ReferenceEquality") // a snapshot is itself and nothing else
  boolean isOf(Catalog other) {
    return catalog == other;
  }

  Endpoint endpoint(String id) {
    Entry entry = byId.get(id);
    if (entry == null) {
      throw new IllegalStateException("decided for an endpoint that is not there: " + id);
    }
    return entry.endpoint();
  }

  /** Adds the candidates of one of the request's models. */
  void candidates(PlanInput input, ModelChoice choice, int number, List<Candidate> into) {
    for (Entry entry : entries(choice.id())) {
      Facts facts = entry.facts();
      Endpoint endpoint = entry.endpoint();
      RequestNeeds needs = input.needs();
      List<String> lacks = lacks(endpoint, needs);
      List<String> unread = missing(needs.input(), endpoint.input());
      List<String> unmade = missing(needs.output(), endpoint.output());
      Quote quote = Quote.of(endpoint.priceAt(input.now()), needs.promptTokens());
      EndpointSignals signals = input.signals().of(facts.endpoint());
      for (Optional<Seat> seat : seats(input, endpoint, facts)) {
        into.add(
            new Candidate(
                facts,
                number,
                seat,
                lacks,
                unread,
                unmade,
                quote,
                signals,
                signals.coolUntil(seat.map(Seat::credential).orElse(""), input.now())));
      }
    }
  }

  private static List<Optional<Seat>> seats(PlanInput input, Endpoint endpoint, Facts facts) {
    List<Seat> seats = input.seats().of(endpoint.provider().slug());
    if (seats.isEmpty()) {
      return List.of(facts.keyless() ? Optional.of(Seat.OPEN) : Optional.empty());
    }
    if (seats.size() == 1) {
      return List.of(Optional.of(seats.getFirst()));
    }
    return seats.stream().map(Optional::of).toList();
  }

  private static List<String> lacks(Endpoint endpoint, RequestNeeds needs) {
    List<String> lacks = List.of();
    for (String parameter : needs.parameters()) {
      if (!honours(endpoint, parameter)) {
        lacks = with(lacks, parameter);
      }
    }
    boolean marks =
        endpoint.dialect() == Dialect.ANTHROPIC
            || endpoint.traits().contains(Target.Trait.CACHE_CONTROL);
    return needs.cacheControl() && !marks ? with(lacks, "cache_control") : lacks;
  }

  private static List<String> with(List<String> words, String word) {
    List<String> more = new ArrayList<>(words);
    more.add(word);
    return more;
  }

  /** One thing has several names in OpenRouter's words. */
  private static boolean honours(Endpoint endpoint, String parameter) {
    return endpoint.honours(parameter)
        || switch (parameter) {
          case "max_tokens" -> endpoint.honours("max_completion_tokens");
          case "reasoning" ->
              endpoint.honours("include_reasoning") || endpoint.honours("reasoning_effort");
          default -> false;
        };
  }

  /** An endpoint that states no modalities takes and gives any. */
  private static List<String> missing(Collection<Modality> wanted, Collection<Modality> has) {
    if (has.isEmpty() || has.containsAll(wanted)) {
      return List.of();
    }
    return wanted.stream().filter(one -> !has.contains(one)).map(Modality::word).sorted().toList();
  }
}
