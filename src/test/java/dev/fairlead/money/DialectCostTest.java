package dev.fairlead.money;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.Shared;
import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.Usage;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.Exchanges;
import dev.fairlead.protocol.anthropic.AnthropicCodec;
import dev.fairlead.protocol.gemini.GeminiCodec;
import dev.fairlead.protocol.openaichat.OpenAiChatCodec;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Recorded usage objects, read by our dialects and reckoned with an independent project's rates:
 * equal to that project's costs to the last decimal.
 */
final class DialectCostTest {
  private static final Map<String, Codec> CODECS =
      Map.of(
          "openai-chat", new OpenAiChatCodec(),
          "anthropic", new AnthropicCodec(),
          "gemini", new GeminiCodec());

  private static final Map<String, String> WHOLE =
      Map.of(
          "openai-chat",
          """
          {"choices": [{"index": 0, "finish_reason": "stop",
            "message": {"role": "assistant", "content": "Hi"}}]}""",
          "anthropic",
          """
          {"type": "message", "role": "assistant", "stop_reason": "end_turn",
            "content": [{"type": "text", "text": "Hi"}]}""",
          "gemini",
          """
          {"candidates": [{"finishReason": "STOP",
            "content": {"role": "model", "parts": [{"text": "Hi"}]}}]}""");

  private final Map<String, Integer> equal = new TreeMap<>();
  private final Map<String, Integer> leftOut = new TreeMap<>();
  private final List<String> different = new ArrayList<>();

  @Test
  void everyRecordedUsageCostsWhatAnIndependentProjectReckons() throws Exception {
    GenaiPrices prices =
        new GenaiPrices(
            Json.read(
                    Files.readAllBytes(Shared.file("fixtures/cost/genai_prices.json")),
                    JsonLimits.RESPONSE)
                .root());
    for (String line : Files.readAllLines(Shared.file("fixtures/cost/usage_dev.jsonl"))) {
      JsonNode row = Exchanges.JSON.readTree(line);
      for (JsonNode expected : row.path("priced")) {
        compare(prices, row, expected);
      }
    }
    System.out.printf(
        "costs through the dialects: equal %s, different %d, left out %s%n",
        equal, different.size(), leftOut);
    assertThat(different).isEmpty();
    assertThat(equal.values().stream().mapToInt(it -> it).sum()).isGreaterThan(900);
  }

  private void compare(GenaiPrices prices, JsonNode row, JsonNode expected) throws Exception {
    String flavor = expected.path("api_flavor").asString();
    String dialect = dialect(row.path("body"));
    if (!CODECS.containsKey(dialect)) {
      leftOut.merge(dialect, 1, Integer::sum);
      return;
    }
    if (!read(dialect, flavor)) {
      leftOut.merge("usage of " + dialect + " priced as " + flavor, 1, Integer::sum);
      return;
    }
    String provider = expected.path("provider").asString();
    String model = row.path("model").asString();
    Optional<Price> price = prices.price(provider, model, GenaiPricesTest.PRICED_AT);
    if (price.isEmpty()) {
      leftOut.merge("no rates for the model", 1, Integer::sum);
      return;
    }
    Usage usage = usage(dialect, row.path("body"));
    Cost cost = Reckoning.reckon(usage, GenaiPrices.withImageRate(price.get()));
    dev.fairlead.wire.JsonNode wanted = Json.of(expected.toString()).root();
    if (GenaiPricesTest.same(cost, GenaiPricesTest.IN, wanted.get("input_price"))
        && GenaiPricesTest.same(cost, GenaiPricesTest.OUT, wanted.get("output_price"))) {
      equal.merge(dialect, 1, Integer::sum);
    } else if (dialect.equals("openai-chat")
        && usage.cacheWrite() > 0
        && price.get().rate(Meter.CACHE_WRITE).isPresent()) {
      leftOut.merge("cache_write_tokens, which the project does not read in chat", 1, Integer::sum);
    } else {
      different.add(
          dialect
              + " "
              + provider
              + " "
              + model
              + " "
              + row.path("body")
              + " "
              + expected
              + " "
              + cost);
    }
  }

  /** Whose usage object this is, by its members. */
  private static String dialect(JsonNode body) {
    JsonNode usage = body.path("usage");
    if (body.has("usageMetadata")) {
      return "gemini";
    } else if (usage.has("prompt_tokens")) {
      return usage.has("completion_tokens") ? "openai-chat" : "no chat: embeddings";
    } else if (usage.has("input_tokens_details") || usage.has("output_tokens_details")) {
      return usage.has("cache_creation_input_tokens")
          ? "anthropic"
          : "not read here: openai-responses";
    }
    return usage.has("input_tokens") ? "anthropic" : "no dialect of these";
  }

  /** Other projects price one body in several readings; one of them is that of its dialect. */
  private static boolean read(String dialect, String flavor) {
    return switch (dialect) {
      case "anthropic" -> flavor.equals("anthropic") || flavor.equals("default");
      case "openai-chat" -> flavor.equals("chat") || flavor.equals("default");
      default -> true;
    };
  }

  private static Usage usage(String dialect, JsonNode body) throws Exception {
    ObjectNode whole = (ObjectNode) Exchanges.JSON.readTree(WHOLE.get(dialect));
    body.properties().forEach(it -> whole.set(it.getKey(), it.getValue()));
    Json json = Json.read(whole.toString().getBytes(UTF_8), JsonLimits.RESPONSE);
    Usage found = Usage.ZERO;
    for (ChatEvent event : CODECS.get(dialect).decodeAnswer(json.root())) {
      if (event instanceof ChatEvent.Used used) {
        found = used.usage();
      }
    }
    return found;
  }
}
