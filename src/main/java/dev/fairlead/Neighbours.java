package dev.fairlead;

import dev.fairlead.ledger.Ledger;
import dev.fairlead.store.Claim;
import dev.fairlead.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Looks after the nodes beside this one on its machine: of one that has died, what it had not
 * posted is posted, and its leases come back at once. Confined to one thread.
 */
final class Neighbours {
  private static final System.Logger LOG = System.getLogger("fairlead.cluster");
  private static final Duration BETWEEN = Duration.ofSeconds(2);

  private final NodeFolder home;
  private final Ledger ledger;
  private final Map<Path, FileTime> adopted = new HashMap<>();

  Neighbours(NodeFolder home, Ledger ledger) {
    this.home = home;
    this.ledger = ledger;
  }

  /** Looks once, and says when to look again. */
  Duration look() {
    try {
      home.others().forEach(this::look);
    } catch (StoreFailure e) {
      LOG.log(System.Logger.Level.WARNING, "cannot look after other nodes: " + e.getMessage());
    }
    return BETWEEN;
  }

  private void look(Path folder) {
    try {
      FileTime begun = Files.getLastModifiedTime(folder.resolve(Claim.FILE));
      if (begun.equals(adopted.get(folder))) {
        return;
      }
      Optional<Claim> claim = Claim.tryBorrow(folder);
      if (claim.isPresent()) {
        try (Claim borrowed = claim.get()) {
          String node = NodeFolder.name(folder);
          if (ledger.adopt(NodeFolder.log(folder), node)) {
            LOG.log(
                System.Logger.Level.WARNING,
                "node {0} in {1} has died; its settlements are posted and its leases are back",
                node,
                folder);
          }
          adopted.put(folder, begun);
        }
      }
    } catch (IOException | StoreFailure e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "cannot look after the node in " + folder + ": " + e.getMessage());
    }
  }
}
