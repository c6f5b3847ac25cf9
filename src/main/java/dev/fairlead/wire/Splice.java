package dev.fairlead.wire;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Changes to a received document that leave every other byte as it came: no reordering, no
 * renumbering, no change of white space. Changes are collected against the original document and
 * applied at once. Changing a value and something inside it is a bug of the caller.
 */
public final class Splice {
  private record Cut(int from, int to, byte[] with) {}

  private static final class Members {
    final Map<String, JsonNode.Member> removed = new LinkedHashMap<>();
    final Map<String, byte[]> added = new LinkedHashMap<>();
  }

  private final Json doc;
  private final List<Cut> cuts = new ArrayList<>();
  private final Map<Integer, Members> objects = new LinkedHashMap<>();

  public Splice(Json doc) {
    this.doc = doc;
  }

  /** Puts another value in the place of this one. */
  public Splice replace(JsonNode node, byte[] json) {
    cuts.add(new Cut(node.start(), node.end(), json));
    return this;
  }

  /** Sets a member: in place when the object has it, at the object's end when it has not. */
  public Splice set(JsonNode object, String name, byte[] json) {
    JsonNode old = object.get(name);
    if (old.exists()) {
      return replace(old, json);
    }
    members(object).added.put(name, json);
    return this;
  }

  /** Removes a member and its comma; nothing when the object has no such member. */
  public Splice remove(JsonNode object, String name) {
    for (JsonNode.Member member : object.members()) {
      if (member.name().equals(name)) {
        members(object).removed.put(name, member);
        return this;
      }
    }
    return this;
  }

  /** Gives a member another name; the value stays where it is. */
  public Splice rename(JsonNode object, String name, String newName) {
    for (JsonNode.Member member : object.members()) {
      if (member.name().equals(name)) {
        byte[] written = new JsonWriter().value(newName).toBytes();
        int nameEnd = doc.end(slotOfName(member));
        cuts.add(new Cut(member.nameStart(), nameEnd, written));
        return this;
      }
    }
    return this;
  }

  private int slotOfName(JsonNode.Member member) {
    // The name stands directly before its value in the index.
    int low = 0;
    int high = doc.size() - 1;
    while (low < high) {
      int mid = (low + high) >>> 1;
      if (doc.start(mid) < member.nameStart()) {
        low = mid + 1;
      } else {
        high = mid;
      }
    }
    return low;
  }

  public boolean isEmpty() {
    return cuts.isEmpty() && objects.isEmpty();
  }

  /** The changed document; the received array itself when nothing changes. */
  public byte[] toBytes() {
    if (isEmpty()) {
      return doc.bytes();
    }
    List<Cut> all = new ArrayList<>(cuts);
    objects.forEach((start, members) -> memberCuts(start, members, all));
    all.sort(Comparator.comparingInt(Cut::from).thenComparingInt(Cut::to));
    byte[] in = doc.bytes();
    int length = in.length;
    for (Cut cut : all) {
      length += cut.with.length - (cut.to - cut.from);
    }
    byte[] out = new byte[length];
    int read = 0;
    int write = 0;
    for (Cut cut : all) {
      if (cut.from < read) {
        throw new IllegalStateException("overlapping changes at byte " + cut.from);
      }
      System.arraycopy(in, read, out, write, cut.from - read);
      write += cut.from - read;
      System.arraycopy(cut.with, 0, out, write, cut.with.length);
      write += cut.with.length;
      read = cut.to;
    }
    System.arraycopy(in, read, out, write, in.length - read);
    return out;
  }

  private Members members(JsonNode object) {
    if (!object.isObject()) {
      throw new IllegalStateException("not an object: " + object.kind());
    }
    return objects.computeIfAbsent(object.start(), start -> new Members());
  }

  /**
   * A removed member goes together with the comma that follows it; a removed run at the end goes
   * together with the comma before it. New members follow the last one that stays.
   */
  private void memberCuts(int objectStart, Members change, List<Cut> all) {
    JsonNode object = nodeAt(objectStart);
    List<JsonNode.Member> members = new ArrayList<>();
    object.members().forEach(members::add);
    int lastKept = members.size() - 1;
    while (lastKept >= 0 && change.removed.containsKey(members.get(lastKept).name())) {
      lastKept--;
    }
    for (int i = 0; i < lastKept; i++) {
      JsonNode.Member member = members.get(i);
      if (change.removed.containsKey(member.name())) {
        all.add(new Cut(member.nameStart(), members.get(i + 1).nameStart(), new byte[0]));
      }
    }
    boolean empty = lastKept < 0;
    int from = empty ? objectStart + 1 : members.get(lastKept).value().end();
    int to = lastKept == members.size() - 1 ? from : members.get(members.size() - 1).value().end();
    JsonWriter added = new JsonWriter();
    added.beginObject();
    change.added.forEach((name, json) -> added.name(name).verbatim(json, 0, json.length));
    byte[] written = added.toBytes();
    if (written.length > 1 && !empty) {
      written[0] = ',';
      all.add(new Cut(from, to, written));
    } else {
      byte[] body = java.util.Arrays.copyOfRange(written, 1, written.length);
      if (to > from || body.length > 0) {
        all.add(new Cut(from, to, body));
      }
    }
  }

  private JsonNode nodeAt(int start) {
    int low = 0;
    int high = doc.size() - 1;
    while (low < high) {
      int mid = (low + high) >>> 1;
      if (doc.start(mid) < start) {
        low = mid + 1;
      } else {
        high = mid;
      }
    }
    return new JsonNode(doc, low);
  }
}
