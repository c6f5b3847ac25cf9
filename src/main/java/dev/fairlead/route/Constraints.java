package dev.fairlead.route;

import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What account, key and configuration have to say about routing.
 *
 * @param restrictions of every layer; the request's own stand in its wish
 * @param defaultSort the account's, for requests that name none; it opts out of automatic Exacto
 */
public record Constraints(List<Restriction> restrictions, Optional<Sort> defaultSort) {
  public static final Constraints NONE = new Constraints(List.of(), Optional.empty());

  public Constraints {
    restrictions = List.copyOf(restrictions);
  }

  public static Constraints of(Restriction... restrictions) {
    return new Constraints(List.of(restrictions), Optional.empty());
  }

  /** All restrictions that hold for a request: its own first, for it is what its sender knows. */
  List<Restriction> mergedWith(RoutingWish wish) {
    List<Restriction> all = new ArrayList<>(restrictions.size() + 1);
    all.add(wish.restriction());
    all.addAll(restrictions);
    return all;
  }

  void write(JsonWriter out) {
    out.beginObject().name("restrictions").beginArray();
    restrictions.forEach(restriction -> restriction.write(out));
    out.endArray();
    defaultSort.ifPresent(sort -> out.field("default_sort", sort.word()));
    out.endObject();
  }

  static Constraints read(JsonNode node) {
    List<Restriction> restrictions = new ArrayList<>();
    node.get("restrictions").items().forEach(item -> restrictions.add(Restriction.read(item)));
    return new Constraints(restrictions, Sort.of(node.get("default_sort").textOr("")));
  }
}
