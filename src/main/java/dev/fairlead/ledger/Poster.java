package dev.fairlead.ledger;

import dev.fairlead.store.StoreFailure;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Posts to the books what stands in the log, in its order, a little later and in larger pieces. One
 * thread does; while the books cannot be written, it tries again.
 */
final class Poster {
  private static final System.Logger LOG = System.getLogger("fairlead.ledger");
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** So many are posted at once, or some more: others want to write the books, too. */
  static final int AT_ONCE = 1_024;

  /** What comes together between two postings, where nobody waits for them. */
  private static final Duration GATHER = Duration.ofMillis(100);

  /** Writes to the books. */
  @FunctionalInterface
  interface Books {
    /** All of them or none; one that is there already is left as it is. */
    void post(List<Settled> settlements);
  }

  /** What one record of the log says. */
  private record Logged(long number, List<Settled> settlements) {}

  /**
   * @param records how many of the log's
   * @param upTo the last of them
   */
  private record Posting(List<Settled> settlements, int records, long upTo) {}

  /**
   * Somebody who waits for the books.
   *
   * @param count how many settlements must stand there
   */
  private record Reader(long count, CountDownLatch latch) {}

  private final Books books;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final Condition hurry = lock.newCondition();
  private final Deque<Logged> unposted = new ArrayDeque<>();
  private final List<Reader> readers = new ArrayList<>();
  private final Thread thread;
  private long loggedCount;
  private long postedCount;
  private long posted = -1;
  private boolean ended;
  private boolean closing;

  Poster(Books books) {
    this.books = books;
    this.thread = Thread.ofPlatform().name("ledger-books").daemon(true).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** The books have what the log said up to a record, when it was opened. */
  void stands(long upTo) {
    lock.lock();
    try {
      posted = upTo;
    } finally {
      lock.unlock();
    }
  }

  /** Takes what a record of the log says. */
  void logged(long number, List<Settled> settlements) {
    lock.lock();
    try {
      boolean first = unposted.isEmpty();
      unposted.add(new Logged(number, settlements));
      loggedCount += settlements.size();
      if (first || behind() >= AT_ONCE || !readers.isEmpty()) {
        news.signal(); // it need not wake up for each
      }
    } finally {
      lock.unlock();
    }
  }

  /** Number of the log's last record that the log is not needed for any more. */
  long posted() {
    lock.lock();
    try {
      return posted;
    } finally {
      lock.unlock();
    }
  }

  /** How many settlements stand in the log only. */
  long behind() {
    lock.lock();
    try {
      return loggedCount - postedCount;
    } finally {
      lock.unlock();
    }
  }

  /** True when so many were posted since the start. */
  boolean has(long count) {
    lock.lock();
    try {
      return postedCount >= count;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until so many are posted since the start.
   *
   * @param asked run as soon as it hurries
   */
  void await(long count, Runnable asked) {
    CountDownLatch written = new CountDownLatch(1);
    lock.lock();
    try {
      if (closing || postedCount >= count) {
        return;
      }
      readers.add(new Reader(count, written));
      news.signal();
    } finally {
      lock.unlock();
    }
    asked.run();
    try {
      if (!written.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new StoreFailure("the books are not up to date: they cannot be written", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreFailure("interrupted while waiting for the books", e);
    }
  }

  private void run() {
    boolean told = false;
    while (true) {
      Optional<Posting> next = next();
      if (next.isEmpty()) {
        return;
      }
      try {
        if (!next.get().settlements().isEmpty()) {
          books.post(next.get().settlements());
        }
        posted(next.get());
        told = false;
      } catch (RuntimeException e) { // whatever it is, this thread must not end of it
        if (!told) {
          LOG.log(
              System.Logger.Level.ERROR,
              "{0} settlements stand in the log and cannot be posted to the books yet: {1}",
              behind(),
              e.getMessage());
        }
        told = true;
        if (pauseOrEnd()) {
          return; // they are posted at the next start
        }
      }
    }
  }

  /** What stands in the log only, when it is time; empty when nothing will come any more. */
  private Optional<Posting> next() {
    lock.lock();
    try {
      while (unposted.isEmpty()) {
        if (ended) {
          return Optional.empty();
        }
        news.awaitUninterruptibly();
      }
      long nanos = GATHER.toNanos();
      while (!closing && readers.isEmpty() && behind() < AT_ONCE && nanos > 0) {
        nanos = news.awaitNanos(nanos);
      }
      return Optional.of(first());
    } catch (InterruptedException e) {
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private Posting first() {
    List<Settled> settlements = new ArrayList<>();
    int records = 0;
    long upTo = posted;
    for (Logged record : unposted) {
      settlements.addAll(record.settlements());
      records++;
      upTo = record.number();
      if (settlements.size() >= AT_ONCE) {
        break;
      }
    }
    return new Posting(settlements, records, upTo);
  }

  private void posted(Posting posting) {
    lock.lock();
    try {
      for (int i = 0; i < posting.records(); i++) {
        unposted.remove();
      }
      postedCount += posting.settlements().size();
      posted = posting.upTo();
      readers.removeIf(
          reader -> {
            boolean served = reader.count() <= postedCount;
            if (served) {
              reader.latch().countDown();
            }
            return served;
          });
    } finally {
      lock.unlock();
    }
  }

  private boolean pauseOrEnd() {
    lock.lock();
    try {
      if (!closing) {
        hurry.awaitNanos(PAUSE.toNanos());
      }
      return closing;
    } catch (InterruptedException e) {
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Nothing will be logged any more. */
  void ended() {
    lock.lock();
    try {
      ended = true;
      news.signal();
    } finally {
      lock.unlock();
    }
  }

  /** From here on it waits for nothing, and gives up where the books cannot be written. */
  void hurry() {
    lock.lock();
    try {
      closing = true;
      news.signal();
      hurry.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for its end. */
  void join(Duration atMost) throws InterruptedException {
    thread.join(atMost);
  }
}
