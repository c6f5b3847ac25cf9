package dev.fairlead.identity;

import dev.fairlead.money.Markup;
import dev.fairlead.money.Money;
import java.time.Instant;
import java.util.Optional;

/**
 * Who pays. What it does not say of money is as the configuration has it.
 *
 * @param markup what it pays beyond what providers ask
 * @param prepaid it spends nothing beyond the credits that it bought
 * @param lowBalance of its credits; below it, it is told
 */
public record Organization(
    String id,
    String name,
    Optional<Markup> markup,
    Optional<Boolean> prepaid,
    Optional<Money> lowBalance,
    Instant createdAt,
    Optional<Instant> updatedAt) {
  /** The id of the operator's own. Its management keys look after all others. */
  public static final String OPERATOR = "default";

  /** One that says nothing of money. */
  public static Organization begin(String id, String name, Instant now) {
    return new Organization(
        id, name, Optional.empty(), Optional.empty(), Optional.empty(), now, Optional.empty());
  }

  public Scope scope() {
    return new Scope(Scope.Kind.ORGANIZATION, id);
  }
}
