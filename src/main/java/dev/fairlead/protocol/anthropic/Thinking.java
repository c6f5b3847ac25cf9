package dev.fairlead.protocol.anthropic;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.ReasoningWish;
import dev.fairlead.canon.ReasoningWish.Effort;
import dev.fairlead.protocol.Target;
import dev.fairlead.wire.JsonWriter;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a target is made to think as the caller wishes, and the bound on its output, because a budget
 * must be smaller than the bound.
 *
 * @param budget in tokens; 0 unless the mode is BUDGET
 * @param effort the word for {@code output_config.effort}
 */
record Thinking(
    Mode mode, long budget, Optional<String> display, Optional<String> effort, long maxTokens) {

  enum Mode {
    /** Nothing is said. */
    UNSET,
    DISABLED,
    BUDGET,
    ADAPTIVE
  }

  /** The API's own bounds on a budget; the upper one is OpenRouter's. */
  private static final long LEAST = 1024;

  private static final long MOST = 128_000;

  /** The output bound where neither the caller nor the catalog names one. */
  private static final long DEFAULT_MAX_TOKENS = 4096;

  static Thinking plan(
      ChatRequest request, Target target, boolean unfinishedToolTurn, Losses losses) {
    long bound = request.maxTokens().orElse(target.maxOutput().orElse(DEFAULT_MAX_TOKENS));
    if (target.maxOutput().isPresent() && bound > target.maxOutput().getAsLong()) {
      losses.add("", "max_tokens", "above the model's bound; " + target.maxOutput().getAsLong() + " is asked");
      bound = target.maxOutput().getAsLong();
    }
    ReasoningWish wish = request.reasoning();
    boolean own = request.extras().dialect() == Dialect.ANTHROPIC;
    boolean adaptiveOnly = target.traits().contains(Target.Trait.ADAPTIVE_THINKING);
    boolean byWord = adaptiveOnly || target.reasoningStyle() == Target.ReasoningStyle.EFFORT;
    if (wish.isOff()) {
      boolean said = adaptiveOnly || target.reasoningStyle() != Target.ReasoningStyle.NONE;
      return new Thinking(said ? Mode.DISABLED : Mode.UNSET, 0, Optional.empty(), Optional.empty(), bound);
    }
    if (!wish.isOn()) {
      return new Thinking(Mode.UNSET, 0, Optional.empty(), Optional.empty(), bound);
    }
    if (target.reasoningStyle() == Target.ReasoningStyle.NONE && !adaptiveOnly) {
      losses.add("", "reasoning", "this endpoint's thinking cannot be steered; nothing is asked");
      return new Thinking(Mode.UNSET, 0, Optional.empty(), Optional.empty(), bound);
    }
    Plan plan = new Plan(wish, own, adaptiveOnly, request.maxTokens().isPresent(), bound, losses);
    if (adaptiveOnly || (byWord && wish.budget().isEmpty())) {
      return plan.adaptive();
    }
    if (byWord && plan.saysOnlyHowHard()) {
      return plan.effortAlone();
    }
    return plan.budget(target.maxOutput(), byWord, unfinishedToolTurn);
  }

  boolean isOn() {
    return mode == Mode.BUDGET || mode == Mode.ADAPTIVE;
  }

  void write(JsonWriter out) {
    if (mode == Mode.UNSET) {
      return;
    }
    out.name("thinking").beginObject();
    switch (mode) {
      case UNSET -> {
        // Nothing is written, see above.
      }
      case DISABLED -> out.field("type", "disabled");
      case ADAPTIVE -> out.field("type", "adaptive");
      case BUDGET -> out.field("type", "enabled").field("budget_tokens", budget);
    }
    display.ifPresent(word -> out.field("display", word));
    out.endObject();
  }

  /** A wish that is on, and what is known about the request. */
  private record Plan(
      ReasoningWish wish,
      boolean own,
      boolean adaptiveOnly,
      boolean bounded,
      long bound,
      Losses losses) {

    Thinking adaptive() {
      if (saysOnlyHowHard()) {
        return effortAlone();
      }
      Optional<String> effort = word();
      if (wish.budget().isPresent()) {
        losses.add("", "reasoning.max_tokens", "this model decides itself how long to think; its effort is set instead");
        effort = effort.or(() -> Optional.of(nearest(wish.budget().getAsLong(), bound)));
      }
      return new Thinking(Mode.ADAPTIVE, 0, display(), effort, bound);
    }

    /** In this dialect, an effort without thinking is a wish of its own. */
    boolean saysOnlyHowHard() {
      return own && wish.enabled().isEmpty() && wish.budget().isEmpty();
    }

    Thinking effortAlone() {
      return new Thinking(Mode.UNSET, 0, Optional.empty(), word(), bound);
    }

    Thinking budget(OptionalLong maxOutput, boolean byWord, boolean unfinishedToolTurn) {
      if (saysOnlyHowHard()) {
        losses.add("", "reasoning.effort", "this model is not steered by effort");
        return new Thinking(Mode.UNSET, 0, Optional.empty(), Optional.empty(), bound);
      }
      if (unfinishedToolTurn) {
        losses.add("", "reasoning", "the last tool turn has no thinking of this model's, without which it must not think now");
        return new Thinking(Mode.UNSET, 0, Optional.empty(), Optional.empty(), bound);
      }
      Optional<String> effort = byWord ? word() : Optional.empty();
      if (own && wish.budget().isPresent() && !byWord && wish.effort().isPresent()) {
        losses.add("", "reasoning.effort", "this model is steered by a budget");
      }
      if (own && wish.budget().isPresent() && bounded) {
        // The caller's own words, which may exceed the bound when thinking is interleaved.
        return new Thinking(Mode.BUDGET, wish.budget().getAsLong(), display(), effort, bound);
      }
      long wanted =
          wish.budget().orElse((long) (wish.effort().orElse(Effort.MEDIUM).share() * bound));
      long tokens = Math.clamp(wanted, LEAST, MOST);
      long maxTokens = bound;
      if (tokens >= maxTokens && !bounded) {
        maxTokens = Math.min(tokens + DEFAULT_MAX_TOKENS, maxOutput.orElse(Long.MAX_VALUE));
      }
      if (maxTokens <= LEAST) {
        losses.add("", "reasoning", "max_tokens leaves no room for the least budget of 1024 tokens; thinking is not asked");
        return new Thinking(Mode.UNSET, 0, Optional.empty(), Optional.empty(), bound);
      }
      tokens = Math.min(tokens, maxTokens - 1);
      if (wish.budget().isPresent() && tokens != wish.budget().getAsLong()) {
        losses.add("", "reasoning.max_tokens", "a budget must be 1024 or more and less than max_tokens; " + tokens + " is asked");
      }
      return new Thinking(Mode.BUDGET, tokens, display(), effort, maxTokens);
    }

    private Optional<String> word() {
      if (!own && wish.effort().filter(Effort.MINIMAL::equals).isPresent()) {
        losses.add("", "reasoning.effort", "the least effort here is low");
      }
      return wish.effort().map(e -> e == Effort.MINIMAL && !own ? "low" : e.word());
    }

    /** Newer models show nothing unless they are asked to; older ones do not know the member. */
    private Optional<String> display() {
      if (!own && !adaptiveOnly) {
        return Optional.empty();
      }
      if (wish.exclude()) {
        return Optional.of("omitted");
      }
      return wish.summary().isPresent() || !own ? Optional.of("summarized") : Optional.empty();
    }

    private static String nearest(long budget, long bound) {
      double share = (double) budget / bound;
      if (share < 0.35) {
        return "low";
      }
      return share < 0.65 ? "medium" : share < 0.9 ? "high" : "max";
    }
  }
}
