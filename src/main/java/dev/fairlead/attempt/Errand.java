package dev.fairlead.attempt;

import dev.fairlead.canon.Edit;
import dev.fairlead.http.Headers;
import dev.fairlead.identity.Key;
import dev.fairlead.protocol.Inbound;
import dev.fairlead.route.Leg;
import java.util.List;

/**
 * What is to be done for one exchange: a request, and who may answer it, in order.
 *
 * @param edits what policies want changed
 * @param key whose turn it is, where calls wait for a provider
 * @param legs the plan's endpoints, each with its credential, best first
 * @param thinks the models think before they speak, so that the first piece may take its time
 * @param passOn headers of the caller that the provider shall see
 * @param beganNanos when the request arrived
 */
public record Errand(
    Inbound inbound,
    Key key,
    List<Edit> edits,
    List<Leg> legs,
    boolean thinks,
    Headers passOn,
    long beganNanos,
    Health health,
    Gate gate) {
  public Errand {
    edits = List.copyOf(edits);
    legs = List.copyOf(legs);
  }
}
