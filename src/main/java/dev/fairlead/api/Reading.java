package dev.fairlead.api;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Refused;
import dev.fairlead.catalog.Provider;
import dev.fairlead.exchange.Corridor;
import dev.fairlead.http.Headers;
import dev.fairlead.http.Responder;
import dev.fairlead.http.ServerRequest;
import dev.fairlead.identity.Key;
import dev.fairlead.identity.Keys;
import dev.fairlead.identity.Principal;
import dev.fairlead.journal.Journal;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.Wire;
import dev.fairlead.route.Explanation;
import dev.fairlead.route.PlanInput;
import dev.fairlead.route.Planned;
import dev.fairlead.route.RequestNeeds;
import dev.fairlead.route.RoutingWishReader;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.MalformedJson;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The operations that read: they may block, so each runs on a virtual thread of its own and answers
 * through the caller's loop.
 */
public final class Reading {
  private static final Headers JSON =
      Headers.of("content-type", "application/json", "access-control-allow-origin", "*");

  /** An operation: what it answers, or why not. */
  @FunctionalInterface
  private interface Operation {
    byte[] answer(ServerRequest request, Principal principal) throws Refused;
  }

  private final Corridor corridor;
  private final Predicate<Provider> ready;
  private final Map<Dialect, Codec> codecs;
  private final Pages pages;

  /**
   * @param ready which providers can be called
   */
  public Reading(
      Corridor corridor, Predicate<Provider> ready, Map<Dialect, Codec> codecs, Pages pages) {
    this.corridor = corridor;
    this.ready = ready;
    this.codecs = Map.copyOf(codecs);
    this.pages = pages;
  }

  boolean serve(ServerRequest request, Paths path, Responder responder) {
    Optional<Operation> operation = operation(request.method(), path.rest());
    if (operation.isEmpty()) {
      return false;
    }
    Thread.ofVirtual().start(() -> run(operation.get(), request, path, responder));
    return true;
  }

  private Optional<Operation> operation(String method, String rest) {
    return switch (method + " " + rest) {
      case "GET /generation" -> Optional.of(this::generation);
      case "GET /generation/decision" -> Optional.of(this::decision);
      case "GET /key", "GET /auth/key" -> Optional.of(this::key);
      case "POST /route/explain" -> Optional.of(this::explain);
      default -> Optional.empty();
    };
  }

  private void run(Operation operation, ServerRequest request, Paths path, Responder responder) {
    try {
      byte[] answer = operation.answer(request, principal(request));
      responder.loop().execute(() -> responder.whole(200, JSON, answer));
    } catch (Refused refused) {
      responder.loop().execute(() -> pages.fault(path, refused.fault(), responder));
    } catch (RuntimeException e) {
      System.getLogger("fairlead.api").log(System.Logger.Level.ERROR, "an operation failed", e);
      Fault fault = Fault.gateway(Fault.Kind.INTERNAL, "The gateway failed; its log says more.");
      responder.loop().execute(() -> pages.fault(path, fault, responder));
    }
  }

  private Principal principal(ServerRequest request) throws Refused {
    return switch (corridor.keys().authenticate(Credentials.of(request))) {
      case Keys.Verdict.Known(Principal principal) -> principal;
      case Keys.Verdict.Missing() ->
          throw new Refused(
              Fault.client(
                  Fault.Kind.UNAUTHENTICATED,
                  "No API key was sent. Send it as 'Authorization: Bearer <key>'."));
      case Keys.Verdict.Bad(String why) ->
          throw new Refused(Fault.client(Fault.Kind.UNAUTHENTICATED, why));
    };
  }

  private byte[] generation(ServerRequest request, Principal principal) throws Refused {
    JsonWriter out = new JsonWriter().beginObject();
    out.field("data", Json.of(text(kept(request, principal).json())).root().raw());
    return out.endObject().toBytes();
  }

  private byte[] decision(ServerRequest request, Principal principal) throws Refused {
    JsonWriter out = new JsonWriter().beginObject();
    out.field("data", Json.of(text(kept(request, principal).decision())).root().raw());
    return out.endObject().toBytes();
  }

  private Journal.Kept kept(ServerRequest request, Principal principal) throws Refused {
    String id = request.parameter("id").orElse("");
    if (id.isEmpty()) {
      throw Refused.invalid("The query parameter 'id' is missing: the generation's id.");
    }
    return corridor
        .journal()
        .find(id)
        .filter(k -> principal.management() || k.keyId().equals(principal.keyId()))
        .orElseThrow(
            () ->
                new Refused(
                    Fault.client(
                        Fault.Kind.NOT_FOUND,
                        "Generation '" + id + "' is not known to this key.")));
  }

  /** OpenRouter's {@code GET /key}: what the calling key may do. */
  private byte[] key(ServerRequest request, Principal principal) {
    Optional<Key> key = corridor.keys().key(principal.keyId());
    JsonWriter out = new JsonWriter().beginObject().name("data").beginObject();
    out.field("label", key.map(Key::label).orElse(""));
    out.field("name", principal.keyName());
    out.field("hash", principal.keyId());
    out.field("is_management_key", principal.management());
    out.field("is_provisioning_key", principal.management());
    out.field("is_free_tier", false);
    out.name("limit").nullValue();
    out.name("limit_remaining").nullValue();
    out.name("limit_reset").nullValue();
    out.name("expires_at");
    key.flatMap(Key::expiresAt).ifPresentOrElse(at -> out.value(at.toString()), out::nullValue);
    out.name("rate_limit").beginObject();
    out.field("requests", -1).field("interval", "10s");
    out.field("note", "No request limits are set.").endObject();
    return out.endObject().endObject().toBytes();
  }

  /** Plans a chat request without calling anybody. */
  private byte[] explain(ServerRequest request, Principal principal) throws Refused {
    try {
      Json body = Json.read(request.body(), corridor.settings().limits());
      Codec codec = codecs.get(Dialect.OPENAI_CHAT);
      if (codec == null) {
        throw new IllegalStateException("the chat dialect is always there");
      }
      ChatRequest chat = codec.decodeRequest(Wire.of(body));
      Planned planned =
          corridor
              .router()
              .plan(
                  new PlanInput(
                      corridor.catalog().get(),
                      RoutingWishReader.read(body.root()),
                      RequestNeeds.of(chat),
                      corridor.constraints().get(),
                      corridor.signals(),
                      corridor.seats(),
                      Optional.empty(),
                      corridor.clock().instant(),
                      corridor.random().nextLong(),
                      "config"));
      JsonWriter out = new JsonWriter(4096).beginObject().name("data");
      Explanation.write(out, planned.record());
      return out.endObject().toBytes();
    } catch (MalformedJson e) {
      throw Refused.invalid(e.getMessage());
    }
  }

  private static String text(byte[] json) {
    return new String(json, java.nio.charset.StandardCharsets.UTF_8);
  }
}
