package dev.fairlead.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Fault;
import dev.fairlead.identity.Organization;
import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import dev.fairlead.store.StoreFailure;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.MalformedJson;
import java.nio.ByteBuffer;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes generations from the loops without ever making one wait, and stores them in batches. A
 * record can be read as soon as it was taken. What the queue cannot hold is lost, and counted.
 *
 * <p>A generation becomes its line of text on the loop that ended it, as soon as its caller is
 * served: what waits to be stored is one array, not a graph of a hundred objects that the collector
 * would copy meanwhile.
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
   * @param queue most records that wait to be stored
   * @param gather how long the writer lets records gather, unless a batch is full before
   * @param retention how long records are kept
   */
  public record Settings(int queue, Duration gather, Duration retention) {
    public static final Settings DEFAULT =
        new Settings(4_096, Duration.ofMillis(50), Duration.ofDays(30));
  }

  /**
   * A generation as it was kept.
   *
   * @param keyId the key that made it
   * @param organization to which that belongs: nobody else may read it
   */
  public record Kept(String keyId, String organization, byte[] json, byte[] decision) {}

  /** A record that waits to be stored, or to become text before. */
  private sealed interface Waiting {}

  private record Taken(Generation generation) implements Waiting {}

  private record Line(String id, long second, byte[] json) implements Waiting {}

  private static final int BATCH = 256;
  private static final int USUAL_LINE = 3_072;
  private static final Duration GLANCE = Duration.ofMillis(5);
  private static final int FORGET_AT_ONCE = 50;
  private static final Pattern ID = Pattern.compile("gen-(\\d{1,12})-[0-9A-Za-z]{20}");
  private static final long FORGET_EVERY_BATCHES = 200;

  private final GenerationTable table;
  private final Metrics metrics;
  private final Settings settings;
  private final InstantSource clock;
  private final BlockingQueue<Line> queue;
  private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();
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

  /**
   * Takes a record; never waits.
   *
   * @return to be run once, soon, on the same loop: what can be left until the caller is served
   */
  public Runnable take(Generation generation) {
    metrics.observe(generation);
    waiting.put(generation.id(), new Taken(generation));
    return () -> write(generation);
  }

  private void write(Generation generation) {
    Line line =
        new Line(generation.id(), generation.createdAt().getEpochSecond(), json(generation));
    waiting.put(line.id(), line);
    if (!queue.offer(line)) {
      waiting.remove(line.id(), line);
      lost.increment();
    }
  }

  private static byte[] json(Generation generation) {
    JsonWriter out = new JsonWriter(USUAL_LINE).beginObject();
    out.field("id", generation.id());
    out.field("key", generation.caller().keyId());
    GenerationJson.write(out.name("generation"), generation);
    generation.decision().accept(out.name("decision"));
    return out.endObject().line().toBytes();
  }

  /** A request that was refused at the door: it has no record, but it is counted. */
  public void refused(Dialect dialect, Fault fault) {
    metrics.refused(dialect, fault);
  }

  /** The record of an exchange, whether it is stored yet or not. */
  public Optional<Kept> find(String id) {
    return switch (waiting.get(id)) {
      case Line line -> Optional.of(read(line.json()));
      case Taken taken -> Optional.of(read(json(taken.generation())));
      case null -> stored(id);
    };
  }

  private static Kept read(byte[] line) {
    return read(line, 0, line.length - 1);
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

  private static Kept read(byte[] lines, int from, int to) {
    try {
      JsonNode line = Json.read(lines, from, to, JsonLimits.RESPONSE).root();
      String key = line.get("key").textOr("");
      JsonNode generation = line.get("generation");
      return new Kept(
          key,
          generation.get("organization_id").textOr(Organization.OPERATOR),
          KeptGeneration.shown(generation, key),
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
    List<Line> batch = new ArrayList<>(BATCH);
    long batches = 0;
    while (true) {
      batch.clear();
      try {
        Line first = queue.poll(200, TimeUnit.MILLISECONDS);
        if (first == null) {
          if (closing) {
            return;
          }
          continue;
        }
        gather();
        batch.add(first);
        queue.drainTo(batch, BATCH - 1);
        store(batch);
        if (++batches % FORGET_EVERY_BATCHES == 0) {
          forget();
        }
      } catch (InterruptedException e) {
        closing = true; // asked to stop: what is queued is still stored
      } catch (StoreFailure e) {
        lost.add(batch.size());
        System.getLogger("fairlead.journal")
            .log(System.Logger.Level.WARNING, "records were lost: " + e.getMessage());
      } finally {
        batch.forEach(line -> waiting.remove(line.id(), line));
      }
    }
  }

  private void forget() {
    try {
      table.forgetBefore(clock.instant().minus(settings.retention()), FORGET_AT_ONCE);
    } catch (StoreFailure e) {
      System.getLogger("fairlead.journal")
          .log(System.Logger.Level.WARNING, "old records are not forgotten yet: " + e.getMessage());
    }
  }

  /** Lets a batch come together: a commit costs as much for one record as for many. */
  private void gather() {
    Duration left = settings.gather();
    while (!closing && left.isPositive() && queue.size() < BATCH) {
      LockSupport.parkNanos(GLANCE.toNanos());
      left = left.minus(GLANCE);
    }
  }

  private void store(List<Line> batch) {
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    int size = 0;
    for (Line line : batch) {
      first = Math.min(first, line.second());
      last = Math.max(last, line.second());
      size += line.json().length;
    }
    ByteBuffer lines = ByteBuffer.allocate(size);
    batch.forEach(line -> lines.put(line.json()));
    table.insert(first, last, batch.size(), lines.array());
  }

  /** Stores what is queued, then stops. */
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
