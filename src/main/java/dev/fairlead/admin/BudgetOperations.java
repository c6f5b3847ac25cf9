package dev.fairlead.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Refused;
import dev.fairlead.identity.Keys;
import dev.fairlead.identity.Scope;
import dev.fairlead.identity.Tenants;
import dev.fairlead.ledger.Budget;
import dev.fairlead.ledger.Budgets;
import dev.fairlead.ledger.Ledger;
import dev.fairlead.ledger.Standing;
import dev.fairlead.money.Interval;
import dev.fairlead.money.Money;
import dev.fairlead.operation.Ask;
import dev.fairlead.operation.Body;
import dev.fairlead.operation.Fields;
import dev.fairlead.operation.Operation;
import dev.fairlead.operation.Reply;
import dev.fairlead.wire.JsonWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * OpenRouter's budgets of a workspace, and ours on any scope. What stands in the configuration or
 * belongs to a key is shown beside them, and changed where it stands.
 */
public final class BudgetOperations {
  private static final int LONGEST_ID = 256;
  private static final Map<String, Scope.Kind> KINDS =
      Arrays.stream(Scope.Kind.values())
          .collect(Collectors.toMap(Scope.Kind::word, Function.identity()));
  private static final Map<String, Interval> INTERVALS =
      Arrays.stream(Interval.values())
          .collect(Collectors.toMap(Interval::word, Function.identity()));

  private final Budgets budgets;
  private final Tenants tenants;
  private final Keys keys;
  private final Ledger ledger;

  public BudgetOperations(Budgets budgets, Tenants tenants, Keys keys, Ledger ledger) {
    this.budgets = budgets;
    this.tenants = tenants;
    this.keys = keys;
    this.ledger = ledger;
  }

  public List<Operation> operations() {
    return List.of(
        Operation.managed("GET", "/budgets", this::list),
        Operation.managed("PUT", "/budgets", this::put),
        Operation.managed("DELETE", "/budgets", this::delete),
        Operation.managed("GET", "/workspaces/{id}/budgets", this::ofWorkspace),
        Operation.managed("GET", "/workspaces/{id}/budgets/{interval}", this::one),
        Operation.managed("PUT", "/workspaces/{id}/budgets/{interval}", this::putOne),
        Operation.managed("DELETE", "/workspaces/{id}/budgets/{interval}", this::deleteOne));
  }

  // ---------------------------------------------------------------- any scope

  private Reply list(Ask ask) throws Refused {
    boolean all = ask.principal().operator() && ask.parameter("organization_id").isEmpty();
    String organization = ask.organization(tenants);
    JsonWriter out = new JsonWriter(4_096).beginObject().name("data").beginArray();
    budgets
        .all()
        .forEach(
            (origin, set) ->
                set.stream()
                    .filter(budget -> all || concerns(budget.scope(), organization))
                    .forEach(budget -> write(out, origin, budget)));
    return Reply.personal(out.endArray().endObject().toBytes());
  }

  /** False for what spans organizations, too. */
  private boolean concerns(Scope scope, String organization) {
    return switch (scope.kind()) {
      case ORGANIZATION -> scope.id().equals(organization);
      case WORKSPACE ->
          tenants.workspaces(organization).stream().anyMatch(it -> it.scope().equals(scope));
      case MEMBER, END_USER, TAG -> !isEach(scope) && scope.isNamedIn(organization);
      case KEY ->
          keys.ofAccount(scope.id())
              .filter(it -> it.organization().equals(organization))
              .isPresent();
      case MODEL, PROVIDER -> false;
    };
  }

  private static boolean isEach(Scope scope) {
    return scope.id().equals(Scope.EACH);
  }

  private void write(JsonWriter out, Budgets.Origin origin, Budget budget) {
    Scope scope = budget.scope();
    out.beginObject().field("scope", scope.kind().word());
    boolean each = isEach(scope);
    Fields.text(out, "id", each ? Optional.empty() : Optional.of(scope.name()));
    out.field("interval", budget.interval().word())
        .field("limit_usd", budget.limit().usd())
        .field("soft", !budget.hard())
        .field("set_by", origin.name().toLowerCase(Locale.ROOT));
    if (!each) {
      Standing standing = ledger.standing(scope);
      out.field("spent_usd", standing.spent(budget.interval()).usd())
          .field("held_usd", standing.held().usd());
    }
    out.endObject();
  }

  private Reply put(Ask ask) throws Refused {
    Body body = Body.of(ask);
    Scope.Kind kind = body.word("scope", KINDS).orElseThrow(() -> missing("scope"));
    Optional<String> id = body.textIfAny("id", LONGEST_ID);
    Interval interval = body.word("interval", INTERVALS).orElseThrow(() -> missing("interval"));
    Money limit = body.amount("limit_usd").orElseThrow(() -> missing("limit_usd"));
    boolean soft = body.flag("soft").orElse(false);
    Optional<String> organization = body.textIfAny("organization_id", LONGEST_ID);
    body.end();
    if (kind == Scope.Kind.KEY) {
      throw Refused.invalid(
          "scope: a key's limit belongs to the key. Set it with PATCH /keys/{hash}, members limit"
              + " and limit_reset.");
    }
    Scope scope = scope(ask, kind, id, ask.organization(tenants, organization));
    Budget budget = new Budget(scope, interval, limit, !soft);
    budgets.put(budget);
    JsonWriter out = new JsonWriter().beginObject().name("data");
    write(out, Budgets.Origin.STORE, budget);
    return Reply.personal(out.endObject().toBytes());
  }

  /** What the caller may set a budget on: in its organization, or as the operator anywhere. */
  private Scope scope(Ask ask, Scope.Kind kind, Optional<String> id, String organization)
      throws Refused {
    boolean within =
        switch (kind) {
          case WORKSPACE, MEMBER, END_USER, TAG -> id.isPresent();
          case ORGANIZATION, KEY, MODEL, PROVIDER -> false;
        };
    if (!within && !ask.principal().operator()) {
      throw Ask.notOperator();
    }
    if (id.filter(name -> !name.equals(Scope.EACH)).isEmpty()) {
      return kind.each();
    }
    return switch (kind) {
      case ORGANIZATION -> new Scope(kind, ask.organization(tenants, id));
      case WORKSPACE -> Ask.workspace(tenants, organization, id.get()).scope();
      case MEMBER, END_USER, TAG -> Scope.named(kind, organization, id.get());
      case KEY, MODEL, PROVIDER -> new Scope(kind, id.get());
    };
  }

  private static Refused missing(String name) {
    return Refused.invalid(name + ": is missing.");
  }

  private Reply delete(Ask ask) throws Refused {
    Scope.Kind kind = word(ask, "scope", KINDS);
    Interval interval = word(ask, "interval", INTERVALS);
    boolean soft = ask.parameter("soft").filter("true"::equals).isPresent();
    Scope scope = scope(ask, kind, ask.parameter("id"), ask.organization(tenants));
    budgets.remove(new Budget(scope, interval, Money.ZERO, !soft));
    return deleted();
  }

  private static <T> T word(Ask ask, String name, Map<String, T> words) throws Refused {
    Optional<T> value = ask.parameter(name).map(words::get);
    return value.orElseThrow(
        () ->
            Refused.invalid(name + ": must be one of " + String.join(", ", words.keySet()) + "."));
  }

  private static Reply deleted() {
    return Reply.personal(
        new JsonWriter().beginObject().field("deleted", true).endObject().toBytes());
  }

  // ---------------------------------------------------------------- a workspace

  private Reply ofWorkspace(Ask ask) throws Refused {
    Scope scope = workspace(ask);
    JsonWriter out = new JsonWriter().beginObject().name("data").beginArray();
    kept(scope).forEach(kept -> write(out, kept));
    out.endArray().field("include_byok_in_budgets", ownCounts(scope));
    return Reply.personal(out.endObject().toBytes());
  }

  private Reply one(Ask ask) throws Refused {
    Scope scope = workspace(ask);
    Interval interval = interval(ask);
    Budgets.Kept kept =
        kept(scope).stream()
            .filter(one -> one.budget().interval() == interval)
            .findFirst()
            .orElseThrow(
                () ->
                    new Refused(
                        Fault.client(
                            Fault.Kind.NOT_FOUND,
                            "The workspace has no " + interval.word() + " budget.")));
    return shown(kept);
  }

  private Reply putOne(Ask ask) throws Refused {
    Scope scope = workspace(ask);
    Interval interval = interval(ask);
    Body body = Body.of(ask);
    Money limit = body.amount("limit_usd").orElseThrow(() -> missing("limit_usd"));
    boolean ownCounts = body.flag("include_byok_in_budgets").orElse(ownCounts(scope));
    body.end();
    if (limit.isZero()) {
      throw Refused.invalid("limit_usd: must be more than 0.");
    }
    for (Budgets.Kept kept : kept(scope)) {
      Budget other = kept.budget();
      int order = other.interval().compareTo(interval);
      int size = other.limit().compareTo(limit);
      if (order != 0 && Integer.signum(order) != Integer.signum(size)) {
        throw Refused.invalid(
            "limit_usd: budgets must grow with their interval, and the "
                + other.interval().word()
                + " budget is "
                + other.limit()
                + ".");
      }
    }
    for (Budgets.Kept kept : kept(scope)) { // it is one wish for all budgets of a workspace
      if (kept.budget().ownCounts() != ownCounts) {
        budgets.put(kept.budget().ownCounts(ownCounts));
      }
    }
    return shown(budgets.put(new Budget(scope, interval, limit).ownCounts(ownCounts)));
  }

  private Reply deleteOne(Ask ask) throws Refused {
    budgets.remove(new Budget(workspace(ask), interval(ask), Money.ZERO));
    return deleted();
  }

  private List<Budgets.Kept> kept(Scope scope) {
    return budgets.kept().stream()
        .filter(kept -> kept.budget().scope().equals(scope) && kept.budget().hard())
        .toList();
  }

  private boolean ownCounts(Scope scope) {
    return kept(scope).stream().anyMatch(kept -> kept.budget().ownCounts());
  }

  private Scope workspace(Ask ask) throws Refused {
    return Ask.workspace(tenants, ask.organization(tenants), ask.name()).scope();
  }

  private static Interval interval(Ask ask) throws Refused {
    Interval interval = INTERVALS.get(ask.values().get(1));
    if (interval == null) {
      throw Refused.invalid("The interval must be daily, weekly, monthly or lifetime.");
    }
    return interval;
  }

  private static Reply shown(Budgets.Kept kept) {
    JsonWriter out = new JsonWriter().beginObject().name("data");
    write(out, kept);
    out.field("include_byok_in_budgets", kept.budget().ownCounts());
    return Reply.personal(out.endObject().toBytes());
  }

  private static void write(JsonWriter out, Budgets.Kept kept) {
    Budget budget = kept.budget();
    String name = budget.scope() + "/" + budget.interval().word();
    out.beginObject().field("id", UUID.nameUUIDFromBytes(name.getBytes(UTF_8)).toString());
    out.name("limit_usd").value(budget.limit().usd());
    Fields.text(
        out,
        "reset_interval",
        budget.interval() == Interval.LIFETIME
            ? Optional.empty()
            : Optional.of(budget.interval().word()));
    out.field("workspace_id", budget.scope().id()).field("created_at", kept.createdAt().toString());
    out.field("updated_at", kept.updatedAt().orElse(kept.createdAt()).toString());
    out.endObject();
  }
}
