package dev.fairlead.attempt;

/**
 * Bounds the load that retries add to a failing world: every first try earns a share of a retry,
 * and a retry spends a whole one. Shared between loops; its own lock guards it.
 */
public final class RetryBudget {
  private final double earned;
  private final double most;
  private double balance;

  /**
   * @param earned retries that one first try earns
   * @param most retries that can be saved up, and the number at the start
   */
  public RetryBudget(double earned, double most) {
    this.earned = earned;
    this.most = most;
    this.balance = most;
  }

  /** A request's first try has been made. */
  public synchronized void firstTry() {
    balance = Math.min(most, balance + earned);
  }

  /** True when a retry may be made; it is then spent. */
  public synchronized boolean spend() {
    if (balance < 1) {
      return false;
    }
    balance -= 1;
    return true;
  }
}
