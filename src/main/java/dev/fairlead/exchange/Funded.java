package dev.fairlead.exchange;

import dev.fairlead.canon.Edit;
import dev.fairlead.canon.Loss;
import dev.fairlead.ledger.Hold;
import dev.fairlead.route.Leg;
import java.util.List;

/**
 * The money is there.
 *
 * @param legs those that it pays for, in their order
 * @param edits what is to be asked for instead, so that it does
 * @param losses what of the request and of its plan is not done, because it costs too much
 * @param outputTokens the longest answer that it pays for
 * @param notices budgets that are passed but do not refuse, in words
 */
record Funded(
    Hold hold,
    List<Leg> legs,
    List<Edit> edits,
    List<Loss> losses,
    long outputTokens,
    List<String> notices) {
  Funded {
    legs = List.copyOf(legs);
    edits = List.copyOf(edits);
    losses = List.copyOf(losses);
    notices = List.copyOf(notices);
  }
}
