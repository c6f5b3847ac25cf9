package dev.fairlead.idempotency;

import dev.fairlead.canon.Fault;
import dev.fairlead.config.IdempotencyConfig;
import dev.fairlead.http.Headers;
import dev.fairlead.http.Responder;
import dev.fairlead.http.ResponseStream;
import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Gives the same answer to the same request. A name is claimed in the store before anything is done
 * for it, and its answer is in the store before the last bytes leave; so whoever asks again, even
 * after the process was killed, is joined to what runs, gets what was, or is told that nobody knows
 * what became of it. Claims and answers of all requests are written by one thread, as many in one
 * commit as have come together.
 *
 * <p>Threads: {@link #enter} from any loop; it does not wait.
 */
public final class Idempotency implements AutoCloseable {
  public static final List<Migration> MIGRATIONS = IdempotencyTable.MIGRATIONS;

  private static final System.Logger LOG = System.getLogger("fairlead.idempotency");
  private static final Duration BETWEEN_CLEANINGS = Duration.ofMinutes(1);
  private static final int CLEANED_AT_ONCE = 1_000;
  private static final int BATCH = 256;

  /** How often it is looked whether another node has an answer. */
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(150);

  /** Something to be written, and what follows from it. */
  private interface Task {
    void write(IdempotencyTable.OpenTable batch);

    void written();

    void failed();
  }

  private final IdempotencyTable table;
  private final IdempotencyConfig settings;
  private final Memory memory;
  private final InstantSource clock;
  private final String process;
  private final Predicate<String> lives;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Map<Name, Recording> running = new HashMap<>();
  private final Thread writer;
  private List<Task> queue = new ArrayList<>();
  private boolean closing;
  private long cleanAt;

  /**
   * @param process tells this run of the gateway from all others
   * @param lives whether another run goes on, of which a claim was found; blocking
   */
  public Idempotency(
      Database database,
      IdempotencyConfig settings,
      InstantSource clock,
      String process,
      Predicate<String> lives) {
    this.table = new IdempotencyTable(database);
    this.settings = settings;
    this.memory = new Memory(settings.memoryBytes());
    this.clock = clock;
    this.process = process;
    this.lives = lives;
    this.writer = Thread.ofPlatform().name("idempotency").daemon(true).start(this::run);
  }

  /**
   * @param tenant whose key it is
   * @param fingerprint of the request; another one under the same key is refused
   * @param begin does the work, on the responder's loop, if nobody has before; it answers to the
   *     responder that it is given
   * @param refuse tells a responder, on its loop, why there is no answer
   */
  public void enter(
      String tenant,
      String key,
      String fingerprint,
      Responder responder,
      Consumer<Responder> begin,
      BiConsumer<Responder, Fault> refuse) {
    Name name = new Name(tenant, key);
    Recording recording;
    boolean first;
    boolean joined;
    lock.lock();
    try {
      Recording known = running.get(name);
      first = known == null;
      recording =
          known == null
              ? new Recording(
                  name,
                  fingerprint,
                  responder.loop(),
                  settings.answerBytes(),
                  memory,
                  new Keeping())
              : known;
      if (first && !closing) {
        running.put(name, recording);
      }
      // Under the lock: whoever is joined before the recording is over is told its end.
      joined = recording.fingerprint.equals(fingerprint) && recording.join(responder);
    } finally {
      lock.unlock();
    }
    if (!recording.fingerprint.equals(fingerprint)) {
      refuse.accept(responder, different());
    } else if (!joined) {
      refuse.accept(responder, unkept());
    } else if (first) {
      enqueue(new Claim(recording, begin, refuse));
    }
  }

  private static Fault different() {
    return Fault.client(
        Fault.Kind.UNPROCESSABLE,
        "Another request was sent with this Idempotency-Key. The same key means the very same"
            + " request, byte for byte; use a new key for a new request.");
  }

  private static Fault unkept() {
    return Fault.client(
        Fault.Kind.CONFLICT,
        "The request with this Idempotency-Key was or is being served, but its answer is too large"
            + " to be given again. Use a new key to have it made anew.");
  }

  private static Fault unknown() {
    return Fault.client(
        Fault.Kind.CONFLICT,
        "The request with this Idempotency-Key was begun, and what became of it is not known: the"
            + " gateway was stopped meanwhile, or another one is serving it. The provider may have"
            + " been called. What is charged is in the activity of your key. Use a new key to have"
            + " the answer made anew.");
  }

  private static Fault unavailable() {
    return Fault.gateway(
            Fault.Kind.LEDGER_UNAVAILABLE,
            "The gateway cannot write down this Idempotency-Key now, so nothing is begun. Try"
                + " again shortly, or without the key.")
        .withRetryAfter(Optional.of(Duration.ofSeconds(5)));
  }

  private void enqueue(Task task) {
    boolean late;
    lock.lock();
    try {
      late = closing;
      if (!late) {
        queue.add(task);
        work.signal();
      }
    } finally {
      lock.unlock();
    }
    if (late) {
      task.failed();
    }
  }

  private void over(Recording recording) {
    lock.lock();
    try {
      running.remove(recording.name, recording);
    } finally {
      lock.unlock();
    }
  }

  /** Claims a name, or finds what is known of it. */
  private final class Claim implements Task {
    private final Recording recording;
    private final Consumer<Responder> begin;
    private final BiConsumer<Responder, Fault> refuse;
    private Optional<IdempotencyTable.Row> found = Optional.empty();

    Claim(Recording recording, Consumer<Responder> begin, BiConsumer<Responder, Fault> refuse) {
      this.recording = recording;
      this.begin = begin;
      this.refuse = refuse;
    }

    @Override
    public void write(IdempotencyTable.OpenTable batch) {
      long now = clock.millis();
      found = batch.find(recording.name, now);
      if (found.isEmpty()) {
        batch.claim(
            recording.name, recording.fingerprint, process, now + settings.retention().toMillis());
      }
    }

    @Override
    public void written() {
      if (found.isEmpty()) {
        recording.loop().execute(() -> begin.accept(recording));
        return;
      }
      IdempotencyTable.Row row = found.get();
      if (isServedElsewhere(row)) {
        recording.loop().schedule(BETWEEN_LOOKS, () -> enqueue(this));
        return;
      }
      over(recording);
      if (!row.fingerprint().equals(recording.fingerprint)) {
        refuseAll(different());
      } else if (row.answer().isPresent()) {
        Answer answer = row.answer().get();
        recording.each(responder -> replay(responder, answer));
      } else {
        refuseAll(row.state() == IdempotencyTable.State.UNKEPT ? unkept() : unknown());
      }
    }

    /** Another node is at it, and will have written down its answer. */
    private boolean isServedElsewhere(IdempotencyTable.Row row) {
      return row.state() == IdempotencyTable.State.RUNNING
          && row.fingerprint().equals(recording.fingerprint)
          && !row.process().equals(process)
          && lives.test(row.process());
    }

    @Override
    public void failed() {
      over(recording);
      refuseAll(unavailable());
    }

    private void refuseAll(Fault fault) {
      recording.each(responder -> refuse.accept(responder, fault));
    }
  }

  private static void replay(Responder responder, Answer answer) {
    Headers headers = answer.replayed();
    if (answer.streamed()) {
      ResponseStream stream = responder.open(answer.status(), headers);
      stream.write(answer.body());
      stream.end();
    } else {
      responder.whole(answer.status(), headers, answer.body());
    }
  }

  /** Something is to be written of a recording that is over; it is tried until it succeeds. */
  private final class Ending implements Task {
    private final Recording recording;
    private final Consumer<IdempotencyTable.OpenTable> write;
    private final Runnable then;

    Ending(Recording recording, Consumer<IdempotencyTable.OpenTable> write, Runnable then) {
      this.recording = recording;
      this.write = write;
      this.then = then;
    }

    @Override
    public void write(IdempotencyTable.OpenTable batch) {
      write.accept(batch);
    }

    @Override
    public void written() {
      over(recording);
      recording.loop().execute(then);
    }

    /** The caller gets the answer; whoever asks again is told that nobody knows. */
    @Override
    public void failed() {
      LOG.log(
          System.Logger.Level.WARNING,
          "an answer could not be written down; who asks for it again will be refused");
      written();
    }
  }

  /** What becomes of recordings that are over. */
  private final class Keeping implements Recording.Keeper {
    @Override
    public void keep(Recording recording, Answer answer, Runnable durable) {
      enqueue(new Ending(recording, batch -> batch.answer(recording.name, answer), durable));
    }

    @Override
    public void unkept(Recording recording) {
      enqueue(new Ending(recording, batch -> batch.unkept(recording.name), () -> {}));
    }

    /** Whoever asks next comes after this in the queue, and begins anew. */
    @Override
    public void forget(Recording recording) {
      over(recording);
      enqueue(new Ending(recording, batch -> batch.forget(recording.name), () -> {}));
    }
  }

  // ---------------------------------------------------------------- the writer's thread

  private void run() {
    while (true) {
      List<Task> batch = next();
      if (batch.isEmpty()) {
        return;
      }
      write(batch);
      clean();
    }
  }

  private List<Task> next() {
    lock.lock();
    try {
      while (queue.isEmpty()) {
        if (closing) {
          return List.of();
        }
        work.awaitUninterruptibly();
      }
      int size = Math.min(queue.size(), BATCH);
      List<Task> batch = List.copyOf(queue.subList(0, size));
      queue = new ArrayList<>(queue.subList(size, queue.size()));
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private void write(List<Task> batch) {
    boolean written = true;
    try {
      table.together(together -> batch.forEach(task -> task.write(together)));
    } catch (RuntimeException e) {
      written = false;
      LOG.log(System.Logger.Level.ERROR, "idempotency keys cannot be written: " + e.getMessage());
    }
    for (Task task : batch) {
      try {
        if (written) {
          task.written();
        } else {
          task.failed();
        }
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.DEBUG, "nobody waits for it any more", e);
      }
    }
  }

  private void clean() {
    long now = clock.millis();
    if (now < cleanAt) {
      return;
    }
    try {
      int removed = table.expire(now, CLEANED_AT_ONCE);
      removed += table.bound(settings.storedBytes(), settings.keys(), CLEANED_AT_ONCE);
      cleanAt = removed > 0 ? now : now + BETWEEN_CLEANINGS.toMillis();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "expired answers stay: " + e.getMessage());
      cleanAt = now + BETWEEN_CLEANINGS.toMillis();
    }
  }

  /** Writes what waits, then ends. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      work.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      writer.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
