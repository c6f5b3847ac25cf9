package dev.fairlead.config;

import java.time.Duration;

/**
 * What a node needs that shares its data with others.
 *
 * @param nodeData the folder of what each node keeps for itself: settlements that the books do not
 *     have yet; several nodes on one machine may name the same
 * @param lease how long a node goes on with what it has when the database is gone
 */
public record ClusterConfig(String nodeData, Duration lease) {
  public static final ClusterConfig DEFAULT = new ClusterConfig("./data", Duration.ofMinutes(2));

  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofHours(1);

  static ClusterConfig read(Section s) {
    ClusterConfig read =
        new ClusterConfig(
            s.text("node_data", DEFAULT.nodeData), s.duration("lease", DEFAULT.lease));
    if (read.lease.compareTo(SHORTEST) < 0 || read.lease.compareTo(LONGEST) > 0) {
      s.problem("lease", "must be between 1s and 1h", "leave it out for 2m");
      read = new ClusterConfig(read.nodeData, DEFAULT.lease);
    }
    s.end();
    return read;
  }
}
