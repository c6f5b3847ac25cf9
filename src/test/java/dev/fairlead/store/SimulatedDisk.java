package dev.fairlead.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk that fails at a chosen step, and one that loses its power: of what was not forced out,
 * each sector is kept or lost or garbage, whatever came after it. Where a file has room, what was
 * there before may come through.
 */
public final class SimulatedDisk implements Disk {
  private static final int SECTOR = 64; // small, so that short records are torn, too

  private static final class Content {
    byte[] durable;
    int position;
    final ByteArrayOutputStream unforced = new ByteArrayOutputStream();

    Content(byte[] durable) {
      this.durable = durable;
    }

    /** What is durable, with other bytes where it is being written. */
    byte[] with(byte[] bytes) {
      byte[] all = Arrays.copyOf(durable, Math.max(durable.length, position + bytes.length));
      System.arraycopy(bytes, 0, all, position, bytes.length);
      return all;
    }

    void force() {
      durable = with(unforced.toByteArray());
      position += unforced.size();
      unforced.reset();
    }
  }

  private final TreeMap<String, Content> files = new TreeMap<>();
  private long steps;
  private long reused;
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

  /** How often a file has taken the room of another. */
  public synchronized long reused() {
    return reused;
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
          byte[] found = content.unforced.toByteArray();
          found = Arrays.copyOf(found, found.length == 0 ? 0 : random.nextInt(found.length + 1));
          byte[] before = content.durable;
          for (int at = 0; at < found.length; at += SECTOR) {
            int end = Math.min(found.length, at + SECTOR);
            switch (random.nextInt(4)) {
              case 0 -> {
                byte[] garbage = new byte[end - at];
                random.nextBytes(garbage);
                System.arraycopy(garbage, 0, found, at, garbage.length);
              }
              case 1 -> {
                for (int i = at; i < end; i++) { // never written
                  int there = content.position + i;
                  found[i] = there < before.length ? before[there] : 0;
                }
              }
              default -> {}
            }
          }
          Content after = new Content(content.with(found));
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
    return content(name).with(content(name).unforced.toByteArray());
  }

  @Override
  public File create(String name) throws IOException {
    return create(name, 0);
  }

  @Override
  public synchronized File create(String name, long room) throws IOException {
    Content content = new Content(new byte[Math.toIntExact(room)]);
    files.put(name, content); // even when it fails, it may be there
    step("create");
    return new Open(content);
  }

  @Override
  public synchronized File reuse(String former, String name) throws IOException {
    Content content = new Content(content(former).durable);
    files.put(name, content); // even when it fails, it may be there
    files.remove(former);
    step("reuse");
    reused++;
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
        content.force();
      }
    }

    @Override
    public long size() {
      synchronized (SimulatedDisk.this) {
        return content.position + content.unforced.size();
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
