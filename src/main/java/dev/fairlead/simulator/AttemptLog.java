package dev.fairlead.simulator;

import dev.fairlead.http.Headers;
import dev.fairlead.http.ServerRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What the simulator remembers: attempts, the requests as they came, and how often who has asked
 * for what. Bounded in entries and in bytes; the oldest go first. All loops write into it, so every
 * method holds the object's lock.
 */
final class AttemptLog {
  private static final long MAX_BYTES = 64L << 20;
  private static final Set<String> CREDENTIALS =
      Set.of(
          "authorization",
          "x-api-key",
          "x-goog-api-key",
          "api-key",
          "cookie",
          "proxy-authorization");

  /** How often, and since when. */
  record Count(long attempt, long firstNanos) {}

  private record Entry(long number, Attempt attempt, ServerRequest request) {}

  private final int maxEntries;
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private final LinkedHashMap<String, Count> counts = new LinkedHashMap<>();
  private long bytes;
  private long last;

  AttemptLog(int maxEntries) {
    this.maxEntries = maxEntries;
  }

  /** Counts one more attempt of this key. */
  synchronized Count count(String key, long now) {
    Count before = counts.remove(key);
    Count count =
        before == null ? new Count(1, now) : new Count(before.attempt() + 1, before.firstNanos());
    counts.put(key, count);
    if (counts.size() > maxEntries) {
      counts.remove(counts.keySet().iterator().next());
    }
    return count;
  }

  /** Begins an entry; its number is given to the maker of the attempt. */
  synchronized Attempt begin(ServerRequest request, Function<Long, Attempt> maker) {
    last++;
    Attempt attempt = maker.apply(last);
    entries.addLast(new Entry(last, attempt, withoutCredentials(request)));
    bytes += request.body().length;
    while (entries.size() > maxEntries || (bytes > MAX_BYTES && entries.size() > 1)) {
      bytes -= entries.removeFirst().request().body().length;
    }
    return attempt;
  }

  synchronized List<SimAttempt> attempts() {
    return entries.stream().map(entry -> entry.attempt().snapshot()).toList();
  }

  synchronized Optional<ServerRequest> request(long number) {
    return entries.stream()
        .filter(entry -> entry.number() == number)
        .map(Entry::request)
        .findFirst();
  }

  /** Forgets entries and counts; numbers go on. */
  synchronized void clear() {
    entries.clear();
    counts.clear();
    bytes = 0;
  }

  private static ServerRequest withoutCredentials(ServerRequest request) {
    List<String> kept = new ArrayList<>();
    request
        .headers()
        .forEach(
            (name, value) -> {
              boolean secret = CREDENTIALS.contains(name.toLowerCase(Locale.ROOT));
              kept.add(name);
              kept.add(secret ? "***" : value);
            });
    return new ServerRequest(
        request.method(),
        request.path(),
        request.query().replaceAll("(^|&)key=[^&]*", "$1key=***"),
        Headers.copyOf(kept),
        request.body(),
        request.peer(),
        request.receivedNanos());
  }

  /** The credential of a request, for telling callers apart only; empty when there is none. */
  static String caller(ServerRequest request) {
    for (String name : List.of("authorization", "x-api-key", "x-goog-api-key", "api-key")) {
      Optional<String> value = request.headers().get(name);
      if (value.isPresent()) {
        return Integer.toHexString(value.get().hashCode());
      }
    }
    return request.parameter("key").map(key -> Integer.toHexString(key.hashCode())).orElse("");
  }
}
