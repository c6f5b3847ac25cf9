package dev.fairlead.ledger;

/** Whether a node may begin a call. */
public sealed interface LeaseAdmission {
  /** Money is held under every budget; ends by {@code settle} or {@code release}. */
  record Admitted(String id) implements LeaseAdmission {}

  /**
   * Nothing is held under any.
   *
   * @param budget the first that did not have it
   * @param leftNano what of it this node has idle or could be granted, as it was last told
   */
  record Refused(BudgetPeriod budget, Reason reason, long leftNano) implements LeaseAdmission {
    /** What to do about it. */
    public String text() {
      return switch (reason) {
        case SPENT ->
            "the budget "
                + budget
                + " has not enough left: raise it or wait for its next"
                + " period";
        case ASKED ->
            "this node has not enough of the budget "
                + budget
                + " and has asked for"
                + " more: try again shortly";
        case SILENT ->
            "this node holds no valid lease on the budget "
                + budget
                + " because the"
                + " ledger has not answered: try again later";
      };
    }
  }

  /** Why not. */
  enum Reason {
    /** The authority has said that there is not enough, neither free nor with others: 402. */
    SPENT,
    /** The node's part is used up and more is asked for: 503, soon over. */
    ASKED,
    /** The authority is silent, and the node has stopped: 503. */
    SILENT
  }
}
