package dev.fairlead.recorded;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Refused;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.Exchanges;
import dev.fairlead.protocol.Exchanges.Exchange;
import dev.fairlead.protocol.Target;
import dev.fairlead.protocol.Wire;
import dev.fairlead.protocol.openaichat.OpenAiChatCodec;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.MalformedJson;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The requests that a caller sends for an exchange. */
final class Asking {
  private Asking() {}

  /** The path of the exchange's own dialect below the base. */
  static String path(Exchange exchange) {
    return switch (exchange.wire()) {
      case "anthropic-messages" -> "/messages";
      case "gemini" ->
          "/models/"
              + Rig.model(exchange)
              + (streams(exchange) ? ":streamGenerateContent?alt=sse" : ":generateContent");
      default -> "/chat/completions";
    };
  }

  /** Whether the caller asked for a stream; a refusal comes whole even then. */
  static boolean streams(Exchange exchange) {
    return exchange.isStreamed()
        || exchange.request().map(it -> it.path("stream").asBoolean(false)).orElse(false)
        || exchange.path().contains(":stream");
  }

  /**
   * The recorded body with our name of the model, and with our provider's name where a preference
   * among OpenRouter's providers stands; the smallest request where none was recorded.
   */
  static ObjectNode recorded(Exchange exchange) {
    Optional<JsonNode> request = exchange.request();
    if (request.isEmpty()) {
      return smallest(exchange);
    }
    ObjectNode body = (ObjectNode) request.get().deepCopy();
    if (!exchange.wire().equals("gemini")) {
      body.put("model", Rig.model(exchange));
    }
    if (body.has("provider")) {
      body.putObject("provider").putArray("only").add("replay-chat");
    }
    if (body.has("models")) {
      body.putArray("models").add(Rig.model(exchange));
    }
    return body;
  }

  private static ObjectNode smallest(Exchange exchange) {
    ObjectNode body = Exchanges.JSON.createObjectNode();
    if (exchange.wire().equals("gemini")) {
      body.putArray("contents").addObject().put("role", "user").putArray("parts");
      return (ObjectNode)
          Exchanges.JSON.readTree(
              "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]}]}");
    }
    body.put("model", Rig.model(exchange));
    body.putArray("messages").addObject().put("role", "user").put("content", "Hi");
    if (exchange.wire().equals("anthropic-messages")) {
      body.put("max_tokens", 4096);
    }
    if (streams(exchange)) {
      body.put("stream", true);
      if (!exchange.wire().equals("anthropic-messages")) {
        body.putObject("stream_options").put("include_usage", true);
      }
    }
    return body;
  }

  /** What the exchange's recorded request says, said as a chat completion. */
  static ObjectNode asChat(Exchange exchange, Codec codec) throws Refused, MalformedJson {
    Json json = Json.read(Exchanges.JSON.writeValueAsBytes(recorded(exchange)), JsonLimits.REQUEST);
    ChatRequest request =
        codec.decodeRequest(new Wire(json, Optional.of(Rig.model(exchange)), streams(exchange)));
    Target target =
        new Target(
            Rig.model(exchange),
            exchange.wire().equals("gemini") ? "google" : "anthropic",
            OptionalLong.empty(),
            EnumSet.of(
                Target.Trait.DEVELOPER_ROLE,
                Target.Trait.CACHE_CONTROL,
                Target.Trait.REASONING_DETAILS),
            Target.ReasoningStyle.OPENROUTER,
            streams(exchange));
    byte[] written = new OpenAiChatCodec().encodeRequest(request, target).body();
    return (ObjectNode) Exchanges.JSON.readTree(written);
  }

  /** Members that are said to a gateway; none of them reaches a provider. */
  static final List<String> DIRECTIVES =
      List.of("provider", "models", "route", "transforms", "plugins", "preset", "usage");

  /** What may differ between what the caller sent and what reaches the provider. */
  static ObjectNode sanctioned(Exchange exchange, ObjectNode sent) {
    ObjectNode wanted = sent.deepCopy();
    switch (exchange.wire()) {
      case "gemini" -> {}
      case "anthropic-messages" -> wanted.put("model", exchange.id());
      default -> {
        wanted.put("model", exchange.id());
        DIRECTIVES.forEach(wanted::remove);
        if (streams(exchange)) {
          JsonNode options = wanted.path("stream_options");
          ObjectNode asked =
              options instanceof ObjectNode given ? given : wanted.putObject("stream_options");
          asked.put("include_usage", true);
        }
      }
    }
    return wanted;
  }
}
