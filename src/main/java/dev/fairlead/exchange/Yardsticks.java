package dev.fairlead.exchange;

import dev.fairlead.attempt.Source;
import dev.fairlead.canon.Usage;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.journal.AttemptRecord;
import dev.fairlead.ledger.Settlement;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What answers used whose provider never said so, or not to the end. Each endpoint teaches how to
 * measure it whenever it tells its usage; one that never does is measured as its provider's others.
 */
public final class Yardsticks {
  private final Map<String, Yardstick> endpoints = new ConcurrentHashMap<>();
  private final Map<String, Yardstick> providers = new ConcurrentHashMap<>();

  /** An answer came to its end, and its provider's word on it is believed. */
  void learn(Entry entry, Source source) {
    AttemptRecord attempt = source.record();
    Optional<Usage> told = attempt.usage();
    if (told.isEmpty() || attempt.output().isNone() || !attempt.untold().isNone()) {
      return;
    }
    Yardstick.Lesson lesson =
        new Yardstick.Lesson(
            told.get().input(),
            entry.promptTokens(),
            told.get().output(),
            attempt.output(),
            entry.inbound().request().stream());
    learn(endpoints, source.endpoint().id(), lesson);
    learn(providers, source.endpoint().provider().slug(), lesson);
  }

  private static void learn(Map<String, Yardstick> all, String name, Yardstick.Lesson lesson) {
    all.merge(name, Yardstick.UNTAUGHT.after(lesson), (known, first) -> known.after(lesson));
  }

  /** What an attempt used: as its provider tells, and beyond that by measure. */
  Spent spent(Entry entry, Source source) {
    AttemptRecord attempt = source.record();
    Optional<Usage> told = attempt.usage();
    if (attempt.untold().isNone()) {
      return told.map(usage -> Spent.of(usage, Settlement.Source.PROVIDER)).orElse(Spent.NOTHING);
    }
    Yardstick measure = of(source.endpoint());
    long untold = measure.output(attempt.untold(), entry.inbound().request().stream());
    Usage usage =
        told.map(it -> it.withOutput(it.output() + untold))
            .orElseGet(() -> Usage.of(measure.prompt(entry.promptTokens()), untold));
    return Spent.of(usage, Settlement.Source.METER);
  }

  /** How many tokens a prompt is. */
  long prompt(Entry entry, Endpoint endpoint) {
    return of(endpoint).prompt(entry.promptTokens());
  }

  private Yardstick of(Endpoint endpoint) {
    Yardstick own = endpoints.get(endpoint.id());
    return own != null
        ? own
        : providers.getOrDefault(endpoint.provider().slug(), Yardstick.UNTAUGHT);
  }
}
