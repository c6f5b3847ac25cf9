package dev.fairlead.api;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Refused;
import dev.fairlead.catalog.Provider;
import dev.fairlead.exchange.Corridor;
import dev.fairlead.http.Responder;
import dev.fairlead.http.ServerRequest;
import dev.fairlead.identity.Keys;
import dev.fairlead.identity.Principal;
import dev.fairlead.protocol.Codec;
import dev.fairlead.wire.JsonWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The operations that read: they may block, so each runs on a virtual thread of its own and answers
 * through the caller's loop.
 */
public final class Reading {
  private final Corridor corridor;
  private final Pages pages;
  private final List<Operation> operations;

  /**
   * @param ready which providers can be called
   */
  public Reading(
      Corridor corridor, Predicate<Provider> ready, Map<Dialect, Codec> codecs, Pages pages) {
    this.corridor = corridor;
    this.pages = pages;
    Codec chat = codecs.get(Dialect.OPENAI_CHAT);
    if (chat == null) {
      throw new IllegalArgumentException("the chat dialect is always there");
    }
    this.operations = operations(new Standing(corridor.signals(), ready), chat);
  }

  /** Exact paths before those with a variable: the first that matches serves. */
  private List<Operation> operations(Standing standing, Codec chat) {
    ModelsOperation models = new ModelsOperation(corridor, standing);
    ModelOperation model = new ModelOperation(corridor, standing);
    GenerationOperation generations = new GenerationOperation(corridor.journal());
    return List.of(
        Operation.open("/models", models::list),
        Operation.open("/models/count", models::count),
        Operation.keyed("/models/user", models::user),
        Operation.open("/embeddings/models", models::embeddings),
        Operation.open("/models/{model}/endpoints", model::endpoints),
        Operation.open("/models/{model}", model::vendorModel),
        Operation.open("/model/{model}", model::model),
        Operation.open("/endpoints/zdr", model::zeroRetention),
        Operation.open("/providers", ask -> model.providers()),
        Operation.keyed("/generation", generations::generation),
        Operation.keyed("/generation/decision", generations::decision),
        Operation.keyed("/key", this::key),
        Operation.keyed("/auth/key", this::key),
        new Operation(
            "POST", "/route/explain", true, new ExplainOperation(corridor, chat)::explain),
        Operation.open("/openapi.json", new OpenApi()::document));
  }

  /** What is served here; the description of the API is held against it. */
  List<Operation> operations() {
    return operations;
  }

  boolean serve(ServerRequest request, Paths path, Responder responder) {
    for (Operation operation : operations) {
      Optional<String> name = operation.match(request.method(), path.rest());
      if (name.isPresent()) {
        Thread.ofVirtual().start(() -> run(operation, request, path, name.get(), responder));
        return true;
      }
    }
    return false;
  }

  private void run(
      Operation operation,
      ServerRequest request,
      Paths path,
      String name,
      Responder responder) {
    try {
      Ask ask = new Ask(request, path, caller(request), name);
      if (operation.keyed()) {
        ask.principal();
      }
      Reply reply =
          operation.answering().answer(ask).unless(request.headers().get("if-none-match"));
      responder
          .loop()
          .execute(() -> responder.whole(reply.status(), reply.headers(), reply.body()));
    } catch (Refused refused) {
      refuse(request, path, refused.fault(), responder);
    } catch (RuntimeException e) {
      System.getLogger("fairlead.api").log(System.Logger.Level.ERROR, "an operation failed", e);
      refuse(
          request,
          path,
          Fault.gateway(Fault.Kind.INTERNAL, "The gateway failed; its log says more."),
          responder);
    }
  }

  private void refuse(ServerRequest request, Paths path, Fault fault, Responder responder) {
    Dialect dialect = Ask.dialect(request, path);
    responder.loop().execute(() -> pages.fault(dialect, path.flavour(), fault, responder));
  }

  /** Nobody for a request without a key; a bad key is refused even where none is wanted. */
  private Optional<Principal> caller(ServerRequest request) throws Refused {
    return switch (corridor.keys().authenticate(Credentials.of(request))) {
      case Keys.Verdict.Known(Principal principal) -> Optional.of(principal);
      case Keys.Verdict.Missing() -> Optional.empty();
      case Keys.Verdict.Bad(String why) ->
          throw new Refused(Fault.client(Fault.Kind.UNAUTHENTICATED, why));
    };
  }

<<<<<<< HEAD
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
=======
  /** OpenRouter's {@code GET /key}: what the calling key may do. */
  private Reply key(Ask ask) throws Refused {
    Principal principal = ask.principal();
    JsonWriter out = new JsonWriter().beginObject().name("data");
    KeyJson.write(out, principal, corridor.keys().key(principal.keyId()));
    return Reply.personal(out.endObject().toBytes());
>>>>>>> discovery
  }
}
