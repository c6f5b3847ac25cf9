package dev.fairlead.attempt;

import dev.fairlead.canon.Edit;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.http.Headers;
import dev.fairlead.protocol.Inbound;
import java.util.List;

/**
 * What is to be done for one exchange: a request, and who may answer it, in order.
 *
 * @param edits what policies want changed
 * @param endpoints the plan's endpoints, best first
 * @param thinks the models think before they speak, so that the first piece may take its time
 * @param passOn headers of the caller that the provider shall see
 * @param beganNanos when the request arrived
 */
public record Errand(
    Inbound inbound,
    List<Edit> edits,
    List<Endpoint> endpoints,
    boolean thinks,
    Headers passOn,
    long beganNanos,
    Health health) {
  public Errand {
    edits = List.copyOf(edits);
    endpoints = List.copyOf(endpoints);
  }
}
