package dev.fairlead.api;

import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Refused;
import dev.fairlead.identity.Principal;
import dev.fairlead.journal.Journal;
import dev.fairlead.operation.Ask;
import dev.fairlead.operation.Fields;
import dev.fairlead.operation.Reply;
import dev.fairlead.route.Decision;
import dev.fairlead.route.PlanRecord;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.MalformedJson;
import java.util.List;

/** What became of one request: its record, and the decision behind it. */
final class GenerationOperation {
  private final Journal journal;

  GenerationOperation(Journal journal) {
    this.journal = journal;
  }

  /** {@code GET /generation?id=}. */
  Reply generation(Ask ask) throws Refused {
    Json record = read(kept(ask).json());
    JsonWriter out = new JsonWriter().beginObject().field("data", record.root().raw());
    return Reply.personal(out.endObject().toBytes());
  }

  /**
   * {@code GET /generation/decision?id=}: what the plan read and decided. With {@code
   * recompute=true} it is decided once more from what was read, and compared.
   */
  Reply decision(Ask ask) throws Refused {
    byte[] json = kept(ask).decision();
    if (json.length == 0) {
      throw new Refused(
          Fault.client(
              Fault.Kind.NOT_FOUND,
              "Generation '" + ask.parameter("id").orElse("") + "' has no decision on record."));
    }
    Json record = read(json);
    JsonWriter out = new JsonWriter(4096).beginObject().field("data", record.root().raw());
    if (ask.parameter("recompute").filter("true"::equals).isPresent()) {
      recomputed(out, PlanRecord.read(record.root()));
    }
    return Reply.personal(out.endObject().toBytes());
  }

  private static void recomputed(JsonWriter out, PlanRecord record) {
    Decision again = record.recompute();
    out.name("recomputed")
        .beginObject()
        .field("equal", again.equals(record.decision()))
        .field("strategy", again.strategy());
    List<String> ranked = again.ranked().stream().map(Decision.Ranked::endpoint).toList();
    Fields.texts(out, "ranked", ranked);
    out.endObject();
  }

  private Journal.Kept kept(Ask ask) throws Refused {
    String id = ask.parameter("id").orElse("");
    if (id.isEmpty()) {
      throw Refused.invalid("id: is missing: the query parameter with the generation's id.");
    }
    Principal caller = ask.principal();
    return journal
        .find(id)
        .filter(kept -> mayRead(caller, kept))
        .orElseThrow(
            () ->
                new Refused(
                    Fault.client(
                        Fault.Kind.NOT_FOUND,
                        "Generation '" + id + "' is not known to this key.")));
  }

  /** Its own; a management key those of its organization, and the operator's all. */
  private static boolean mayRead(Principal caller, Journal.Kept kept) {
    return kept.keyId().equals(caller.keyId()) || caller.manages(kept.organization());
  }

  private static Json read(byte[] own) {
    try {
      return Json.read(own, JsonLimits.RESPONSE);
    } catch (MalformedJson e) {
      throw new IllegalStateException("a record of ours is damaged", e);
    }
  }
}
