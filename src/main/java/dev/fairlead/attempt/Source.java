package dev.fairlead.attempt;

import dev.fairlead.catalog.Endpoint;
import dev.fairlead.journal.AttemptRecord;

/** An attempt; after its commit point, what the relay drinks from. Confined to the loop. */
public interface Source {
  Endpoint endpoint();

  /** The name of the credential that was shown. */
  String credential();

  /** What is known of it by now. */
  AttemptRecord record();

  /** Gives what came before the commit point, and from now on what comes. */
  void drainTo(Sink sink);

  /** The caller reads too slowly: stop reading. The idle deadline is stopped, too. */
  void pause();

  void resume();

  /** Gives the answer up and closes its connection. */
  void cancel();
}
