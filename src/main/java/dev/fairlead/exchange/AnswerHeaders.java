package dev.fairlead.exchange;

import dev.fairlead.catalog.Endpoint;
import dev.fairlead.http.Headers;
import dev.fairlead.protocol.Flavour;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The header fields of our own that an inference answer carries. */
final class AnswerHeaders {
  private static final String EXPOSED =
      "X-Generation-Id, X-Provider-Name, X-Fairlead-Model, X-Fairlead-Endpoint,"
          + " X-Fairlead-Budget-Notice, Server-Timing,"
          + " X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After";

  private AnswerHeaders() {}

  /**
   * @param grant limits and budgets, whose state is told
   * @param ownNanos from the request's arrival to the decision
   * @param upstreamNanos from the decision to the answer's first piece; below 0 when none came
   */
  static Headers make(
      Entry entry, Grant grant, Optional<Endpoint> served, long ownNanos, long upstreamNanos) {
    boolean stream = entry.inbound().request().stream();
    List<String> fields = new ArrayList<>(20);
    add(fields, "content-type", stream ? "text/event-stream" : "application/json");
    if (stream) {
      add(fields, "cache-control", "no-cache");
    }
    add(fields, "x-generation-id", entry.id());
    add(fields, "x-request-id", entry.id());
    if (served.isPresent()) {
      add(fields, "x-provider-name", served.get().provider().name());
      add(fields, "x-fairlead-model", served.get().model());
      add(fields, "x-fairlead-endpoint", served.get().id());
    }
    grant.funded().notices().forEach(notice -> add(fields, "x-fairlead-budget-notice", notice));
    String timing = "gateway;dur=" + millis(ownNanos);
    if (upstreamNanos >= 0) {
      timing += ", upstream;dur=" + millis(upstreamNanos);
    }
    add(fields, "server-timing", timing);
    fields.addAll(LimitHeaders.of(entry, grant.turnstile().levels()));
    if (entry.inbound().flavour() == Flavour.OPENROUTER) {
      add(fields, "access-control-allow-origin", "*");
      add(fields, "access-control-expose-headers", EXPOSED);
    }
    return Headers.copyOf(fields);
  }

  private static void add(List<String> fields, String name, String value) {
    fields.add(name);
    fields.add(value);
  }

  /** Milliseconds with three digits, without the cost of a formatter. */
  private static String millis(long nanos) {
    long micros = Math.max(0, nanos / 1000);
    String fraction = Long.toString(1000 + micros % 1000).substring(1);
    return micros / 1000 + "." + fraction;
  }
}
