package dev.fairlead.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Usage;
import dev.fairlead.http.ServerRequest;
import dev.fairlead.wire.JsonWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the simulator tells about itself, as JSON. */
final class Pages {
  private Pages() {}

  static byte[] message(String text) {
    return new JsonWriter()
        .beginObject()
        .name("error")
        .beginObject()
        .field("message", text)
        .endObject()
        .endObject()
        .toBytes();
  }

  static byte[] unknown(ServerRequest request) {
    return message(
        "the simulator does not answer "
            + request.method()
            + " "
            + request.path()
            + "; it answers POST …/chat/completions, …/completions, …/messages and"
            + " …/models/{model}:generateContent, GET …/models, and GET /sim/log");
  }

  static byte[] tokens(Dialect dialect, long count) {
    String name = dialect == Dialect.GEMINI ? "totalTokens" : "input_tokens";
    return new JsonWriter().beginObject().field(name, count).endObject().toBytes();
  }

  static byte[] models(Dialect dialect, Scenario scenario) {
    List<String> names = new ArrayList<>();
    scenario.models().forEach(model -> names.add(model.name()));
    SimulatorCatalog.ENTRIES.forEach(entry -> names.add(entry.name()));
    JsonWriter out = new JsonWriter().beginObject();
    if (dialect == Dialect.OPENAI_CHAT) {
      out.field("object", "list");
    }
    out.name(dialect == Dialect.GEMINI ? "models" : "data").beginArray();
    names.forEach(name -> model(dialect, name, out));
    out.endArray();
    if (dialect == Dialect.ANTHROPIC) {
      out.field("has_more", false);
      out.field("first_id", names.getFirst()).field("last_id", names.getLast());
    }
    return out.endObject().toBytes();
  }

  private static void model(Dialect dialect, String name, JsonWriter out) {
    out.beginObject();
    switch (dialect) {
      case ANTHROPIC ->
          out.field("type", "model")
              .field("id", name)
              .field("display_name", name)
              .field("created_at", "2026-01-01T00:00:00Z");
      case GEMINI -> {
        out.field("name", "models/" + name).field("displayName", name);
        out.name("supportedGenerationMethods").beginArray();
        out.value("generateContent").value("countTokens").endArray();
      }
      case OPENAI_CHAT, OPENAI_RESPONSES, BEDROCK, COHERE ->
          out.field("id", name)
              .field("object", "model")
              .field("created", Scene.CREATED)
              .field("owned_by", "simulator");
    }
    out.endObject();
  }

  static byte[] log(List<SimAttempt> attempts) {
    JsonWriter out = new JsonWriter(4096).beginObject().name("attempts").beginArray();
    attempts.forEach(attempt -> attempt(attempt, out));
    return out.endArray().endObject().toBytes();
  }

  private static void attempt(SimAttempt it, JsonWriter out) {
    out.beginObject().field("n", it.number()).field("at_ms", millis(it.at()));
    out.field("path", it.path()).field("dialect", it.dialect()).field("model", it.model());
    out.field("stream", it.stream()).field("attempt", it.attempt());
    word(out, "run", it.run());
    out.field("status", it.status());
    word(out, "fault", it.fault());
    out.field("outcome", it.outcome().name().toLowerCase(java.util.Locale.ROOT));
    out.field("prefill", it.prefill());
    out.name("true_usage").beginObject();
    out.field("prompt_tokens", it.promptTokens()).field("completion_tokens", it.deliveredTokens());
    out.field("reasoning_tokens", it.deliveredThinking()).endObject();
    out.field("true_cost_usd", it.trueCost().usd());
    out.name("reported_usage");
    it.reported().ifPresentOrElse(usage -> usage(usage, out), out::nullValue);
    out.field("bytes", it.bytes());
    moment(out, "first_byte_ms", it.firstByte());
    moment(out, "ended_ms", it.ended());
    moment(out, "gone_ms", it.gone());
    out.endObject();
  }

  private static void usage(Usage usage, JsonWriter out) {
    out.beginObject().field("prompt_tokens", usage.input());
    out.field("completion_tokens", usage.output()).field("cached_tokens", usage.cacheRead());
    out.field("cache_write_tokens", usage.cacheWrite());
    out.field("reasoning_tokens", usage.reasoning()).endObject();
  }

  private static void word(JsonWriter out, String name, Optional<String> value) {
    out.name(name);
    value.ifPresentOrElse(out::value, out::nullValue);
  }

  private static void moment(JsonWriter out, String name, Optional<Duration> value) {
    out.name(name);
    value.map(Pages::millis).ifPresentOrElse(out::value, out::nullValue);
  }

  private static BigDecimal millis(Duration time) {
    return BigDecimal.valueOf(time.toNanos() / 1000, 3);
  }

  static byte[] received(ServerRequest request) {
    JsonWriter out = new JsonWriter().beginObject().field("method", request.method());
    out.field("path", request.path()).field("query", request.query());
    out.name("headers").beginArray();
    request
        .headers()
        .forEach((name, value) -> out.beginArray().value(name).value(value).endArray());
    out.endArray().field("body", new String(request.body(), UTF_8));
    return out.endObject().toBytes();
  }
}
