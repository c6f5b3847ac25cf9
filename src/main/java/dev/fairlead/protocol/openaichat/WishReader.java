package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.ReasoningWish;
import dev.fairlead.canon.ReasoningWish.Effort;
import dev.fairlead.canon.Refused;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.Raw;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads how much the model shall think, in every way in which this dialect's callers say it:
 * OpenRouter's {@code reasoning}, OpenAI's {@code reasoning_effort}, the legacy {@code
 * include_reasoning}, the switches {@code thinking: {type}} (DeepSeek, Z.ai, Moonshot) and {@code
 * enable_thinking} with {@code thinking_budget} (Alibaba).
 */
final class WishReader {
  static final Set<String> SWITCHES = Set.of("thinking", "enable_thinking", "thinking_budget");

  private static final Set<String> READ =
      Set.of("effort", "max_tokens", "enabled", "exclude", "summary");

  private WishReader() {}

  static ReasoningWish read(JsonNode root) throws Refused {
    JsonNode reasoning = Fields.object(root, "", "reasoning");
    Optional<Effort> effort = effort(reasoning, "reasoning", "effort");
    Optional<Effort> shorthand = effort(root, "", "reasoning_effort");
    if (effort.isPresent() && shorthand.isPresent() && !effort.equals(shorthand)) {
      throw Refused.invalid(
          "reasoning_effort: says "
              + shorthand.get().word()
              + ", but reasoning.effort says "
              + effort.get().word()
              + "; send one of them.");
    }
    Optional<Boolean> enabled = Fields.bool(reasoning, "reasoning", "enabled");
    OptionalLong budget = Fields.whole(reasoning, "reasoning", "max_tokens", 0, Long.MAX_VALUE);
    boolean hidden =
        Fields.bool(reasoning, "reasoning", "exclude").orElse(false)
            || !Fields.bool(root, "", "include_reasoning").orElse(true);
    return new ReasoningWish(
        enabled.or(() -> switched(root)),
        effort.or(() -> shorthand),
        budget.isPresent() ? budget : switchBudget(root),
        hidden,
        Fields.string(reasoning, "reasoning", "summary"));
  }

  private static Optional<Effort> effort(JsonNode object, String path, String name) throws Refused {
    Optional<String> word = Fields.string(object, path, name);
    if (word.isEmpty()) {
      return Optional.empty();
    }
    Optional<Effort> effort = Effort.of(word.get());
    if (effort.isEmpty()) {
      String words =
          Arrays.stream(Effort.values()).map(Effort::word).collect(Collectors.joining(", "));
      throw Fields.wrong(Fields.join(path, name), "one of " + words, object.get(name));
    }
    return effort;
  }

  private static Optional<Boolean> switched(JsonNode root) {
    if (isRead(root, "thinking")) {
      return Optional.of(root.get("thinking").get("type").textIs("enabled"));
    }
    return isRead(root, "enable_thinking")
        ? Optional.of(root.get("enable_thinking").boolOr(false))
        : Optional.empty();
  }

  private static OptionalLong switchBudget(JsonNode root) {
    JsonNode within = root.get("thinking").get("budget_tokens");
    JsonNode budget =
        isRead(root, "thinking") && within.exists() ? within : root.get("thinking_budget");
    long value = budget.longOr(-1);
    return value >= 0 ? OptionalLong.of(value) : OptionalLong.empty();
  }

  /** True when the switch is one that is understood; any other form stays an extra. */
  static boolean isRead(JsonNode root, String name) {
    JsonNode node = root.get(name);
    return switch (name) {
      case "thinking" ->
          (node.get("type").textIs("enabled") || node.get("type").textIs("disabled"))
              && node.size() == (node.get("budget_tokens").longOr(-1) >= 0 ? 2 : 1);
      case "enable_thinking" -> node.isBoolean();
      default -> node.longOr(-1) >= 0;
    };
  }

  /** What else the {@code reasoning} object says ({@code mode}, {@code context}, …). */
  static Map<String, Raw> unread(JsonNode root) {
    return Fields.unread(root.get("reasoning"), READ);
  }
}
