package dev.fairlead.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.store.Disk;
import dev.fairlead.store.StoreFailure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What a node remembers of the books outside of them: which they are, and how far they had come. So
 * it notices when they were put back to an earlier state, or exchanged for others. Two files in
 * turn, so that one is always whole. Confined to one thread.
 */
final class Watermark {
  /**
   * Which books, and how far.
   *
   * @param id of the books; a copy has the same
   * @param branch counts the times that they were restored
   * @param entry the last that was posted
   */
  record Mark(String id, long branch, long entry) {
    /** The same books, one entry later. */
    Mark at(long later) {
      return new Mark(id, branch, later);
    }

    /** Why books must not be gone on with, as a node remembers them; empty when they may. */
    Optional<String> refusal(Mark seen) {
      if (!id.equals(seen.id)) {
        return Optional.of("these are other books than those that this node has kept so far");
      }
      if (branch < seen.branch) {
        return Optional.of(
            "this is an older copy of the books: they were restored since, and go on elsewhere");
      }
      return branch == seen.branch && entry < seen.entry
          ? Optional.of(
              "the books end at entry "
                  + entry
                  + ", and this node has posted entry "
                  + seen.entry
                  + ": they were put back to an earlier state")
          : Optional.empty();
    }
  }

  private static final System.Logger LOG = System.getLogger("fairlead.ledger");
  private static final List<String> NAMES = List.of("books-0", "books-1");
  private static final Duration BETWEEN = Duration.ofSeconds(1);

  private final Disk disk;
  private final InstantSource clock;
  private Optional<Mark> written;
  private Instant next = Instant.MIN;
  private int turn;

  Watermark(Disk disk, InstantSource clock) {
    this.disk = disk;
    this.clock = clock;
    this.written = read();
  }

  /** What was remembered last. */
  Optional<Mark> seen() {
    return written;
  }

  private Optional<Mark> read() {
    Optional<Mark> best = Optional.empty();
    try {
      for (String name : disk.names()) {
        int at = NAMES.indexOf(name);
        Optional<Mark> mark = at < 0 ? Optional.empty() : parse(new String(disk.read(name), UTF_8));
        if (mark.isPresent() && best.filter(b -> !isBefore(b, mark.get())).isEmpty()) {
          best = mark;
          turn = 1 - at;
        }
      }
      return best;
    } catch (IOException e) {
      throw new StoreFailure("cannot read what is remembered of the books: " + e.getMessage(), e);
    }
  }

  private static boolean isBefore(Mark one, Mark other) {
    return one.branch() < other.branch()
        || one.branch() == other.branch() && one.entry() < other.entry();
  }

  private static Optional<Mark> parse(String text) {
    List<String> lines = text.lines().toList();
    if (lines.size() != 4 || !lines.get(3).equals(sum(lines.subList(0, 3)))) {
      return Optional.empty();
    }
    return Optional.of(
        new Mark(lines.get(0), Long.parseLong(lines.get(1)), Long.parseLong(lines.get(2))));
  }

  private static String sum(List<String> lines) {
    CRC32C crc = new CRC32C();
    crc.update(String.join("\n", lines).getBytes(UTF_8));
    return Long.toHexString(crc.getValue());
  }

  /** Remembers, unless that was done a moment ago; never an obstacle. */
  void remember(Mark mark) {
    if (!mark.id().isEmpty() && !clock.instant().isBefore(next)) {
      rememberNow(mark);
    }
  }

  void rememberNow(Mark mark) {
    if (mark.id().isEmpty() || written.filter(mark::equals).isPresent()) {
      return;
    }
    List<String> lines = List.of(mark.id(), "" + mark.branch(), "" + mark.entry());
    String text = String.join("\n", lines) + "\n" + sum(lines) + "\n";
    try (Disk.File file = disk.create(NAMES.get(turn))) {
      file.append(text.getBytes(UTF_8));
      file.force();
      written = Optional.of(mark);
      turn = 1 - turn;
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "how far the books have come is not remembered", e);
    }
    next = clock.instant().plus(BETWEEN);
  }
}
