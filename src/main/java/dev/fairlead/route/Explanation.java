package dev.fairlead.route;

import dev.fairlead.canon.Loss;
import dev.fairlead.wire.JsonWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Tells a plan to people and tools: every candidate, included or not, with its place, the reason or
 * the rule and where it was set, and the price and the signals that were read.
 */
public final class Explanation {
  private Explanation() {}

  /** Of a plan just made or of one that was recorded. */
  public static void write(JsonWriter out, PlanRecord record) {
    Decision decision = record.decision();
    out.beginObject()
        .field("at", record.at().toString())
        .field("catalog_version", record.catalogVersion())
        .field("policy_version", record.policyVersion())
        .field("strategy", decision.strategy())
        .field("seed", record.seed())
        .field("draw", decision.draw());
    models(out, record.question().choices());
    out.field("included", decision.ranked().size()).field("excluded", decision.excluded().size());
    out.name("candidates").beginArray();
    int rank = 1;
    for (Decision.Ranked ranked : decision.ranked()) {
      included(out, record.question(), ranked, rank++);
    }
    for (Excluded excluded : decision.excluded()) {
      excluded(out, record.question(), excluded);
    }
    out.endArray();
    losses(out, decision.losses());
    if (decision.ranked().isEmpty()) {
      Refusal refusal = Refusal.of(record.question(), decision);
      out.name("error")
          .beginObject()
          .field("code", refusal.fault().status())
          .field("message", refusal.fault().message());
      refusal.availability().write(out.name("availability"));
      out.endObject();
    }
    out.endObject();
  }

  private static void models(JsonWriter out, List<ModelChoice> choices) {
    out.name("models").beginArray();
    for (ModelChoice choice : choices) {
      out.beginObject()
          .field("requested", choice.named())
          .field("model", choice.id())
          .field("state", choice.state().name().toLowerCase(Locale.ROOT))
          .endObject();
    }
    out.endArray();
  }

  private static void included(
      JsonWriter out, Question question, Decision.Ranked ranked, int rank) {
    out.beginObject().field("included", true).field("rank", rank);
    candidate(out, find(question, ranked.endpoint(), ranked.credential()));
    out.field("reason", ranked.reason().word()).field("share", ranked.share());
    Words.write(out, "demotions", ranked.demotions().stream().map(Demotion::word).toList());
    out.field("sticky", ranked.sticky()).field("probe", ranked.probe());
    Words.instant(out, "not_before", ranked.notBefore());
    out.endObject();
  }

  private static void excluded(JsonWriter out, Question question, Excluded excluded) {
    out.beginObject().field("included", false);
    candidate(out, find(question, excluded.endpoint(), excluded.credential()));
    out.field("rule", excluded.rule().code())
        .field("detail", excluded.detail())
        .field("set_by", excluded.setBy())
        .endObject();
  }

  private static List<Candidate> find(Question question, String endpoint, String credential) {
    List<Candidate> found = new ArrayList<>(1);
    for (Candidate candidate : question.candidates()) {
      if (candidate.id().equals(endpoint) && candidate.credential().equals(credential)) {
        found.add(candidate);
        break;
      }
    }
    return found;
  }

  private static void candidate(JsonWriter out, List<Candidate> found) {
    for (Candidate candidate : found) {
      Facts facts = candidate.facts();
      out.field("endpoint", facts.endpoint())
          .field("model", facts.model())
          .field("provider", facts.provider())
          .field("tag", facts.tag())
          .field("credential", candidate.credential())
          .field("byok", candidate.own())
          .field("quantization", facts.quantization());
      Words.write(out, "unsupported_parameters", candidate.lacks());
      price(out, candidate.quote());
      candidate.signals().write(out.name("signals"));
    }
  }

  /** In USD a unit, as the catalogue's own prices are written. */
  private static void price(JsonWriter out, Quote quote) {
    out.name("price")
        .beginObject()
        .field("version", quote.version())
        .field("prompt", usd(quote.prompt()))
        .field("completion", usd(quote.completion()))
        .field("blend", usd(quote.blend()))
        .endObject();
  }

  private static String usd(long pico) {
    return pico == 0
        ? "0"
        : BigDecimal.valueOf(pico).movePointLeft(12).stripTrailingZeros().toPlainString();
  }

  private static void losses(JsonWriter out, List<Loss> losses) {
    out.name("losses").beginArray();
    for (Loss loss : losses) {
      out.beginObject()
          .field("node", loss.node())
          .field("field", loss.field())
          .field("reason", loss.reason())
          .endObject();
    }
    out.endArray();
  }
}
