package dev.fairlead.route;

import dev.fairlead.canon.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Says why nobody could be asked: the fault in the families of messages that OpenRouter's clients
 * know, and the availability beside it. What is told is the rule that took out the last endpoint.
 */
record Refusal(Fault fault, Availability availability) {
  private static final String LEARN_MORE =
      " To learn more about provider routing, visit: /docs/routing";

  static Refusal of(Question question, Decision decision) {
    List<ModelChoice> choices = question.choices();
    if (choices.isEmpty()) {
      return new Refusal(
          Fault.client(Fault.Kind.INVALID_REQUEST, "No models provided"),
          availability(question, decision, Availability.Code.MODEL_NOT_FOUND, Optional.empty()));
    }
    for (ModelChoice choice : choices) {
      if (choice.state() == ModelChoice.State.UNKNOWN) {
        return unknown(question, decision, choice);
      }
    }
    Optional<Excluded> last =
        decision.excluded().stream().max((a, b) -> a.rule().compareTo(b.rule()));
    return last.isPresent()
        ? excluded(question, decision, last.get())
        : nowhere(question, decision, choices.getFirst());
  }

  private static Refusal unknown(Question question, Decision decision, ModelChoice choice) {
    String hint =
        choice.suggestions().isEmpty()
            ? ""
            : ". Did you mean `" + String.join("` or `", choice.suggestions()) + "`?";
    return new Refusal(
        Fault.client(
            Fault.Kind.MODEL_UNKNOWN, "`" + choice.named() + "` is not a valid model ID" + hint),
        availability(question, decision, Availability.Code.MODEL_NOT_FOUND, Optional.empty()));
  }

  private static Refusal nowhere(Question question, Decision decision, ModelChoice choice) {
    Availability.Code code =
        choice.state() == ModelChoice.State.FREE_ENDED
            ? Availability.Code.FREE_VARIANT_ENDED
            : Availability.Code.NO_ENDPOINTS;
    return refusal(
        question,
        decision,
        code,
        "No endpoints found for " + choice.named() + ".",
        Optional.empty());
  }

  private static Refusal excluded(Question question, Decision decision, Excluded last) {
    String model = question.choices().getFirst().named();
    String none = "No endpoints found";
    return switch (last.rule()) {
      case STATUS ->
          told(
              question,
              decision,
              last,
              Availability.Code.MODEL_UNAVAILABLE_UPSTREAM,
              none + " for " + model + ".");
      case EXPIRED ->
          told(
              question,
              decision,
              last,
              Availability.Code.MODEL_DEPRECATED,
              none + " for " + model + ": " + last.detail() + ".");
      case CREDENTIAL ->
          told(
              question,
              decision,
              last,
              Availability.Code.NO_ENDPOINTS,
              none + " for " + model + ": " + uncredited(decision) + ".");
      case REGION ->
          told(
              question,
              decision,
              last,
              Availability.Code.REGION_RESTRICTED,
              none + " in the required data region for " + model + where(last) + ".");
      case TRAINING ->
          told(
              question,
              decision,
              last,
              Availability.Code.PRIVACY_RESTRICTED,
              dataPolicy(decision, "Data collection denied", last));
      case ZDR ->
          told(
              question,
              decision,
              last,
              Availability.Code.PRIVACY_RESTRICTED,
              dataPolicy(decision, "Zero data retention", last));
      case MODELS ->
          filtered(
              question,
              decision,
              last,
              "No models match your request and model restrictions" + where(last) + ".");
      case PROVIDERS ->
          filtered(
              question,
              decision,
              last,
              "No allowed providers are available for the selected model" + where(last) + ".");
      case TOOLS ->
          filtered(
              question,
              decision,
              last,
              none
                  + " that support tool use. Try disabling \""
                  + question.needs().firstTool().orElse("tools")
                  + "\"."
                  + LEARN_MORE);
      case TOOL_CHOICE ->
          filtered(
              question,
              decision,
              last,
              none + " that support the provided 'tool_choice' value." + LEARN_MORE);
      case INPUT ->
          filtered(question, decision, last, none + " that support " + unread(question) + " input");
      case OUTPUT ->
          filtered(
              question, decision, last, none + " that support the requested output modalities");
      case CONTEXT -> tooLong(question, decision, last);
      case FORMAT, PARAMETERS, CACHE_CONTROL, MAX_TOKENS ->
          filtered(
              question,
              decision,
              last,
              none
                  + " that can handle the requested parameters: "
                  + last.detail()
                  + "."
                  + LEARN_MORE);
      case MAX_PRICE ->
          filtered(
              question,
              decision,
              last,
              none
                  + " within the maximum price for "
                  + model
                  + ": "
                  + last.detail()
                  + where(last)
                  + ".");
      case TIER, QUANTIZATION, DISTILLABLE, ISSUER, OWN_CREDENTIAL, FALLBACKS ->
          filtered(
              question,
              decision,
              last,
              none
                  + " for "
                  + model
                  + " that match the request: "
                  + last.detail()
                  + where(last)
                  + ".");
      case BREAKER ->
          told(
              question,
              decision,
              last,
              Availability.Code.TEMPORARILY_UNAVAILABLE,
              "All providers of " + model + " are temporarily unavailable. Please retry shortly.");
      case COOLING ->
          told(
              question,
              decision,
              last,
              Availability.Code.CAPACITY_EXHAUSTED,
              "All providers of " + model + " are rate limited at the moment. Please retry later.");
    };
  }

  /** Most callers see this before any other refusal: it tells what to do. */
  private static String uncredited(Decision decision) {
    TreeSet<String> providers = new TreeSet<>();
    for (Excluded one : decision.excluded()) {
      if (one.rule() == Rule.CREDENTIAL) {
        providers.add(one.provider());
      }
    }
    return providers.size() == 1
        ? "there is no credential for its provider "
            + providers.first()
            + "; set that provider's key in the environment or in the configuration"
        : "there is no credential for any of its providers; set the key of one of them in the"
            + " environment or in the configuration: "
            + String.join(", ", providers);
  }

  private static String where(Excluded last) {
    return " (set by " + last.setBy() + ")";
  }

  private static String dataPolicy(Decision decision, String what, Excluded last) {
    boolean both =
        decision.excluded().stream()
            .anyMatch(one -> one.rule() == Rule.MODELS || one.rule() == Rule.PROVIDERS);
    return "No endpoints found matching your "
        + (both || last.setBy().startsWith("guardrail") ? "guardrail restrictions and " : "")
        + "data policy ("
        + what
        + "; set by "
        + last.setBy()
        + ").";
  }

  private static String unread(Question question) {
    return question.candidates().stream()
        .filter(candidate -> !candidate.cannotRead().isEmpty())
        .map(candidate -> candidate.cannotRead().getFirst())
        .findFirst()
        .orElse("this");
  }

  private static Refusal tooLong(Question question, Decision decision, Excluded last) {
    long longest =
        question.candidates().stream()
            .map(Candidate::facts)
            .mapToLong(facts -> Math.min(facts.contextLength(), facts.maxPrompt()))
            .max()
            .orElse(0);
    Fault fault =
        Fault.client(
            Fault.Kind.CONTEXT_LENGTH,
            "This endpoint's maximum context length is "
                + longest
                + " tokens. However, you requested about "
                + question.needs().promptTokens()
                + " tokens of input. Please reduce the length of the prompt.");
    return new Refusal(
        fault,
        availability(question, decision, Availability.Code.CONSTRAINT_FILTERED, Optional.of(last)));
  }

  private static Refusal filtered(
      Question question, Decision decision, Excluded last, String message) {
    return told(question, decision, last, Availability.Code.CONSTRAINT_FILTERED, message);
  }

  private static Refusal told(
      Question question, Decision decision, Excluded last, Availability.Code code, String message) {
    return refusal(question, decision, code, message, Optional.of(last));
  }

  private static Refusal refusal(
      Question question,
      Decision decision,
      Availability.Code code,
      String message,
      Optional<Excluded> last) {
    Availability availability = availability(question, decision, code, last);
    Fault.Kind kind =
        switch (code) {
          case CAPACITY_EXHAUSTED -> Fault.Kind.RATE_LIMITED;
          case TEMPORARILY_UNAVAILABLE -> Fault.Kind.EXHAUSTED;
          case REGION_RESTRICTED -> Fault.Kind.FORBIDDEN;
          case MODEL_NOT_FOUND -> Fault.Kind.MODEL_UNKNOWN;
          case NO_ENDPOINTS,
              MODEL_DEPRECATED,
              MODEL_UNAVAILABLE_UPSTREAM,
              PRIVACY_RESTRICTED,
              CONSTRAINT_FILTERED,
              FREE_VARIANT_ENDED ->
              Fault.Kind.NO_ENDPOINTS;
        };
    Fault fault =
        Fault.gateway(kind, message)
            .withStatus(code.status())
            .withRetryAfter(availability.retryAfter());
    return new Refusal(fault, availability);
  }

  private static Availability availability(
      Question question, Decision decision, Availability.Code code, Optional<Excluded> last) {
    TreeSet<String> providers = new TreeSet<>();
    TreeSet<String> rules = new TreeSet<>();
    for (Excluded one : decision.excluded()) {
      providers.add(one.provider());
      one.rule().wireWord().ifPresent(rules::add);
    }
    boolean constrained =
        code == Availability.Code.CONSTRAINT_FILTERED
            || code == Availability.Code.PRIVACY_RESTRICTED
            || code == Availability.Code.REGION_RESTRICTED;
    return new Availability(
        code,
        question.choices().stream().map(ModelChoice::named).toList(),
        code.retryable() ? retryAfter(question, decision) : Optional.empty(),
        List.copyOf(providers),
        List.copyOf(rules),
        question.choices().stream()
            .flatMap(choice -> choice.suggestions().stream())
            .distinct()
            .toList(),
        last.filter(one -> constrained)
            .map(one -> new Availability.Constraint(one.rule().code(), one.detail() + where(one))));
  }

  /** The soonest that anything may be asked again; at least a second. */
  private static Optional<Duration> retryAfter(Question question, Decision decision) {
    Duration second = Duration.ofSeconds(1);
    Set<String> waiting = new HashSet<>();
    for (Excluded one : decision.excluded()) {
      if (one.rule() == Rule.BREAKER || one.rule() == Rule.COOLING) {
        waiting.add(one.endpoint());
      }
    }
    Optional<Duration> soonest = Optional.empty();
    for (Candidate candidate : question.candidates()) {
      if (waiting.contains(candidate.id())) {
        Duration pause = Duration.between(question.now(), freeAt(candidate, question.now()));
        soonest = soonest.filter(known -> known.compareTo(pause) <= 0).or(() -> Optional.of(pause));
      }
    }
    return Optional.of(soonest.filter(pause -> pause.compareTo(second) > 0).orElse(second));
  }

  /** A probe that is on its way will be back soon, whatever its lease. */
  private static Instant freeAt(Candidate candidate, Instant now) {
    Instant probe =
        candidate.signals().breaker() == Breaker.Phase.OPEN
            ? candidate.signals().probeAt().orElse(now)
            : now;
    Instant cool = candidate.coolUntil().orElse(now);
    return cool.isAfter(probe) ? cool : probe;
  }
}
