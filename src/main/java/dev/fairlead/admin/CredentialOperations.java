package dev.fairlead.admin;

import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Refused;
import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.Provider;
import dev.fairlead.config.Secret;
import dev.fairlead.http.Headers;
import dev.fairlead.http.Origin;
import dev.fairlead.identity.KeyGrammar;
import dev.fairlead.identity.Organization;
import dev.fairlead.identity.Principal;
import dev.fairlead.identity.Tenants;
import dev.fairlead.operation.Ask;
import dev.fairlead.operation.Body;
import dev.fairlead.operation.Fields;
import dev.fairlead.operation.Ids;
import dev.fairlead.operation.Operation;
import dev.fairlead.operation.Paging;
import dev.fairlead.operation.Reply;
import dev.fairlead.provider.Credential;
import dev.fairlead.provider.CredentialRegister;
import dev.fairlead.provider.Providers;
import dev.fairlead.wire.JsonWriter;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * OpenRouter's {@code /byok}: credentials of providers, kept sealed. A secret comes in and never
 * goes out again, but to the origin that it is bound to.
 */
public final class CredentialOperations {
  /** Calls a provider; answers its status. */
  @FunctionalInterface
  public interface Probe {
    /**
     * @throws Unreachable when there is no answer
     */
    int status(URI address, Headers headers) throws Unreachable;
  }

  /** There was no answer. */
  public static final class Unreachable extends Exception {
    private static final long serialVersionUID = 1L;

    public Unreachable(String why) {
      super(why, null, false, false);
    }
  }

  private static final int LONGEST_SECRET = 8_192;
  private static final int LONGEST_NAME = 256;
  private static final int LONGEST_LIST = 100;
  private static final int MOST = 10_000;

  private final CredentialRegister register;
  private final Tenants tenants;
  private final Supplier<Catalog> catalog;
  private final Providers providers;
  private final Probe probe;
  private final InstantSource clock;
  private final RandomGenerator secure;
  private final boolean readable;

  /**
   * @param readable what is sealed here is opened by all who read it
   */
  public CredentialOperations(
      CredentialRegister register,
      Tenants tenants,
      Supplier<Catalog> catalog,
      Providers providers,
      Probe probe,
      InstantSource clock,
      RandomGenerator secure,
      boolean readable) {
    this.register = register;
    this.tenants = tenants;
    this.catalog = catalog;
    this.providers = providers;
    this.probe = probe;
    this.clock = clock;
    this.secure = secure;
    this.readable = readable;
  }

  public List<Operation> operations() {
    return List.of(
        Operation.managed("GET", "/byok", this::list),
        Operation.managed("POST", "/byok", this::create),
        Operation.managed("GET", "/byok/{id}", this::show),
        Operation.managed("PATCH", "/byok/{id}", this::change),
        Operation.managed("DELETE", "/byok/{id}", this::delete),
        Operation.managed("POST", "/byok/{id}/test", this::test));
  }

  private Reply list(Ask ask) throws Refused {
    int offset = Paging.number(ask, "offset", 0, Integer.MAX_VALUE).orElse(0);
    int limit = Paging.number(ask, "limit", 1, 100).orElse(50);
    Optional<String> provider = ask.parameter("provider");
    List<Credential> found = new ArrayList<>(register.all());
    String organization = ask.organization(tenants);
    found.removeIf(c -> !c.organization().equals(organization));
    found.removeIf(c -> provider.filter(p -> !p.equals(c.provider())).isPresent());
    JsonWriter out = new JsonWriter(4_096).beginObject().name("data").beginArray();
    found.stream().skip(offset).limit(limit).forEach(credential -> write(out, credential));
    out.endArray().field("total_count", found.size());
    return Reply.personal(out.endObject().toBytes());
  }

  private Reply show(Ask ask) throws Refused {
    return Reply.personal(data(known(ask)));
  }

  private Reply create(Ask ask) throws Refused {
    if (!readable) {
      throw new Refused(
          Fault.client(
              Fault.Kind.CONFLICT,
              "This gateway shares its data with others, and no master key is set that all of them"
                  + " know: they could not open this credential. Set FAIRLEAD_MASTER_KEY to the"
                  + " same value for every node, and start them again."));
    }
    Body body = Body.of(ask);
    String slug = body.text("provider", LONGEST_NAME);
    Provider provider =
        catalog
            .get()
            .provider(slug)
            .orElseThrow(() -> Refused.invalid("provider: '" + slug + "' is not known here."));
    String secret = body.text("key", LONGEST_SECRET);
    boolean own = body.flag("own").orElse(true);
    String organization =
        ask.organization(tenants, body.textIfAny("organization_id", LONGEST_NAME));
    if (!own && !organization.equals(Organization.OPERATOR)) {
      throw Refused.invalid(
          "own: only the operator's organization has credentials that serve everybody.");
    }
    Credential fresh =
        new Credential(
            Ids.uuid(secure),
            organization,
            slug,
            body.textIfAny("name", LONGEST_NAME),
            KeyGrammar.label(secret),
            Origin.of(provider.baseUrl()),
            own,
            false,
            false,
            0,
            1,
            List.of(),
            List.of(),
            List.of(),
            clock.instant(),
            Optional.empty());
    Credential made = terms(body, fresh);
    body.end();
    if (register.all().size() >= MOST) {
      throw Refused.invalid("There are " + MOST + " credentials; remove some first.");
    }
    register.put(made, Optional.of(new Secret(secret)));
    return Reply.created(data(made));
  }

  private Reply change(Ask ask) throws Refused {
    Credential now = known(ask);
    Body body = Body.of(ask);
    Optional<String> secret =
        body.has("key") ? Optional.of(body.text("key", LONGEST_SECRET)) : Optional.empty();
    Credential changed = terms(body, now);
    body.end();
    Credential next =
        new Credential(
            changed.id(),
            changed.organization(),
            changed.provider(),
            changed.name(),
            secret.map(KeyGrammar::label).orElse(changed.label()),
            changed.origin(),
            changed.own(),
            changed.fallback(),
            changed.disabled(),
            changed.order(),
            changed.weight(),
            changed.models(),
            changed.keys(),
            changed.users(),
            changed.createdAt(),
            Optional.of(clock.instant()));
    register.put(next, secret.map(Secret::new));
    return Reply.personal(data(next));
  }

  private Reply delete(Ask ask) throws Refused {
    if (!register.remove(known(ask).id())) {
      throw unknown();
    }
    return Reply.personal(
        new JsonWriter().beginObject().field("deleted", true).endObject().toBytes());
  }

  /** Asks the provider for its models, with this credential. */
  private Reply test(Ask ask) throws Refused {
    Credential credential = known(ask);
    Provider provider =
        catalog
            .get()
            .provider(credential.provider())
            .orElseThrow(
                () ->
                    conflict(
                        "The provider '" + credential.provider() + "' is not known any more."));
    Headers headers =
        providers
            .shown(provider, credential.id())
            .orElseThrow(
                () ->
                    conflict(
                        "The credential cannot be shown: it is disabled, does not open, or is bound"
                            + " to "
                            + credential.origin()
                            + ", and the provider is at "
                            + Origin.of(provider.baseUrl())
                            + " now."));
    JsonWriter out = new JsonWriter().beginObject().name("data").beginObject();
    out.field("id", credential.id());
    try {
      int status = probe.status(URI.create(provider.baseUrl() + "/models"), headers);
      boolean refused = status == 401 || status == 403;
      out.field("status", status / 100 == 2 ? "works" : refused ? "refused" : "unclear");
      out.field("provider_status", status);
    } catch (Unreachable e) {
      out.field("status", "unreachable").field("reason", String.valueOf(e.getMessage()));
    }
    return Reply.personal(out.endObject().endObject().toBytes());
  }

  private static Refused conflict(String message) {
    return new Refused(Fault.client(Fault.Kind.CONFLICT, message));
  }

  /** What the body says; what it does not name stays as it is. */
  private static Credential terms(Body body, Credential now) throws Refused {
    return new Credential(
        now.id(),
        now.organization(),
        now.provider(),
        body.has("name") ? body.textIfAny("name", LONGEST_NAME) : now.name(),
        now.label(),
        now.origin(),
        now.own(),
        body.flag("is_fallback").orElse(now.fallback()),
        body.flag("disabled").orElse(now.disabled()),
        body.whole("sort_order", 0, MOST).map(Long::intValue).orElse(now.order()),
        body.whole("weight", 1, 1_000).map(Long::intValue).orElse(now.weight()),
        list(body, "allowed_models", now.models()),
        list(body, "allowed_api_key_hashes", now.keys()),
        list(body, "allowed_user_ids", now.users()),
        now.createdAt(),
        now.updatedAt());
  }

  /** Null allows all; an empty list would allow nobody, and is a mistake. */
  private static List<String> list(Body body, String name, List<String> now) throws Refused {
    if (!body.has(name)) {
      return now;
    }
    Optional<List<String>> given = body.texts(name, LONGEST_LIST);
    if (given.filter(List::isEmpty).isPresent()) {
      throw Refused.invalid(name + ": must not be empty; null allows all.");
    }
    return given.orElse(List.of());
  }

  private Credential known(Ask ask) throws Refused {
    Principal caller = ask.principal();
    return register
        .credential(ask.name())
        .filter(one -> caller.manages(one.organization()))
        .orElseThrow(CredentialOperations::unknown);
  }

  private static Refused unknown() {
    return new Refused(Fault.client(Fault.Kind.NOT_FOUND, "There is no such credential."));
  }

  private static byte[] data(Credential credential) {
    JsonWriter out = new JsonWriter().beginObject().name("data");
    write(out, credential);
    return out.endObject().toBytes();
  }

  private static void write(JsonWriter out, Credential credential) {
    out.beginObject().field("id", credential.id()).field("provider", credential.provider());
    Fields.none(out, "workspace_id");
    out.field("organization_id", credential.organization());
    Fields.text(out, "name", credential.name());
    out.field("label", credential.label())
        .field("origin", credential.origin().toString())
        .field("own", credential.own())
        .field("disabled", credential.disabled())
        .field("is_fallback", credential.fallback())
        .field("sort_order", credential.order())
        .field("weight", credential.weight());
    allowed(out, "allowed_models", credential.models());
    allowed(out, "allowed_api_key_hashes", credential.keys());
    allowed(out, "allowed_user_ids", credential.users());
    out.field("created_at", credential.createdAt().toString()).endObject();
  }

  private static void allowed(JsonWriter out, String name, List<String> values) {
    if (values.isEmpty()) {
      Fields.none(out, name);
    } else {
      Fields.texts(out, name, values);
    }
  }
}
