package dev.fairlead.ledger.simulation;

import dev.fairlead.ledger.LeaseCharge;
import dev.fairlead.ledger.LeaseReply;
import dev.fairlead.ledger.LeaseRequest;
import java.util.List;
import java.util.Set;

/** What nodes and the authority tell each other. */
sealed interface Message {
  /** The same in every run, as a record's own hash is not. */
  default long digest() {
    return switch (this) {
      case Hello m -> m.node().hashCode() * 31L + m.incarnation().hashCode();
      case Begun m -> m.incarnation().hashCode() * 31L + m.epoch();
      case Renew m -> {
        long all = m.request().epoch() * 31 + m.request().serial();
        for (LeaseRequest.Line line : m.request().lines()) {
          all = all * 31 + line.keepNano() * 17 + line.heldNano() * 7 + line.needNano();
        }
        yield all;
      }
      case Renewed m -> {
        long all = m.reply().serial() * 31 + m.reply().day();
        for (LeaseReply.Line line : m.reply().lines()) {
          all = all * 31 + line.grantedNano() * 4 + (line.scarce() ? 2 : line.refused() ? 1 : 0);
        }
        yield all;
      }
      case Settle m -> {
        long all = 1;
        for (LeaseCharge charge : m.charges()) {
          all = all * 31 + charge.id().hashCode() * 17L + charge.nano();
        }
        yield all;
      }
      case Booked m -> m.ids().hashCode();
    };
  }

  record Hello(String node, String incarnation) implements Message {}

  record Begun(String incarnation, long epoch) implements Message {}

  record Renew(LeaseRequest request) implements Message {}

  record Renewed(LeaseReply reply) implements Message {}

  record Settle(List<LeaseCharge> charges) implements Message {}

  record Booked(Set<String> ids) implements Message {}
}
