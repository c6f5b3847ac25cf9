package dev.fairlead.journal;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Fault;
import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import dev.fairlead.store.StoreFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes generations from the loops without ever making one wait, and writes them in batches. A
 * record can be read as soon as it was taken. What the queue cannot hold is lost, and counted.
 *
 * <p>Threads: {@link #write} from any loop; one writer thread of its own; {@link #find} blocks and
 * belongs on a thread that may.
 */
public final class Journal implements AutoCloseable {
  /** The schema of this room's rows. */
  public static final List<Migration> MIGRATIONS = GenerationTable.MIGRATIONS;

  /**
   * Bounds.
   *
   * @param queue most records that wait to be written
   * @param gather how long the writer lets records gather
   * @param retention how long records are kept
   */
  public record Settings(int queue, Duration gather, Duration retention) {
    public static final Settings DEFAULT =
        new Settings(16_384, Duration.ofMillis(50), Duration.ofDays(30));
  }

  /**
   * A generation as it was kept.
   *
   * @param keyId the key that made it: nobody else may read it
   */
  public record Kept(String keyId, byte[] json, byte[] decision) {}

  private static final int BATCH = 1024;
  private static final int FORGET_AT_ONCE = 5_000;
  private static final long FORGET_EVERY_BATCHES = 200;

  private final GenerationTable table;
  private final Metrics metrics;
  private final Settings settings;
  private final InstantSource clock;
  private final BlockingQueue<Generation> queue;
  private final Map<String, Generation> waiting = new ConcurrentHashMap<>();
  private final LongAdder lost = new LongAdder();
  private final Thread writer;
  private volatile boolean closing;

  public Journal(Database database, Metrics metrics, Settings settings, InstantSource clock) {
    this.table = new GenerationTable(database);
    this.metrics = metrics;
    this.settings = settings;
    this.clock = clock;
    this.queue = new ArrayBlockingQueue<>(settings.queue());
    metrics.gauge("fairlead_journal_queue_depth", "Records that wait to be written", queue::size);
    metrics.counter("fairlead_journal_dropped_total", "Records that were lost", lost::sum);
    this.writer = Thread.ofPlatform().name("journal").daemon(true).start(this::run);
  }

  /** Takes a record; never waits. */
  public void write(Generation generation) {
    waiting.put(generation.id(), generation);
    if (!queue.offer(generation)) {
      waiting.remove(generation.id());
      lost.increment();
      metrics.observe(generation);
    }
  }

  /** A request that was refused at the door: it has no record, but it is counted. */
  public void refused(Dialect dialect, Fault fault) {
    metrics.refused(dialect, fault);
  }

  /** The record of an exchange, whether it is written yet or not. */
  public Optional<Kept> find(String id) {
    Generation generation = waiting.get(id);
    if (generation != null) {
      return Optional.of(
          new Kept(
              generation.caller().keyId(),
              GenerationJson.render(generation),
              generation.decision().get()));
    }
    return table.find(id).map(row -> new Kept(row.keyId(), row.json(), row.decision()));
  }

  /** Records that were lost since the start, because the queue was full or the store failed. */
  public long lost() {
    return lost.sum();
  }

  private void run() {
    List<Generation> batch = new ArrayList<>(BATCH);
    long batches = 0;
    while (true) {
      batch.clear();
      try {
        Generation first = queue.poll(200, TimeUnit.MILLISECONDS);
        if (first == null) {
          if (closing) {
            return;
          }
          continue;
        }
        if (!closing && queue.size() < BATCH) {
          LockSupport.parkNanos(settings.gather().toNanos());
        }
        batch.add(first);
        queue.drainTo(batch, BATCH - 1);
        store(batch);
        if (++batches % FORGET_EVERY_BATCHES == 0) {
          table.forgetBefore(clock.instant().minus(settings.retention()), FORGET_AT_ONCE);
        }
      } catch (InterruptedException e) {
        closing = true; // asked to stop: what is queued is still written
      } catch (StoreFailure e) {
        lost.add(batch.size());
        System.getLogger("fairlead.journal")
            .log(System.Logger.Level.WARNING, "records were lost: " + e.getMessage());
      } finally {
        batch.forEach(generation -> waiting.remove(generation.id()));
      }
    }
  }

  private void store(List<Generation> batch) {
    List<GenerationTable.Row> rows = new ArrayList<>(batch.size());
    for (Generation generation : batch) {
      Instant created = generation.createdAt();
      rows.add(
          new GenerationTable.Row(
              generation.id(),
              created,
              generation.caller().keyId(),
              GenerationJson.render(generation),
              generation.decision().get()));
      metrics.observe(generation);
    }
    table.insert(rows);
  }

  /** Writes what is queued, then stops. */
  @Override
  public void close() {
    closing = true;
    try {
      writer.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
