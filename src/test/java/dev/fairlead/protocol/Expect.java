package dev.fairlead.protocol;

import dev.fairlead.canon.ChatAnswer;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Usage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Compares a decoded answer with what an independent decoder found in the same recorded bytes. Only
 * choice 0 is described there. Tool arguments are compared as JSON values.
 */
public final class Expect {
  private Expect() {}

  /** What differs, one line each; empty when the answer is as expected. */
  public static List<String> differences(Exchanges.Exchange exchange, ChatAnswer answer) {
    JsonNode expect = exchange.expect();
    Found found = Found.of(answer);
    List<String> out = new ArrayList<>();
    same(out, "text", expect.path("text").asString(""), found.text);
    same(out, "reasoning", expect.path("reasoning").asString(""), found.reasoning);
    same(out, "refusal", expect.path("refusal").asString(""), found.refusal);
    if (!found.finish.equals(nativeFinish(exchange))) {
      same(out, "finish", text(expect.path("finish")), found.finish);
    }
    same(out, "media", expect.path("media").asInt(0), found.media);
    same(out, "choices", expect.path("choices").asInt(1), Math.max(1, found.choices));
    toolCalls(out, expect.path("tool_calls"), found.calls);
    usage(out, exchange.wire(), expect.path("usage"), answer);
    error(out, expect.path("error"), answer);
    return out;
  }

  /** OpenRouter translates the provider's word and gives the word itself beside it. */
  private static String nativeFinish(Exchanges.Exchange exchange) {
    List<JsonNode> bodies = new ArrayList<>();
    exchange.response().path("sse").forEach(it -> bodies.add(it.path("data")));
    bodies.add(exchange.response().path("body"));
    String word = "";
    for (JsonNode body : bodies) {
      for (JsonNode choice : body.path("choices")) {
        JsonNode own = choice.path("native_finish_reason");
        word = own.isString() ? own.asString() : word;
      }
    }
    return word.isEmpty() ? "(none)" : word;
  }

  /** Where two JSON values differ, one line each. */
  public static List<String> jsonDifferences(JsonNode expected, JsonNode found) {
    List<String> out = new ArrayList<>();
    jsonDifferences("", expected, found, out);
    return out;
  }

  private static void jsonDifferences(String path, JsonNode a, JsonNode b, List<String> out) {
    if (a.isObject() && b.isObject()) {
      java.util.Set<String> names = new java.util.TreeSet<>(a.propertyNames());
      names.addAll(b.propertyNames());
      names.forEach(it -> jsonDifferences(path + "." + it, a.path(it), b.path(it), out));
    } else if (a.isArray() && b.isArray() && a.size() == b.size()) {
      for (int i = 0; i < a.size(); i++) {
        jsonDifferences(path + "[" + i + "]", a.get(i), b.get(i), out);
      }
    } else if (!sameJson(a, b)) {
      out.add(path + ": expected <" + cut(a) + "> but found <" + cut(b) + ">");
    }
  }

  private static String text(JsonNode node) {
    return node.isMissingNode() || node.isNull() ? "" : node.asString();
  }

  private static void same(List<String> out, String what, Object expected, Object found) {
    if (!Objects.equals(expected, found)) {
      out.add(what + ": expected <" + cut(expected) + "> but found <" + cut(found) + ">");
    }
  }

  private static String cut(Object value) {
    String text = String.valueOf(value);
    return text.length() > 300 ? text.substring(0, 300) + "…" : text;
  }

  /** The answer's first choice, flattened as the independent decoder does it. */
  private record Found(
      String text,
      String reasoning,
      String refusal,
      String finish,
      int media,
      int choices,
      List<Part.ToolCall> calls) {
    static Found of(ChatAnswer answer) {
      StringBuilder text = new StringBuilder();
      StringBuilder reasoning = new StringBuilder();
      StringBuilder refusal = new StringBuilder();
      List<Part.ToolCall> calls = new ArrayList<>();
      int media = 0;
      String finish = "";
      if (!answer.choices().isEmpty()) {
        ChatAnswer.Choice choice = answer.choices().getFirst();
        finish = choice.nativeReason().orElse("");
        for (Part part : choice.parts()) {
          switch (part) {
            case Part.Text it -> text.append(it.text());
            case Part.Reasoning it -> reasoning.append(it.text());
            case Part.Refusal it -> refusal.append(it.text());
            case Part.ToolCall it -> calls.add(it);
            case Part.Media it -> media++;
            case Part.ToolResult it -> {}
            case Part.Opaque it -> {}
          }
        }
      }
      return new Found(
          text.toString(),
          reasoning.toString(),
          refusal.toString(),
          finish,
          media,
          answer.choices().size(),
          calls);
    }
  }

  private static void toolCalls(List<String> out, JsonNode expected, List<Part.ToolCall> found) {
    same(out, "tool_calls.size", expected.size(), found.size());
    for (int i = 0; i < Math.min(expected.size(), found.size()); i++) {
      JsonNode call = expected.get(i);
      same(out, "tool_calls[" + i + "].name", text(call.path("name")), found.get(i).name());
      JsonNode args = call.path("args");
      if (args.isNull() || args.isMissingNode()) {
        args = Exchanges.JSON.createObjectNode();
      }
      JsonNode got = arguments(found.get(i).arguments().toString());
      if (!sameJson(args, got)) {
        out.add("tool_calls[" + i + "].args: expected <" + args + "> but found <" + got + ">");
      }
    }
  }

  /** Arguments as a JSON value; what is no JSON is {@code {"_raw": …}}, and nothing is {}. */
  private static JsonNode arguments(String text) {
    if (text.isBlank()) {
      return Exchanges.JSON.createObjectNode();
    }
    try {
      JsonNode value = Exchanges.JSON.readTree(text);
      return value.isNull() ? Exchanges.JSON.createObjectNode() : value;
    } catch (JacksonException e) {
      return Exchanges.JSON.createObjectNode().put("_raw", text);
    }
  }

  /** Equal as JSON values: 1 and 1.0 are one number, the order of members is nothing. */
  public static boolean sameJson(JsonNode a, JsonNode b) {
    if (a.isNumber() && b.isNumber()) {
      return a.decimalValue().compareTo(b.decimalValue()) == 0;
    }
    if (a.isObject() && b.isObject()) {
      return a.size() == b.size()
          && a.propertyNames().stream().allMatch(k -> b.has(k) && sameJson(a.get(k), b.get(k)));
    }
    if (a.isArray() && b.isArray()) {
      for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
        if (!sameJson(a.get(i), b.get(i))) {
          return false;
        }
      }
      return a.size() == b.size();
    }
    boolean noneA = a.isMissingNode() || a.isNull();
    boolean noneB = b.isMissingNode() || b.isNull();
    return noneA || noneB ? noneA && noneB : a.equals(b);
  }

  /**
   * The expectation counts tokens as the provider does; canon counts them in one meaning for all.
   */
  private static void usage(List<String> out, String wire, JsonNode expected, ChatAnswer answer) {
    if (!expected.isObject()) {
      same(out, "usage", false, answer.usage().isPresent());
      return;
    }
    if (answer.usage().isEmpty()) {
      out.add("usage: expected <" + expected + "> but found none");
      return;
    }
    Usage usage = answer.usage().get();
    long input = expected.path("input").asLong(0);
    long output = expected.path("output").asLong(0);
    long cached = expected.path("cached").asLong(0);
    long written = expected.path("cache_write").asLong(0);
    long reasoning = expected.path("reasoning").asLong(0);
    long total = expected.path("total").asLong(0);
    switch (wire) {
      case "anthropic-messages", "bedrock-converse", "bedrock-invoke" ->
          same(out, "usage.input", input + cached + written, usage.input());
      case "gemini" -> {
        output += reasoning;
        if (usage.input() != input) { // tool-use prompt tokens are only in the total
          same(out, "usage.input", total - output, usage.input());
        }
      }
      default -> {
        same(out, "usage.input", input, usage.input());
        if (reasoning > 0 && total == input + output + reasoning) {
          output += reasoning; // counted beside the completion, not in it (xAI)
        }
      }
    }
    same(out, "usage.output", output, usage.output());
    same(out, "usage.cached", cached, usage.cacheRead());
    same(out, "usage.cache_write", written, usage.cacheWrite());
    same(out, "usage.reasoning", reasoning, usage.reasoning());
    if (expected.path("cost").isNumber()) {
      BigDecimal cost = usage.statedCost().orElse(BigDecimal.ONE.negate());
      if (expected.get("cost").decimalValue().compareTo(cost) != 0) {
        same(out, "usage.cost", expected.get("cost"), cost);
      }
    }
  }

  private static void error(List<String> out, JsonNode expected, ChatAnswer answer) {
    if (!expected.isObject()) {
      same(out, "error", "none", answer.fault().map(Fault::message).orElse("none"));
      return;
    }
    if (answer.fault().isEmpty()) {
      out.add("error: expected <" + expected + "> but found none");
      return;
    }
    Fault fault = answer.fault().get();
    String message = letters(text(expected.path("message")));
    String said = letters(fault.message() + ' ' + fault.detail().orElse(""));
    if (!said.contains(message.substring(0, Math.min(60, message.length())))) {
      same(out, "error.message", message, said);
    }
  }

  /** Letters and digits alone: messages are compared without the escapes of the raw body. */
  private static String letters(String text) {
    return text.replaceAll("\\*{3,}[\\w-]*|\\bsk-\\S*|\\[redacted]", "")
        .toLowerCase(Locale.ROOT)
        .replaceAll("\\\\[nrtu\"]|[^\\p{L}\\p{N}]", "");
  }
}
