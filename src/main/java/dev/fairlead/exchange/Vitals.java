package dev.fairlead.exchange;

import dev.fairlead.attempt.Health;
import dev.fairlead.canon.Fault;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.relay.Tally;
import dev.fairlead.route.Breaker;
import dev.fairlead.route.Observation;
import dev.fairlead.route.SignalBook;
import dev.fairlead.route.Stickiness;
import dev.fairlead.route.StickyKey;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * What one exchange asks and teaches about the health of endpoints. Every permit that a breaker
 * gave is given back, whatever became of the call. Confined to the exchange's loop.
 */
final class Vitals implements Health {
  private final SignalBook signals;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final Stickiness stickiness;
  private final Optional<StickyKey> conversation;
  private final boolean tools;
  private final Map<String, Breaker.Permit> permits = new HashMap<>();
  private final Set<String> failed = new HashSet<>();
  private OptionalLong firstTokenMillis = OptionalLong.empty();

  Vitals(Corridor corridor, Optional<StickyKey> conversation, boolean tools) {
    this.signals = corridor.signals();
    this.clock = corridor.clock();
    this.nanos = corridor.nanos();
    this.stickiness = corridor.stickiness();
    this.conversation = conversation;
    this.tools = tools;
  }

  @Override
  public boolean admits(Endpoint endpoint) {
    Optional<Breaker.Permit> permit = signals.admit(endpoint.id());
    permit.ifPresent(given -> permits.put(endpoint.id(), given));
    return permit.isPresent();
  }

  @Override
  public void served(Endpoint endpoint, OptionalLong millis) {
    firstTokenMillis = millis;
  }

  @Override
  public void failed(Endpoint endpoint, String credential, Fault fault) {
    failed.add(endpoint.id());
    signals.observe(
        Observation.failure(endpoint.id(), credential, permit(endpoint), clock.instant(), fault));
  }

  /** The exchange is over. */
  void ended(
      Optional<Endpoint> served,
      String credential,
      Tally tally,
      long outputTokens,
      Optional<Fault> fault,
      long since) {
    if (served.isPresent() && !failed.contains(served.get().id())) {
      Endpoint endpoint = served.get();
      if (fault.isPresent()) {
        failed(endpoint, credential, fault.get());
      } else {
        conversation.ifPresent(key -> stickiness.answered(key, endpoint.id()));
        Observation success =
            Observation.success(
                endpoint.id(),
                credential,
                permit(endpoint),
                clock.instant(),
                firstTokenMillis.orElse(0),
                throughput(outputTokens, since));
        boolean called = tally.toolCalls() > 0;
        signals.observe(
            tools ? success.ofTools(called ? Optional.of(true) : Optional.empty()) : success);
      }
    }
    for (Map.Entry<String, Breaker.Permit> left : Map.copyOf(permits).entrySet()) {
      signals.observe(
          Observation.failure(
              left.getKey(),
              "",
              Optional.of(left.getValue()),
              clock.instant(),
              Fault.client(Fault.Kind.CLIENT_GONE, "")));
    }
    permits.clear();
  }

  private double throughput(long outputTokens, long since) {
    double seconds = since < 0 ? 0 : (nanos.getAsLong() - since) / 1e9;
    return seconds <= 0 ? 0 : outputTokens / seconds;
  }

  private Optional<Breaker.Permit> permit(Endpoint endpoint) {
    return Optional.ofNullable(permits.remove(endpoint.id()));
  }
}
