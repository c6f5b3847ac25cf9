package dev.fairlead.protocol.gemini;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.ReasoningWish;
import dev.fairlead.canon.ReasoningWish.Effort;
import dev.fairlead.protocol.Target;
import dev.fairlead.wire.JsonWriter;
import java.util.OptionalLong;

/**
 * Writes a wish about thinking as thinkingConfig: a level for models that are steered by words, a
 * budget for those that are steered by tokens. The budgets of the words are those of Google's own
 * OpenAI-compatible endpoint (low 1,024, medium 8,192, high 24,576), within the share of the output
 * bound that the word stands for.
 */
final class Thinking {
  private static final long LEAST_BUDGET = 512;

  private final ReasoningWish wish;
  private final Target target;
  private final OptionalLong maxTokens;
  private final Losses losses;

  Thinking(ChatRequest request, Target target, Losses losses) {
    this.wish = request.reasoning();
    this.target = target;
    this.maxTokens = request.maxTokens();
    this.losses = losses;
  }

  void write(JsonWriter out) {
    if (wish.isUnset()) {
      return;
    }
    switch (target.reasoningStyle()) {
      case NONE -> {
        if (!wish.isOff()) {
          losses.add("", "reasoning", "This endpoint's thinking cannot be steered.");
        }
      }
      case LEVEL, EFFORT -> config(out, true);
      case BUDGET, OPENROUTER, SWITCH -> config(out, false);
    }
  }

  private void config(JsonWriter out, boolean level) {
    out.name("thinkingConfig").beginObject();
    if (level) {
      level(out);
    } else {
      budget(out);
    }
    boolean steered = wish.enabled().isPresent() || wish.effort().isPresent() || hasBudget();
    if (!wish.exclude() && !wish.isOff()) {
      out.field("includeThoughts", true);
    } else if (wish.exclude() && (wish.isOff() || !steered)) {
      out.field("includeThoughts", false);
    }
    out.endObject();
    if (wish.summary().filter(word -> !word.equals("auto")).isPresent()) {
      losses.add("", "reasoning.summary", "Gemini's summaries have one length.");
    }
  }

  private boolean hasBudget() {
    return wish.budget().isPresent();
  }

  private void level(JsonWriter out) {
    boolean always = target.traits().contains(Target.Trait.ALWAYS_THINKS);
    if (wish.isOff()) {
      losses.add("", "reasoning", "This model always thinks; its lowest level was asked for.");
      out.field("thinkingLevel", always ? "low" : "minimal");
      return;
    }
    if (wish.effort().isPresent()) {
      out.field("thinkingLevel", word(wish.effort().get(), always));
    } else if (hasBudget()) {
      long budget = wish.budget().getAsLong();
      String word =
          budget < 1024 && !always
              ? "minimal"
              : budget < 4096 ? "low" : budget < 16_384 ? "medium" : "high";
      losses.add("", "reasoning.budget", "This model is steered by levels: " + word + ".");
      out.field("thinkingLevel", word);
    }
  }

  private String word(Effort effort, boolean always) {
    String word =
        switch (effort) {
          case NONE, MINIMAL -> always ? "low" : "minimal";
          case LOW -> "low";
          case MEDIUM -> "medium";
          case HIGH, XHIGH, MAX -> "high";
        };
    if (!word.equals(effort.word())) {
      losses.add("", "reasoning.effort", "The nearest level of this model is " + word + ".");
    }
    return word;
  }

  private void budget(JsonWriter out) {
    if (wish.isOff()) {
      boolean always = target.traits().contains(Target.Trait.ALWAYS_THINKS);
      if (always) {
        losses.add("", "reasoning", "This model always thinks; its least budget was asked for.");
      }
      out.field("thinkingBudget", always ? LEAST_BUDGET : 0);
    } else if (hasBudget()) {
      out.field("thinkingBudget", wish.budget().getAsLong());
      if (wish.effort().isPresent()) {
        losses.add("", "reasoning.effort", "The budget in tokens was used instead.");
      }
    } else if (wish.effort().isPresent()) {
      long tokens = tokens(wish.effort().get());
      losses.add("", "reasoning.effort", "This model is steered by a budget: " + tokens + ".");
      out.field("thinkingBudget", tokens);
    } else if (wish.enabled().isPresent()) {
      out.field("thinkingBudget", -1);
    }
  }

  private long tokens(Effort effort) {
    long table =
        switch (effort) {
          case NONE -> 0;
          case MINIMAL, LOW -> 1024;
          case MEDIUM -> 8192;
          case HIGH, XHIGH, MAX -> 24_576;
        };
    if (maxTokens.isEmpty()) {
      return table;
    }
    long share = (long) (maxTokens.getAsLong() * effort.share());
    return Math.max(LEAST_BUDGET, Math.min(table, share));
  }
}
