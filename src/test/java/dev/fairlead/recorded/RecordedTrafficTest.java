package dev.fairlead.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.ChatAnswer;
import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Fold;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.Exchanges;
import dev.fairlead.protocol.Exchanges.Exchange;
import dev.fairlead.protocol.Expect;
import dev.fairlead.protocol.Replay;
import dev.fairlead.protocol.anthropic.AnthropicCodec;
import dev.fairlead.protocol.gemini.GeminiCodec;
import dev.fairlead.protocol.openaichat.OpenAiChatCodec;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Every recorded exchange of the three dialects through a whole gateway: what reaches the provider
 * is what was recorded but for sanctioned edits, and what reaches the caller means what an
 * independent decoder found in the provider's bytes.
 */
final class RecordedTrafficTest {
  private static final Map<String, Codec> CODECS =
      Map.of(
          "openai-chat", new OpenAiChatCodec(),
          "mistral-chat", new OpenAiChatCodec(),
          "anthropic-messages", new AnthropicCodec(),
          "gemini", new GeminiCodec());

  @TempDir private static Path data;
  private static List<Exchange> exchanges = List.of();
  private static Rig rig;

  private final Findings findings = new Findings();

  @BeforeAll
  static void start() throws Exception {
    exchanges = Exchanges.ofWire("openai-chat", "mistral-chat", "anthropic-messages", "gemini");
    rig = new Rig(exchanges, data);
  }

  @AfterAll
  static void stop() {
    if (rig != null) {
      rig.close();
    }
  }

  private interface Check {
    List<String> check(Exchange exchange) throws Exception;
  }

  private void every(List<Exchange> chosen, String direction, Check check) {
    rig.upstream.forget();
    Rig.each(
        chosen,
        exchange -> {
          List<String> differences;
          try {
            differences = check.check(exchange);
          } catch (Exception | AssertionError e) {
            differences = List.of(e.toString());
          }
          Optional<String> why = Explained.why(exchange, direction, differences);
          if (why.isPresent()) {
            findings.explained(exchange.wire(), direction, why.get());
          } else {
            findings.result(exchange.wire(), direction, exchange.id(), differences);
          }
        });
  }

  private void report() {
    System.out.println(findings.table());
    assertThat(findings.failures()).as(findings.reasons()).isZero();
    assertThat(findings.passes()).isPositive();
  }

  private static List<Exchange> of(String... wires) {
    return exchanges.stream().filter(it -> List.of(wires).contains(it.wire())).toList();
  }

  private static List<Exchange> refusals(boolean refused) {
    return exchanges.stream().filter(it -> it.status() >= 400 == refused).toList();
  }

  // ---------------------------------------------------------------- the same dialect

  @Test
  void whatIsSaidInOneDialectPassesAsItCame() {
    rig.upstream.splitting = false;
    every(refusals(false), "same dialect", this::passes);
    rig.upstream.splitting = true;
    every(
        refusals(false).stream().filter(Exchange::isStreamed).toList(),
        "same dialect, split",
        this::passes);
    report();
  }

  private List<String> passes(Exchange exchange) throws Exception {
    String base = exchange.wire().equals("gemini") ? "/v1beta" : "/v1";
    ObjectNode sent = Asking.recorded(exchange);
    Rig.Got got = post(base + Asking.path(exchange), sent);
    List<String> out = new ArrayList<>();
    reached(exchange, Asking.sanctioned(exchange, sent), out);
    if (got.status() != 200) {
      out.add("status " + got.status() + ": " + got.text());
      return out;
    }
    byte[] recorded = exchange.responseBody();
    boolean usageAsked = usageAsked(exchange, sent);
    if (exchange.isStreamed()) {
      List<SseText.Event> wanted =
          SseText.events(recorded).stream().filter(it -> usageAsked || !onlyUsage(it)).toList();
      List<SseText.Event> found = SseText.events(got.body());
      if (!wanted.equals(found)) {
        out.add("events: expected " + tail(wanted) + " but found " + tail(found));
      }
    } else if (!Arrays.equals(recorded, got.body())) {
      out.add("other bytes: " + got.text());
    }
    out.addAll(Expect.differences(exchange, read(exchange.wire(), exchange.isStreamed(), got)));
    if (!usageAsked && SseText.events(recorded).stream().anyMatch(RecordedTrafficTest::onlyUsage)) {
      out.removeIf(it -> it.startsWith("usage:"));
    }
    return out;
  }

  private static String tail(List<SseText.Event> events) {
    String all = events.size() + " " + events.subList(Math.max(0, events.size() - 3), events.size());
    return all.length() > 600 ? all.substring(0, 600) : all;
  }

  /** A chunk that the gateway asked for on its own account: usage, and no choice. */
  private static boolean onlyUsage(SseText.Event event) {
    return event.data().startsWith("{")
        && Exchanges.JSON.readTree(event.data()).path("usage").isObject()
        && Exchanges.JSON.readTree(event.data()).path("choices").isArray()
        && Exchanges.JSON.readTree(event.data()).path("choices").isEmpty();
  }

  private static boolean usageAsked(Exchange exchange, JsonNode sent) {
    return !exchange.wire().endsWith("-chat")
        || sent.path("stream_options").path("include_usage").asBoolean(false)
        || sent.path("usage").path("include").asBoolean(false);
  }

  private static void reached(Exchange exchange, JsonNode wanted, List<String> out) {
    Optional<ReplayUpstream.Seen> seen = rig.upstream.seen(exchange.id());
    if (seen.isEmpty()) {
      out.add("nothing reached the provider");
      return;
    }
    JsonNode found = Exchanges.JSON.readTree(seen.get().body());
    Expect.jsonDifferences(wanted, found).forEach(it -> out.add("request" + it));
  }

  private static Rig.Got post(String path, JsonNode body) throws Exception {
    return rig.post(path, Exchanges.JSON.writeValueAsBytes(body));
  }

  private static ChatAnswer read(String wire, boolean streamed, Rig.Got got) throws Exception {
    Codec codec = CODECS.get(wire);
    return Fold.of(
        streamed
            ? Replay.stream(codec, got.body(), Replay.Cuts.NONE)
            : codec.decodeAnswer(Json.read(got.body(), JsonLimits.RESPONSE).root()));
  }

  // ---------------------------------------------------------------- OpenRouter's flavour

  @Test
  void whatIsWrittenAnewInOpenRoutersFlavourMeansTheSame() {
    rig.upstream.splitting = true;
    every(
        refusals(false).stream().filter(it -> it.wire().endsWith("-chat")).toList(),
        "as OpenRouter",
        exchange -> {
          ObjectNode sent = Asking.recorded(exchange);
          Rig.Got got = post("/api/v1/chat/completions", sent);
          List<String> out = new ArrayList<>();
          reached(exchange, Asking.sanctioned(exchange, sent), out);
          chat(exchange, got, true, out);
          return out;
        });
    every(
        refusals(false).stream().filter(it -> it.wire().equals("anthropic-messages")).toList(),
        "as OpenRouter",
        exchange -> {
          ObjectNode sent = Asking.recorded(exchange);
          Rig.Got got = post("/api/v1/messages", sent);
          List<String> out = new ArrayList<>();
          reached(exchange, Asking.sanctioned(exchange, sent), out);
          if (got.status() != 200) {
            out.add("status " + got.status() + ": " + got.text());
            return out;
          }
          out.addAll(
              Expect.differences(exchange, read(exchange.wire(), exchange.isStreamed(), got)));
          return out;
        });
    report();
  }

  // ---------------------------------------------------------------- chat in, another dialect out

  @Test
  void aChatThatAnotherDialectAnswersMeansWhatWasAnswered() {
    rig.upstream.splitting = true;
    List<Exchange> others =
        refusals(false).stream().filter(it -> !it.wire().endsWith("-chat")).toList();
    every(others, "chat in, vendor's flavour", exchange -> translated(exchange, false));
    every(others, "chat in, OpenRouter's flavour", exchange -> translated(exchange, true));
    report();
  }

  private static List<String> translated(Exchange exchange, boolean openrouter) throws Exception {
    ObjectNode sent = Asking.asChat(exchange, CODECS.get(exchange.wire()));
    if (exchange.isStreamed()) {
      sent.putObject("stream_options").put("include_usage", true);
    }
    Rig.Got got = post((openrouter ? "/api/v1" : "/v1") + "/chat/completions", sent);
    List<String> out = new ArrayList<>();
    if (rig.upstream.seen(exchange.id()).isEmpty()) {
      out.add("nothing reached the provider");
    }
    chat(exchange, got, openrouter, out);
    return out;
  }

  /** Twice: as a plain client reads it, and as our own reader does. */
  private static void chat(
      Exchange exchange, Rig.Got got, boolean openrouter, List<String> out) throws Exception {
    if (got.status() != 200) {
      out.add("status " + got.status() + ": " + got.text());
      return;
    }
    ChatReading plain =
        exchange.isStreamed()
            ? ChatReading.stream(SseText.events(got.body()))
            : ChatReading.whole(Exchanges.JSON.readTree(got.body()));
    Plain.differences(exchange, plain, openrouter).forEach(it -> out.add("plain " + it));
    ChatAnswer answer = read("openai-chat", exchange.isStreamed(), got);
    if (!answer.complete() && exchange.expect().path("error").isMissingNode()) {
      out.add("not complete");
    }
    List<String> differences = new ArrayList<>(Expect.differences(exchange, answer));
    differences.removeIf(it -> it.startsWith("finish:") || it.startsWith("usage"));
    out.addAll(differences);
  }

  // ---------------------------------------------------------------- refusals

  @Test
  void refusalsReachTheCallerInItsDialect() {
    rig.upstream.splitting = false;
    every(
        refusals(true),
        "refusals, same dialect",
        exchange -> {
          String base = exchange.wire().equals("gemini") ? "/v1beta" : "/v1";
          Rig.Got got = post(base + Asking.path(exchange), Asking.recorded(exchange));
          return refused(exchange, exchange.wire(), got);
        });
    every(
        refusals(true).stream().filter(it -> it.wire().endsWith("-chat")).toList(),
        "refusals, as OpenRouter",
        exchange -> {
          Rig.Got got = post("/api/v1/chat/completions", Asking.recorded(exchange));
          return refused(exchange, "openrouter", got);
        });
    every(
        refusals(true).stream().filter(it -> !it.wire().endsWith("-chat")).toList(),
        "refusals, chat in",
        exchange -> {
          ObjectNode hello = Exchanges.JSON.createObjectNode();
          hello.put("model", Rig.model(exchange)).put("stream", Asking.streams(exchange));
          hello.putArray("messages").addObject().put("role", "user").put("content", "Hi");
          return refused(exchange, "openai-chat", post("/v1/chat/completions", hello));
        });
    report();
  }

  private static List<String> refused(Exchange exchange, String dialect, Rig.Got got) {
    List<String> out = new ArrayList<>();
    int status = exchange.status();
    boolean sensible =
        switch (status) {
          case 401, 402, 403 -> got.status() >= 400 && got.status() != 401; // not the caller's key
          case 429 -> got.status() == 429;
          default ->
              status >= 500
                  ? got.status() >= 500
                  : got.status() == status || got.status() == 400 || got.status() == 502;
        };
    if (!sensible) {
      out.add("status " + got.status() + " for " + status + ": " + got.text());
    }
    JsonNode body = Exchanges.JSON.readTree(got.body());
    JsonNode error = body.path("error");
    boolean shaped =
        !error.path("message").asString("").isBlank()
            && switch (dialect) {
              case "anthropic-messages" ->
                  body.path("type").asString("").equals("error")
                      && !error.path("type").asString("").isEmpty();
              case "gemini" ->
                  error.path("code").asInt(0) == got.status()
                      && error.path("status").asString("").matches("[A-Z_]+");
              case "openrouter" -> error.path("code").asInt(0) == got.status();
              default -> !error.path("type").asString("").isEmpty() && error.has("code");
            };
    if (!shaped) {
      out.add("not an error of " + dialect + ": " + got.text());
    }
    Codec codec = CODECS.getOrDefault(dialect, CODECS.get("openai-chat"));
    Fault told = codec.decodeFault(got.status(), got.body());
    Fault meant = CODECS.get(exchange.wire()).decodeFault(status, exchange.responseBody());
    if (told.kind() != meant.kind() && got.status() != 502) {
      out.add("kind: expected " + meant.kind() + " but found " + told.kind() + ": " + got.text());
    }
    return out;
  }
}
