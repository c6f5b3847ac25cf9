package dev.fairlead.protocol.openaichat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.ChatAnswer;
import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Fold;
import dev.fairlead.canon.Refused;
import dev.fairlead.canon.Unfold;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.protocol.Encoded;
import dev.fairlead.protocol.Exchanges;
import dev.fairlead.protocol.Exchanges.Exchange;
import dev.fairlead.protocol.Expect;
import dev.fairlead.protocol.Flavour;
import dev.fairlead.protocol.Replay;
import dev.fairlead.protocol.Target;
import dev.fairlead.protocol.Target.ReasoningStyle;
import dev.fairlead.protocol.Target.Trait;
import dev.fairlead.protocol.Wire;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Every recorded exchange of this dialect's wires, against what an independent decoder found. */
class OpenAiChatFixturesTest {
  private static final OpenAiChatCodec CODEC = new OpenAiChatCodec();

  private static final String SCAFFOLD =
      "an empty function_call beside the answer is scaffolding, no call; the oracle counts it";

  /** Where we differ from the independent decoder, and why. */
  private static final Map<String, String> EXPLAINED =
      Map.of(
          "openrouter.chat.openrouter.231a50304f",
          "an error beside choices in one chunk is an error; the oracle looks at the choices only",
          "openai.chat.snowflake-cortex.7f1b804c8d",
          "thoughts that stand in reasoning_details alone are thoughts; the oracle skips them",
          "openai.chat.snowflake-cortex.9fa78ccd47",
          SCAFFOLD,
          "openai.chat.snowflake-cortex.1b78be90dc",
          SCAFFOLD,
          "openai.chat.snowflake-cortex.4edfb32f4a",
          SCAFFOLD,
          "openai.chat.snowflake-cortex.729158a806",
          SCAFFOLD,
          "openai.chat.snowflake-cortex.c1913198fb",
          SCAFFOLD);

  /** Requests that do not come back as they were, and why. */
  private static final Map<String, String> REWRITTEN =
      Map.of(
          "openai.chat.zai.34bd869b3e",
          "says a switch and an effort; an endpoint is steered by one of them",
          "openai.chat.ollama.80d6860274",
          "an image in a tool result moves to a user message where the endpoint is not known to"
              + " take it",
          "mistral.chat.mistral.7ce9686bcd",
          "the pieces of one thought become one piece");

  private final List<String> failures = new ArrayList<>();
  private int passed;

  @Test
  void answersDecodeAsExpected() throws Exception {
    for (Exchange exchange : chats()) {
      check(exchange, Replay.answer(CODEC, exchange));
    }
    report("answers");
  }

  @Test
  void answersDecodeTheSameHoweverTheirBytesAreSplit() throws Exception {
    for (Exchange exchange : chats()) {
      if (exchange.isStreamed()) {
        byte[] bytes = exchange.responseBody();
        List<ChatEvent> events = Replay.stream(CODEC, bytes, Replay.Cuts.NONE);
        Random random = new Random(exchange.id().hashCode());
        List<ChatEvent> split = Replay.stream(CODEC, bytes, at -> 1 + random.nextInt(200));
        result(exchange, split.equals(events) ? List.of() : List.of("other events"));
      }
    }
    report("splits");
  }

  @Test
  void answersAreCompleteUnlessTheyBroke() throws Exception {
    for (Exchange exchange : chats()) {
      ChatAnswer answer = Replay.answer(CODEC, exchange);
      boolean broken = answer.fault().isPresent();
      result(exchange, answer.complete() == broken ? List.of("complete: " + !broken) : List.of());
    }
    report("ends");
  }

  @Test
  void answersSurviveWritingAndReadingInBothFlavours() throws Exception {
    for (Exchange exchange : chats()) {
      ChatAnswer answer = Replay.answer(CODEC, exchange);
      if (answer.fault().isPresent() || answer.choices().isEmpty()) {
        continue;
      }
      for (Flavour flavour : Flavour.values()) {
        AnswerContext context =
            new AnswerContext(flavour, "gen-1", "a/model", "Provider", 1, true, false, false);
        byte[] whole = CODEC.encodeAnswer(answer, context, AnswerContext.Trailer.NONE);
        byte[] stream =
            Replay.encoded(CODEC, Unfold.events(answer), context, AnswerContext.Trailer.NONE);
        again(exchange, Fold.of(CODEC.decodeAnswer(Json.read(whole, JsonLimits.RESPONSE).root())));
        again(exchange, Fold.of(Replay.stream(CODEC, stream, Replay.Cuts.NONE)));
      }
    }
    report("flavours");
  }

  /** The provider's own word and cost are not carried by every flavour. */
  private void again(Exchange exchange, ChatAnswer answer) {
    List<String> differences = new ArrayList<>(Expect.differences(exchange, answer));
    differences.removeIf(it -> it.startsWith("finish") || it.startsWith("usage.cost"));
    explained(exchange, differences);
  }

  @Test
  void requestsAreReadAndSplicedAndWrittenAgain() throws Exception {
    for (Exchange exchange : Exchanges.ofWire("openai-chat", "mistral-chat")) {
      if (exchange.requestBody().isEmpty()) {
        continue;
      }
      byte[] body = exchange.requestBody().get();
      Wire wire = Wire.of(Json.read(body, JsonLimits.REQUEST));
      assertThat(CODEC.splice(wire, List.of()).orElseThrow()).isSameAs(body);
      try {
        ChatRequest request = CODEC.decodeRequest(wire);
        JsonNode recorded = exchange.request().orElseThrow();
        Encoded encoded = CODEC.encodeRequest(request, targetOf(recorded));
        JsonNode written = Exchanges.JSON.readTree(encoded.body());
        List<String> differences =
            new ArrayList<>(Expect.jsonDifferences(normal(recorded), normal(written)));
        encoded.losses().stream()
            .filter(it -> !it.field().equals("tool_choice") || recorded.path("tools").size() > 0)
            .forEach(it -> differences.add("loss: " + it));
        result(
            exchange, REWRITTEN.containsKey(exchange.id()) ? List.of() : List.copyOf(differences));
      } catch (Refused e) {
        boolean wrong = exchange.status() >= 400; // the provider, too, refused it
        result(exchange, wrong ? List.of() : List.of("refused: " + e.getMessage()));
      }
    }
    report("requests");
  }

  private static List<Exchange> chats() {
    return Exchanges.ofWire("openai-chat", "mistral-chat", "openai-completions").stream()
        .filter(Exchange::hasExpect)
        .toList();
  }

  private void check(Exchange exchange, ChatAnswer answer) {
    explained(exchange, Expect.differences(exchange, answer));
  }

  private void explained(Exchange exchange, List<String> differences) {
    result(exchange, EXPLAINED.containsKey(exchange.id()) ? List.of() : differences);
  }

  private void result(Exchange exchange, List<String> differences) {
    if (differences.isEmpty()) {
      passed++;
    } else {
      failures.add(exchange.id() + "\n    " + String.join("\n    ", differences));
    }
  }

  private void report(String what) {
    System.out.printf("openai-chat %s: %d passed, %d failed%n", what, passed, failures.size());
    assertThat(failures).as("failed: %s", failures.size()).isEmpty();
    assertThat(passed).isPositive();
  }

  /** An endpoint that takes what this request says in the way in which it says it. */
  private static Target targetOf(JsonNode request) {
    Set<Trait> traits = EnumSet.noneOf(Trait.class);
    String all = request.toString();
    traits.add(Trait.DEVELOPER_ROLE);
    traits.add(Trait.CACHE_CONTROL);
    if (request.has("max_completion_tokens")) {
      traits.add(Trait.MAX_COMPLETION_TOKENS);
    }
    boolean mistral =
        all.contains("\"thinking\":[")
            || all.contains("document_url")
            || all.contains("\"input_audio\":\"");
    if (mistral) {
      traits.add(Trait.THINKING_PARTS);
    } else if (all.contains("\"reasoning_content\":")) {
      traits.add(Trait.REPLAY_REASONING_CONTENT);
    } else {
      traits.add(Trait.REASONING_DETAILS);
    }
    ReasoningStyle style =
        request.path("reasoning").isObject()
            ? ReasoningStyle.OPENROUTER
            : request.has("thinking")
                ? ReasoningStyle.SWITCH
                : request.has("enable_thinking") ? ReasoningStyle.BUDGET : ReasoningStyle.EFFORT;
    String family =
        all.contains("anthropic-claude-v1")
            ? "anthropic"
            : all.contains("google-gemini-v1") ? "google" : "openrouter";
    if (all.contains("openai-responses-v1")) {
      family = "openai";
    }
    return new Target(
        request.path("model").asString(""),
        family,
        OptionalLong.empty(),
        traits,
        style,
        request.path("stream").asBoolean(false));
  }

  /** Both sides without what means nothing; see the codec's class comment. */
  private static JsonNode normal(JsonNode node) {
    JsonNode copy = node.deepCopy();
    ObjectNode root = (ObjectNode) copy;
    OpenAiChatCodec.DIRECTIVES.forEach(root::remove);
    root.remove("stream_options");
    if (root.path("tools").isArray() && root.path("tools").isEmpty()) {
      root.remove("tools");
    }
    for (JsonNode tool : root.path("tools")) {
      if (tool.has("function")) {
        ((ObjectNode) tool).put("type", "function");
      }
    }
    if (!root.path("stream").asBoolean(false)) {
      root.remove("stream");
    }
    if (root.path("stop").isString()) {
      root.putArray("stop").add(node.path("stop").asString());
    }
    root.remove("include_reasoning"); // true is the default
    if (root.path("tools").isEmpty() && root.path("functions").isEmpty()) {
      root.remove("tool_choice");
    }
    if (root.path("tool_choice").isObject()) {
      ((ObjectNode) root.get("tool_choice")).put("type", "function");
    }
    JsonNode schema = root.path("response_format").path("json_schema");
    if (schema.isObject() && !schema.has("name")) {
      ((ObjectNode) schema).put("name", "response");
    }
    if (root.path("tool_choice").asString("").equals("any")) {
      root.put("tool_choice", "required");
    }
    if (root.has("functions")) {
      ArrayNode tools = root.putArray("tools");
      root.remove("functions")
          .forEach(it -> tools.addObject().put("type", "function").set("function", it));
      if (root.has("function_call")) {
        JsonNode choice = root.remove("function_call");
        if (choice.isObject()) {
          root.putObject("tool_choice").put("type", "function").set("function", choice);
        } else {
          root.set("tool_choice", choice);
        }
      }
    }
    return prune(root);
  }

  private static JsonNode prune(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (String name : List.copyOf(object.propertyNames())) {
        JsonNode value = object.get(name);
        if (value.isNull()) {
          object.remove(name);
        } else {
          object.set(name, prune(value));
        }
      }
      return message(object);
    }
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, prune(array.get(i)));
      }
    }
    return node;
  }

  private static JsonNode message(ObjectNode object) {
    if (!object.has("role")) {
      return object;
    }
    JsonNode mark = object.remove("cache_control");
    JsonNode content = object.path("content");
    if (mark != null && content.isString()) {
      object
          .putArray("content")
          .addObject()
          .put("type", "text")
          .put("text", content.asString())
          .set("cache_control", mark);
    } else if (content.size() == 1
        && content.get(0).path("type").asString("").equals("text")
        && content.get(0).size() == 2) {
      object.set("content", content.get(0).get("text"));
    }
    if (object.path("content").asString("x").isEmpty()) {
      object.remove("content");
    }
    if (object.has("reasoning_content")) {
      object.remove("reasoning"); // some clients send the same thought under both names
    }
    for (String name : List.of("content", "tool_calls", "annotations")) {
      if (object.path(name).isArray() && object.path(name).isEmpty()) {
        object.remove(name);
      }
    }
    for (JsonNode part : object.path("content")) {
      if (part.path("image_url").isString()) {
        String url = part.get("image_url").asString();
        ((ObjectNode) part).putObject("image_url").put("url", url);
      }
    }
    thoughts(object);
    for (JsonNode call : object.path("tool_calls")) {
      ((ObjectNode) call).remove("index"); // the place says it
    }
    return object;
  }

  /** One unsigned thought may be said as a string; details say what the string says. */
  private static void thoughts(ObjectNode message) {
    if (message.path("reasoning_details").isEmpty()) {
      JsonNode text = message.path("reasoning");
      if (text.isString() && !text.asString().isEmpty()) {
        message
            .putArray("reasoning_details")
            .addObject()
            .put("type", "reasoning.text")
            .put("text", text.asString())
            .put("format", "unknown")
            .put("index", 0);
      }
    }
    message.remove("reasoning");
    for (JsonNode item : message.path("reasoning_details")) {
      if (!item.has("format")) {
        ((ObjectNode) item).put("format", "unknown");
      }
    }
    JsonNode first = message.path("reasoning_details").path(0);
    if (first.isMissingNode() || !(first.has("text") || first.has("data"))) {
      message.remove("reasoning_details"); // an item that says nothing
    }
  }
}
