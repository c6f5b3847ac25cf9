package dev.fairlead.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Records that survive a loss of power as soon as {@link #append} returns, each once or (after a
 * failure) more than once, in order. One write and one force for each: the cheapest durable thing
 * there is. Kept in segments, so that what is no longer needed can be let go; the last of these
 * gives its room to the next that is begun.
 *
 * <p>A record is a frame: its number, its length, a checksum over both and over its bytes. It
 * stands right behind the one before, or at the next block of the disk, with zeros between them.
 * Whatever a crash left behind the last good frame of a segment was never acknowledged, and is
 * passed over, as is what a segment held when its room was another's, which has lower numbers.
 * After a failure nothing is ever appended to the same file again: what a failed force has left in
 * it, nobody knows. The record is written anew, with the same number, to the next segment. So
 * numbers go up by one, within a segment and from one to the next; a gap means that something
 * acknowledged was lost, and is refused.
 *
 * <p>Confined to one thread.
 */
public final class AppendLog implements AutoCloseable {
  private static final int HEADER = Long.BYTES + 2 * Integer.BYTES;
  private static final int LARGEST = 64 << 20;

  /** A record and its number. */
  public record Entry(long number, byte[] bytes) {}

  /**
   * @param last number of a record in it
   * @param sound false when writing it has failed, or when it was not written by this process
   */
  private record Segment(String name, long last, boolean sound) {}

  private final Disk disk;
  private final String prefix;
  private final long segmentBytes;
  private final List<Segment> closed = new ArrayList<>();
  private List<Entry> recovered;
  private Disk.@Nullable File file;
  private String name = "";
  private Optional<Segment> spare = Optional.empty();
  private long next;
  private long segment;

  private AppendLog(Disk disk, String prefix, long segmentBytes) {
    this.disk = disk;
    this.prefix = prefix;
    this.segmentBytes = segmentBytes;
    this.recovered = List.of();
  }

  /**
   * Reads what is there.
   *
   * @param prefix of the names of its files
   * @param segmentBytes how long a file gets before the next is begun
   */
  public static AppendLog open(Disk disk, String prefix, long segmentBytes) {
    AppendLog log = new AppendLog(disk, prefix, segmentBytes);
    try {
      log.recover();
    } catch (IOException e) {
      throw new StoreFailure("cannot read the log " + prefix + ": " + e.getMessage(), e);
    }
    return log;
  }

  /** What was there when it was opened, in order; told once. */
  public List<Entry> recovered() {
    List<Entry> entries = recovered;
    recovered = List.of();
    return entries;
  }

  private void recover() throws IOException {
    List<Entry> all = new ArrayList<>();
    long last = -1;
    for (String found : disk.names()) {
      Optional<Long> number = number(found);
      if (number.isEmpty()) {
        continue;
      }
      segment = Math.max(segment, number.get() + 1);
      for (Entry entry : frames(disk.read(found))) {
        if (entry.number() < last) {
          break; // from a former life of this file
        }
        if (last >= 0 && entry.number() > last + 1) {
          throw new StoreFailure(
              "the log "
                  + found
                  + " is damaged: record "
                  + entry.number()
                  + " follows "
                  + last
                  + ", and what stood between is lost. Restore the data folder from a backup.",
              null);
        }
        last = entry.number();
        all.add(entry);
      }
      closed.add(new Segment(found, last, false));
    }
    next = last + 1;
    recovered = all;
  }

  private Optional<Long> number(String found) {
    String digits = found.startsWith(prefix) ? found.substring(prefix.length()) : "";
    return digits.matches("\\d{12}") ? Optional.of(Long.valueOf(digits)) : Optional.empty();
  }

  /** What is sound in it; behind what is not, only at the beginning of a block. */
  private static List<Entry> frames(byte[] bytes) {
    List<Entry> entries = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    while (in.remaining() >= HEADER) {
      int at = in.position();
      Optional<Entry> entry = frame(in);
      entry.ifPresent(entries::add);
      if (entry.isEmpty()) {
        in.position(Math.min(in.limit(), (at / Disk.BLOCK + 1) * Disk.BLOCK));
      }
    }
    return entries;
  }

  private static Optional<Entry> frame(ByteBuffer in) {
    long number = in.getLong();
    int length = in.getInt();
    int sum = in.getInt();
    if (length < 0 || length > in.remaining() || number < 0) {
      return Optional.empty();
    }
    byte[] record = new byte[length];
    in.get(record);
    return sum == sum(number, record) ? Optional.of(new Entry(number, record)) : Optional.empty();
  }

  private static int sum(long number, byte[] record) {
    CRC32C crc = new CRC32C();
    crc.update(
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
            .putLong(number)
            .putInt(record.length)
            .flip());
    crc.update(record);
    return (int) crc.getValue();
  }

  /**
   * Appends a record; returns its number when it is durable. When it throws, the record may be
   * there or not: append it again.
   */
  public long append(byte[] record) {
    if (record.length > LARGEST) {
      throw new IllegalArgumentException("a record has at most " + LARGEST + " bytes");
    }
    try {
      Disk.File to = current();
      long number = next;
      to.append(
          ByteBuffer.allocate(HEADER + record.length)
              .putLong(number)
              .putInt(record.length)
              .putInt(sum(number, record))
              .put(record)
              .array());
      to.force();
      next++;
      return number;
    } catch (IOException e) {
      abandon();
      throw new StoreFailure("cannot write the log " + prefix + ": " + e.getMessage(), e);
    }
  }

  private Disk.File current() throws IOException {
    Disk.File open = file;
    if (open != null && open.size() < segmentBytes) {
      return open;
    }
    retire(true);
    String made = prefix + String.format(java.util.Locale.ROOT, "%012d", segment++);
    Disk.File begun = begin(made);
    file = begun;
    name = made;
    return begun;
  }

  private Disk.File begin(String made) throws IOException {
    if (spare.isEmpty()) {
      return disk.create(made, segmentBytes);
    }
    Segment former = spare.get();
    spare = Optional.empty();
    try {
      return disk.reuse(former.name(), made);
    } catch (IOException e) { // it may have either name now
      closed.addFirst(new Segment(former.name(), former.last(), false));
      closed.add(new Segment(made, next - 1, false));
      throw e;
    }
  }

  private void retire(boolean sound) throws IOException {
    Disk.File open = file;
    if (open != null) {
      file = null;
      closed.add(new Segment(name, next - 1, sound));
      open.close();
    }
  }

  /** After a failure: the file is not touched again. */
  private void abandon() {
    try {
      retire(false);
    } catch (IOException e) {
      // it is given up in any case; what was acknowledged in it was forced out
    }
  }

  /**
   * Lets go of the segments that hold nothing behind a number, in their order. While more is
   * written, the last of them is kept for the room that it has.
   */
  public void forget(long upTo) {
    try {
      while (!closed.isEmpty() && closed.getFirst().last() <= upTo) {
        if (spare.isPresent()) {
          disk.delete(spare.get().name());
          spare = Optional.empty();
        }
        Segment gone = closed.getFirst();
        if (file != null && gone.sound()) {
          spare = Optional.of(gone);
        } else {
          disk.delete(gone.name());
        }
        closed.removeFirst();
      }
    } catch (IOException e) {
      // another time; meanwhile it does no harm
    }
  }

  @Override
  public void close() {
    abandon();
  }
}
