package dev.fairlead.route;

import dev.fairlead.canon.Refused;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import java.time.Instant;

/**
 * What a plan read and what it decided. Written with every generation; read back, it decides again
 * without the catalog, the signals or the policy of that moment: {@link #recompute} gives the same
 * decision as long as this program's rules are the same.
 */
public final class PlanRecord {
  private static final int FORMAT = 1;

  private final Question question;
  private final Decision decision;

  PlanRecord(Question question, Decision decision) {
    this.question = question;
    this.decision = decision;
  }

  public Decision decision() {
    return decision;
  }

  public Instant at() {
    return question.now();
  }

  public long seed() {
    return question.seed();
  }

  public String catalogVersion() {
    return question.catalogVersion();
  }

  public String policyVersion() {
    return question.policyVersion();
  }

  Question question() {
    return question;
  }

  /** Decides once more from what was read. */
  public Decision recompute() {
    return Decider.decide(question);
  }

  public void write(JsonWriter out) {
    out.beginObject().field("format", FORMAT);
    question.write(out.name("read"));
    decision.write(out.name("decided"));
    out.endObject();
  }

  /** Reads what {@link #write} wrote; anything else is refused. */
  public static PlanRecord read(JsonNode node) throws Refused {
    if (node.get("format").longOr(0) != FORMAT) {
      throw Refused.invalid("format: this is no plan record of format " + FORMAT);
    }
    try {
      return new PlanRecord(Question.read(node.get("read")), Decision.read(node.get("decided")));
    } catch (RuntimeException e) {
      throw Refused.invalid("this is no plan record: " + e.getMessage());
    }
  }
}
