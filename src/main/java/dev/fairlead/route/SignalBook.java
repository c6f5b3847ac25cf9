package dev.fairlead.route;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Keeps the health of every endpoint. {@link #observe} and {@link #admit} may be called from any
 * thread, event loops included: nothing here blocks. What is to be written is queued per endpoint,
 * and whichever thread finds the queue idle writes until it is empty, so that each {@link
 * EndpointBook} has one writer at a time; what plans read is an immutable value in a volatile
 * field.
 *
 * <p>Percentiles are reckoned at most once a second for each endpoint. {@link #refresh} lets
 * windows run out where nothing happens; it wants to be called every few seconds.
 */
public final class SignalBook implements Signals {
  private static final Duration FRESH = Duration.ofSeconds(1);

  private final InstantSource clock;
  private final ConcurrentMap<String, Page> pages = new ConcurrentHashMap<>();

  public SignalBook(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public EndpointSignals of(String endpoint) {
    Page page = pages.get(endpoint);
    return page == null ? EndpointSignals.NONE : page.current();
  }

  /** The breaker's leave to call the endpoint now; empty when it must be spared. */
  public Optional<Breaker.Permit> admit(String endpoint) {
    return page(endpoint).breaker.admit(clock.instant());
  }

  /** Takes note of an attempt, and gives its permit back. */
  public void observe(Observation seen) {
    Page page = page(seen.endpoint());
    if (seen.permit().isPresent()) {
      Breaker.Permit permit = seen.permit().get();
      page.breaker.report(permit, seen.verdict().outcome(permit.probe()), seen.at());
    }
    page.write(book -> book.write(seen), seen.at(), false);
  }

  /** Publishes what the passing of time alone has changed. */
  public void refresh() {
    Instant now = clock.instant();
    pages.values().forEach(page -> page.write(book -> {}, now, true));
  }

  /** What this node itself knows of endpoints that want to be left alone. */
  List<Trouble> troubles(Instant now) {
    List<Trouble> all = new ArrayList<>();
    pages.forEach(
        (endpoint, page) -> {
          page.breaker
              .state()
              .probeAt()
              .filter(now::isBefore)
              .ifPresent(until -> all.add(new Trouble(endpoint, "", until)));
          page.own.forEach(
              (credential, until) -> {
                if (now.isBefore(until)) {
                  all.add(new Trouble(endpoint, credential, until));
                }
              });
        });
    return all;
  }

  /** Other nodes were told to leave these alone. */
  void hear(List<Trouble> all, Instant now) {
    for (Trouble trouble : all) {
      page(trouble.endpoint())
          .write(book -> book.hear(trouble.credential(), trouble.until()), now, false);
    }
  }

  /** For the list of a model's endpoints; at most as old as the last {@link #refresh}. */
  public EndpointStats stats(String endpoint) {
    Page page = pages.get(endpoint);
    return page == null ? EndpointStats.NONE : page.stats;
  }

  private Page page(String endpoint) {
    Page page = pages.get(endpoint);
    return page != null
        ? page
        : pages.computeIfAbsent(endpoint, id -> new Page(new Breaker(clock.instant())));
  }

  /** One endpoint: its breaker, its book, the queue before the book, and what is published. */
  private static final class Page {
    final Breaker breaker;
    private final EndpointBook book = new EndpointBook();
    private final Queue<Consumer<EndpointBook>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unwritten = new AtomicInteger();
    private Instant reckoned = Instant.MIN;
    private volatile EndpointSignals published = EndpointSignals.NONE;
    private volatile Map<String, Instant> own = Map.of();
    volatile EndpointStats stats = EndpointStats.NONE;

    Page(Breaker breaker) {
      this.breaker = breaker;
    }

    /** The published value, with the breaker as it is this moment. */
    EndpointSignals current() {
      EndpointSignals value = published;
      Breaker.State state = breaker.state();
      Optional<Instant> probeAt = state.probeAt();
      if (value.breaker() == state.phase() && value.probeAt().equals(probeAt)) {
        return value;
      }
      return new EndpointSignals(
          state.phase(),
          probeAt,
          value.lastOutage(),
          value.latency(),
          value.throughput(),
          value.requests(),
          value.tools(),
          value.coolUntil());
    }

    void write(Consumer<EndpointBook> entry, Instant now, boolean reckon) {
      waiting.add(entry);
      if (unwritten.getAndIncrement() != 0) {
        return; // somebody is writing and will see this entry
      }
      int seen = 1;
      do {
        for (Consumer<EndpointBook> next = waiting.poll(); next != null; next = waiting.poll()) {
          next.accept(book);
        }
        publish(now, reckon);
        seen = unwritten.addAndGet(-seen);
      } while (seen != 0);
    }

    private void publish(Instant now, boolean reckon) {
      boolean fresh = !reckon && now.isBefore(reckoned.plus(FRESH));
      if (!fresh) {
        reckoned = now;
        stats = book.stats(now);
      }
      own = book.cooling();
      published =
          book.signals(breaker.state(), now, fresh ? Optional.of(published) : Optional.empty());
    }
  }
}
