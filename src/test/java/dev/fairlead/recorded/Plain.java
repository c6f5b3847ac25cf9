package dev.fairlead.recorded;

import dev.fairlead.protocol.Exchanges;
import dev.fairlead.protocol.Exchanges.Exchange;
import dev.fairlead.protocol.Expect;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Compares a chat completion, as a plain client read it, with what was expected. */
final class Plain {
  private Plain() {}

  static List<String> differences(Exchange exchange, ChatReading found, boolean openrouter) {
    JsonNode expect = exchange.expect();
    List<String> out = new ArrayList<>();
    same(out, "text", expect.path("text").asString(""), found.text);
    same(out, "reasoning", expect.path("reasoning").asString(""), found.reasoning);
    same(out, "refusal", expect.path("refusal").asString(""), found.refusal);
    calls(out, expect.path("tool_calls"), found.calls);
    String word = expect.path("finish").asString("");
    if (expect.path("error").isObject()) {
      same(out, "error", true, found.error != null);
    } else {
      same(out, "error", null, found.error);
      same(out, "done", true, found.done);
      if (!word.isEmpty()) {
        same(out, "finish", finish(word, !found.calls.isEmpty()), found.finish);
      }
      usage(out, exchange.wire(), expect.path("usage"), found.usage);
    }
    if (openrouter && !word.isEmpty() && !exchange.provider().equals("openrouter")) {
      same(
          out,
          "native_finish_reason",
          word.toLowerCase(Locale.ROOT),
          found.nativeFinish.toLowerCase(Locale.ROOT));
    }
    return out;
  }

  private static void same(
      List<String> out, String what, @Nullable Object expected, @Nullable Object found) {
    if (!Objects.equals(expected, found)) {
      out.add(what + ": expected <" + cut(expected) + "> but found <" + cut(found) + ">");
    }
  }

  private static String cut(@Nullable Object value) {
    String text = String.valueOf(value);
    return text.length() > 300 ? text.substring(0, 300) + "…" : text;
  }

  private static void calls(List<String> out, JsonNode expected, List<? extends JsonNode> found) {
    same(out, "tool_calls.size", expected.size(), found.size());
    for (int i = 0; i < Math.min(expected.size(), found.size()); i++) {
      JsonNode args = expected.get(i).path("args");
      JsonNode wanted = args.isObject() || args.isValueNode() && !args.isNull() ? args : none();
      same(
          out,
          "tool_calls[" + i + "].name",
          expected.get(i).path("name").asString(""),
          found.get(i).path("name").asString(""));
      JsonNode got = found.get(i).path("args");
      if (!Expect.sameJson(wanted, got.isNull() ? none() : got)) {
        out.add("tool_calls[" + i + "].args: expected <" + wanted + "> but found <" + got + ">");
      }
    }
  }

  private static JsonNode none() {
    return Exchanges.JSON.createObjectNode();
  }

  /** OpenAI's word for a provider's. */
  private static String finish(String word, boolean calls) {
    String own =
        switch (word.toLowerCase(Locale.ROOT)) {
          case "length", "max_tokens", "model_length", "model_context_window_exceeded" -> "length";
          case "tool_calls", "tool_use", "function_call" -> "tool_calls";
          case "content_filter",
              "refusal",
              "safety",
              "recitation",
              "prohibited_content",
              "image_safety",
              "blocklist",
              "spii" ->
              "content_filter";
          case "unexpected_tool_call" -> calls ? "tool_calls" : "error";
          case "error", "malformed_function_call" -> "error";
          default -> word.startsWith("BLOCKED") ? "content_filter" : "stop";
        };
    return own.equals("stop") && calls ? "tool_calls" : own;
  }

  private static void usage(
      List<String> out, String wire, JsonNode expected, @Nullable JsonNode found) {
    if (!expected.isObject() || expected.isEmpty()) {
      return; // nothing was said; what the gateway counted itself may stand there
    }
    if (found == null) {
      out.add("usage: none");
      return;
    }
    long input = expected.path("input").asLong(0);
    long output = expected.path("output").asLong(0);
    long cached = expected.path("cached").asLong(0);
    long written = expected.path("cache_write").asLong(0);
    long reasoning = expected.path("reasoning").asLong(0);
    long total = expected.path("total").asLong(0);
    if (wire.equals("anthropic-messages")) {
      input += cached + written;
    } else if (wire.equals("gemini")) {
      output += reasoning;
      input = total > 0 ? Math.max(input, total - output) : input; // prompts of tools
    } else if (reasoning > 0 && total == input + output + reasoning) {
      output += reasoning;
    }
    JsonNode prompt = found.path("prompt_tokens_details");
    same(out, "usage.prompt_tokens", input, found.path("prompt_tokens").asLong(0));
    same(out, "usage.completion_tokens", output, found.path("completion_tokens").asLong(0));
    same(out, "usage.total_tokens", input + output, found.path("total_tokens").asLong(0));
    same(out, "usage.cached_tokens", cached, prompt.path("cached_tokens").asLong(0));
    same(out, "usage.cache_write_tokens", written, prompt.path("cache_write_tokens").asLong(0));
    same(
        out,
        "usage.reasoning_tokens",
        reasoning,
        found.path("completion_tokens_details").path("reasoning_tokens").asLong(0));
  }
}
