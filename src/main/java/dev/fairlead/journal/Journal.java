package dev.fairlead.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Fault;
import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import dev.fairlead.store.StoreFailure;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.MalformedJson;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
        new Settings(4_096, Duration.ofMillis(20), Duration.ofDays(30));
  }

  /**
   * A generation as it was kept.
   *
   * @param keyId the key that made it: nobody else may read it
   */
  public record Kept(String keyId, byte[] json, byte[] decision) {}

  private static final int BATCH = 256;
  private static final int FORGET_AT_ONCE = 50;
  private static final Pattern ID = Pattern.compile("gen-(\\d{1,12})-[0-9A-Za-z]{20}");
  private static final long FORGET_EVERY_BATCHES = 200;

  private final GenerationTable table;
  private final Metrics metrics;
  private final Settings settings;
  private final InstantSource clock;
  private final BlockingQueue<Generation> queue;
  private final Map<String, Generation> waiting = new ConcurrentHashMap<>();
  private final LongAdder lost = new LongAdder();
  private final JsonWriter lines = new JsonWriter(1 << 20); // the writer thread's
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
      waiting.remove(generation.id(), generation);
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
              shown(
                  written(out -> GenerationJson.write(out, generation)),
                  generation.caller().keyId()),
              written(generation.decision())));
    }
    return stored(id);
  }

  private static byte[] written(Consumer<JsonWriter> writing) {
    JsonWriter out = new JsonWriter(2048);
    writing.accept(out);
    return out.toBytes();
  }

  private Optional<Kept> stored(String id) {
    Optional<Long> second = second(id);
    if (second.isEmpty()) {
      return Optional.empty();
    }
    byte[] beginning = ("{\"id\":\"" + id + "\"").getBytes(UTF_8);
    for (byte[] lines : table.batches(second.get())) {
      int from = 0;
      while (from < lines.length) {
        int to = from;
        while (lines[to] != '\n') {
          to++;
        }
        if (Arrays.mismatch(
                lines, from, Math.min(to, from + beginning.length), beginning, 0, beginning.length)
            < 0) {
          return Optional.of(read(lines, from, to));
        }
        from = to + 1;
      }
    }
    return Optional.empty();
  }

  private static byte[] shown(byte[] kept, String key) {
    return KeptGeneration.shown(Json.of(new String(kept, UTF_8)).root(), key);
  }

  private static Kept read(byte[] lines, int from, int to) {
    try {
      JsonNode line = Json.read(lines, from, to, JsonLimits.RESPONSE).root();
      String key = line.get("key").textOr("");
      return new Kept(
          key,
          KeptGeneration.shown(line.get("generation"), key),
          line.get("decision").raw().bytes());
    } catch (MalformedJson e) {
      throw new StoreFailure("a record is damaged: " + e.getMessage(), e);
    }
  }

  /** The second that an id of ours tells; empty for what is none. */
  private static Optional<Long> second(String id) {
    Matcher matcher = ID.matcher(id);
    return matcher.matches() ? Optional.of(Long.valueOf(matcher.group(1))) : Optional.empty();
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
        batch.forEach(generation -> waiting.remove(generation.id(), generation));
      }
    }
  }

  private void store(List<Generation> batch) {
    lines.clear();
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (Generation generation : batch) {
      long second = generation.createdAt().getEpochSecond();
      first = Math.min(first, second);
      last = Math.max(last, second);
      lines.beginObject().field("id", generation.id());
      lines.field("key", generation.caller().keyId());
      GenerationJson.write(lines.name("generation"), generation);
      generation.decision().accept(lines.name("decision"));
      lines.endObject().line();
      metrics.observe(generation);
    }
    table.insert(first, last, batch.size(), lines.toBytes());
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
