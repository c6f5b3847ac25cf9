package dev.fairlead.admin;

import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Refused;
import dev.fairlead.identity.AddressRange;
import dev.fairlead.identity.Allowance;
import dev.fairlead.identity.Key;
import dev.fairlead.identity.KeyGrammar;
import dev.fairlead.identity.KeyRegister;
import dev.fairlead.identity.KeyTerms;
import dev.fairlead.identity.Keys;
import dev.fairlead.identity.Principal;
import dev.fairlead.identity.Tenant;
import dev.fairlead.identity.Tenants;
import dev.fairlead.identity.Workspace;
import dev.fairlead.ledger.Ledger;
import dev.fairlead.money.Interval;
import dev.fairlead.money.Money;
import dev.fairlead.operation.Ask;
import dev.fairlead.operation.Body;
import dev.fairlead.operation.KeyJson;
import dev.fairlead.operation.Operation;
import dev.fairlead.operation.Paging;
import dev.fairlead.operation.Reply;
import dev.fairlead.wire.JsonWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** OpenRouter's {@code /keys}, and beside it rotation with an overlap. */
public final class KeyOperations {
  private static final int PAGE = 100;
  private static final int LONGEST_NAME = 256;
  private static final int LONGEST_LIST = 100;
  private static final long LONGEST_OVERLAP = Duration.ofDays(90).toSeconds();
  private static final Map<String, Interval> RESETS =
      Map.of("daily", Interval.DAILY, "weekly", Interval.WEEKLY, "monthly", Interval.MONTHLY);

  private final Keys keys;
  private final Tenants tenants;
  private final KeyRegister register;
  private final Ledger ledger;
  private final InstantSource clock;
  private final RandomGenerator secure;

  public KeyOperations(
      Keys keys,
      Tenants tenants,
      KeyRegister register,
      Ledger ledger,
      InstantSource clock,
      RandomGenerator secure) {
    this.keys = keys;
    this.tenants = tenants;
    this.register = register;
    this.ledger = ledger;
    this.clock = clock;
    this.secure = secure;
  }

  public List<Operation> operations() {
    return List.of(
        Operation.managed("GET", "/keys", this::list),
        Operation.managed("POST", "/keys", this::create),
        Operation.managed("GET", "/keys/{hash}", this::show),
        Operation.managed("PATCH", "/keys/{hash}", this::change),
        Operation.managed("DELETE", "/keys/{hash}", this::delete),
        Operation.managed("POST", "/keys/{hash}/rotate", this::rotate));
  }

  private Reply list(Ask ask) throws Refused {
    boolean disabled = ask.parameter("include_disabled").filter("true"::equals).isPresent();
    boolean expired = !ask.parameter("include_expired").filter("false"::equals).isPresent();
    String organization = ask.organization(tenants);
    String named = ask.parameter("workspace_id").orElse(Workspace.DEFAULT);
    Tenant tenant = Ask.workspace(tenants, organization, named).tenant();
    int offset = Paging.number(ask, "offset", 0, Integer.MAX_VALUE).orElse(0);
    Instant now = clock.instant();
    List<Key> found = new ArrayList<>();
    for (Key key : keys.all()) {
      if (key.tenant().equals(tenant)
          && (disabled || !key.terms().disabled())
          && (expired || !key.terms().expired(now))) {
        found.add(key);
      }
    }
    found.sort(Comparator.comparing(Key::createdAt).reversed().thenComparing(Key::id));
    JsonWriter out = new JsonWriter(8_192).beginObject().name("data").beginArray();
    found.stream().skip(offset).limit(PAGE).forEach(key -> write(out, key));
    out.endArray().field("total_count", found.size());
    return Reply.personal(out.endObject().toBytes());
  }

  private Reply show(Ask ask) throws Refused {
    return Reply.personal(data(known(ask)).endObject().toBytes());
  }

  private Reply create(Ask ask) throws Refused {
    Body body = Body.of(ask);
    String name = body.text("name", LONGEST_NAME);
    boolean management = body.flag("management").orElse(false);
    Optional<String> creator = body.textIfAny("creator_user_id", LONGEST_NAME);
    String organization =
        ask.organization(tenants, body.textIfAny("organization_id", LONGEST_NAME));
    String named = body.textIfAny("workspace_id", LONGEST_NAME).orElse(Workspace.DEFAULT);
    KeyTerms terms = terms(body, KeyTerms.NONE);
    body.end();
    Tenant tenant =
        tenants
            .workspace(organization, named)
            .orElseThrow(
                () ->
                    Refused.invalid(
                        "workspace_id: there is no workspace '"
                            + named
                            + "'. GET /workspaces lists those that there are."))
            .tenant();
    String secret = KeyGrammar.mint(secure, management);
    Key key = Key.begin(secret, name, tenant, management, false, clock.instant(), creator, terms);
    register.add(key);
    return Reply.created(data(key).field("key", secret).endObject().toBytes());
  }

  private Reply change(Ask ask) throws Refused {
    Key key = stored(ask);
    Body body = Body.of(ask);
    String name = body.has("name") ? body.text("name", LONGEST_NAME) : key.name();
    KeyTerms terms = terms(body, key.terms());
    body.end();
    if (terms.disabled()) {
      notOneself(ask, key, "disabled");
    }
    Key changed =
        register
            .change(key.id(), now -> now.changed(name, terms, clock.instant()))
            .orElseThrow(() -> unknown(key.id()));
    return Reply.personal(data(changed).endObject().toBytes());
  }

  private Reply delete(Ask ask) throws Refused {
    Key key = stored(ask);
    notOneself(ask, key, "deleted");
    if (!register.remove(key.id())) {
      throw unknown(key.id());
    }
    return Reply.personal(
        new JsonWriter().beginObject().field("deleted", true).endObject().toBytes());
  }

  /** A new secret at once; the old one is good until the overlap has passed. */
  private Reply rotate(Ask ask) throws Refused {
    Key old = stored(ask);
    long overlap = 0;
    if (ask.request().body().length > 0) {
      Body body = Body.of(ask);
      overlap = body.whole("overlap_seconds", 0, LONGEST_OVERLAP).orElse(0L);
      body.end();
    }
    Instant now = clock.instant();
    if (old.terms().disabled() || old.terms().expired(now)) {
      throw new Refused(
          Fault.client(
              Fault.Kind.CONFLICT,
              "The key '" + old.name() + "' is disabled or has expired. Make a new one instead."));
    }
    Instant end = now.plusSeconds(overlap);
    String secret = KeyGrammar.mint(secure, old.management());
    Key next = old.rotated(secret, now);
    register.add(next);
    register.change(
        old.id(),
        key -> {
          Instant last = key.terms().expiresAt().filter(end::isAfter).orElse(end);
          return key.changed(key.name(), key.terms().until(last), now);
        });
    JsonWriter out = data(next).field("key", secret);
    out.name("previous")
        .beginObject()
        .field("hash", old.id())
        .field("expires_at", end.toString())
        .endObject();
    return Reply.created(out.endObject().toBytes());
  }

  /** What the body says of a key's terms; what it does not name stays as it is. */
  private KeyTerms terms(Body body, KeyTerms now) throws Refused {
    Optional<Instant> expires =
        body.has("expires_at") ? body.moment("expires_at") : now.expiresAt();
    if (body.has("expires_at") && expires.filter(clock.instant()::isAfter).isPresent()) {
      throw Refused.invalid("expires_at: " + expires.get() + " is past.");
    }
    return new KeyTerms(
        body.flag("disabled").orElse(now.disabled()),
        expires,
        allowance(body, now.allowance()),
        body.flag("include_byok_in_limit").orElse(now.ownCredentialsCount()),
        body.has("models") ? body.texts("models", LONGEST_LIST).orElse(List.of()) : now.models(),
        body.has("providers")
            ? body.texts("providers", LONGEST_LIST).orElse(List.of())
            : now.providers(),
        body.has("addresses") ? ranges(body) : now.addresses());
  }

  private static Optional<Allowance> allowance(Body body, Optional<Allowance> now) throws Refused {
    Optional<Money> limit = body.has("limit") ? body.amount("limit") : now.map(Allowance::limit);
    Interval reset =
        body.has("limit_reset")
            ? body.word("limit_reset", RESETS).orElse(Interval.LIFETIME)
            : now.map(Allowance::reset).orElse(Interval.LIFETIME);
    return limit.map(amount -> new Allowance(amount, reset));
  }

  private static List<AddressRange> ranges(Body body) throws Refused {
    List<AddressRange> ranges = new ArrayList<>();
    for (String text : body.texts("addresses", LONGEST_LIST).orElse(List.of())) {
      try {
        ranges.add(new AddressRange(text));
      } catch (IllegalArgumentException e) {
        throw Refused.invalid("addresses: " + e.getMessage() + ".");
      }
    }
    return ranges;
  }

  private static void notOneself(Ask ask, Key key, String what) throws Refused {
    if (ask.principal().keyId().equals(key.id())) {
      throw new Refused(
          Fault.client(
              Fault.Kind.CONFLICT,
              "The key that calls cannot be " + what + " by itself. Call with another one."));
    }
  }

  private Key known(Ask ask) throws Refused {
    Principal caller = ask.principal();
    return keys.key(ask.name())
        .filter(key -> caller.manages(key.organization()))
        .orElseThrow(() -> unknown(ask.name()));
  }

  /** A key that can be changed here. */
  private Key stored(Ask ask) throws Refused {
    Key key = known(ask);
    if (key.fixed()) {
      throw new Refused(
          Fault.client(
              Fault.Kind.CONFLICT,
              "The key '"
                  + key.name()
                  + "' stands in the configuration or the environment. Change it there."));
    }
    return key;
  }

  private static Refused unknown(String hash) {
    String shown = hash.length() > 64 ? hash.substring(0, 64) + "…" : hash;
    return new Refused(
        Fault.client(
            Fault.Kind.NOT_FOUND,
            "There is no key with the hash '"
                + shown
                + "'. A key's hash is the SHA-256 of its secret, in hexadecimal."));
  }

  private JsonWriter data(Key key) {
    JsonWriter out = new JsonWriter().beginObject().name("data");
    write(out, key);
    return out;
  }

  private void write(JsonWriter out, Key key) {
    out.beginObject();
    KeyJson.members(out, key, ledger.standing(key.scope()), ledger.own(key.scope()));
    out.field("is_management_key", key.management()).field("fixed", key.fixed()).endObject();
  }
}
