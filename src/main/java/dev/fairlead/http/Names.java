package dev.fairlead.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Name look-ups with a memory: an answer is fresh for thirty seconds, and serves for an hour when
 * the resolver fails or is silent. One look-up per name at a time, on a virtual thread. The map is
 * guarded by this object's lock, which is never held while looking up or calling back.
 */
final class Names {
  private static final Duration FRESH = Duration.ofSeconds(30);
  private static final Duration STALE = Duration.ofHours(1);
  private static final int MAX_NAMES = 4096;

  /** Told of the addresses, or of none with the reason; on the loop that asked. */
  interface Found {
    void found(List<InetAddress> addresses, String failure);
  }

  private record Question(NettyLoop loop, Found found) {}

  private static final class Entry {
    private List<InetAddress> addresses = List.of();
    private long at;
    private @Nullable List<Question> waiting;
  }

  private final NameService service;
  private final Map<String, Entry> entries = new HashMap<>();

  Names(NameService service) {
    this.service = service;
  }

  /**
   * Asks.
   *
   * @param patience after this long an old answer is taken when there is one
   */
  void find(String host, NettyLoop loop, Duration patience, Found found) {
    Question question = new Question(loop, found);
    long now = loop.nanos();
    List<InetAddress> fresh = List.of();
    boolean start = false;
    boolean oldOne = false;
    synchronized (this) {
      if (entries.size() >= MAX_NAMES && !entries.containsKey(host)) {
        entries.values().removeIf(e -> e.waiting == null);
      }
      Entry entry = entries.computeIfAbsent(host, h -> new Entry());
      if (!entry.addresses.isEmpty() && now - entry.at < FRESH.toNanos()) {
        fresh = entry.addresses;
      } else {
        start = entry.waiting == null;
        if (entry.waiting == null) {
          entry.waiting = new ArrayList<>();
        }
        entry.waiting.add(question);
        oldOne = !entry.addresses.isEmpty();
      }
    }
    if (!fresh.isEmpty()) {
      found.found(fresh, "");
      return;
    }
    if (start) {
      Thread.ofVirtual().name("look-up").start(() -> lookUp(host, loop));
    }
    if (oldOne) {
      loop.schedule(patience, () -> takeOld(host, question));
    }
  }

  private void lookUp(String host, NettyLoop clock) {
    List<InetAddress> addresses = List.of();
    String failure = "";
    try {
      addresses = service.lookUp(host);
    } catch (UnknownHostException | RuntimeException e) {
      failure = "the name " + host + " was not found";
    }
    List<Question> questions;
    synchronized (this) {
      Entry entry = entries.computeIfAbsent(host, h -> new Entry());
      long now = clock.nanos();
      if (!addresses.isEmpty()) {
        entry.addresses = List.copyOf(addresses);
        entry.at = now;
      }
      addresses = usable(entry, now);
      questions = entry.waiting == null ? List.of() : entry.waiting;
      entry.waiting = null;
      if (entry.addresses.isEmpty()) {
        entries.remove(host);
      }
    }
    for (Question question : questions) {
      tell(question, addresses, failure.isEmpty() ? "the name " + host + " is empty" : failure);
    }
  }

  private void takeOld(String host, Question question) {
    List<InetAddress> old;
    synchronized (this) {
      Entry entry = entries.get(host);
      if (entry == null || entry.waiting == null || !entry.waiting.contains(question)) {
        return; // answered meanwhile
      }
      old = usable(entry, question.loop.nanos());
      if (old.isEmpty()) {
        return;
      }
      entry.waiting.remove(question);
    }
    question.found.found(old, "");
  }

  private static List<InetAddress> usable(Entry entry, long now) {
    return now - entry.at < STALE.toNanos() ? entry.addresses : List.of();
  }

  private static void tell(Question question, List<InetAddress> addresses, String failure) {
    question.loop.execute(() -> question.found.found(addresses, failure));
  }
}
