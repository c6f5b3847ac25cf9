package dev.fairlead.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk that fails at a chosen step, and one that loses its power: of what was not forced out,
 * each sector is kept or lost or garbage, whatever came after it.
 */
public final class SimulatedDisk implements Disk {
  private static final int SECTOR = 64; // small, so that short records are torn, too

  private static final class Content {
    byte[] durable = new byte[0];
    final ByteArrayOutputStream unforced = new ByteArrayOutputStream();
  }

  private final TreeMap<String, Content> files = new TreeMap<>();
  private long steps;
  private long failAt = Long.MAX_VALUE;
  private boolean forEver;
  private boolean lies;

  /** The step that fails, counted from 1; and all after it, if it is for ever. */
  public synchronized void failAt(long step, boolean andAllAfter) {
    failAt = step;
    forEver = andAllAfter;
  }

  /** Says that things are forced out that are not. */
  public synchronized void lie() {
    lies = true;
  }

  /** From now on nothing works any more. */
  public synchronized void powerOff() {
    failAt(0, true);
  }

  public synchronized long steps() {
    return steps;
  }

  private void step(String what) throws IOException {
    steps++;
    if (steps == failAt || (forEver && steps > failAt)) {
      throw new IOException("planned failure of step " + steps + ": " + what);
    }
  }

  /** What is found when the power is back. */
  public synchronized SimulatedDisk afterPowerLoss(Random random) {
    SimulatedDisk left = new SimulatedDisk();
    files.forEach(
        (name, content) -> {
          ByteArrayOutputStream found = new ByteArrayOutputStream();
          found.writeBytes(content.durable);
          byte[] unforced = content.unforced.toByteArray();
          int kept = unforced.length == 0 ? 0 : random.nextInt(unforced.length + 1);
          for (int at = 0; at < kept; at += SECTOR) {
            byte[] sector = new byte[Math.min(SECTOR, kept - at)];
            switch (random.nextInt(4)) {
              case 0 -> random.nextBytes(sector);
              case 1 -> {} // never written: zeros
              default -> System.arraycopy(unforced, at, sector, 0, sector.length);
            }
            found.writeBytes(sector);
          }
          Content after = new Content();
          after.durable = found.toByteArray();
          left.files.put(name, after);
        });
    return left;
  }

  private Content content(String name) {
    Content content = files.get(name);
    if (content == null) {
      throw new IllegalArgumentException("no file " + name);
    }
    return content;
  }

  /** Turns one bit over. */
  public synchronized void damage(String name, int at) {
    content(name).durable[at] ^= 1;
  }

  @Override
  public synchronized List<String> names() throws IOException {
    step("names");
    return new ArrayList<>(files.keySet());
  }

  @Override
  public synchronized byte[] read(String name) throws IOException {
    step("read");
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(content(name).durable);
    all.writeBytes(content(name).unforced.toByteArray());
    return all.toByteArray();
  }

  @Override
  public synchronized File create(String name) throws IOException {
    Content content = new Content();
    files.put(name, content); // even when it fails, it may be there
    step("create");
    return new Open(content);
  }

  @Override
  public synchronized void delete(String name) throws IOException {
    step("delete");
    files.remove(name);
  }

  private final class Open implements File {
    private final Content content;

    Open(Content content) {
      this.content = content;
    }

    @Override
    public void append(byte[] bytes) throws IOException {
      synchronized (SimulatedDisk.this) {
        try {
          step("append");
        } catch (IOException e) {
          content.unforced.write(bytes, 0, bytes.length / 2); // it got half way
          throw e;
        }
        content.unforced.writeBytes(bytes);
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (SimulatedDisk.this) {
        step("force"); // when it fails, what was not forced out is anybody's guess
        if (lies) {
          return;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(content.durable);
        all.writeBytes(content.unforced.toByteArray());
        content.durable = all.toByteArray();
        content.unforced.reset();
      }
    }

    @Override
    public void close() throws IOException {
      synchronized (SimulatedDisk.this) {
        step("close");
      }
    }
  }
}
