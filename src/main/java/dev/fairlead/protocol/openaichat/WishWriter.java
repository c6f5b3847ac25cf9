package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.ReasoningWish;
import dev.fairlead.canon.ReasoningWish.Effort;
import dev.fairlead.protocol.Target;
import dev.fairlead.protocol.Target.ReasoningStyle;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.util.Map;
import java.util.Optional;

/**
 * Writes how much the model shall think, in the endpoint's own way. Effort and budget are turned
 * into each other by OpenRouter's table of shares of the output bound. Whether thoughts are shown
 * is decided where the answer is written, so {@code exclude} is no loss.
 */
final class WishWriter {
  private static final long DEFAULT_BOUND = 32_000;
  private static final long MIN_BUDGET = 1_024;
  private static final long MAX_BUDGET = 128_000;

  private final JsonWriter out;
  private final Losses losses;
  private final Target target;
  private final ReasoningWish wish;
  private final long bound;
  private final Map<String, Raw> own;

  WishWriter(JsonWriter out, Losses losses, Target target, ChatRequest request) {
    this.out = out;
    this.losses = losses;
    this.target = target;
    this.wish = request.reasoning();
    this.bound = request.maxTokens().orElse(target.maxOutput().orElse(DEFAULT_BOUND));
    this.own = Losses.own(request.extras());
  }

  void write() {
    Raw rest = own.get("reasoning");
    if (target.reasoningStyle() == ReasoningStyle.OPENROUTER) {
      openrouter(Optional.ofNullable(rest));
      return;
    }
    if (rest != null) {
      losses.add("", "reasoning", "the endpoint takes no reasoning object: " + rest);
    }
    wish.summary()
        .ifPresent(it -> losses.add("", "reasoning.summary", "the endpoint takes no such wish"));
    if (!wish.isOn() && !wish.isOff()) {
      return;
    }
    switch (target.reasoningStyle()) {
      case OPENROUTER -> throw new IllegalStateException("written above");
      case NONE -> losses.add("", "reasoning", "the model's thinking cannot be steered");
      case EFFORT ->
          effort(Effort.NONE, target.family().equals("openai") ? Effort.XHIGH : Effort.MAX);
      case LEVEL -> effort(Effort.NONE, Effort.HIGH);
      case BUDGET -> budget();
      case SWITCH -> {
        if (!own.containsKey("thinking")) {
          out.name("thinking").beginObject();
          out.field("type", wish.isOff() ? "disabled" : "enabled").endObject();
        }
        if (wish.effort().isPresent() || wish.budget().isPresent()) {
          losses.add("", "reasoning", "the endpoint's thinking can only be switched on and off");
        }
      }
    }
  }

  private void openrouter(Optional<Raw> rest) {
    if (wish.isUnset() && rest.isEmpty()) {
      return;
    }
    out.name("reasoning").beginObject();
    wish.enabled().ifPresent(it -> out.field("enabled", it));
    wish.effort().ifPresent(it -> out.field("effort", it.word()));
    if (wish.budget().isPresent()) {
      out.field("max_tokens", wish.budget().getAsLong());
    }
    if (wish.exclude()) {
      out.field("exclude", true);
    }
    wish.summary().ifPresent(it -> out.field("summary", it));
    rest.ifPresent(it -> it.node().members().forEach(m -> out.name(m.name()).value(m.value())));
    out.endObject();
  }

  private void effort(Effort lowest, Effort highest) {
    Effort wanted = wish.isOff() ? Effort.NONE : wish.effort().orElseGet(this::effortOfBudget);
    Effort said = wanted;
    if (said.compareTo(highest) > 0) {
      said = highest;
    }
    if (said.compareTo(lowest) < 0) {
      said = lowest;
    }
    if (said != wanted) {
      losses.add("", "reasoning.effort", "the endpoint goes no further than " + said.word());
    } else if (wish.effort().isEmpty()) {
      losses.add("", "reasoning", "said as an effort: " + said.word());
    }
    if (!own.containsKey("reasoning_effort")) {
      out.field("reasoning_effort", said.word());
    }
  }

  /** The effort whose share of the bound is nearest to the budget; medium without one. */
  private Effort effortOfBudget() {
    if (wish.budget().isEmpty()) {
      return Effort.MEDIUM;
    }
    double share = (double) wish.budget().getAsLong() / bound;
    Effort nearest = Effort.MINIMAL;
    for (Effort effort : Effort.values()) {
      if (effort != Effort.NONE
          && Math.abs(effort.share() - share) < Math.abs(nearest.share() - share)) {
        nearest = effort;
      }
    }
    return nearest;
  }

  private void budget() {
    if (own.containsKey("enable_thinking")) {
      return;
    }
    out.field("enable_thinking", !wish.isOff());
    if (wish.isOff()) {
      if (wish.effort().isPresent()) {
        losses.add("", "reasoning.effort", "said as a switch: off");
      }
      return;
    }
    if (wish.budget().isPresent()) {
      out.field("thinking_budget", wish.budget().getAsLong());
    } else if (wish.effort().isPresent()) {
      long budget = (long) (bound * wish.effort().get().share());
      budget = Math.max(MIN_BUDGET, Math.min(MAX_BUDGET, budget));
      out.field("thinking_budget", budget);
      losses.add("", "reasoning.effort", "said as a budget of " + budget + " tokens");
    }
    if (wish.budget().isPresent() && wish.effort().isPresent()) {
      losses.add("", "reasoning.effort", "the budget was said instead");
    }
  }
}
