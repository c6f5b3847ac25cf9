package dev.fairlead.limit;

import dev.fairlead.config.Per;
import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Limits that several nodes share: each lets in what fits in its own share, and the shares of all
 * nodes together never pass the limit. A node keeps a share that is at least what counts in its own
 * window, gives back what is idle when somebody else waits for it, and asks for more when it needs
 * it. So at the end of any window, what all nodes let in within it is at most the sum of their
 * shares. A share is good for the term of the node's lease, and of a node that is gone it stays
 * taken until nothing of it can count any more.
 *
 * <p>Guarded by the limiter, except for {@link #beat}'s look at the table.
 */
public final class Shares {
  public static final List<Migration> MIGRATIONS = ShareTable.MIGRATIONS;

  /** What was unused for so long is given back, so that the next who asks need not wait. */
  private static final Duration UNUSED = Duration.ofSeconds(10);

  /** What counts is told at least as often, so that others know what is left. */
  private static final Duration TOLD = Duration.ofSeconds(2);

  /** One share, as this node knows it. */
  private static final class Share {
    private final Counter.Key key;
    private final String name;
    private long total;
    private long granted;
    private long heard;
    private long told;
    private long toldNanos;
    private long need;
    private long usedNanos;
    private long reachable = Long.MAX_VALUE;
    private long elsewhere;
    private boolean wanted;

    private Share(Counter.Key key) {
      this.key = key;
      this.name = text(key);
    }
  }

  private final ShareTable table;
  private final Duration term;
  private final Duration longestCall;
  private final Map<Counter.Key, Share> shares = new HashMap<>();
  private long untilNanos;
  private volatile boolean leaving;
  private boolean valid;

  /**
   * @param term of the leases of this node
   * @param longestCall how long a call counts at most that nobody has heard of any more
   */
  public Shares(Database database, Duration term, Duration longestCall) {
    this.table = new ShareTable(database);
    this.term = term;
    this.longestCall = longestCall;
  }

  // ---------------------------------------------------------------- guarded by the limiter

  /** False when this node has been silent for so long that it must not let anybody in. */
  boolean serve(long now) {
    return valid && now - untilNanos < 0;
  }

  private Share share(Counter.Key key) {
    return shares.computeIfAbsent(key, Share::new);
  }

  /** What this node may let in of a limit, within a window. */
  long of(Counter.Key key, long total) {
    return Math.min(total, share(key).granted);
  }

  /** What counts at other nodes, as they last told. */
  long elsewhere(Counter.Key key) {
    Share share = shares.get(key);
    return share == null ? 0 : share.elsewhere;
  }

  /**
   * Notes that more is needed.
   *
   * @param more beside what this node has
   * @return false when there is no more to be had now, as it was last told
   */
  boolean need(Counter.Key key, long total, long more, long now) {
    Share share = share(key);
    share.total = total;
    share.usedNanos = now;
    share.need = Math.max(share.need, more);
    return more <= share.reachable;
  }

  void used(Counter.Key key, long total, long now) {
    Share share = share(key);
    share.total = total;
    share.usedNanos = now;
  }

  /** What is to be told now; what is given back is gone from here at once. */
  private List<ShareTable.Line> lines(Counters counters, long now, Map<String, Share> asked) {
    List<ShareTable.Line> lines = new ArrayList<>();
    shares.values().removeIf(share -> isOver(share, counters, now));
    for (Share share : shares.values()) {
      long used = counters.find(share.key, now).used(now);
      boolean idle = leaving || share.wanted || now - share.usedNanos > UNUSED.toNanos();
      if (idle && share.need == 0) {
        share.granted = used;
      }
      share.granted = Math.max(share.granted, used);
      boolean news =
          used != share.told && now - share.toldNanos > TOLD.toNanos()
              || share.granted != share.heard;
      if (share.need > 0 || news) {
        share.told = used;
        share.toldNanos = now;
        long window = share.key.per().map(Per::length).orElse(longestCall).toMillis();
        asked.put(share.name, share);
        lines.add(
            new ShareTable.Line(share.name, window, share.total, share.granted, used, share.need));
      }
    }
    return lines;
  }

  private static boolean isOver(Share share, Counters counters, long now) {
    return share.granted == 0
        && share.heard == 0
        && share.need == 0
        && counters.find(share.key, now).isIdle(now);
  }

  /** The same on every node. */
  private static String text(Counter.Key key) {
    return String.join(
        "/",
        key.scope().kind().word(),
        key.measure().word(),
        key.per().map(Per::word).orElse("now"),
        key.free() ? "free" : "all",
        key.shared() ? "slot" : "one",
        key.scope().id());
  }

  private void hear(ShareTable.Reply reply, Map<String, Share> asked, long sentNanos) {
    valid = true;
    untilNanos = sentNanos + term.toNanos();
    for (ShareTable.Told told : reply.told()) {
      Share share = asked.get(told.name());
      if (share != null) {
        share.granted = Math.max(share.granted, told.granted());
        share.heard = told.granted();
        share.reachable = told.free() + told.idleElsewhere();
        share.elsewhere = told.usedElsewhere();
        share.need = 0;
      }
    }
    for (Share share : shares.values()) {
      share.wanted = reply.wanted().contains(share.name);
    }
  }

  /** This node is about to end: with its next beat it gives back what is idle. */
  public void leave() {
    leaving = true;
  }

  // ---------------------------------------------------------------- the thread of the leases

  /**
   * Tells what this node keeps and needs, and hears what it has. Blocking.
   *
   * @param sentNanos before the node's leases were renewed
   */
  public void beat(Limiter limiter, String node, long epoch, long sentNanos) {
    Map<String, Share> asked = new HashMap<>();
    List<ShareTable.Line> lines = limiter.locked((counters, now) -> lines(counters, now, asked));
    ShareTable.Reply reply = table.renew(node, epoch, lines);
    limiter.locked(
        (counters, now) -> {
          if (reply.fenced()) {
            valid = false;
            shares.values().forEach(share -> share.granted = 0);
          } else {
            hear(reply, asked, sentNanos);
          }
          return true;
        });
  }
}
