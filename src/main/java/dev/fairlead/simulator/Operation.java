package dev.fairlead.simulator;

import dev.fairlead.canon.Dialect;
import dev.fairlead.http.ServerRequest;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a path asks for. Any base path may stand before it. */
sealed interface Operation {
  /**
   * @param model where the path names it
   * @param stream where the path asks for it
   * @param legacy text completion instead of chat
   */
  record Chat(Dialect dialect, Optional<String> model, boolean stream, boolean legacy)
      implements Operation {
    static Chat of(Dialect dialect) {
      return new Chat(dialect, Optional.empty(), false, false);
    }
  }

  record CountTokens(Dialect dialect, Optional<String> model) implements Operation {}

  record Models(Dialect dialect) implements Operation {}

  record Log() implements Operation {}

  /** A request in the log, or its body alone. */
  record Received(long number, boolean bodyOnly) implements Operation {}

  record Unknown() implements Operation {}

  Pattern GEMINI =
      Pattern.compile(".*/models/(.+):(generateContent|streamGenerateContent|countTokens)");
  Pattern RECEIVED = Pattern.compile(".*/sim/requests/(\\d{1,18})(/body)?");

  static Operation of(ServerRequest request) {
    String path = request.path().replaceAll("/+$", "");
    if (path.endsWith("/sim/log")) {
      return new Log();
    }
    Matcher received = RECEIVED.matcher(path);
    if (received.matches()) {
      return new Received(Long.parseLong(received.group(1)), received.group(2) != null);
    }
    if (request.method().equals("GET")) {
      return path.endsWith("/models") ? new Models(family(request)) : new Unknown();
    }
    return request.method().equals("POST") ? post(path) : new Unknown();
  }

  private static Operation post(String path) {
    Matcher gemini = GEMINI.matcher(path);
    if (gemini.matches()) {
      Optional<String> model = Optional.of(gemini.group(1));
      return gemini.group(2).equals("countTokens")
          ? new CountTokens(Dialect.GEMINI, model)
          : new Chat(Dialect.GEMINI, model, gemini.group(2).startsWith("stream"), false);
    }
    if (path.endsWith("/chat/completions")) {
      return Chat.of(Dialect.OPENAI_CHAT);
    }
    if (path.endsWith("/completions")) {
      return new Chat(Dialect.OPENAI_CHAT, Optional.empty(), false, true);
    }
    if (path.endsWith("/responses")) {
      return Chat.of(Dialect.OPENAI_RESPONSES);
    }
    if (path.endsWith("/messages/count_tokens")) {
      return new CountTokens(Dialect.ANTHROPIC, Optional.empty());
    }
    return path.endsWith("/messages") ? Chat.of(Dialect.ANTHROPIC) : new Unknown();
  }

  /** Whose list of models is asked for: the paths are alike, the credentials are not. */
  private static Dialect family(ServerRequest request) {
    boolean google =
        request.headers().get("x-goog-api-key").isPresent()
            || request.parameter("key").isPresent()
            || request.path().contains("/v1beta/");
    boolean anthropic =
        request.headers().get("anthropic-version").isPresent()
            || request.headers().get("x-api-key").isPresent();
    return google ? Dialect.GEMINI : anthropic ? Dialect.ANTHROPIC : Dialect.OPENAI_CHAT;
  }
}
