package dev.fairlead.ledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Watches the lives of nodes by a monotonic clock of its own: a life whose serial number has not
 * changed for as long as the terms say has stopped, and what it had admitted has ended. Anybody may
 * watch; what is watched is not durable, and begins anew with the watcher.
 */
final class LeaseWatch {
  private record Life(String node, long epoch) {}

  private record Seen(long serial, long sinceNanos) {}

  private final LeaseTerms terms;
  private Map<Life, Seen> seen = new HashMap<>();

  LeaseWatch(LeaseTerms terms) {
    this.terms = terms;
  }

  /**
   * Those whose time is over.
   *
   * @param sessions all that have not ended
   */
  List<LeaseBook.Session> over(Collection<LeaseBook.Session> sessions, long nanos) {
    Map<Life, Seen> now = new HashMap<>();
    List<LeaseBook.Session> over = new ArrayList<>();
    for (LeaseBook.Session session : sessions) {
      Life life = new Life(session.node(), session.epoch());
      Seen last = seen.get(life);
      if (last == null || last.serial() != session.serial()) {
        last = new Seen(session.serial(), nanos);
      } else if (nanos - last.sinceNanos() >= terms.returnNanos()) {
        over.add(session);
      }
      now.put(life, last);
    }
    seen = now;
    over.sort(
        Comparator.comparing(LeaseBook.Session::node).thenComparing(LeaseBook.Session::epoch));
    return over;
  }
}
