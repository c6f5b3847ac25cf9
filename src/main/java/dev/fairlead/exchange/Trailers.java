package dev.fairlead.exchange;

import dev.fairlead.attempt.Run;
import dev.fairlead.money.Cost;
import dev.fairlead.money.Meter;
import dev.fairlead.money.Money;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.protocol.Flavour;
import dev.fairlead.route.RoutePlan;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is told at the end of an answer: what it cost, and how it was routed. */
final class Trailers {
  private Trailers() {}

  static AnswerContext.Trailer make(Bill bill, Entry entry, RoutePlan plan, @Nullable Run run) {
    if (entry.inbound().flavour() == Flavour.VENDOR) {
      return AnswerContext.Trailer.NONE;
    }
    Optional<Raw> metadata =
        entry.wantsMetadata() ? Optional.of(Metadata.make(entry, plan, run)) : Optional.empty();
    return new AnswerContext.Trailer(Optional.of(cost(bill)), metadata);
  }

  private static Raw cost(Bill bill) {
    Cost cost = bill.charged();
    Money asked = bill.asked().total();
    // Where less is charged than was reckoned, no part is more than the whole, or below nothing.
    Money upstream = bill.own() || asked.compareTo(cost.total()) < 0 ? asked : cost.total();
    Money prompt = upstream.less(Money.ofPico(cost.pico(Meter.COMPLETION)));
    JsonWriter out = new JsonWriter(256).beginObject();
    out.field("cost", cost.total().usd());
    out.field("is_byok", bill.own());
    out.name("cost_details").beginObject();
    out.field("upstream_inference_cost", upstream.usd());
    out.field("upstream_inference_prompt_cost", prompt.usd());
    out.field("upstream_inference_completions_cost", upstream.minus(prompt).usd());
    return out.endObject().endObject().toRaw();
  }
}
