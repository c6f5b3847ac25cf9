package dev.fairlead.exchange;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Fault;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.config.Measure;
import dev.fairlead.config.Per;
import dev.fairlead.identity.Scope;
import dev.fairlead.limit.Admission;
import dev.fairlead.limit.Consumption;
import dev.fairlead.limit.Demand;
import dev.fairlead.limit.Limited;
import dev.fairlead.limit.Limiter;
import dev.fairlead.limit.Names;
import dev.fairlead.limit.Pass;
import dev.fairlead.limit.Rule;
import dev.fairlead.money.Money;
import dev.fairlead.route.Leg;
import dev.fairlead.route.RoutePlan;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Asks whether an exchange may be begun now, and says which limit is in the way. It is asked once
 * the plan is known, because what a call asks for, and of whom, is not known before; and before
 * money is held, so that a refusal leaves nothing behind.
 */
final class Limits {
  /** Reserved for an answer whose length its caller does not bound. */
  private static final long USUAL_OUTPUT = 4_096;

  private Limits() {}

  /**
   * What an exchange asks for.
   *
   * @param most what the ledger is going to hold
   */
  static Demand demand(Entry entry, RoutePlan plan, Money most) {
    boolean free = true;
    long output = 0;
    for (Leg leg : plan.legs()) {
      free &= leg.endpoint().priceAt(entry.arrived()).isFree();
      output = Math.max(output, output(leg.endpoint(), entry.inbound().request()));
    }
    return new Demand(new Consumption(entry.promptTokens(), output, most), free);
  }

  /**
   * What came of asking.
   *
   * @param with the first endpoint whose model and provider have room, too; without a pass, the one
   *     that is to be asked first
   */
  record Asked(Admission admission, Endpoint with) {}

  /**
   * Asks for the exchange, together with an endpoint that may answer it: the first of the plan that
   * has room. Where none has, the refusal is that of the first.
   */
  static Asked ask(Limiter limiter, Entry entry, RoutePlan plan, Demand demand) {
    Asked first = ask(limiter, entry, plan.first().endpoint(), demand);
    return first.admission() instanceof Limited limited && isOfEndpoint(limited.scope())
        ? otherwise(limiter, entry, plan, demand).orElse(first)
        : first;
  }

  private static Optional<Asked> otherwise(
      Limiter limiter, Entry entry, RoutePlan plan, Demand demand) {
    Set<List<Scope>> known = new HashSet<>(List.of(Scopes.of(plan.first().endpoint())));
    return plan.legs().stream()
        .map(Leg::endpoint)
        .filter(endpoint -> known.add(Scopes.of(endpoint)))
        .map(endpoint -> ask(limiter, entry, endpoint, demand))
        .filter(asked -> asked.admission() instanceof Pass)
        .findFirst();
  }

  private static Asked ask(Limiter limiter, Entry entry, Endpoint with, Demand demand) {
    List<Scope> scopes = Scopes.of(entry);
    scopes.addAll(Scopes.of(with));
    return new Asked(limiter.admit(scopes, demand), with);
  }

  /** True where another endpoint may help. */
  static boolean isOfEndpoint(Scope scope) {
    return scope.kind() == Scope.Kind.MODEL || scope.kind() == Scope.Kind.PROVIDER;
  }

  /** What the caller allows, within what the endpoint does; where it says nothing, the usual. */
  private static long output(Endpoint endpoint, ChatRequest request) {
    long most = endpoint.maxOutput().orElse(endpoint.contextLength());
    long wanted = request.maxTokens().orElse(USUAL_OUTPUT);
    return Math.max(1, Math.min(most, wanted))
        * Math.clamp(request.sampling().choices().orElse(1), 1, 128);
  }

  static Fault fault(Limited limited, Names names, Raw headers) {
    return Fault.client(Fault.Kind.RATE_LIMITED, message(limited, names))
        .withRetryAfter(limited.retryAfter())
        .withMetadata(metadata(limited, names, headers));
  }

  static String message(Limited limited, Names names) {
    Rule rule = limited.rule();
    StringBuilder said = new StringBuilder("Rate limit exceeded: ").append(rule.name());
    said.append(". The ").append(rule.kind().word().replace('_', ' '));
    said.append(" '").append(names.apply(limited.scope())).append("' may have ");
    said.append(amount(rule.measure(), rule.amount()));
    if (rule.freeModelsOnly()) {
      said.append(" of models without a price");
    }
    said.append(rule.per().map(per -> " in any " + per.word()).orElse(" at once"));
    if (limited.retryAfter().isEmpty()) {
      said.append(", and this call alone asks for ");
      said.append(figure(rule.measure(), limited.asked()));
      return said.append(": it can never be let in. ")
          .append(remedy(limited))
          .append('.')
          .toString();
    }
    said.append(": ").append(figure(rule.measure(), limited.used())).append(" count now, ");
    said.append("and this call asks for ").append(figure(rule.measure(), limited.asked()));
    said.append(". ").append(remedy(limited)).append('.');
    return said.toString();
  }

  private static String amount(Measure measure, long amount) {
    return switch (measure) {
      case REQUESTS -> amount + (amount == 1 ? " request" : " requests");
      case INPUT_TOKENS -> amount + " input tokens";
      case OUTPUT_TOKENS -> amount + " output tokens";
      case TOKENS -> amount + " tokens";
      case COST -> "a cost of " + new Money(amount);
      case CONCURRENCY -> amount + (amount == 1 ? " call" : " calls");
    };
  }

  private static String figure(Measure measure, long amount) {
    return measure == Measure.COST ? new Money(amount).toString() : "" + amount;
  }

  private static String remedy(Limited limited) {
    Rule rule = limited.rule();
    if (limited.retryAfter().isPresent()) {
      return rule.measure() == Measure.CONCURRENCY
          ? "Try again when one of them has ended"
          : "Try again in " + LimitHeaders.text(limited.retryAfter().get());
    }
    return switch (rule.measure()) {
      case REQUESTS, CONCURRENCY -> "Have the limit raised";
      case INPUT_TOKENS -> "Shorten the prompt, or have the limit raised";
      case OUTPUT_TOKENS -> "Set max_tokens to less, or have the limit raised";
      case TOKENS -> "Set max_tokens to less, shorten the prompt, or have the limit raised";
      case COST -> "Set max_tokens to less, call a cheaper model, or have the limit raised";
    };
  }

  private static Raw metadata(Limited limited, Names names, Raw headers) {
    Rule rule = limited.rule();
    JsonWriter out = new JsonWriter().beginObject();
    boolean daily = rule.per().filter(per -> per == Per.DAY).isPresent();
    out.field(
        "limit_source",
        rule.freeModelsOnly() && daily ? "openrouter_free_tier_daily" : "rate_limit");
    out.field("limit_name", rule.name());
    out.field("scope", rule.kind().word());
    out.field("scope_name", names.apply(limited.scope()));
    out.field("measure", rule.measure().word());
    out.name("window");
    rule.per().map(Per::word).ifPresentOrElse(out::value, out::nullValue);
    out.field("limit", number(rule.measure(), rule.amount()));
    out.field("used", number(rule.measure(), limited.used()));
    out.field("asked", number(rule.measure(), limited.asked()));
    out.name("retry_after");
    limited.retryAfter().map(Limits::seconds).ifPresentOrElse(out::value, out::nullValue);
    out.field("remedy_hint", remedy(limited));
    return out.field("headers", headers).endObject().toRaw();
  }

  /** Money in USD, everything else as it is counted. */
  private static BigDecimal number(Measure measure, long amount) {
    return measure == Measure.COST ? new Money(amount).usd() : BigDecimal.valueOf(amount);
  }

  private static BigDecimal seconds(Duration pause) {
    return BigDecimal.valueOf(pause.toMillis(), 3).stripTrailingZeros();
  }
}
