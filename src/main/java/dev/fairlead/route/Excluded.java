package dev.fairlead.route;

import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;

/**
 * An endpoint that is not in the plan, and why.
 *
 * @param credential the name of the credential it would have been called with; empty for none
 * @param detail what was compared with what
 * @param setBy where the rule was set: {@code request}, {@code key}, {@code organization}, {@code
 *     config}, {@code catalog}, {@code health}, …
 */
public record Excluded(
    String endpoint,
    String model,
    String provider,
    String credential,
    Rule rule,
    String detail,
    String setBy) {

  static Excluded of(Candidate candidate, Rule rule, String detail, String setBy) {
    Facts facts = candidate.facts();
    return new Excluded(
        facts.endpoint(),
        facts.model(),
        facts.provider(),
        candidate.credential(),
        rule,
        detail,
        setBy);
  }

  void write(JsonWriter out) {
    out.beginObject()
        .field("endpoint", endpoint)
        .field("model", model)
        .field("provider", provider)
        .field("credential", credential)
        .field("rule", rule.code())
        .field("detail", detail)
        .field("set_by", setBy)
        .endObject();
  }

  static Excluded read(JsonNode node) {
    return new Excluded(
        node.get("endpoint").textOr(""),
        node.get("model").textOr(""),
        node.get("provider").textOr(""),
        node.get("credential").textOr(""),
        Rule.of(node.get("rule").textOr(""))
            .orElseThrow(() -> new IllegalArgumentException("no rule: " + node.get("rule"))),
        node.get("detail").textOr(""),
        node.get("set_by").textOr(""));
  }
}
