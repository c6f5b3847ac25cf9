package dev.fairlead.route;

import java.util.Optional;

/**
 * What can take an endpoint out of a plan, in the order in which it is asked. {@link #code} stands
 * in records and explanations, {@link #wireWord} in OpenRouter's {@code excluded_by}.
 */
public enum Rule {
  STATUS("status"),
  EXPIRED("expired"),
  CREDENTIAL("credential"),
  TIER("service_tier"),
  REGION("data_region", "data_region"),
  TRAINING("data_policy:training", "data_policy:training"),
  ZDR("data_policy:zdr", "data_policy:zdr"),
  MODELS("allowed_models"),
  PROVIDERS("allowed_providers", "allowed_providers"),
  QUANTIZATION("quantization", "quantization"),
  DISTILLABLE("enforce_distillable_text"),
  INPUT("input_modality"),
  OUTPUT("output_modality"),
  CONTEXT("context_length", "context_length"),
  MAX_TOKENS("max_tokens", "context_length"),
  TOOL_CHOICE("tool_choice", "require_parameters"),
  FORMAT("response_format", "require_parameters"),
  PARAMETERS("require_parameters", "require_parameters"),
  CACHE_CONTROL("cache_control", "require_parameters"),
  MAX_PRICE("max_price", "max_price"),
  ISSUER("issuer"),
  OWN_CREDENTIAL("byok"),
  TOOLS("tools", "require_parameters"),
  BREAKER("breaker"),
  COOLING("cool_down"),
  FALLBACKS("allow_fallbacks");

  private final String code;
  private final Optional<String> wireWord;

  Rule(String code) {
    this.code = code;
    this.wireWord = Optional.empty();
  }

  Rule(String code, String wireWord) {
    this.code = code;
    this.wireWord = Optional.of(wireWord);
  }

  public String code() {
    return code;
  }

  public Optional<String> wireWord() {
    return wireWord;
  }

  public static Optional<Rule> of(String code) {
    for (Rule rule : values()) {
      if (rule.code.equals(code)) {
        return Optional.of(rule);
      }
    }
    return Optional.empty();
  }
}
