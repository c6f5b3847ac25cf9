package dev.fairlead.attempt;

import dev.fairlead.canon.Fault;
import dev.fairlead.catalog.Endpoint;
import java.util.OptionalLong;

/** What attempts ask and tell about the state of endpoints. Its other side is routing's. */
public interface Health {
  /** Whether the endpoint may be called now; a yes may be the one probe of an open breaker. */
  boolean admits(Endpoint endpoint);

  /** The call began to answer; the time to its first piece where it streams. */
  void served(Endpoint endpoint, OptionalLong firstTokenMillis);

  /**
   * @param credential the name of the one that was shown
   */
  void failed(Endpoint endpoint, String credential, Fault fault);
}
