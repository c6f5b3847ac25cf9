package dev.fairlead.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Fault;
import dev.fairlead.http.Headers;
import dev.fairlead.http.Responder;
import dev.fairlead.http.ServerRequest;
import dev.fairlead.journal.Metrics;
import dev.fairlead.operation.Fields;
import dev.fairlead.operation.Paths;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.Flavour;
import dev.fairlead.wire.JsonWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What needs no key and no store: the home page, health, metrics, and errors of the door itself.
 */
public final class Pages {
  private static final Headers HTML =
      Headers.of(
          "content-type",
          "text/html; charset=utf-8",
          "cache-control",
          "no-store",
          "content-security-policy",
          "default-src 'none'; style-src 'unsafe-inline'",
          "x-content-type-options",
          "nosniff");
  private static final Headers JSON =
      Headers.of("content-type", "application/json", "access-control-allow-origin", "*");
  private static final Headers TEXT = Headers.of("content-type", "text/plain; version=0.0.4");
  private static final Headers PREFLIGHT =
      Headers.of(
          "access-control-allow-origin",
          "*",
          "access-control-allow-methods",
          "GET, POST, OPTIONS",
          "access-control-allow-headers",
          "*",
          "access-control-max-age",
          "86400");

  private final Metrics metrics;
  private final Supplier<String> home;
  private final BooleanSupplier ready;
  private final Supplier<List<String>> impaired;
  private final Map<Dialect, Codec> codecs;

  /**
   * @param home the home page
   * @param ready false while draining
   * @param impaired what does not work now, though requests are taken: not all are served
   */
  public Pages(
      Metrics metrics,
      Supplier<String> home,
      BooleanSupplier ready,
      Supplier<List<String>> impaired,
      Map<Dialect, Codec> codecs) {
    this.metrics = metrics;
    this.home = home;
    this.ready = ready;
    this.impaired = impaired;
    this.codecs = Map.copyOf(codecs);
  }

  boolean serve(ServerRequest request, Paths path, Responder responder) {
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      return false;
    }
    switch (request.path()) {
      case "/" -> responder.whole(200, HTML, home.get().getBytes(UTF_8));
      case "/healthz", "/livez", "/health", "/health/liveliness", "/health/liveness" ->
          responder.whole(200, JSON, "{\"status\":\"ok\"}".getBytes(UTF_8));
      case "/readyz", "/health/readiness" -> ready(responder);
      case "/metrics" -> responder.whole(200, TEXT, metrics.render().getBytes(UTF_8));
      default -> {
        return false;
      }
    }
    return true;
  }

  private void ready(Responder responder) {
    if (ready.getAsBoolean()) {
      JsonWriter out = new JsonWriter().beginObject().field("status", "ready");
      List<String> parts = impaired.get();
      if (!parts.isEmpty()) {
        Fields.texts(out, "impaired", parts);
      }
      responder.whole(200, JSON, out.endObject().toBytes());
    } else {
      responder.whole(
          503, JSON.with("retry-after", "5"), "{\"status\":\"draining\"}".getBytes(UTF_8));
    }
  }

  void preflight(Responder responder) {
    responder.whole(204, PREFLIGHT, new byte[0]);
  }

  /** A path that is no operation: says so, and where the operations are. */
  void unknown(ServerRequest request, Paths path, Responder responder) {
    String known =
        "There is no operation "
            + request.method()
            + " "
            + shortened(request.path())
            + ". The base URL is /api/v1 for OpenRouter clients, /v1 for OpenAI clients, the root for"
            + " Anthropic clients and /v1beta for Gemini clients;"
            + " POST /v1/chat/completions is the main operation.";
    fault(path, Fault.client(Fault.Kind.NOT_FOUND, known), responder);
  }

  private static String shortened(String path) {
    return path.length() > 100 ? path.substring(0, 100) + "…" : path;
  }

  /** A failure in the dialect that the path speaks. */
  void fault(Paths path, Fault fault, Responder responder) {
    responder.whole(fault.status(), JSON, body(path, fault));
  }

  /** A failure in the dialect that the caller speaks. */
  void fault(Dialect dialect, Flavour flavour, Fault fault, Responder responder) {
    responder.whole(fault.status(), JSON, body(dialect, flavour, fault));
  }

  private byte[] body(Paths path, Fault fault) {
    Dialect dialect =
        path.gemini()
            ? Dialect.GEMINI
            : path.rest().startsWith("/messages") ? Dialect.ANTHROPIC : Dialect.OPENAI_CHAT;
    return body(dialect, path.flavour(), fault);
  }

  private byte[] body(Dialect dialect, Flavour flavour, Fault fault) {
    Codec codec = codecs.get(dialect);
    if (codec == null) {
      return new JsonWriter()
          .beginObject()
          .name("error")
          .beginObject()
          .field("code", fault.status())
          .field("message", fault.message())
          .endObject()
          .endObject()
          .toBytes();
    }
    return codec.encodeFault(fault, flavour, Optional.empty());
  }

  /** What the server itself refuses, before there is a request: rendered in the path's dialect. */
  public byte[] refusal(String path, int status, String message) {
    Fault.Kind kind =
        switch (status) {
          case 408 -> Fault.Kind.CLIENT_TIMEOUT;
          case 413 -> Fault.Kind.PAYLOAD_TOO_LARGE;
          case 503 -> Fault.Kind.DRAINING;
          default -> Fault.Kind.INVALID_REQUEST;
        };
    return body(Paths.of(path), Fault.client(kind, message).withStatus(status));
  }
}
