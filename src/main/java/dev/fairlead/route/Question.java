package dev.fairlead.route;

import dev.fairlead.canon.Refused;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All that a decision reads: the same question always has the same answer. What the catalog, the
 * signals and the credentials had to say is in the candidates.
 *
 * @param seed of the draws
 * @param patience how long a request may wait for a provider that wants to be left alone
 */
record Question(
    Instant now,
    long seed,
    String catalogVersion,
    String policyVersion,
    RoutingWish wish,
    List<ModelChoice> choices,
    RequestNeeds needs,
    Constraints constraints,
    Optional<Sticky> sticky,
    Duration patience,
    List<Candidate> candidates) {

  Question {
    choices = List.copyOf(choices);
    candidates = List.copyOf(candidates);
  }

  /** The number in [0, 1) that a pool of candidates is drawn by. */
  double draw(int pool) {
    long z = seed + (pool + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return ((z ^ (z >>> 31)) >>> 11) * 0x1.0p-53;
  }

  void write(JsonWriter out) {
    out.beginObject()
        .field("now", now.toString())
        .field("seed", seed)
        .field("catalog", catalogVersion)
        .field("policy", policyVersion)
        .field("patience_ms", patience.toMillis());
    wish.write(out.name("wish"));
    out.name("models").beginArray();
    choices.forEach(choice -> choice.write(out));
    out.endArray();
    needs.write(out.name("needs"));
    constraints.write(out.name("constraints"));
    sticky.ifPresent(pin -> pin.write(out.name("sticky")));
    out.name("candidates").beginArray();
    candidates.forEach(candidate -> candidate.write(out));
    out.endArray().endObject();
  }

  static Question read(JsonNode node) throws Refused {
    List<ModelChoice> choices = new ArrayList<>();
    node.get("models").items().forEach(item -> choices.add(ModelChoice.read(item)));
    List<Candidate> candidates = new ArrayList<>();
    node.get("candidates").items().forEach(item -> candidates.add(Candidate.read(item)));
    JsonNode sticky = node.get("sticky");
    return new Question(
        Instant.parse(node.get("now").textOr("")),
        node.get("seed").longOr(0),
        node.get("catalog").textOr(""),
        node.get("policy").textOr(""),
        RoutingWishReader.read(node.get("wish")),
        choices,
        RequestNeeds.read(node.get("needs")),
        Constraints.read(node.get("constraints")),
        sticky.isObject() ? Optional.of(Sticky.read(sticky)) : Optional.empty(),
        Duration.ofMillis(node.get("patience_ms").longOr(0)),
        candidates);
  }
}
