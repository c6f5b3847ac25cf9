package dev.fairlead.api;

import dev.fairlead.canon.Refused;
import dev.fairlead.catalog.Provider;
import dev.fairlead.exchange.Corridor;
import dev.fairlead.identity.Workspace;
import dev.fairlead.ledger.Activity;
import dev.fairlead.operation.Ask;
import dev.fairlead.operation.Reply;
import dev.fairlead.wire.JsonWriter;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * {@code GET /activity}: what was used, by day, model and endpoint. For management keys, as at
 * OpenRouter; of the last 30 days that are over, or of the one that is asked for, today included.
 */
final class ActivityOperation {
  private static final int DAYS = 30;

  private final Corridor corridor;

  ActivityOperation(Corridor corridor) {
    this.corridor = corridor;
  }

  Reply activity(Ask ask) throws Refused {
    LocalDate today = LocalDate.ofInstant(corridor.clock().instant(), ZoneOffset.UTC);
    Optional<LocalDate> only = day(ask, today);
    LocalDate from = only.orElse(today.minusDays(DAYS));
    LocalDate to = only.map(day -> day.plusDays(1)).orElse(today);
    boolean byWorkspace = byWorkspace(ask);
    Activity.Of of = of(ask);
    JsonWriter out = new JsonWriter(4_096).beginObject().name("data").beginArray();
    for (Activity activity : corridor.ledger().activity(from, to, of, byWorkspace)) {
      write(out, activity);
    }
    return Reply.personal(out.endArray().endObject().toBytes());
  }

  private Activity.Of of(Ask ask) throws Refused {
    String organization = ask.organization(corridor.tenants());
    Optional<String> workspace = // one that is gone has its id left
        ask.parameter("workspace_id")
            .map(
                named ->
                    corridor
                        .tenants()
                        .workspace(organization, named)
                        .map(Workspace::id)
                        .orElse(named));
    return new Activity.Of(organization, workspace, ask.parameter("api_key_hash"));
  }

  private static boolean byWorkspace(Ask ask) throws Refused {
    Optional<String> group = ask.parameter("group_by");
    if (group.filter(word -> !word.equals("workspace")).isPresent()) {
      throw Refused.invalid("group_by: must be workspace.");
    }
    return group.isPresent();
  }

  private static Optional<LocalDate> day(Ask ask, LocalDate today) throws Refused {
    Optional<String> date = ask.parameter("date");
    if (date.isEmpty()) {
      return Optional.empty();
    }
    try {
      LocalDate day = LocalDate.parse(date.get());
      if (!day.isAfter(today) && !day.isBefore(today.minusDays(DAYS))) {
        return Optional.of(day);
      }
    } catch (DateTimeParseException e) {
      // told below, together with days that are out of bounds
    }
    throw Refused.invalid(
        "date: must be a day in UTC as YYYY-MM-DD, one of the last "
            + DAYS
            + " or today ("
            + today
            + ").");
  }

  private void write(JsonWriter out, Activity activity) {
    String name =
        corridor
            .catalog()
            .get()
            .provider(activity.provider())
            .map(Provider::name)
            .orElse(activity.provider());
    out.beginObject()
        .field("date", activity.day().toString())
        .field("model", activity.model())
        .field("model_permaslug", activity.model())
        .field("endpoint_id", activity.endpoint())
        .field("provider_name", name)
        .field("usage", activity.usage().usd())
        .field("byok_usage_inference", activity.own().usd())
        .field("requests", activity.requests())
        .field("prompt_tokens", activity.prompt())
        .field("completion_tokens", activity.completion())
        .field("reasoning_tokens", activity.reasoning());
    activity.workspace().ifPresent(id -> out.field("workspace_id", id));
    out.endObject();
  }
}
