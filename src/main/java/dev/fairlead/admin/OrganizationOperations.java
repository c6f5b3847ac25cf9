package dev.fairlead.admin;

import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Refused;
import dev.fairlead.config.SpendingConfig;
import dev.fairlead.identity.Organization;
import dev.fairlead.identity.Tenants;
import dev.fairlead.ledger.Credits;
import dev.fairlead.money.Markup;
import dev.fairlead.operation.Ask;
import dev.fairlead.operation.Body;
import dev.fairlead.operation.Fields;
import dev.fairlead.operation.Ids;
import dev.fairlead.operation.Operation;
import dev.fairlead.operation.Paging;
import dev.fairlead.operation.Reply;
import dev.fairlead.wire.JsonWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Whom this gateway serves, each with its own credits, mark-up, keys and workspaces. */
public final class OrganizationOperations {
  private static final int LONGEST_NAME = 100;
  private static final int MOST = 10_000;

  private final Tenants tenants;
  private final Credits credits;
  private final InstantSource clock;
  private final RandomGenerator secure;

  public OrganizationOperations(
      Tenants tenants, Credits credits, InstantSource clock, RandomGenerator secure) {
    this.tenants = tenants;
    this.credits = credits;
    this.clock = clock;
    this.secure = secure;
  }

  public List<Operation> operations() {
    return List.of(
        Operation.operated("GET", "/organizations", this::list),
        Operation.operated("POST", "/organizations", this::create),
        Operation.managed("GET", "/organizations/{id}", this::show),
        Operation.operated("PATCH", "/organizations/{id}", this::change),
        Operation.operated("DELETE", "/organizations/{id}", this::delete));
  }

  private Reply list(Ask ask) throws Refused {
    int offset = Paging.number(ask, "offset", 0, Integer.MAX_VALUE).orElse(0);
    int limit = Paging.number(ask, "limit", 1, 100).orElse(50);
    JsonWriter out = new JsonWriter(4_096).beginObject().name("data").beginArray();
    tenants.organizations().stream().skip(offset).limit(limit).forEach(one -> write(out, one));
    return Reply.personal(
        out.endArray().field("total_count", tenants.organizations().size()).endObject().toBytes());
  }

  private Reply show(Ask ask) throws Refused {
    return Reply.personal(data(known(ask)));
  }

  private Reply create(Ask ask) throws Refused {
    Body body = Body.of(ask);
    Organization fresh =
        Organization.begin(Ids.uuid(secure), body.text("name", LONGEST_NAME), clock.instant());
    Organization made = terms(body, fresh, Optional.empty());
    body.end();
    if (tenants.organizations().size() >= MOST) {
      throw conflict("There are " + MOST + " organizations; remove some first.");
    }
    tenants.add(made, Ids.uuid(secure));
    return Reply.created(data(made));
  }

  private Reply change(Ask ask) throws Refused {
    Organization now = known(ask);
    Body body = Body.of(ask);
    Organization next = terms(body, now, Optional.of(clock.instant()));
    body.end();
    tenants.change(next);
    return Reply.personal(data(next));
  }

  /** What the body says; what it does not name stays as it is, and null is the configuration's. */
  private static Organization terms(Body body, Organization now, Optional<Instant> changed)
      throws Refused {
    return new Organization(
        now.id(),
        body.has("name") ? body.text("name", LONGEST_NAME) : now.name(),
        body.has("markup_percent")
            ? body.percent("markup_percent", SpendingConfig.MOST_PERCENT).map(Markup::new)
            : now.markup(),
        body.has("prepaid") ? body.flag("prepaid") : now.prepaid(),
        body.has("low_balance") ? body.amount("low_balance") : now.lowBalance(),
        now.createdAt(),
        changed);
  }

  /** One that has paid or spent anything stays, because its books do. */
  private Reply delete(Ask ask) throws Refused {
    Organization organization = known(ask);
    if (organization.id().equals(Organization.OPERATOR)) {
      throw conflict("The operator's organization cannot be deleted.");
    }
    if (!credits.entries(organization.id(), 0, 1).isEmpty()
        || !credits.usage(organization.id()).isZero()) {
      throw conflict(
          "The organization has paid or spent something, which stays in the books, and so does"
              + " it. Delete its keys, and nothing more is spent.");
    }
    if (!tenants.removeOrganization(organization.id())) {
      throw conflict("The organization has keys; delete them first.");
    }
    return Reply.personal(
        new JsonWriter().beginObject().field("deleted", true).endObject().toBytes());
  }

  private static Refused conflict(String message) {
    return new Refused(Fault.client(Fault.Kind.CONFLICT, message));
  }

  private Organization known(Ask ask) throws Refused {
    String id = ask.organization(tenants, Optional.of(ask.name()));
    return tenants
        .organization(id)
        .orElseThrow(() -> new Refused(Fault.client(Fault.Kind.NOT_FOUND, "It is gone.")));
  }

  private byte[] data(Organization organization) {
    JsonWriter out = new JsonWriter().beginObject().name("data");
    write(out, organization);
    return out.endObject().toBytes();
  }

  private void write(JsonWriter out, Organization organization) {
    out.beginObject().field("id", organization.id()).field("name", organization.name());
    out.name("markup_percent");
    organization.markup().map(Markup::percent).ifPresentOrElse(out::value, out::nullValue);
    out.name("prepaid");
    organization.prepaid().ifPresentOrElse(out::value, out::nullValue);
    out.name("low_balance");
    organization.lowBalance().ifPresentOrElse(low -> out.value(low.usd()), out::nullValue);
    out.field("total_credits", credits.total(organization.id()).usd())
        .field("total_usage", credits.usage(organization.id()).usd())
        .field("created_at", organization.createdAt().toString());
    Fields.text(out, "updated_at", organization.updatedAt().map(Instant::toString));
    out.endObject();
  }
}
