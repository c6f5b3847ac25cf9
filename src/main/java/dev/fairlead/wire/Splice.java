package dev.fairlead.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Changes to a received document that leave every other byte as it came: no reordering, no
 * renumbering, no change of white space. Changes are collected in order, each seeing the members as
 * the changes before it left them, and applied at once. Changing a value and something inside it is
 * a bug of the caller and refused; what was changed inside a member that is then removed goes with
 * it.
 *
 * <p>When the document is a part of a larger array (the data of a frame), the result is the larger
 * array with the changed document in it.
 */
public final class Splice {
  private record Cut(int from, int to, byte[] with, boolean removes) {}

  /**
   * A member as the changes so far leave it; its name and value stand where they did, or are new.
   */
  private static final class Entry {
    private final int nameSlot;
    private String name;
    private boolean renamed;
    private boolean removed;
    private byte[] added = NOTHING;

    private Entry(int nameSlot, String name) {
      this.nameSlot = nameSlot;
      this.name = name;
    }

    private boolean isNew() {
      return nameSlot < 0;
    }
  }

  private static final byte[] NOTHING = new byte[0];

  private final Json doc;
  private final TreeMap<Integer, Cut> replaced = new TreeMap<>();
  private final Map<Integer, List<Entry>> objects = new TreeMap<>();

  public Splice(Json doc) {
    this.doc = doc;
  }

  /** Puts another value in the place of this one; the last one put stays. */
  public Splice replace(JsonNode node, byte[] json) {
    if (node.document() != doc) {
      throw new IllegalStateException("the value is absent or stands in another document");
    }
    replaced.put(node.start(), new Cut(node.start(), node.end(), json, false));
    return this;
  }

  /** Sets a member: in place when the object has it, at the object's end when it has not. */
  public Splice set(JsonNode object, String name, byte[] json) {
    List<Entry> entries = entries(object);
    Entry found = find(entries, name);
    if (found == null) {
      found = findRemoved(entries, name);
    }
    if (found == null) {
      found = new Entry(-1, name);
      entries.add(found);
    }
    found.removed = false;
    if (found.isNew()) {
      found.added = json;
    } else {
      replace(new JsonNode(doc, found.nameSlot + 1), json);
    }
    removeOthers(entries, found);
    return this;
  }

  /** Removes a member and its comma; nothing when the object has no such member. */
  public Splice remove(JsonNode object, String name) {
    if (!object.get(name).exists() && !objects.containsKey(object.slot())) {
      return this;
    }
    for (Entry entry : entries(object)) {
      if (entry.name.equals(name)) {
        entry.removed = true;
      }
    }
    return this;
  }

  /**
   * Gives a member another name; the value stays where it is. A member that already had the new
   * name is removed, so that no name stands twice; nothing when the object has no such member.
   */
  public Splice rename(JsonNode object, String name, String newName) {
    if (name.equals(newName)
        || (!object.get(name).exists() && !objects.containsKey(object.slot()))) {
      return this;
    }
    List<Entry> entries = entries(object);
    Entry found = find(entries, name);
    if (found != null) {
      found.name = newName;
      found.renamed = true;
      removeOthers(entries, found);
    }
    return this;
  }

  public boolean isEmpty() {
    return replaced.isEmpty()
        && objects.values().stream().flatMap(List::stream).noneMatch(Splice::changes);
  }

  private static boolean changes(Entry entry) {
    return entry.isNew() ? !entry.removed : entry.removed || entry.renamed;
  }

  /** The changed document; the received array itself when nothing changes. */
  public byte[] toBytes() {
    if (isEmpty()) {
      return doc.bytes();
    }
    List<Cut> all = new ArrayList<>(replaced.values());
    objects.forEach((slot, entries) -> memberCuts(slot, entries, all));
    all.sort(
        Comparator.comparingInt(Cut::from)
            .thenComparing(Cut::to, Comparator.reverseOrder())
            .thenComparing(Cut::removes, Comparator.reverseOrder()));
    return apply(outermost(all));
  }

  private List<Cut> outermost(List<Cut> sorted) {
    List<Cut> kept = new ArrayList<>(sorted.size());
    int end = 0;
    boolean removed = false;
    for (Cut cut : sorted) {
      if (cut.from >= end) {
        kept.add(cut);
        end = cut.to;
        removed = cut.removes;
      } else if (!removed || cut.to > end) {
        throw new IllegalStateException("overlapping changes at byte " + cut.from);
      }
    }
    return kept;
  }

  private byte[] apply(List<Cut> cuts) {
    byte[] in = doc.bytes();
    int length = in.length;
    for (Cut cut : cuts) {
      length = Math.addExact(length, cut.with.length - (cut.to - cut.from));
    }
    byte[] out = new byte[length];
    int read = 0;
    int write = 0;
    for (Cut cut : cuts) {
      System.arraycopy(in, read, out, write, cut.from - read);
      write += cut.from - read;
      System.arraycopy(cut.with, 0, out, write, cut.with.length);
      write += cut.with.length;
      read = cut.to;
    }
    System.arraycopy(in, read, out, write, in.length - read);
    return out;
  }

  private List<Entry> entries(JsonNode object) {
    if (!object.isObject() || object.document() != doc) {
      throw new IllegalStateException("not an object of this document: " + object.kind());
    }
    return objects.computeIfAbsent(
        object.slot(),
        slot -> {
          List<Entry> entries = new ArrayList<>();
          for (int at = slot + 1; at < doc.next(slot); at = doc.next(at + 1)) {
            entries.add(new Entry(at, new JsonNode(doc, at).text()));
          }
          return entries;
        });
  }

  private static @Nullable Entry find(List<Entry> entries, String name) {
    for (Entry entry : entries) {
      if (!entry.removed && entry.name.equals(name)) {
        return entry;
      }
    }
    return null;
  }

  /** A removed member that comes back does so in its old place. */
  private static @Nullable Entry findRemoved(List<Entry> entries, String name) {
    for (Entry entry : entries) {
      if (entry.removed && !entry.renamed && entry.name.equals(name)) {
        return entry;
      }
    }
    return null;
  }

  private static void removeOthers(List<Entry> entries, Entry kept) {
    for (Entry entry : entries) {
      if (entry != kept && entry.name.equals(kept.name)) {
        entry.removed = true;
      }
    }
  }

  /**
   * A removed member goes together with the comma that follows it; a removed run at the end goes
   * together with the comma before it. New members follow the last one that stays.
   */
  private void memberCuts(int objectSlot, List<Entry> entries, List<Cut> all) {
    List<Entry> old = entries.stream().filter(e -> !e.isNew()).toList();
    int lastKept = old.size() - 1;
    while (lastKept >= 0 && old.get(lastKept).removed) {
      lastKept--;
    }
    for (int i = 0; i <= lastKept; i++) {
      Entry entry = old.get(i);
      int start = doc.start(entry.nameSlot);
      if (entry.removed) {
        all.add(new Cut(start, doc.start(old.get(i + 1).nameSlot), NOTHING, true));
      } else if (entry.renamed) {
        byte[] name = new JsonWriter().value(entry.name).toBytes();
        all.add(new Cut(start, doc.end(entry.nameSlot), name, false));
      }
    }
    byte[] added = addition(entries, lastKept >= 0);
    int from = lastKept < 0 ? doc.start(objectSlot) + 1 : doc.end(old.get(lastKept).nameSlot + 1);
    boolean endRemoved = lastKept < old.size() - 1;
    int to = endRemoved ? doc.end(old.get(old.size() - 1).nameSlot + 1) : from;
    if (endRemoved || added.length > 0) {
      all.add(new Cut(from, to, added, endRemoved));
    }
  }

  private static byte[] addition(List<Entry> entries, boolean afterOthers) {
    JsonWriter out = new JsonWriter().beginObject();
    for (Entry entry : entries) {
      if (entry.isNew() && !entry.removed) {
        out.name(entry.name).verbatim(entry.added, 0, entry.added.length);
      }
    }
    byte[] written = out.toBytes();
    if (written.length > 1 && afterOthers) {
      written[0] = ',';
      return written;
    }
    return Arrays.copyOfRange(written, 1, written.length);
  }
}
