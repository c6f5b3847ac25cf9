package dev.fairlead.attempt;

import dev.fairlead.canon.Fault;
import dev.fairlead.catalog.Endpoint;

/** Asked before a call goes out: somebody whom nobody reckoned with may have limits of its own. */
public interface Gate {
  /** What the gate says. */
  sealed interface Answer {}

  record Open() implements Answer {}

  /**
   * @param why it is not asked
   */
  record Shut(Fault why) implements Answer {}

  /**
   * To be asked again shortly.
   *
   * @param otherwise why it is not asked, where nobody waits any longer
   */
  record Later(Fault otherwise) implements Answer {}

  Answer OPEN = new Open();

  /** Whether the endpoint may be called; a yes counts as a call. */
  Answer ask(Endpoint endpoint);
}
