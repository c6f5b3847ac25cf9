package dev.fairlead.ledger.simulation;

import dev.fairlead.ledger.LeaseBook;
import dev.fairlead.ledger.LeaseCharge;
import dev.fairlead.ledger.LeaseReply;
import dev.fairlead.ledger.LeaseRequest;
import dev.fairlead.ledger.LeaseTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The book behind the network, with the bugs that can be planted before it. */
final class Authority {
  private final LeaseTerms terms;
  private final Bug bug;
  private final Map<String, Integer> copies = new HashMap<>();
  private final Map<String, Long> current = new HashMap<>();
  private long served;
  private LeaseBook book;

  Authority(LeaseTerms agreed, Bug bug) {
    this.bug = bug;
    this.terms =
        bug == Bug.RETURNED_EARLY
            ? new LeaseTerms(agreed.term().dividedBy(3), Duration.ZERO, 0)
            : agreed;
    this.book = new LeaseBook(terms, LeaseBook.Books.EMPTY);
  }

  LeaseBook book() {
    return book;
  }

  /** Only what is durable comes back. */
  void crash() {
    book = new LeaseBook(terms, book.books());
  }

  Optional<Message> hear(Message message, Checker checker) {
    return switch (message) {
      case Message.Hello hello -> {
        long epoch = book.begin(hello.node(), hello.incarnation());
        current.put(hello.node(), epoch);
        yield Optional.of(new Message.Begun(hello.incarnation(), epoch));
      }
      case Message.Renew renew -> Optional.of(new Message.Renewed(renew(renew.request())));
      case Message.Settle settle -> Optional.of(settle(settle.charges(), checker));
      case Message.Begun m -> throw new IllegalStateException("not for the authority: " + m);
      case Message.Renewed m -> throw new IllegalStateException("not for the authority: " + m);
      case Message.Booked m -> throw new IllegalStateException("not for the authority: " + m);
    };
  }

  private LeaseReply renew(LeaseRequest asked) {
    if (bug != Bug.UNFENCED) {
      return book.renew(asked);
    }
    long epoch = current.getOrDefault(asked.node(), asked.epoch());
    LeaseReply reply = book.renew(new LeaseRequest(asked.node(), epoch, ++served, asked.lines()));
    return new LeaseReply(
        asked.node(), asked.epoch(), asked.serial(), reply.fenced(), reply.day(), reply.lines());
  }

  private Message settle(List<LeaseCharge> charges, Checker checker) {
    List<LeaseCharge> asBooked = new ArrayList<>();
    for (LeaseCharge c : charges) {
      int copy = bug == Bug.BOOKED_TWICE ? copies.merge(c.id(), 1, Integer::sum) : 1;
      asBooked.add(
          copy == 1
              ? c
              : new LeaseCharge(c.id() + "#" + copy, c.node(), c.epoch(), c.budgets(), c.nano()));
    }
    List<LeaseBook.Booked> results = book.settle(asBooked);
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < charges.size(); i++) {
      LeaseBook.Booked result = results.get(i);
      String id = charges.get(i).id();
      checker.booked(
          charges.get(i), new LeaseBook.Booked(id, result.chargeNano(), result.absorbedNano()));
      ids.add(id);
    }
    return new Message.Booked(ids);
  }

  /** True when something has come back. */
  boolean expire(long nanos, Set<Checker.Life> serving, Checker checker) {
    List<LeaseBook.Session> ended = book.expire(nanos);
    for (LeaseBook.Session session : ended) {
      Checker.Life life = new Checker.Life(session.node(), session.epoch());
      checker.returned(life, serving.contains(life));
    }
    return !ended.isEmpty();
  }
}
