package dev.fairlead.route;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The hard rules that look at one endpoint alone, in the order of OpenRouter's evaluation. The
 * first that is broken is the one that is told.
 */
final class Filters {
  private static final String REQUEST = Restriction.REQUEST;
  private static final String CATALOG = "catalog";

  private final Question question;
  private final RoutingWish wish;
  private final RequestNeeds needs;
  private final List<Restriction> restrictions;

  Filters(Question question) {
    this.question = question;
    this.wish = question.wish();
    this.needs = question.needs();
    this.restrictions = question.constraints().mergedWith(wish);
  }

  Optional<Excluded> check(Candidate candidate) {
    ModelChoice choice = question.choices().get(candidate.choice());
    Optional<Excluded> found = existence(candidate, choice);
    if (found.isEmpty()) {
      found = tier(candidate, choice);
    }
    if (found.isEmpty()) {
      found = restrictions(candidate);
    }
    if (found.isEmpty()) {
      found = capability(candidate);
    }
    if (found.isEmpty()) {
      found = parameters(candidate);
    }
    if (found.isEmpty()) {
      found = price(candidate);
    }
    return found.isEmpty() ? belonging(candidate) : found;
  }

  private static Optional<Excluded> out(Candidate who, Rule rule, String detail, String setBy) {
    return Optional.of(Excluded.of(who, rule, detail, setBy));
  }

  private static Optional<Excluded> existence(Candidate candidate, ModelChoice choice) {
    if (candidate.facts().status() < 0) {
      return out(
          candidate, Rule.STATUS, "switched off: status " + candidate.facts().status(), CATALOG);
    }
    if (choice.expired()) {
      return out(candidate, Rule.EXPIRED, choice.id() + " has been retired", CATALOG);
    }
    if (candidate.seat().isEmpty()) {
      return out(
          candidate,
          Rule.CREDENTIAL,
          "there is no credential for provider " + candidate.facts().provider(),
          "config");
    }
    return Optional.empty();
  }

  /** Whoever names no tier never reaches an endpoint of one. */
  private Optional<Excluded> tier(Candidate candidate, ModelChoice choice) {
    ServiceTier tier = candidate.facts().tier();
    if (tier == ServiceTier.STANDARD || optedIn(tier, choice) || namedInFull(candidate.facts())) {
      return Optional.empty();
    }
    return out(
        candidate, Rule.TIER, "the request does not ask for the " + tier.word() + " tier", REQUEST);
  }

  private boolean optedIn(ServiceTier tier, ModelChoice choice) {
    return switch (tier) {
      case STANDARD -> true;
      case PRIORITY -> wish.tier() == ServiceTier.PRIORITY || choice.admitsPriority();
      case FLEX -> wish.tier() == ServiceTier.FLEX || choice.admitsFlex();
    };
  }

  private boolean namedInFull(Facts facts) {
    return wish.order().contains(facts.tag())
        || wish.only().map(slugs -> slugs.contains(facts.tag())).orElse(false);
  }

  private Optional<Excluded> restrictions(Candidate candidate) {
    for (Restriction layer : restrictions) {
      Optional<Excluded> found = region(candidate, layer);
      if (found.isPresent()) {
        return found;
      }
    }
    for (Restriction layer : restrictions) {
      Optional<Excluded> found = dataPolicy(candidate, layer);
      if (found.isPresent()) {
        return found;
      }
    }
    for (Restriction layer : restrictions) {
      Optional<Excluded> found = lists(candidate, layer);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<Excluded> region(Candidate candidate, Restriction layer) {
    String region = candidate.facts().region();
    if (layer.regions().isEmpty() || layer.regions().get().contains(region)) {
      return Optional.empty();
    }
    String where = region.isEmpty() ? "an unstated region" : "region " + region;
    return out(
        candidate,
        Rule.REGION,
        "it is in " + where + ", allowed: " + layer.regions().get(),
        layer.setBy());
  }

  private static Optional<Excluded> dataPolicy(Candidate candidate, Restriction layer) {
    Facts facts = candidate.facts();
    if (layer.denyCollection() && (facts.trains() || facts.publishes() || facts.stores())) {
      String does =
          facts.trains() ? "trains on prompts" : facts.publishes() ? "may publish" : "stores";
      return out(candidate, Rule.TRAINING, "data collection is denied; it " + does, layer.setBy());
    }
    if (layer.zdr() && !facts.zeroRetention()) {
      return out(
          candidate, Rule.ZDR, "zero data retention is required; it retains data", layer.setBy());
    }
    return Optional.empty();
  }

  private static Optional<Excluded> lists(Candidate candidate, Restriction layer) {
    Facts facts = candidate.facts();
    if (layer.allowModels().isPresent() && !anyModel(layer.allowModels().get(), facts.model())) {
      return out(candidate, Rule.MODELS, "the model is not among those allowed", layer.setBy());
    }
    if (anyModel(layer.ignoreModels(), facts.model())) {
      return out(candidate, Rule.MODELS, "the model is excluded", layer.setBy());
    }
    if (layer.allowProviders().isPresent()
        && !anyProvider(layer.allowProviders().get(), facts, false)) {
      return out(
          candidate,
          Rule.PROVIDERS,
          facts.tag() + " is not among " + layer.allowProviders().get(),
          layer.setBy());
    }
    if (anyProvider(layer.ignoreProviders(), facts, true)) {
      return out(candidate, Rule.PROVIDERS, facts.tag() + " is ignored", layer.setBy());
    }
    if (!layer.quantizations().isEmpty() && !quantized(layer.quantizations(), facts)) {
      return out(
          candidate,
          Rule.QUANTIZATION,
          "it is " + facts.quantization() + ", wanted: " + layer.quantizations(),
          layer.setBy());
    }
    if (layer.distillable() && !facts.distillable()) {
      return out(
          candidate,
          Rule.DISTILLABLE,
          "the model's author is not known to permit distillation",
          layer.setBy());
    }
    return Optional.empty();
  }

  private static boolean anyModel(List<String> patterns, String model) {
    for (String pattern : patterns) {
      if (pattern.endsWith("*")
          ? model.startsWith(pattern.substring(0, pattern.length() - 1))
          : model.equals(pattern)) {
        return true;
      }
    }
    return false;
  }

  /**
   * An endpoint of a special tier came this far because somebody opted in to its tier, or named it
   * in full. Who names it in full in {@code only} has an opinion on tiers, so there a provider's
   * name alone does not mean it; who ignores a provider means all of it.
   */
  private static boolean anyProvider(List<String> slugs, Facts facts, boolean ignoring) {
    boolean tierToo = ignoring || !Facts.nameTier(slugs);
    for (String slug : slugs) {
      if (facts.isMeantBy(slug, tierToo)) {
        return true;
      }
    }
    return false;
  }

  private static boolean quantized(List<String> wanted, Facts facts) {
    return wanted.contains(facts.quantization())
        || switch (facts.quantization()) {
          case "mxfp4", "nvfp4" -> wanted.contains("fp4");
          case "mxfp8" -> wanted.contains("fp8");
          default -> false;
        };
  }

  private Optional<Excluded> capability(Candidate candidate) {
    Facts facts = candidate.facts();
    if (!candidate.cannotRead().isEmpty()) {
      return out(
          candidate, Rule.INPUT, "it does not take " + candidate.cannotRead() + " input", CATALOG);
    }
    if (!candidate.cannotMake().isEmpty()) {
      return out(
          candidate,
          Rule.OUTPUT,
          "it does not give " + candidate.cannotMake() + " output",
          CATALOG);
    }
    long longest = Math.min(facts.contextLength(), facts.maxPrompt());
    if (needs.promptTokens() > longest) {
      return out(
          candidate,
          Rule.CONTEXT,
          "it takes " + longest + " tokens, the prompt has about " + needs.promptTokens(),
          CATALOG);
    }
    long bound = needs.maxTokens().orElse(0);
    if (bound > Math.min(facts.maxOutput(), facts.contextLength())) {
      return out(
          candidate,
          Rule.MAX_TOKENS,
          "it generates at most "
              + Math.min(facts.maxOutput(), facts.contextLength())
              + " tokens, max_tokens is "
              + bound,
          CATALOG);
    }
    return Optional.empty();
  }

  private Optional<Excluded> parameters(Candidate candidate) {
    if (candidate.lacks().isEmpty()) {
      return Optional.empty();
    }
    if (wish.requireParameters()) {
      Rule rule = candidate.lacks("tools") ? Rule.TOOLS : Rule.PARAMETERS;
      return out(candidate, rule, "it does not honour " + candidate.lacks(), REQUEST);
    }
    if (needs.mustCall() && candidate.lacks("tool_choice") && !candidate.lacks("tools")) {
      return out(candidate, Rule.TOOL_CHOICE, "it cannot be made to call a tool", CATALOG);
    }
    if (needs.format() == RequestNeeds.Format.JSON_SCHEMA
        && candidate.lacks("structured_outputs")
        && candidate.lacks("response_format")) {
      return out(candidate, Rule.FORMAT, "it cannot keep to a JSON Schema", CATALOG);
    }
    if (candidate.lacks("cache_control")) {
      return out(candidate, Rule.CACHE_CONTROL, "it does not take cache_control", CATALOG);
    }
    return Optional.empty();
  }

  private Optional<Excluded> price(Candidate candidate) {
    for (Restriction layer : restrictions) {
      if (layer.maxPrice().isNone()) {
        continue;
      }
      Optional<String> meter = layer.maxPrice().exceededBy(candidate.quote());
      if (meter.isPresent()) {
        return out(candidate, Rule.MAX_PRICE, tooDear(candidate, meter.get()), layer.setBy());
      }
    }
    return Optional.empty();
  }

  private static String tooDear(Candidate candidate, String meter) {
    Quote quote = candidate.quote();
    return switch (meter) {
      case "prompt" -> "prompt costs $" + usd(quote.prompt(), 6) + " per million tokens";
      case "completion" ->
          "completion costs $" + usd(quote.completion(), 6) + " per million tokens";
      case "request" -> "a request costs $" + usd(quote.request(), 12);
      case "image" -> "an image costs $" + usd(quote.image(), 12);
      default -> "audio costs $" + usd(quote.audio(), 12) + " a unit";
    };
  }

  private static String usd(long pico, int places) {
    return pico == 0
        ? "0"
        : BigDecimal.valueOf(pico).movePointLeft(places).stripTrailingZeros().toPlainString();
  }

  private Optional<Excluded> belonging(Candidate candidate) {
    if (!needs.requireIssuers().isEmpty()
        && !needs.requireIssuers().equals(Set.of(candidate.facts().family()))) {
      return out(
          candidate,
          Rule.ISSUER,
          "the request's files are in the store of " + needs.requireIssuers(),
          REQUEST);
    }
    OwnCredential wanted = wish.ownCredential();
    if ((wanted == OwnCredential.ONLY && !candidate.own())
        || (wanted == OwnCredential.NEVER && candidate.own())) {
      return out(candidate, Rule.OWN_CREDENTIAL, "byok is " + wanted.word(), REQUEST);
    }
    return Optional.empty();
  }

  /** A breaker that lets nothing through now; a due probe passes. */
  static Optional<Excluded> breaker(Candidate candidate, Instant now) {
    EndpointSignals signals = candidate.signals();
    if (signals.breaker() == Breaker.Phase.CLOSED
        || !signals.probeAt().orElse(Instant.MIN).isAfter(now)) {
      return Optional.empty();
    }
    String detail =
        signals.breaker() == Breaker.Phase.OPEN
            ? "it keeps failing; next probe at " + signals.probeAt().orElse(now)
            : "it keeps failing; a probe is on its way";
    return out(candidate, Rule.BREAKER, detail, "health");
  }
}
