package dev.fairlead.protocol.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.ChatAnswer;
import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Fold;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Refused;
import dev.fairlead.canon.Unfold;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.Encoded;
import dev.fairlead.protocol.Exchanges;
import dev.fairlead.protocol.Exchanges.Exchange;
import dev.fairlead.protocol.Flavour;
import dev.fairlead.protocol.Replay;
import dev.fairlead.protocol.Target;
import dev.fairlead.protocol.Wire;
import dev.fairlead.protocol.openaichat.OpenAiChatCodec;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.MalformedJson;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Recorded traffic of the chat dialect in this dialect, and of this dialect in that one. */
class AcrossDialectsTest {
  private final Codec anthropic = new AnthropicCodec();
  private final Codec chat = new OpenAiChatCodec();

  @Test
  void recordedChatRequestsObeyTheRulesOfThisDialect() throws Exception {
    List<String> broken = new ArrayList<>();
    int written = 0;
    for (Exchange exchange : Exchanges.ofWire("openai-chat")) {
      if (exchange.requestBody().isEmpty() || exchange.status() >= 400) {
        continue;
      }
      ChatRequest request;
      try {
        Json body = Json.read(exchange.requestBody().get(), JsonLimits.REQUEST);
        request = chat.decodeRequest(Wire.of(body));
      } catch (Refused | MalformedJson e) {
        continue; // its own codec's test lists these
      }
      for (Target target :
          List.of(
              AnthropicCodecTest.EVERYTHING, AnthropicCodecTest.OLD, AnthropicCodecTest.NEWEST)) {
        Encoded encoded = anthropic.encodeRequest(request, target);
        written++;
        String rule = brokenRule(Exchanges.JSON.readTree(encoded.body()));
        if (!rule.isEmpty()) {
          broken.add(exchange.id() + ": " + rule);
        }
        anthropic.decodeRequest(Wire.of(Json.read(encoded.body(), JsonLimits.REQUEST)));
      }
    }
    System.out.println(
        "chat requests in the Messages dialect: " + written + ", " + broken.size() + " broken");
    assertThat(broken).isEmpty();
    assertThat(written).isGreaterThan(1000);
  }

  /** The rules that the API enforces and that can be seen in a body. */
  private static String brokenRule(JsonNode body) {
    String before = "";
    List<String> open = new ArrayList<>();
    for (JsonNode message : body.get("messages")) {
      String role = message.get("role").asString();
      if (role.equals(before) || (before.isEmpty() && !role.equals("user"))) {
        return "roles do not alternate";
      }
      before = role;
      List<String> calls = new ArrayList<>();
      boolean rest = false;
      if (message.get("content").isEmpty()) {
        return "a message of nothing";
      }
      for (JsonNode block : message.get("content")) {
        switch (block.get("type").asString()) {
          case "text" -> {
            rest = true;
            if (block.get("text").asString().isBlank()) {
              return "blank text";
            }
          }
          case "tool_use" -> {
            calls.add(block.get("id").asString());
            if (!block.get("input").isObject()
                || !block.get("id").asString().matches("[a-zA-Z0-9_-]+")) {
              return "a call that is refused";
            }
          }
          case "tool_result" -> {
            if (rest || !open.remove(block.get("tool_use_id").asString())) {
              return "a result out of place";
            }
          }
          default -> rest = true;
        }
      }
      if (!open.isEmpty()) {
        return "a call without a result";
      }
      open.addAll(calls);
    }
    if (!open.isEmpty()) {
      return "a last call without a result";
    }
    JsonNode thinking = body.path("thinking");
    if (thinking.path("budget_tokens").asInt(0) >= body.get("max_tokens").asInt()) {
      return "a budget above the bound";
    }
    for (JsonNode tool : body.path("tools")) {
      if (!tool.get("name").asString().matches("[a-zA-Z0-9_-]{1,128}")
          || !tool.at("/input_schema/type").isString()) {
        return "a tool that is refused";
      }
    }
    return body.has("tool_choice") && !body.has("tools") ? "a choice among no tools" : "";
  }

  @Test
  void recordedAnswersSayTheSameInBothDialects() throws Exception {
    List<String> failed = new ArrayList<>();
    int compared = 0;
    compared += compare("anthropic-messages", anthropic, chat, failed);
    compared += compare("openai-chat", chat, anthropic, failed);
    System.out.println(
        "answers in the other dialect: " + compared + ", " + failed.size() + " failed");
    assertThat(failed).isEmpty();
    assertThat(compared).isGreaterThan(1000);
  }

  private static int compare(String wire, Codec from, Codec to, List<String> failed)
      throws Exception {
    AnswerContext context =
        new AnswerContext(Flavour.VENDOR, "gen-1", "m", "P", 1L, true, false, false);
    int compared = 0;
    for (Exchange exchange : Exchanges.ofWire(wire)) {
      if (exchange.status() >= 400) {
        continue;
      }
      ChatAnswer answer = Replay.answer(from, exchange);
      if (!answer.complete() || answer.choices().size() != 1 || answer.fault().isPresent()) {
        continue;
      }
      compared++;
      AnswerContext.Trailer none = AnswerContext.Trailer.NONE;
      byte[] whole = to.encodeAnswer(answer, context, none);
      byte[] stream = Replay.encoded(to, Unfold.events(answer), context, none);
      ChatAnswer fromWhole = Fold.of(to.decodeAnswer(Json.read(whole, JsonLimits.RESPONSE).root()));
      ChatAnswer fromStream = Fold.of(Replay.stream(to, stream, Replay.Cuts.NONE));
      String said = said(answer);
      if (!said.equals(said(fromWhole)) || !said.equals(said(fromStream))) {
        failed.add(exchange.id() + "\n" + said + "\n" + said(fromWhole) + "\n" + said(fromStream));
      } else if (to instanceof AnthropicCodec && !Grammar.brokenRule(stream).isEmpty()) {
        failed.add(exchange.id() + " " + Grammar.brokenRule(stream));
      }
    }
    return compared;
  }

  private static String said(ChatAnswer answer) {
    StringBuilder text = new StringBuilder();
    StringBuilder calls = new StringBuilder();
    for (Part part : answer.choices().getFirst().parts()) {
      switch (part) {
        case Part.Text it -> text.append(it.text());
        case Part.Refusal it -> text.append(it.text());
        case Part.ToolCall it ->
            calls.append(it.name()).append(arguments(it.arguments().toString()));
        default -> {
          // What the other dialect has another form for, or none.
        }
      }
    }
    return text
        + "|"
        + calls
        + "|"
        + answer.usage().map(u -> u.input() + "+" + u.output()).orElse("0+0");
  }

  /** Nothing is an empty object; what was cut short stands in a whole message as {@code _raw}. */
  private static String arguments(String text) {
    try {
      JsonNode json = Exchanges.JSON.readTree(text.isBlank() ? "{}" : text);
      return json.isObject() && !json.has("_raw") ? json.toString() : "(wrapped)";
    } catch (JacksonException e) {
      return "(wrapped)";
    }
  }
}
