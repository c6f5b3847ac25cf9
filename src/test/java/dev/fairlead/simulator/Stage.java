package dev.fairlead.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.Dialect;
import dev.fairlead.http.Headers;
import dev.fairlead.http.ServerRequest;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.anthropic.AnthropicCodec;
import dev.fairlead.protocol.gemini.GeminiCodec;
import dev.fairlead.protocol.openaichat.OpenAiChatCodec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** A simulator in virtual time, and the requests that tests send to it. */
final class Stage {
  static final ObjectMapper JSON = new ObjectMapper();
  static final Map<Dialect, Codec> CODECS =
      Map.of(
          Dialect.OPENAI_CHAT, new OpenAiChatCodec(),
          Dialect.ANTHROPIC, new AnthropicCodec(),
          Dialect.GEMINI, new GeminiCodec());
  static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

  final VirtualLoop loop = new VirtualLoop();
  final Simulator simulator;

  Stage() {
    this(Scenario.standard());
  }

  Stage(Scenario scenario) {
    simulator = new Simulator(CODECS, scenario, loop::nanos, InstantSource.fixed(NOW));
  }

  static ObjectNode chat(String model, String text) {
    ObjectNode body = JSON.createObjectNode().put("model", model);
    body.putArray("messages").addObject().put("role", "user").put("content", text);
    return body;
  }

  static ObjectNode streamed(String model) {
    return chat(model, "Tell me something.").put("stream", true);
  }

  /** Sends, and lets time pass until the answer is over. */
  Caller ask(ObjectNode body) {
    Caller caller = begin(body);
    loop.runAll();
    return caller;
  }

  Caller ask(String model) {
    return ask(streamed(model));
  }

  Caller begin(ObjectNode body) {
    return send("POST", "/v1/chat/completions", body.toString());
  }

  /** The Messages dialect. */
  Caller messages(String model, boolean stream) {
    ObjectNode body = chat(model, "Tell me something.").put("max_tokens", 4000);
    Caller caller = send("POST", "/anthropic/v1/messages", body.put("stream", stream).toString());
    loop.runAll();
    return caller;
  }

  Caller gemini(String model, boolean stream) {
    ObjectNode body = JSON.createObjectNode();
    ObjectNode content = body.putArray("contents").addObject().put("role", "user");
    content.putArray("parts").addObject().put("text", "Tell me something.");
    String verb = stream ? "streamGenerateContent" : "generateContent";
    Caller caller = send("POST", "/v1beta/models/" + model + ":" + verb, body.toString());
    loop.runAll();
    return caller;
  }

  Caller send(String method, String path, String body) {
    return send(method, path, body, Headers.of("authorization", "Bearer secret-key"));
  }

  Caller send(String method, String path, String body, Headers headers) {
    Caller caller = new Caller(loop);
    simulator.handle(
        new ServerRequest(
            method, path, "", headers, body.getBytes(UTF_8), "192.0.2.7", loop.nanos()),
        caller);
    return caller;
  }

  JsonNode page(String path) {
    return JSON.readTree(send("GET", path, "").text());
  }

  SimAttempt last() {
    return simulator.attempts().getLast();
  }

  /** The text of a streamed chat answer, events that are no JSON left out. */
  static String text(Caller caller) {
    StringBuilder text = new StringBuilder();
    chunks(caller).forEach(c -> text.append(c.at("/choices/0/delta/content").asString("")));
    return text.toString();
  }

  /** The events of a streamed chat answer that are JSON. */
  static List<JsonNode> chunks(Caller caller) {
    return caller.events().stream()
        .filter(event -> !event.equals("[DONE]"))
        .flatMap(
            event -> {
              try {
                return java.util.stream.Stream.of(JSON.readTree(event));
              } catch (tools.jackson.core.JacksonException e) {
                return java.util.stream.Stream.empty(); // one of the planted ones
              }
            })
        .toList();
  }

  static JsonNode json(Caller caller) {
    return JSON.readTree(caller.text());
  }
}
