package dev.fairlead.protocol.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import dev.fairlead.protocol.Wire;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Every recorded exchange of this dialect: answers as expected, requests back as they came. */
class AnthropicExchangesTest {
  private final AnthropicCodec codec = new AnthropicCodec();
  private final AnswerContext context =
      new AnswerContext(Flavour.VENDOR, "gen-1", "m", "P", 1_700_000_000L, true, false, false);

  @Test
  void answersMeanWhatTheIndependentDecoderFound() throws Exception {
    List<String> failed = new ArrayList<>();
    int compared = 0;
    for (Exchange exchange : Exchanges.ofWire("anthropic-messages")) {
      if (exchange.hasExpect() && !isSeveral(exchange)) {
        compared++;
        List<String> differences = Expect.differences(exchange, Replay.answer(codec, exchange));
        if (!differences.isEmpty()) {
          failed.add(exchange.id() + " " + differences);
        }
      }
    }
    System.out.println(
        "anthropic answers: " + compared + " compared, " + failed.size() + " failed");
    assertThat(failed).isEmpty();
    assertThat(compared).isGreaterThan(400);
  }

  /** Three recordings hold the answers of several requests, one after the other. */
  private static boolean isSeveral(Exchange exchange) {
    int ends = 0;
    for (JsonNode event : exchange.response().path("sse")) {
      ends += event.path("data").path("type").asString("").equals("message_stop") ? 1 : 0;
    }
    return ends > 1;
  }

  @Test
  void finishedAnswersAreComplete() throws Exception {
    List<String> incomplete = new ArrayList<>();
    for (Exchange exchange : Exchanges.ofWire("anthropic-messages")) {
      ChatAnswer answer = Replay.answer(codec, exchange);
      boolean finished =
          exchange.status() < 400 && !exchange.expect().path("finish").isMissingNode();
      if (answer.complete() != finished) {
        incomplete.add(exchange.id());
      }
    }
    assertThat(incomplete).isEmpty();
  }

  @Test
  void howAStreamIsSplitChangesNothing() throws Exception {
    int streams = 0;
    for (Exchange exchange : Exchanges.ofWire("anthropic-messages")) {
      if (!exchange.isStreamed()) {
        continue;
      }
      streams++;
      byte[] body = exchange.responseBody();
      List<ChatEvent> events = Replay.stream(codec, body, Replay.Cuts.NONE);
      assertThat(Replay.stream(codec, body, Replay.Cuts.every(1))).isEqualTo(events);
      assertThat(Replay.stream(codec, body, Replay.Cuts.every(7))).isEqualTo(events);
      if (streams <= 5) {
        for (int cut = 1; cut < Math.min(body.length, 3000); cut++) {
          int at = cut;
          assertThat(Replay.stream(codec, body, offset -> offset == 0 ? at : Integer.MAX_VALUE))
              .isEqualTo(events);
        }
      }
    }
    System.out.println("anthropic streams: " + streams + " split");
    assertThat(streams).isGreaterThan(100);
  }

  @Test
  void answersSurviveBeingWrittenAgain() throws Exception {
    List<String> failed = new ArrayList<>();
    int compared = 0;
    for (Exchange exchange : Exchanges.ofWire("anthropic-messages")) {
      ChatAnswer answer = Replay.answer(codec, exchange);
      if (exchange.status() >= 400 || !answer.complete() || isSeveral(exchange)) {
        continue;
      }
      compared++;
      AnswerContext.Trailer none = AnswerContext.Trailer.NONE;
      byte[] whole = codec.encodeAnswer(answer, context, none);
      byte[] stream = Replay.encoded(codec, Unfold.events(answer), context, none);
      ChatAnswer fromWhole =
          Fold.of(codec.decodeAnswer(Json.read(whole, JsonLimits.RESPONSE).root()));
      ChatAnswer fromStream = Fold.of(Replay.stream(codec, stream, Replay.Cuts.NONE));
      List<String> differences = new ArrayList<>(Expect.differences(exchange, fromWhole));
      differences.addAll(Expect.differences(exchange, fromStream));
      String grammar = Grammar.brokenRule(stream);
      if (!differences.isEmpty() || !grammar.isEmpty() || !fromStream.complete()) {
        failed.add(exchange.id() + " " + differences + " " + grammar);
      }
      assertThat(fromWhole.choices().getFirst().parts().size())
          .as(exchange.id())
          .isEqualTo(fromStream.choices().getFirst().parts().size());
    }
    System.out.println(
        "anthropic answers rewritten: " + compared + ", " + failed.size() + " failed");
    assertThat(failed).isEmpty();
    assertThat(compared).isGreaterThan(400);
  }

  @Test
  void requestsComeBackAsTheyCame() throws Exception {
    List<String> failed = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    int compared = 0;
    for (Exchange exchange : Exchanges.ofWire("anthropic-messages")) {
      if (exchange.requestBody().isEmpty()) {
        continue;
      }
      JsonNode sent = exchange.request().orElseThrow();
      try {
        Wire wire = Wire.of(Json.read(exchange.requestBody().get(), JsonLimits.REQUEST));
        ChatRequest request = codec.decodeRequest(wire);
        Encoded encoded = codec.encodeRequest(request, target(sent));
        compared++;
        JsonNode back = Exchanges.JSON.readTree(encoded.body());
        JsonNode wanted = normal(sent);
        JsonNode found = normal(back);
        boolean same = Expect.sameJson(wanted, found);
        if (exchange.status() < 400 && (!same || !encoded.losses().isEmpty())) {
          failed.add(
              exchange.id() + " " + encoded.losses() + "\n  " + cut(wanted) + "\n  " + cut(found));
        }
      } catch (Refused e) {
        refused.add(exchange.id() + " (" + exchange.status() + "): " + e.getMessage());
      }
    }
    System.out.println(
        "anthropic requests: "
            + compared
            + " compared, "
            + failed.size()
            + " failed, refused "
            + refused);
    assertThat(failed).isEmpty();
    assertThat(refused).allMatch(it -> it.contains("(400)"));
    assertThat(compared).isGreaterThan(400);
  }

  @Test
  void aRequestForAnEndpointThatTakesItIsAdaptedInItsBytes() throws Exception {
    int adapted = 0;
    for (Exchange exchange : Exchanges.ofWire("anthropic-messages")) {
      if (exchange.requestBody().isEmpty() || exchange.status() >= 400) {
        continue;
      }
      JsonNode sent = exchange.request().orElseThrow();
      Wire wire = Wire.of(Json.read(exchange.requestBody().get(), JsonLimits.REQUEST));
      ChatRequest request = codec.decodeRequest(wire);
      Target target = target(sent);
      byte[] spliced =
          codec.splice(wire, codec.adapt(wire, request, target).orElseThrow()).orElseThrow();
      ObjectNode found = (ObjectNode) Exchanges.JSON.readTree(spliced);
      if (!sent.has("model")) {
        found.remove("model");
      }
      assertThat(found).as(exchange.id()).isEqualTo(sent);
      adapted++;
    }
    System.out.println("anthropic requests adapted in their bytes: " + adapted);
    assertThat(adapted).isGreaterThan(400);
  }

  private static String cut(JsonNode node) {
    String text = new String(Exchanges.JSON.writeValueAsBytes(node), UTF_8);
    return text.length() > 1500 ? text.substring(0, 1500) : text;
  }

  /** The endpoint that this request was made for: it takes what the request says. */
  private static Target target(JsonNode sent) {
    Set<Target.Trait> traits = EnumSet.of(Target.Trait.PREFILL, Target.Trait.NATIVE_JSON_SCHEMA);
    return new Target(
        sent.path("model").asString(""),
        "anthropic",
        OptionalLong.empty(),
        traits,
        Target.ReasoningStyle.EFFORT,
        sent.path("stream").asBoolean(false));
  }

  /** The normalisations that the package's page lists. */
  private static JsonNode normal(JsonNode body) {
    ObjectNode out = (ObjectNode) body.deepCopy();
    if (!out.path("stream").asBoolean(false)) {
      out.remove("stream");
    }
    if (out.path("system").isArray() && out.get("system").isEmpty()) {
      out.remove("system");
    }
    if (out.path("system").isString()) {
      out.set("system", blocks(out.get("system")));
    }
    out.path("messages")
        .forEach(
            message -> {
              ObjectNode it = (ObjectNode) message;
              it.set("content", blocks(it.get("content")));
              for (JsonNode block : it.get("content")) {
                ObjectNode b = (ObjectNode) block;
                if (b.path("content").isString()
                    && b.path("type").asString().equals("tool_result")) {
                  b.set("content", blocks(b.get("content")));
                }
                if (b.path("content").isEmpty()
                    && b.path("type").asString().equals("tool_result")) {
                  b.remove("content");
                }
                if (!b.path("is_error").asBoolean(false)
                    && b.path("type").asString().equals("tool_result")) {
                  b.remove("is_error");
                }
                if (b.path("citations").isNull()) {
                  b.remove("citations");
                }
              }
            });
    out.set("messages", merged(out.path("messages")));
    return out;
  }

  private static JsonNode merged(JsonNode messages) {
    ArrayNode out = Exchanges.JSON.createArrayNode();
    for (JsonNode message : messages) {
      JsonNode last = out.isEmpty() ? message : out.get(out.size() - 1);
      if (!out.isEmpty() && last.get("role").equals(message.get("role"))) {
        ((ArrayNode) last.get("content")).addAll((ArrayNode) message.get("content"));
      } else {
        out.add(message);
      }
    }
    return out;
  }

  private static JsonNode blocks(JsonNode content) {
    if (!content.isString()) {
      return content;
    }
    ArrayNode list = Exchanges.JSON.createArrayNode();
    list.addObject().put("type", "text").put("text", content.asString());
    return list;
  }
}
