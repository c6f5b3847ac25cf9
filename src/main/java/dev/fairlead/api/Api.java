package dev.fairlead.api;

import dev.fairlead.canon.Dialect;
import dev.fairlead.exchange.Exchange;
import dev.fairlead.exchange.Visit;
import dev.fairlead.http.Handler;
import dev.fairlead.http.Responder;
import dev.fairlead.http.ServerRequest;
import dev.fairlead.operation.Credentials;
import dev.fairlead.operation.Paths;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.Flavour;
import java.util.Map;
import java.util.Optional;

/**
 * The front door: finds the operation that a path means. Generation goes to the corridor on the
 * caller's loop; whatever may block goes to {@link Reading} on a thread of its own.
 */
public final class Api implements Handler {
  private final Exchange exchange;
  private final Map<Dialect, Codec> codecs;
  private final Codec completions;
  private final Reading reading;
  private final Pages pages;

  /**
   * @param completions the dialect of the legacy text completions
   */
  public Api(
      Exchange exchange,
      Map<Dialect, Codec> codecs,
      Codec completions,
      Reading reading,
      Pages pages) {
    this.exchange = exchange;
    this.codecs = Map.copyOf(codecs);
    this.completions = completions;
    this.reading = reading;
    this.pages = pages;
  }

  @Override
  public void handle(ServerRequest request, Responder responder) {
    Paths path = Paths.of(request.path());
    if (request.method().equals("POST")) {
      Optional<Visit> visit = generation(request, responder, path);
      if (visit.isPresent()) {
        exchange.run(visit.get());
        return;
      }
    }
    if (request.method().equals("OPTIONS")) {
      pages.preflight(responder);
    } else if (!pages.serve(request, path, responder) && !reading.serve(request, path, responder)) {
      pages.unknown(request, path, responder);
    }
  }

  private Optional<Visit> generation(ServerRequest request, Responder responder, Paths path) {
    if (path.gemini()) {
      return gemini(request, responder, path);
    }
    return switch (path.rest()) {
      case "/chat/completions" ->
          visit(request, responder, path.flavour(), Dialect.OPENAI_CHAT, "chat");
      case "/completions" ->
          visit(request, responder, path.flavour(), Dialect.OPENAI_CHAT, "completions");
      case "/messages" -> visit(request, responder, path.flavour(), Dialect.ANTHROPIC, "chat");
      default -> Optional.empty();
    };
  }

  private Optional<Visit> visit(
      ServerRequest request, Responder responder, Flavour flavour, Dialect dialect, String name) {
    Codec codec = name.equals("completions") ? completions : codecs.get(dialect);
    return codec == null
        ? Optional.empty()
        : Optional.of(
            new Visit(
                request,
                responder,
                codec,
                flavour,
                name,
                Credentials.of(request),
                Optional.empty(),
                false));
  }

  /** {@code /models/{model}:generateContent}; the model may hold slashes and colons. */
  private Optional<Visit> gemini(ServerRequest request, Responder responder, Paths path) {
    Codec codec = codecs.get(Dialect.GEMINI);
    String rest = path.rest();
    int colon = rest.lastIndexOf(':');
    if (codec == null || colon < 0 || !rest.startsWith("/models/")) {
      return Optional.empty();
    }
    String verb = rest.substring(colon + 1);
    boolean stream = verb.equals("streamGenerateContent");
    if (!stream && !verb.equals("generateContent")) {
      return Optional.empty();
    }
    return Optional.of(
        new Visit(
            request,
            responder,
            codec,
            path.flavour(),
            "chat",
            Credentials.of(request),
            Optional.of(rest.substring("/models/".length(), colon)),
            stream));
  }
}
