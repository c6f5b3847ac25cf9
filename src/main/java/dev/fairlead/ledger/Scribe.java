package dev.fairlead.ledger;

import dev.fairlead.store.AppendLog;
import dev.fairlead.store.Disk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes settlements down. One thread appends them to the log, as many in one record as have come
 * together, and they are durable; from there the {@link Poster} takes them to the books. What
 * stands in the log and perhaps not in the books is posted first.
 *
 * <p>A forced write costs as much for one settlement as for a hundred, and more than all else that
 * is done for a request. So a loop first brings what it has in hand to its end, and then presses
 * for all of that together; where nobody waits, a few milliseconds are let go by.
 *
 * <p>Threads: settlements are added from any loop, without waiting; what is to happen when they are
 * durable is handed to whatever they were added with, in one piece for each.
 */
final class Scribe implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("fairlead.ledger");
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final int BATCH = 1_024;
  private static final String LOG_NAME = "settlements-";
  private static final long SEGMENT_BYTES = 2 << 20;

  /** What comes together in one record of the log, where nobody waits for it. */
  private static final Duration UNHURRIED = Duration.ofMillis(5);

  /** More than this wait for the books only when these cannot be written. */
  private static final int MOST_UNPOSTED = 200_000;

  /**
   * @param loop where somebody waits; this thread's own where nobody does
   * @param durable what is to happen then
   */
  private record Pending(Settled settled, Executor loop, Runnable durable) {}

  private final Poster poster;
  private final Runnable sometimes;
  private final Runnable last;
  private final AppendLog log;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition ending = lock.newCondition();

  /** The record of the log that last says of an exchange how far it is; of the log's thread. */
  private final SequencedMap<String, Long> underWay = new LinkedHashMap<>();

  private final Thread writer;
  private List<Pending> queue = new ArrayList<>();
  private long settledCount;
  private volatile Found found;
  private boolean pressed;
  private boolean failing;
  private boolean closing;

  private Scribe(
      AppendLog log, Found found, Poster.Books books, Runnable sometimes, Runnable last) {
    this.poster = new Poster(books);
    this.sometimes = sometimes;
    this.last = last;
    this.log = log;
    this.found = found;
    this.writer = Thread.ofPlatform().name("ledger").daemon(true).unstarted(this::run);
  }

  /**
   * Opens a log. Blocking.
   *
   * @param books where everything goes that is settled from now on
   * @param sometimes done on the log's thread, which alone writes to the disk
   * @param last done when all is over
   */
  static Scribe open(Disk disk, Poster.Books books, Runnable sometimes, Runnable last) {
    AppendLog log = AppendLog.open(disk, LOG_NAME, SEGMENT_BYTES);
    return new Scribe(log, Found.in(log), books, sometimes, last);
  }

  /** Posts what stood in the log when it was opened, before anything else is. Blocking. */
  void recover(Poster.Books recovered) {
    found.postTo(recovered);
    poster.stands(found.last());
    found = Found.NOTHING;
  }

  /**
   * Posts what a process that is gone has left in its log, and empties that. Blocking.
   *
   * @return false when there was nothing
   */
  static boolean adopt(Disk disk, Poster.Books recovered) {
    try (AppendLog log = AppendLog.open(disk, LOG_NAME, SEGMENT_BYTES)) {
      Found found = Found.in(log);
      found.postTo(recovered);
      log.forget(found.last());
      return found.last() >= 0;
    }
  }

  void start() {
    poster.start();
    writer.start();
  }

  /** Writes it down soon; nobody waits for it. */
  void add(Settled settled) {
    lock.lock();
    try {
      boolean news = queue.isEmpty();
      add(new Pending(settled, Runnable::run, () -> {}));
      if (news) {
        work.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes it down as soon as a loop has done what it is doing.
   *
   * @param durable runs there once it can no longer be lost
   */
  void add(Settled settled, Executor loop, Runnable durable) {
    lock.lock();
    try {
      add(new Pending(settled, loop, durable));
    } finally {
      lock.unlock();
    }
    try {
      loop.execute(this::press);
    } catch (RejectedExecutionException e) {
      press(); // that loop has ended; what it has settled is written all the same
    }
  }

  private void add(Pending pending) {
    queue.add(pending);
    settledCount += pending.settled().underWay() ? 0 : 1;
  }

  private void press() {
    lock.lock();
    try {
      if (!queue.isEmpty()) {
        pressed = true;
        work.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** True while what costs may be begun: it could be written. */
  boolean accepts() {
    lock.lock();
    try {
      return !failing && !closing && poster.behind() <= MOST_UNPOSTED;
    } finally {
      lock.unlock();
    }
  }

  /** False while nothing can be made durable. */
  boolean writable() {
    lock.lock();
    try {
      return !failing;
    } finally {
      lock.unlock();
    }
  }

  /** How many settlements stand in the log and not in the books yet. */
  long behind() {
    return poster.behind();
  }

  /** True when all that was ever added stands in the books. */
  boolean done() {
    return poster.has(settled());
  }

  /** Waits until what was added before stands in the books. */
  void written() {
    poster.await(settled(), this::press);
  }

  private long settled() {
    lock.lock();
    try {
      return settledCount;
    } finally {
      lock.unlock();
    }
  }

  // ---------------------------------------------------------------- the log's thread

  private void run() {
    List<Pending> batch = next();
    while (!batch.isEmpty() && store(batch)) {
      tell(batch);
      batch = next();
    }
    poster.ended();
  }

  /**
   * Every loop is woken once. One that cannot be told any more, as it has ended, stops no other.
   */
  private static void tell(List<Pending> batch) {
    Map<Executor, List<Runnable>> loops = new IdentityHashMap<>();
    for (Pending pending : batch) {
      loops.computeIfAbsent(pending.loop(), any -> new ArrayList<>()).add(pending.durable());
    }
    loops.forEach(
        (loop, all) -> {
          try {
            loop.execute(() -> all.forEach(Scribe::tell));
          } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "nobody waits for settlements any more", e);
          }
        });
  }

  private static void tell(Runnable durable) {
    try {
      durable.run();
    } catch (RuntimeException e) { // the others are told all the same
      LOG.log(System.Logger.Level.ERROR, "what follows a settlement has failed", e);
    }
  }

  /** What waits, once something does; empty when nothing will come any more. */
  private List<Pending> next() {
    lock.lock();
    try {
      long nanos = UNHURRIED.toNanos();
      while (queue.isEmpty() || !pressed && !closing && queue.size() < BATCH && nanos > 0) {
        if (!queue.isEmpty()) {
          nanos = work.awaitNanos(nanos);
        } else if (closing) {
          return List.of();
        } else {
          work.await();
        }
      }
      return taken();
    } catch (InterruptedException e) {
      closing = true;
      return taken();
    } finally {
      lock.unlock();
    }
  }

  private List<Pending> taken() {
    if (queue.size() <= BATCH) {
      List<Pending> all = queue;
      queue = new ArrayList<>();
      pressed = false;
      return all;
    }
    List<Pending> first = queue.subList(0, BATCH);
    List<Pending> batch = List.copyOf(first);
    first.clear();
    return batch;
  }

  /**
   * Tries until it succeeds: a settlement is never given up, and while it cannot be written nothing
   * new is begun. False when the gateway ends before.
   */
  private boolean store(List<Pending> batch) {
    List<Settled> settlements = batch.stream().map(Pending::settled).toList();
    byte[] record = SettlementFrame.write(settlements);
    while (true) {
      try {
        log.forget(unneeded());
        sometimes.run();
        long number = log.append(record);
        poster.logged(number, ended(number, settlements));
        failing(false);
        return true;
      } catch (RuntimeException e) { // whatever it is, this thread must not end of it
        if (failing(true)) {
          LOG.log(
              System.Logger.Level.ERROR,
              "the books cannot be written; requests that cost are refused until they can: "
                  + e.getMessage());
        }
        if (pauseOrEnd()) {
          LOG.log(
              System.Logger.Level.ERROR,
              "{0} settlements could not be written before the end",
              settlements.size());
          return false;
        }
      }
    }
  }

  /** What is under way must be found at the next start, and what is not posted. */
  private long unneeded() {
    long done = poster.posted();
    return underWay.isEmpty() ? done : Math.min(done, underWay.firstEntry().getValue() - 1);
  }

  /** The settlements among what was written, without what is under way, which is noted. */
  private List<Settled> ended(long number, List<Settled> written) {
    List<Settled> ended = new ArrayList<>(written.size());
    for (Settled settled : written) {
      if (settled.underWay()) {
        underWay.putLast(settled.exchange(), number);
      } else {
        underWay.remove(settled.exchange());
        ended.add(settled);
      }
    }
    return ended;
  }

  /** True when that is news. */
  private boolean failing(boolean now) {
    lock.lock();
    try {
      boolean news = failing != now;
      failing = now;
      return news;
    } finally {
      lock.unlock();
    }
  }

  private boolean pauseOrEnd() {
    lock.lock();
    try {
      if (!closing) {
        ending.awaitNanos(PAUSE.toNanos());
      }
      return closing;
    } catch (InterruptedException e) {
      closing = true;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Writes what waits, then ends. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      work.signalAll();
      ending.signalAll();
    } finally {
      lock.unlock();
    }
    poster.hurry();
    try {
      writer.join(Duration.ofSeconds(10));
      poster.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    log.close();
    log.forget(unneeded());
    last.run();
  }
}
