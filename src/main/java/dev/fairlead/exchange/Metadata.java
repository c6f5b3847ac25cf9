package dev.fairlead.exchange;

import dev.fairlead.attempt.Run;
import dev.fairlead.http.Headers;
import dev.fairlead.journal.AttemptRecord;
import dev.fairlead.route.Explanation;
import dev.fairlead.route.RoutePlan;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import org.jspecify.annotations.Nullable;

/** OpenRouter's {@code openrouter_metadata}: how a request was routed, for callers who ask. */
final class Metadata {
  private Metadata() {}

  static boolean wanted(Headers headers) {
    return headers
        .get("x-openrouter-metadata")
        .or(() -> headers.get("x-openrouter-experimental-metadata"))
        .filter(value -> value.equalsIgnoreCase("enabled") || value.equalsIgnoreCase("true"))
        .isPresent();
  }

  static Raw make(Entry entry, RoutePlan plan, @Nullable Run run) {
    JsonWriter out = new JsonWriter(512).beginObject();
    out.field("requested_model", entry.inbound().request().model());
    out.field("strategy", plan.strategy());
    out.field("attempt", run == null ? 0 : run.records().size());
    out.name("attempts").beginArray();
    if (run != null) {
      for (AttemptRecord attempt : run.records()) {
        out.beginObject();
        out.field("model", attempt.model());
        out.field("provider", attempt.providerName());
        out.field("endpoint", attempt.endpoint());
        out.field("status", attempt.status());
        if (attempt.fault().isPresent()) {
          out.field("fault", attempt.fault().get());
        }
        out.endObject();
      }
    }
    out.endArray();
    Explanation.write(out.name("decision"), plan.record());
    return out.endObject().toRaw();
  }
}
