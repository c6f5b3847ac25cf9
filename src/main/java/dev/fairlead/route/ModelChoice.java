package dev.fairlead.route;

import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import java.util.List;
import java.util.Optional;

/**
 * One of the models that a request names, found in the catalog or not.
 *
 * @param named as the caller wrote it
 * @param id the catalog's; as named when it was not found
 * @param expired on the day of the request it was gone
 * @param sort what its name's variants ask for
 * @param admitsPriority its name admits endpoints of the priority tier
 * @param admitsFlex its name admits endpoints of the flex tier
 * @param suggestions known models with a name like it; only where it was not found
 */
public record ModelChoice(
    String named,
    String id,
    State state,
    boolean expired,
    Optional<Sort> sort,
    boolean admitsPriority,
    boolean admitsFlex,
    List<String> suggestions) {

  /** What the catalog says to the name. */
  public enum State {
    KNOWN,
    UNKNOWN,
    /** A free variant that there is no more, of a model that there is. */
    FREE_ENDED,
    /** A variant that was never a row, of a model that there is. */
    NO_VARIANT
  }

  public ModelChoice {
    suggestions = List.copyOf(suggestions);
  }

  void write(JsonWriter out) {
    out.beginObject().field("named", named).field("id", id).field("state", state.name());
    Words.flag(out, "expired", expired);
    sort.ifPresent(by -> out.field("sort", by.word()));
    Words.flag(out, "admits_priority", admitsPriority);
    Words.flag(out, "admits_flex", admitsFlex);
    Words.write(out, "suggestions", suggestions);
    out.endObject();
  }

  static ModelChoice read(JsonNode node) {
    return new ModelChoice(
        node.get("named").textOr(""),
        node.get("id").textOr(""),
        State.valueOf(node.get("state").textOr("UNKNOWN")),
        node.get("expired").boolOr(false),
        Sort.of(node.get("sort").textOr("")),
        node.get("admits_priority").boolOr(false),
        node.get("admits_flex").boolOr(false),
        Words.read(node.get("suggestions")));
  }
}
