package dev.fairlead.ledger;

import dev.fairlead.identity.Scope;
import dev.fairlead.money.Money;
import java.util.List;

/**
 * Money that is kept for one exchange from before its dispatch to its end. Ends exactly once, by
 * {@link Ledger#settle} or {@link Ledger#release}; ending it again changes nothing.
 */
public final class Hold implements Held {
  private final String id;
  private final List<Scope> scopes;
  private final Money amount;
  private final long day;
  private boolean ended;

  Hold(String id, List<Scope> scopes, Money amount, long day) {
    this.id = id;
    this.scopes = scopes.stream().distinct().toList();
    this.amount = amount;
    this.day = day;
  }

  public String id() {
    return id;
  }

  public Money amount() {
    return amount;
  }

  List<Scope> scopes() {
    return scopes;
  }

  /** The day of its admission, counted from 1970. */
  long day() {
    return day;
  }

  /** True for the first who asks. Guarded by the ledger. */
  boolean end() {
    boolean first = !ended;
    ended = true;
    return first;
  }
}
