package dev.fairlead.failover;

import dev.fairlead.GatewayHarness;
import dev.fairlead.Streamed;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The dialects in which callers call, and how an answer is read in each. */
enum Door {
  /** Chat in OpenRouter's flavour. */
  OPENROUTER("/api/v1/chat/completions"),
  /** Chat as OpenAI's clients speak it. */
  CHAT("/v1/chat/completions"),
  MESSAGES("/v1/messages"),
  GEMINI("/v1beta/models/");

  private final String path;

  Door(String path) {
    this.path = path;
  }

  String path(String model, boolean stream) {
    return this != GEMINI
        ? path
        : path + model + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
  }

  String body(List<String> models, boolean stream, String prompt, String more) {
    String rest =
        models.size() < 2 ? "" : ", \"models\": [\"" + String.join("\", \"", models) + "\"]";
    rest += more.isEmpty() ? "" : ", " + more;
    return switch (this) {
      case OPENROUTER, CHAT ->
          """
          {"model": "%s", "stream": %s, "messages": [{"role": "user", "content": "%s"}]%s%s}"""
              .formatted(
                  models.getFirst(),
                  stream,
                  prompt,
                  stream ? ", \"stream_options\": {\"include_usage\": true}" : "",
                  rest);
      case MESSAGES ->
          """
          {"model": "%s", "stream": %s, "max_tokens": 4096,
           "messages": [{"role": "user", "content": "%s"}]%s}"""
              .formatted(models.getFirst(), stream, prompt, rest);
      case GEMINI ->
          """
          {"contents": [{"role": "user", "parts": [{"text": "%s"}]}]%s}"""
              .formatted(prompt, rest);
    };
  }

  /** Calls the models, the first one first. */
  Seen call(
      GatewayHarness at, List<String> models, boolean stream, String prompt, Duration atMost) {
    return call(at, models, stream, prompt, "", atMost);
  }

  /**
   * Calls the models, the first one first.
   *
   * @param more further members of the body
   */
  Seen call(
      GatewayHarness at,
      List<String> models,
      boolean stream,
      String prompt,
      String more,
      Duration atMost) {
    String target = path(models.getFirst(), stream);
    String body = body(models, stream, prompt, more);
    return see(at.stream(target, body, atMost));
  }

  Seen see(HttpResponse<String> answer) {
    return see(
        new Streamed(
            answer.statusCode(),
            Optional.of(answer.headers()),
            List.of(),
            answer.body(),
            0,
            false,
            false,
            Duration.ZERO));
  }

  Seen see(Streamed answer) {
    Reading reading = new Reading(this);
    if (!answer.events().isEmpty() || answer.header("content-type").startsWith("text/event")) {
      answer.events().forEach(e -> reading.event(e.name(), e.data()));
    } else if (!answer.body().isEmpty()) {
      reading.whole(GatewayHarness.JSON.readTree(answer.body()));
    }
    return new Seen(
        answer.status(),
        reading.text.toString(),
        reading.finish,
        reading.terminal,
        reading.error,
        reading.usage,
        reading.model,
        answer.hung(),
        answer.cut(),
        answer.took(),
        answer.generationId());
  }

  private static final class Reading {
    private final Door door;
    private final StringBuilder text = new StringBuilder();
    private String finish = "";
    private String model = "";
    private boolean terminal;
    private JsonNode error = Seen.NOTHING;
    private JsonNode usage = Seen.NOTHING;

    Reading(Door door) {
      this.door = door;
    }

    void event(String name, String data) {
      if (data.equals("[DONE]")) {
        terminal = true;
      } else {
        JsonNode json = GatewayHarness.JSON.readTree(data);
        terminal |= name.equals("message_stop");
        read(json, "delta");
      }
    }

    void whole(JsonNode json) {
      read(json, "message");
      terminal = !finish.isEmpty();
    }

    private void read(JsonNode json, String piece) {
      if (json.has("error")) {
        error = json.get("error");
      }
      if (json.hasNonNull("usage")) {
        usage = json.get("usage");
      }
      model = json.path("model").asString(model);
      switch (door) {
        case OPENROUTER, CHAT -> {
          JsonNode choice = json.path("choices").path(0);
          text.append(choice.path(piece).path("content").asString(""));
          finish = choice.path("finish_reason").asString(finish);
        }
        case MESSAGES -> {
          json.path("content").forEach(block -> text.append(block.path("text").asString("")));
          text.append(json.path("delta").path("text").asString(""));
          finish = json.path("stop_reason").asString(finish);
          finish = json.path("delta").path("stop_reason").asString(finish);
          model = json.path("message").path("model").asString(model);
        }
        case GEMINI -> {
          JsonNode candidate = json.path("candidates").path(0);
          candidate
              .path("content")
              .path("parts")
              .forEach(part -> text.append(part.path("text").asString("")));
          finish = candidate.path("finishReason").asString(finish);
          terminal |= !finish.isEmpty();
          model = json.path("modelVersion").asString(model);
          if (json.hasNonNull("usageMetadata")) {
            usage = json.get("usageMetadata");
          }
        }
      }
    }
  }
}
