package dev.fairlead.ledger.simulation;

import dev.fairlead.ledger.LeaseCharge;
import dev.fairlead.ledger.LeaseReply;
import dev.fairlead.ledger.LeaseRequest;
import java.util.List;
import java.util.Set;

/** What nodes and the authority tell each other. */
sealed interface Message {
  record Hello(String node, String incarnation) implements Message {}

  record Begun(String incarnation, long epoch) implements Message {}

  record Renew(LeaseRequest request) implements Message {}

  record Renewed(LeaseReply reply) implements Message {}

  record Settle(List<LeaseCharge> charges) implements Message {}

  record Booked(Set<String> ids) implements Message {}
}
