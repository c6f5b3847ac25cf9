package dev.fairlead.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Refused;
import dev.fairlead.identity.Tenants;
import dev.fairlead.identity.Workspace;
import dev.fairlead.ledger.Budgets;
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
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * OpenRouter's {@code /workspaces}: parts of an organization with keys and budgets of their own.
 */
public final class WorkspaceOperations {
  private static final int LONGEST_SLUG = 50;
  private static final int LONGEST_NAME = 100;
  private static final int LONGEST_DESCRIPTION = 500;
  private static final int MOST = 1_000;

  /** What OpenRouter's workspaces also have, and ours do not: it may be sent as null or false. */
  private static final List<String> ABSENT =
      List.of(
          "default_text_model",
          "default_image_model",
          "default_provider_sort",
          "io_logging_api_key_ids",
          "is_data_discount_logging_enabled",
          "is_observability_broadcast_enabled",
          "is_observability_io_logging_enabled");

  private final Tenants tenants;
  private final Budgets budgets;
  private final InstantSource clock;
  private final RandomGenerator secure;

  public WorkspaceOperations(
      Tenants tenants, Budgets budgets, InstantSource clock, RandomGenerator secure) {
    this.tenants = tenants;
    this.budgets = budgets;
    this.clock = clock;
    this.secure = secure;
  }

  public List<Operation> operations() {
    return List.of(
        Operation.managed("GET", "/workspaces", this::list),
        Operation.managed("POST", "/workspaces", this::create),
        Operation.managed("GET", "/workspaces/{id}", this::show),
        Operation.managed("PATCH", "/workspaces/{id}", this::change),
        Operation.managed("DELETE", "/workspaces/{id}", this::delete));
  }

  private Reply list(Ask ask) throws Refused {
    int offset = Paging.number(ask, "offset", 0, Integer.MAX_VALUE).orElse(0);
    int limit = Paging.number(ask, "limit", 1, 100).orElse(50);
    List<Workspace> all = tenants.workspaces(ask.organization(tenants));
    JsonWriter out = new JsonWriter(4_096).beginObject().name("data").beginArray();
    all.stream().skip(offset).limit(limit).forEach(one -> write(out, one));
    return Reply.personal(out.endArray().field("total_count", all.size()).endObject().toBytes());
  }

  private Reply show(Ask ask) throws Refused {
    return Reply.personal(data(known(ask)));
  }

  private Reply create(Ask ask) throws Refused {
    Body body = Body.of(ask);
    String name = body.text("name", LONGEST_NAME);
    String slug = slug(body.text("slug", LONGEST_SLUG));
    Optional<String> description = body.textIfAny("description", LONGEST_DESCRIPTION);
    absent(body);
    String organization = ask.organization(tenants, body.textIfAny("organization_id", 64));
    body.end();
    if (tenants.workspaces(organization).size() >= MOST) {
      throw conflict("There are " + MOST + " workspaces; remove some first.");
    }
    Workspace made =
        new Workspace(
            Ids.uuid(secure),
            organization,
            slug,
            name,
            description,
            Optional.of(ask.principal().keyId()),
            clock.instant(),
            Optional.empty());
    if (!tenants.add(made)) {
      throw taken(slug);
    }
    return Reply.created(data(made));
  }

  private Reply change(Ask ask) throws Refused {
    Workspace now = known(ask);
    Body body = Body.of(ask);
    Workspace next =
        new Workspace(
            now.id(),
            now.organization(),
            body.has("slug") ? slug(body.text("slug", LONGEST_SLUG)) : now.slug(),
            body.has("name") ? body.text("name", LONGEST_NAME) : now.name(),
            body.has("description")
                ? body.textIfAny("description", LONGEST_DESCRIPTION)
                : now.description(),
            now.creator(),
            now.createdAt(),
            Optional.of(clock.instant()));
    absent(body);
    body.end();
    if (now.slug().equals(Workspace.DEFAULT) && !next.slug().equals(now.slug())) {
      throw conflict("The default workspace keeps its slug: keys that name none belong to it.");
    }
    if (!tenants.change(next)) {
      throw taken(next.slug());
    }
    return Reply.personal(data(next));
  }

  private Reply delete(Ask ask) throws Refused {
    Workspace workspace = known(ask);
    if (workspace.slug().equals(Workspace.DEFAULT)) {
      throw Refused.invalid("The default workspace cannot be deleted.");
    }
    if (!tenants.removeWorkspace(workspace.id())) {
      throw Refused.invalid("The workspace has keys; delete them first.");
    }
    budgets.kept().stream()
        .map(Budgets.Kept::budget)
        .filter(budget -> budget.scope().equals(workspace.scope()))
        .forEach(budgets::remove);
    return Reply.personal(
        new JsonWriter().beginObject().field("deleted", true).endObject().toBytes());
  }

  private static String slug(String text) throws Refused {
    if (!Workspace.isSlug(text)) {
      throw Refused.invalid(
          "slug: must have 1 to "
              + LONGEST_SLUG
              + " small letters and digits, with single hyphens between them.");
    }
    return text;
  }

  private static void absent(Body body) throws Refused {
    for (String name : ABSENT) {
      if (body.says(name)) {
        throw Refused.invalid(name + ": workspaces of this gateway have none; leave it out.");
      }
    }
  }

  private boolean ownCounts(Workspace workspace) {
    return budgets.kept().stream()
        .map(Budgets.Kept::budget)
        .anyMatch(budget -> budget.scope().equals(workspace.scope()) && budget.ownCounts());
  }

  private static Refused taken(String slug) {
    return conflict("Another workspace has the slug '" + slug + "'.");
  }

  private static Refused conflict(String message) {
    return new Refused(Fault.client(Fault.Kind.CONFLICT, message));
  }

  private Workspace known(Ask ask) throws Refused {
    return Ask.workspace(tenants, ask.organization(tenants), ask.name());
  }

  private byte[] data(Workspace workspace) {
    JsonWriter out = new JsonWriter().beginObject().name("data");
    write(out, workspace);
    return out.endObject().toBytes();
  }

  private void write(JsonWriter out, Workspace workspace) {
    String guardrail = "guardrail/" + workspace.id();
    out.beginObject()
        .field("id", workspace.id())
        .field("organization_id", workspace.organization())
        .field("slug", workspace.slug())
        .field("name", workspace.name());
    Fields.text(out, "description", workspace.description());
    out.field("default_guardrail_id", UUID.nameUUIDFromBytes(guardrail.getBytes(UTF_8)).toString());
    Fields.none(out, "default_text_model");
    Fields.none(out, "default_image_model");
    Fields.none(out, "default_provider_sort");
    out.field("include_byok_in_budgets", ownCounts(workspace))
        .field("is_observability_io_logging_enabled", false)
        .field("is_observability_broadcast_enabled", false)
        .field("is_data_discount_logging_enabled", false)
        .field("io_logging_sampling_rate", 1);
    Fields.none(out, "io_logging_api_key_ids");
    out.field("created_at", workspace.createdAt().toString());
    Fields.text(out, "updated_at", workspace.updatedAt().map(Instant::toString));
    Fields.text(out, "created_by", workspace.creator());
    out.endObject();
  }
}
