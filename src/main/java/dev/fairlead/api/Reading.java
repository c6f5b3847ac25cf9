package dev.fairlead.api;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Refused;
import dev.fairlead.catalog.Provider;
import dev.fairlead.exchange.Corridor;
import dev.fairlead.http.Responder;
import dev.fairlead.http.ServerRequest;
import dev.fairlead.identity.Key;
import dev.fairlead.identity.Keys;
import dev.fairlead.identity.Principal;
import dev.fairlead.ledger.Ledger;
import dev.fairlead.operation.Ask;
import dev.fairlead.operation.Credentials;
import dev.fairlead.operation.KeyJson;
import dev.fairlead.operation.Operation;
import dev.fairlead.operation.Paths;
import dev.fairlead.operation.Reply;
import dev.fairlead.protocol.Codec;
import dev.fairlead.store.StoreFailure;
import dev.fairlead.wire.JsonWriter;
import java.util.ArrayList;
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
   * @param managing what the management API serves
   */
  public Reading(
      Corridor corridor,
      Predicate<Provider> ready,
      Map<Dialect, Codec> codecs,
      List<Operation> managing,
      Pages pages) {
    this.corridor = corridor;
    this.pages = pages;
    Codec chat = codecs.get(Dialect.OPENAI_CHAT);
    if (chat == null) {
      throw new IllegalArgumentException("the chat dialect is always there");
    }
    List<Operation> all =
        new ArrayList<>(operations(new Standing(corridor.signals(), ready), chat));
    all.addAll(managing);
    this.operations = List.copyOf(all);
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
        Operation.managed("GET", "/activity", new ActivityOperation(corridor)::activity),
        Operation.keyed("/key", this::key),
        Operation.keyed("/auth/key", this::key),
        new Operation(
            "POST",
            "/route/explain",
            Operation.Access.KEYED,
            new ExplainOperation(corridor, chat)::explain),
        Operation.open("/openapi.json", new OpenApi()::document));
  }

  /** What is served here; the description of the API is held against it. */
  List<Operation> operations() {
    return operations;
  }

  boolean serve(ServerRequest request, Paths path, Responder responder) {
    for (Operation operation : operations) {
      Optional<List<String>> values = operation.match(request.method(), path.rest());
      if (values.isPresent()) {
        Thread.ofVirtual().start(() -> run(operation, request, path, values.get(), responder));
        return true;
      }
    }
    return false;
  }

  private void run(
      Operation operation,
      ServerRequest request,
      Paths path,
      List<String> values,
      Responder responder) {
    try {
      Ask ask = new Ask(request, path, caller(request), values);
      admit(operation.access(), ask);
      Reply reply =
          operation.answering().answer(ask).unless(request.headers().get("if-none-match"));
      responder
          .loop()
          .execute(() -> responder.whole(reply.status(), reply.headers(), reply.body()));
    } catch (Refused refused) {
      refuse(request, path, refused.fault(), responder);
    } catch (StoreFailure e) {
      System.getLogger("fairlead.api")
          .log(System.Logger.Level.WARNING, operation.path() + " failed: " + e.getMessage());
      refuse(
          request,
          path,
          Fault.gateway(
              Fault.Kind.LEDGER_UNAVAILABLE,
              "The gateway's data cannot be read or written now; requests to models go on as far as"
                  + " they can. Try again shortly."),
          responder);
    } catch (RuntimeException e) {
      System.getLogger("fairlead.api").log(System.Logger.Level.ERROR, "an operation failed", e);
      refuse(
          request,
          path,
          Fault.gateway(Fault.Kind.INTERNAL, "The gateway failed; its log says more."),
          responder);
    }
  }

  private static void admit(Operation.Access access, Ask ask) throws Refused {
    if (access == Operation.Access.OPEN) {
      return;
    }
    Principal caller = ask.principal();
    if (access == Operation.Access.KEYED) {
      return;
    }
    if (!caller.management()) {
      throw new Refused(
          Fault.client(Fault.Kind.FORBIDDEN, "Only management keys can perform this operation."));
    }
    if (access == Operation.Access.OPERATOR && !caller.operator()) {
      throw Ask.notOperator();
    }
  }

  private void refuse(ServerRequest request, Paths path, Fault fault, Responder responder) {
    Dialect dialect = Ask.dialect(request, path);
    responder.loop().execute(() -> pages.fault(dialect, path.flavour(), fault, responder));
  }

  /** Nobody for a request without a key; a bad key is refused even where none is wanted. */
  private Optional<Principal> caller(ServerRequest request) throws Refused {
    return switch (corridor
        .keys()
        .authenticate(Credentials.of(request), corridor.address(request))) {
      case Keys.Verdict.Known(Principal principal) -> Optional.of(principal);
      case Keys.Verdict.Missing() -> Optional.empty();
      case Keys.Verdict.Bad bad -> throw bad.refusal();
      case Keys.Verdict.Elsewhere elsewhere -> throw elsewhere.refusal();
    };
  }

  /** OpenRouter's {@code GET /key}: what the calling key may do. */
  private Reply key(Ask ask) throws Refused {
    Key key = ask.principal().key();
    JsonWriter out = new JsonWriter().beginObject().name("data").beginObject();
    Ledger ledger = corridor.ledger();
    KeyJson.members(out, key, ledger.standing(key.scope()), ledger.own(key.scope()));
    out.field("is_free_tier", false)
        .field("is_management_key", key.management())
        .field("is_provisioning_key", key.management());
    out.name("rate_limit")
        .beginObject()
        .field("requests", -1)
        .field("interval", "10s")
        .field("note", "This field is deprecated; limits are told in headers.")
        .endObject();
    return Reply.personal(out.endObject().endObject().toBytes());
  }
}
