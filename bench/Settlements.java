import dev.fairlead.identity.Scope;
import dev.fairlead.identity.Tenant;
import dev.fairlead.ledger.Hold;
import dev.fairlead.ledger.Ledger;
import dev.fairlead.ledger.Settlement;
import dev.fairlead.money.Money;
import dev.fairlead.store.Database;
import dev.fairlead.store.FolderDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** How many settlements a second become durable, and stand in the books: see README.md. */
final class Settlements {
  private static final List<Scope> SCOPES =
      List.of(
          new Scope(Scope.Kind.ORGANIZATION, "default"),
          new Scope(Scope.Kind.WORKSPACE, "default"),
          new Scope(Scope.Kind.KEY, "k"),
          new Scope(Scope.Kind.MODEL, "a/m"),
          new Scope(Scope.Kind.PROVIDER, "p"));

  private Settlements() {}

  public static void main(String[] words) throws Exception {
    Path folder = Files.createTempDirectory(Path.of(words[0]), "settlements");
    int callers = Integer.parseInt(words[1]);
    int seconds = Integer.parseInt(words[2]);
    InstantSource clock = InstantSource.system();
    try (Database books =
            Database.open(
                folder.resolve("books.db"), Database.Use.BOOKS, Ledger.MIGRATIONS, clock);
        Ledger ledger = new Ledger(books, new FolderDisk(folder.resolve("log")), clock)) {
      measure(ledger, clock, callers, seconds, false);
      measure(ledger, clock, callers, seconds, true);
    }
  }

  private static void measure(
      Ledger ledger, InstantSource clock, int callers, int seconds, boolean told)
      throws Exception {
    AtomicLong done = new AtomicLong();
    CountDownLatch over = new CountDownLatch(callers);
    long[][] waits = new long[callers][];
    long begun = System.nanoTime();
    long end = begun + seconds * 1_000_000_000L;
    for (int i = 0; i < callers; i++) {
      int caller = i;
      Thread.startVirtualThread(
          () -> {
            waits[caller] = call(ledger, clock, caller + (told ? "t" : "w"), end, done);
            over.countDown();
          });
    }
    over.await();
    double took = (System.nanoTime() - begun) / 1e9;
    long[] all = Arrays.stream(waits).flatMapToLong(Arrays::stream).sorted().toArray();
    if (told) {
      System.out.printf(
          "%d callers, %d scopes: %,.0f settlements/s durable, waited p50 %,d us, p99 %,d us%n",
          callers,
          SCOPES.size(),
          done.get() / took,
          all[all.length / 2] / 1_000,
          all[all.length * 99 / 100] / 1_000);
      long since = System.nanoTime();
      ledger.invoice("default", LocalDate.EPOCH, LocalDate.EPOCH); // waits for the books
      System.out.printf(
          "the books have the last of them %.1f s later%n", (System.nanoTime() - since) / 1e9);
    }
  }

  private static long[] call(
      Ledger ledger, InstantSource clock, String caller, long end, AtomicLong done) {
    long[] waits = new long[1024];
    int n = 0;
    while (System.nanoTime() < end) {
      if (!(ledger.hold(caller + "-" + n, SCOPES, new Money(1_000_000)) instanceof Hold hold)) {
        LockSupport.parkNanos(1_000_000); // so far behind are the books that nobody is let in
        continue;
      }
      long from = System.nanoTime();
      Thread self = Thread.currentThread();
      boolean[] durable = {false};
      ledger.settle(
          hold,
          settlement(hold, clock),
          Runnable::run, () -> {
            synchronized (durable) {
              durable[0] = true;
            }
            LockSupport.unpark(self);
          });
      while (true) {
        synchronized (durable) {
          if (durable[0]) {
            break;
          }
        }
        LockSupport.park();
      }
      if (n == waits.length) {
        waits = Arrays.copyOf(waits, 2 * n);
      }
      waits[n++] = System.nanoTime() - from;
      done.incrementAndGet();
    }
    return Arrays.copyOf(waits, n);
  }

  private static Settlement settlement(Hold hold, InstantSource clock) {
    return new Settlement(
        hold.id(),
        clock.instant(),
        "k",
        Tenant.DEFAULT,
        "a/m",
        "p|a/m",
        "p",
        Settlement.Source.PROVIDER,
        "v1",
        hold.amount(),
        new Money(123_456),
        new Money(123_456),
        Money.ZERO,
        512,
        128,
        0,
        false);
  }
}
