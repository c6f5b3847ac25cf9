package dev.fairlead.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.ChatAnswer;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
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

  private static List<Exchange> exchanges = List.of();

  @TempDir private Path data;
  private final Findings findings = new Findings();

  @BeforeAll
  static void read() {
    exchanges = Exchanges.ofWire("openai-chat", "mistral-chat", "anthropic-messages", "gemini");
  }

  private interface Check {
    List<String> differences(Exchange exchange, Rig rig) throws Exception;
  }

  /** In a gateway of its own: what a refused credential has taught it must not shape the next. */
  private void every(List<Exchange> chosen, String direction, boolean splitting, Check check)
      throws Exception {
    try (Rig rig = new Rig(chosen, Files.createTempDirectory(data, "gateway"), splitting)) {
      every(chosen, direction, rig, check);
    }
  }

  private void every(List<Exchange> chosen, String direction, Rig rig, Check check) {
    Rig.each(
        chosen,
        exchange -> {
          List<String> differences;
          try {
            differences = check.differences(exchange, rig);
          } catch (Exception | AssertionError e) {
            differences = List.of(e.toString());
          }
          Optional<String> why = Explained.why(exchange, differences);
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

  private static List<Exchange> answers(Predicate<Exchange> chosen) {
    return exchanges.stream().filter(it -> it.status() < 400).filter(chosen).toList();
  }

  private static List<Exchange> refusals(Predicate<Exchange> chosen) {
    return exchanges.stream().filter(it -> it.status() >= 400).filter(chosen).toList();
  }

  private static boolean isChat(Exchange exchange) {
    return exchange.wire().endsWith("-chat");
  }

  // ---------------------------------------------------------------- the same dialect

  @Test
  void whatIsSaidInOneDialectPassesAsItCame() throws Exception {
    List<Exchange> answers = answers(it -> true);
    every(answers, "same dialect", false, RecordedTrafficTest::passes);
    List<Exchange> streams = answers(Exchange::isStreamed);
    every(streams, "same dialect, split", true, RecordedTrafficTest::passes);
    report();
  }

  private static List<String> passes(Exchange exchange, Rig rig) throws Exception {
    String base = exchange.wire().equals("gemini") ? "/v1beta" : "/v1";
    ObjectNode sent = Asking.recorded(exchange);
    Rig.Got got = post(rig, base + Asking.path(exchange), sent);
    List<String> out = new ArrayList<>();
    reached(rig, exchange, Asking.sanctioned(exchange, sent), out);
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
        out.add("events: " + changes(wanted, found));
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

  private static String changes(List<SseText.Event> wanted, List<SseText.Event> found) {
    List<SseText.Event> missing = new ArrayList<>(wanted);
    found.forEach(missing::remove);
    List<SseText.Event> more = new ArrayList<>(found);
    wanted.forEach(more::remove);
    return "missing " + cut(missing) + ", more " + cut(more);
  }

  private static String cut(List<SseText.Event> events) {
    String all = events.size() + " " + events.stream().map(SseText.Event::data).toList();
    return all.length() > 900 ? all.substring(0, 900) + "…" : all;
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

  private static void reached(Rig rig, Exchange exchange, JsonNode wanted, List<String> out) {
    Optional<ReplayUpstream.Seen> seen = rig.upstream.seen(exchange.id());
    if (seen.isEmpty()) {
      out.add("nothing reached the provider");
      return;
    }
    JsonNode found = Exchanges.JSON.readTree(seen.get().body());
    Expect.jsonDifferences(wanted, found).forEach(it -> out.add("request" + it));
  }

  private static Rig.Got post(Rig rig, String path, JsonNode body) throws Exception {
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
  void whatIsWrittenAnewInOpenRoutersFlavourMeansTheSame() throws Exception {
    every(
        answers(RecordedTrafficTest::isChat), "as OpenRouter", true, RecordedTrafficTest::anewChat);
    every(
        answers(it -> it.wire().equals("anthropic-messages")),
        "as OpenRouter",
        true,
        RecordedTrafficTest::anewMessages);
    report();
  }

  private static List<String> anewChat(Exchange exchange, Rig rig) throws Exception {
    ObjectNode sent = Asking.recorded(exchange);
    Rig.Got got = post(rig, "/api/v1/chat/completions", sent);
    List<String> out = new ArrayList<>();
    reached(rig, exchange, Asking.sanctioned(exchange, sent), out);
    chat(exchange, got, true, out);
    return out;
  }

  private static List<String> anewMessages(Exchange exchange, Rig rig) throws Exception {
    ObjectNode sent = Asking.recorded(exchange);
    Rig.Got got = post(rig, "/api/v1/messages", sent);
    List<String> out = new ArrayList<>();
    reached(rig, exchange, Asking.sanctioned(exchange, sent), out);
    if (got.status() != 200) {
      out.add("status " + got.status() + ": " + got.text());
      return out;
    }
    ChatAnswer answer = read(exchange.wire(), exchange.isStreamed(), got);
    out.addAll(Expect.differences(exchange, answer));
    return out;
  }

  // ---------------------------------------------------------------- chat in, another dialect out

  @Test
  void aChatThatAnotherDialectAnswersMeansWhatWasAnswered() throws Exception {
    List<Exchange> others = answers(it -> !isChat(it));
    every(others, "chat in, vendor's flavour", true, (it, rig) -> translated(it, rig, false));
    every(others, "chat in, OpenRouter's flavour", true, (it, rig) -> translated(it, rig, true));
    report();
  }

  private static List<String> translated(Exchange exchange, Rig rig, boolean openrouter)
      throws Exception {
    ObjectNode sent = Asking.asChat(exchange, CODECS.get(exchange.wire()));
    if (exchange.isStreamed()) {
      sent.putObject("stream_options").put("include_usage", true);
    }
    Rig.Got got = post(rig, (openrouter ? "/api/v1" : "/v1") + "/chat/completions", sent);
    List<String> out = new ArrayList<>();
    if (rig.upstream.seen(exchange.id()).isEmpty()) {
      out.add("nothing reached the provider");
    }
    chat(exchange, got, openrouter, out);
    return out;
  }

  /** Twice: as a plain client reads it, and as our own reader does. */
  private static void chat(Exchange exchange, Rig.Got got, boolean openrouter, List<String> out)
      throws Exception {
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
  void refusalsReachTheCallerInItsDialect() throws Exception {
    every(
        refusals(it -> true),
        "refusals, same dialect",
        false,
        (exchange, rig) -> {
          String base = exchange.wire().equals("gemini") ? "/v1beta" : "/v1";
          Rig.Got got = post(rig, base + Asking.path(exchange), Asking.recorded(exchange));
          return refused(exchange, exchange.wire(), got);
        });
    every(
        refusals(RecordedTrafficTest::isChat),
        "refusals, as OpenRouter",
        false,
        (exchange, rig) -> {
          Rig.Got got = post(rig, "/api/v1/chat/completions", Asking.recorded(exchange));
          return refused(exchange, "openrouter", got);
        });
    every(
        refusals(it -> !isChat(it)),
        "refusals, chat in",
        false,
        (exchange, rig) -> {
          ObjectNode hello = Exchanges.JSON.createObjectNode();
          hello.put("model", Rig.model(exchange)).put("stream", Asking.streams(exchange));
          hello.putArray("messages").addObject().put("role", "user").put("content", "Hi");
          Rig.Got got = post(rig, "/v1/chat/completions", hello);
          return refused(exchange, "openai-chat", got);
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
