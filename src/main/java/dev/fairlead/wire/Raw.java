package dev.fairlead.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value verbatim: what we carry without understanding it, and what must not change on its
 * way (tool schemas, arguments, signatures). Equal when the bytes are equal.
 */
public final class Raw {
  private final Json doc;
  private final int slot;

  Raw(Json doc, int slot) {
    this.doc = doc;
    this.slot = slot;
  }

  /** A value that the program itself wrote; anything wrong with it is a bug. */
  public static Raw of(String json) {
    return Json.of(json).root().raw();
  }

  public JsonNode node() {
    return new JsonNode(doc, slot);
  }

  /** A copy of the value's bytes. */
  public byte[] bytes() {
    return Arrays.copyOfRange(doc.bytes, doc.start(slot), doc.end(slot));
  }

  public int length() {
    return doc.end(slot) - doc.start(slot);
  }

  void writeTo(JsonWriter out) {
    out.verbatim(doc.bytes, doc.start(slot), doc.end(slot));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Raw raw
        && Arrays.equals(
            doc.bytes,
            doc.start(slot),
            doc.end(slot),
            raw.doc.bytes,
            raw.doc.start(raw.slot),
            raw.doc.end(raw.slot));
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int p = doc.start(slot); p < doc.end(slot); p++) {
      hash = 31 * hash + doc.bytes[p];
    }
    return hash;
  }

  @Override
  public String toString() {
    return new String(doc.bytes, doc.start(slot), length(), UTF_8);
  }
}
