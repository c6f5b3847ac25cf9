package dev.fairlead.protocol.gemini;

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
import dev.fairlead.protocol.Target.ReasoningStyle;
import dev.fairlead.protocol.Wire;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** All recorded exchanges in this dialect. */
final class GeminiFixturesTest {
  private final GeminiCodec codec = new GeminiCodec();

  /**
   * The expectation takes each streamed piece of a call for a call of its own; these are compared
   * by {@code aCallThatIsStreamedInPiecesIsOneCall}.
   */
  private static boolean hasPieces(Exchange exchange) {
    return exchange.response().toString().contains("\"partialArgs\"");
  }

  /**
   * What differs, but for two things: the independent decoder does not count candidates in this
   * dialect, and calls a usage object that counts nothing a usage.
   */
  private static List<String> differences(Exchange exchange, ChatAnswer answer) {
    List<String> out = new ArrayList<>(Expect.differences(exchange, answer));
    out.removeIf(it -> it.startsWith("choices: expected <1>"));
    out.removeIf(it -> it.equals("usage: expected <{}> but found none"));
    return out;
  }

  @Test
  void everyRecordedAnswerMeansWhatAnIndependentDecoderFound() throws Exception {
    List<String> failures = new ArrayList<>();
    int streams = 0;
    int wholes = 0;
    int refusals = 0;
    for (Exchange exchange : Exchanges.ofWire("gemini")) {
      if (!exchange.hasExpect() || hasPieces(exchange)) {
        continue;
      }
      ChatAnswer answer = Replay.answer(codec, exchange);
      for (String difference : differences(exchange, answer)) {
        failures.add(exchange + ": " + difference);
      }
      if (exchange.status() >= 400) {
        refusals++;
      } else {
        assertThat(answer.complete()).as(exchange.id()).isTrue();
        streams += exchange.isStreamed() ? 1 : 0;
        wholes += exchange.isStreamed() ? 0 : 1;
      }
    }
    System.out.printf(
        "gemini answers: %d streams, %d whole, %d refusals; %d failed%n",
        streams, wholes, refusals, failures.size());
    assertThat(failures).isEmpty();
    assertThat(streams).isGreaterThan(100);
  }

  @Test
  void everyRecordedStreamReadsTheSameAsOneArray() throws Exception {
    int n = 0;
    for (Exchange exchange : Exchanges.ofWire("gemini")) {
      if (!exchange.isStreamed()) {
        continue;
      }
      List<ChatEvent> streamed = Replay.stream(codec, exchange.responseBody(), Replay.Cuts.NONE);
      assertThat(Replay.stream(codec, exchange.responseBody(), Replay.Cuts.every(7)))
          .isEqualTo(streamed);
      ByteArrayOutputStream array = new ByteArrayOutputStream();
      array.write('[');
      for (JsonNode event : exchange.response().get("sse")) {
        array.writeBytes((array.size() > 1 ? ",\r\n" : "").getBytes(UTF_8));
        array.writeBytes(Exchanges.JSON.writeValueAsBytes(event.get("data")));
      }
      array.write(']');
      List<ChatEvent> events = new ArrayList<>();
      var frames = GeminiCodec.framesFor("application/json; charset=UTF-8");
      var decoder = codec.decoder();
      List<dev.fairlead.wire.Frame> ready = new ArrayList<>();
      byte[] bytes = array.toByteArray();
      for (int at = 0; at < bytes.length; at += 11) {
        frames.feed(bytes, at, Math.min(bytes.length, at + 11), ready::add);
      }
      frames.end(ready::add);
      for (dev.fairlead.wire.Frame frame : ready) {
        decoder.decode(frame, events::add);
      }
      decoder.finish(events::add);
      assertThat(events).as(exchange.id()).isEqualTo(streamed);
      n++;
    }
    System.out.printf("gemini streams as arrays: %d; 0 failed%n", n);
  }

  @Test
  void everyRecordedAnswerWrittenAgainMeansTheSame() throws Exception {
    List<String> failures = new ArrayList<>();
    int written = 0;
    AnswerContext context =
        new AnswerContext(
            Flavour.VENDOR, "gen-1", "google/gemini", "Google", 1_700_000_000L, true, false, false);
    for (Exchange exchange : Exchanges.ofWire("gemini")) {
      if (!exchange.hasExpect() || hasPieces(exchange) || exchange.status() >= 400) {
        continue;
      }
      List<ChatEvent> events =
          exchange.isStreamed()
              ? Replay.stream(codec, exchange.responseBody(), Replay.Cuts.NONE)
              : codec.decodeAnswer(Json.read(exchange.responseBody(), JsonLimits.RESPONSE).root());
      ChatAnswer answer = Fold.of(events);
      byte[] whole = codec.encodeAnswer(answer, context, AnswerContext.Trailer.NONE);
      ChatAnswer fromWhole =
          Fold.of(codec.decodeAnswer(Json.read(whole, JsonLimits.RESPONSE).root()));
      byte[] live = Replay.encoded(codec, events, context, AnswerContext.Trailer.NONE);
      byte[] unfolded =
          Replay.encoded(codec, Unfold.events(answer), context, AnswerContext.Trailer.NONE);
      check(exchange, "whole", fromWhole, answer, failures);
      check(exchange, "live", read(live), answer, failures);
      check(exchange, "unfolded", read(unfolded), answer, failures);
      written++;
    }
    System.out.printf(
        "gemini answers written again: %d, three ways; %d failed%n", written, failures.size());
    assertThat(failures).isEmpty();
  }

  private ChatAnswer read(byte[] stream) throws Exception {
    return Fold.of(Replay.stream(codec, stream, Replay.Cuts.NONE));
  }

  private static void check(
      Exchange exchange, String how, ChatAnswer found, ChatAnswer answer, List<String> failures) {
    for (String difference : differences(exchange, found)) {
      if (!(difference.startsWith("finish:") && exchange.expect().path("finish").isNumber())) {
        failures.add(exchange + " " + how + ": " + difference); // numbers are written as words
      }
    }
    if (!signatures(found).equals(signatures(answer))) {
      failures.add(exchange + " " + how + ": the signatures differ");
    }
    if (!found.complete()) {
      failures.add(exchange + " " + how + ": not complete");
    }
    if (!citations(found).equals(citations(answer))) {
      failures.add(exchange + " " + how + ": the citations differ");
    }
  }

  private static List<String> signatures(ChatAnswer answer) {
    List<String> out = new ArrayList<>();
    for (ChatAnswer.Choice choice : answer.choices()) {
      for (dev.fairlead.canon.Part part : choice.parts()) {
        switch (part) {
          case dev.fairlead.canon.Part.Reasoning it ->
              it.proof().ifPresent(proof -> out.add(proof.data().toString()));
          case dev.fairlead.canon.Part.ToolCall it ->
              it.proof().ifPresent(proof -> out.add(proof.data().toString()));
          default -> {}
        }
      }
    }
    return out;
  }

  private static List<String> citations(ChatAnswer answer) {
    List<String> out = new ArrayList<>();
    for (ChatAnswer.Choice choice : answer.choices()) {
      for (dev.fairlead.canon.Part part : choice.parts()) {
        if (part instanceof dev.fairlead.canon.Part.Text it) {
          it.citations().forEach(c -> out.add(c.url() + " " + c.start() + " " + c.end()));
        }
      }
    }
    return out;
  }

  /** Truly invalid: a role that the API does not know. */
  private static boolean isInvalid(Exchange exchange) {
    return exchange.request().orElseThrow().toString().contains("\"invalid_role\"");
  }

  @Test
  void everyRecordedRequestIsReadAndWrittenAgainEqual() throws Exception {
    List<String> failures = new ArrayList<>();
    int read = 0;
    int refused = 0;
    for (Exchange exchange : Exchanges.ofWire("gemini")) {
      Optional<byte[]> body = exchange.requestBody();
      if (body.isEmpty()) {
        continue;
      }
      Wire wire =
          new Wire(
              Json.read(body.get(), JsonLimits.REQUEST),
              Optional.of("gemini-2.5-flash"),
              exchange.path().contains(":stream"));
      ChatRequest request;
      try {
        request = codec.decodeRequest(wire);
      } catch (Refused e) {
        refused++;
        if (!isInvalid(exchange)) {
          failures.add(exchange + " refused: " + e.getMessage());
        }
        continue;
      }
      read++;
      Encoded encoded = codec.encodeRequest(request, targetOf(request));
      JsonNode again = Exchanges.JSON.readTree(encoded.body());
      JsonNode wanted = Normal.request(exchange.request().orElseThrow());
      if (!Expect.sameJson(wanted, again)) {
        failures.add(exchange + ": wanted " + cut(wanted) + "\n found  " + cut(again));
      }
      if (!encoded.losses().isEmpty()) {
        failures.add(exchange + ": " + encoded.losses());
      }
      ChatRequest twice =
          codec.decodeRequest(
              new Wire(
                  Json.read(encoded.body(), JsonLimits.REQUEST),
                  wire.pathModel(),
                  wire.pathStream()));
      byte[] third = codec.encodeRequest(twice, targetOf(request)).body();
      assertThat(new String(third, UTF_8)).isEqualTo(new String(encoded.body(), UTF_8));
    }
    System.out.printf(
        "gemini requests: %d read and written again, %d refused as the API does; %d failed%n",
        read, refused, failures.size());
    assertThat(failures).isEmpty();
    assertThat(read).isGreaterThan(500);
  }

  private static String cut(JsonNode node) {
    String text = node.toString();
    return text.length() > 3000 ? text.substring(0, 3000) : text;
  }

  /** Steered as the recorded request steers, and of no model that needs stand-in signatures. */
  private static Target targetOf(ChatRequest request) {
    boolean levels = request.reasoning().effort().isPresent();
    boolean calls =
        request.turns().stream()
            .flatMap(turn -> turn.parts().stream())
            .anyMatch(
                part ->
                    part instanceof dev.fairlead.canon.Part.ToolCall call
                        && call.proof().isEmpty());
    return GeminiCodecTest.target(levels && !calls ? ReasoningStyle.LEVEL : ReasoningStyle.BUDGET);
  }

  /**
   * What writing a request again may change: names become camelCase, lists of one get their
   * brackets, nulls and empty objects go, {@code thought: false} goes, roles are named, neighbours
   * of one role are joined, function responses stand alone and in the order of their calls, the
   * system instruction's role (which means nothing) goes, functions stand in one tool, empty texts
   * go, enum words get the case of the API, {@code includeThoughts: false} goes beside a budget or
   * level.
   */
  private static final class Normal {
    private Normal() {}

    static ObjectNode request(JsonNode from) {
      ObjectNode out = Exchanges.JSON.createObjectNode();
      names(from).properties().forEach(e -> out.set(e.getKey(), e.getValue()));
      ArrayNode contents = Exchanges.JSON.createArrayNode();
      for (JsonNode content : list(out.path("contents"))) {
        content(content, contents);
      }
      out.set("contents", contents);
      if (out.has("systemInstruction")) {
        system(out);
      }
      if (out.has("tools")) {
        tools(out);
      }
      if (out.has("generationConfig")) {
        config(out);
      }
      if (out.path("toolConfig").path("functionCallingConfig").has("mode")) {
        ObjectNode calling = (ObjectNode) out.get("toolConfig").get("functionCallingConfig");
        calling.put("mode", calling.get("mode").asString().toUpperCase(Locale.ROOT));
      }
      out.remove("model");
      return out;
    }

    private static Iterable<JsonNode> list(JsonNode node) {
      return node.isObject() ? List.of(node) : node;
    }

    /** The members of the known levels in camelCase and without nulls. */
    private static ObjectNode names(JsonNode from) {
      ObjectNode out = Exchanges.JSON.createObjectNode();
      for (var entry : from.properties()) {
        JsonNode value = entry.getValue();
        if (value.isNull()) {
          continue;
        }
        String name = camel(entry.getKey());
        boolean modelled =
            List.of(
                    "generationConfig",
                    "thinkingConfig",
                    "toolConfig",
                    "functionCallingConfig",
                    "inlineData",
                    "fileData",
                    "functionCall",
                    "functionResponse",
                    "systemInstruction")
                .contains(name);
        JsonNode inner = modelled && value.isObject() ? names(value) : value;
        if (modelled && inner.isEmpty()) {
          continue;
        }
        out.set(name, inner);
      }
      return out;
    }

    private static String camel(String name) {
      StringBuilder out = new StringBuilder();
      boolean up = false;
      for (char c : name.toCharArray()) {
        if (c == '_') {
          up = true;
        } else {
          out.append(up ? Character.toUpperCase(c) : c);
          up = false;
        }
      }
      return out.toString();
    }

    private static void content(JsonNode content, ArrayNode contents) {
      String role = content.path("role").asString("user");
      role = role.equals("function") ? "user" : role;
      ArrayNode responses = Exchanges.JSON.createArrayNode();
      ArrayNode others = Exchanges.JSON.createArrayNode();
      parts(content).forEach(it -> (it.has("functionResponse") ? responses : others).add(it));
      if (!contents.isEmpty()) {
        add(role, sorted(responses, contents.get(contents.size() - 1)), contents);
      }
      add(role, others, contents);
    }

    /** In the order of the calls. */
    private static ArrayNode sorted(ArrayNode responses, JsonNode before) {
      List<JsonNode> left = new ArrayList<>();
      responses.forEach(left::add);
      ArrayNode out = Exchanges.JSON.createArrayNode();
      for (JsonNode part : before.get("parts")) {
        String key = part.path("functionCall").has("id") ? "id" : "name";
        JsonNode wanted = part.path("functionCall").path(key);
        for (JsonNode response : left) {
          if (response.path("functionResponse").path(key).equals(wanted)) {
            out.add(response);
            left.remove(response);
            break;
          }
        }
      }
      left.forEach(out::add);
      return out;
    }

    private static void add(String role, ArrayNode parts, ArrayNode contents) {
      if (parts.isEmpty()) {
        return;
      }
      boolean responses = parts.get(0).has("functionResponse");
      JsonNode last = contents.isEmpty() ? null : contents.get(contents.size() - 1);
      if (last != null
          && last.get("role").asString().equals(role)
          && last.get("parts").get(0).has("functionResponse") == responses) {
        ((ArrayNode) last.get("parts")).addAll(parts);
        return;
      }
      ObjectNode out = Exchanges.JSON.createObjectNode();
      out.put("role", role);
      out.set("parts", parts);
      contents.add(out);
    }

    private static ArrayNode parts(JsonNode content) {
      ArrayNode out = Exchanges.JSON.createArrayNode();
      for (JsonNode part : list(content.path("parts"))) {
        ObjectNode named = names(part);
        if (named.has("thought") && !named.get("thought").asBoolean()) {
          named.remove("thought");
        }
        for (JsonNode piece : named.path("functionResponse").path("parts")) {
          ObjectNode inner = names(piece);
          ((ObjectNode) piece).removeAll();
          ((ObjectNode) piece).setAll(inner);
        }
        if (named.has("text")
            && named.get("text").asString().isEmpty()
            && !named.has("thoughtSignature")) {
          continue;
        }
        out.add(named);
      }
      return out;
    }

    private static void system(ObjectNode out) {
      JsonNode system = out.get("systemInstruction");
      if (system.isObject()) {
        ((ObjectNode) system).set("parts", parts(system));
        ((ObjectNode) system).remove("role");
      }
    }

    private static void tools(ObjectNode out) {
      ArrayNode tools = Exchanges.JSON.createArrayNode();
      ArrayNode functions = Exchanges.JSON.createArrayNode();
      for (JsonNode tool : list(out.get("tools"))) {
        for (var entry : tool.properties()) {
          if (entry.getValue().isNull()) {
            continue;
          }
          if (!camel(entry.getKey()).equals("functionDeclarations")) {
            tools.add(Exchanges.JSON.createObjectNode().set(entry.getKey(), entry.getValue()));
            continue;
          }
          if (functions.isEmpty()) {
            tools.add(Exchanges.JSON.createObjectNode().set("functionDeclarations", functions));
          }
          entry.getValue().forEach(function -> functions.add(names(function)));
        }
      }
      out.set("tools", tools);
    }

    private static void config(ObjectNode out) {
      ObjectNode config = (ObjectNode) out.get("generationConfig");
      JsonNode thinking = config.path("thinkingConfig");
      if (thinking.isObject()) {
        ObjectNode it = (ObjectNode) thinking;
        if (it.has("thinkingLevel")) {
          it.put("thinkingLevel", it.get("thinkingLevel").asString().toLowerCase(Locale.ROOT));
        }
        boolean shown = it.path("includeThoughts").asBoolean(true);
        if (!shown && it.size() > 1) {
          it.remove("includeThoughts");
        }
      }
    }
  }
}
