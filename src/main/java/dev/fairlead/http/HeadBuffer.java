package dev.fairlead.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the end of a message's head. A head that comes in one read is looked at in the loop's
 * scratch array; only one that is cut by reads is kept here.
 */
final class HeadBuffer {
  private static final int PROBE = 4096;
  private static final byte[] EMPTY = new byte[0];

  private final byte[] scratch;
  private final int max;
  private byte @Nullable [] kept;
  private int length;
  private byte[] found = EMPTY;
  private int foundLength;

  /**
   * @param scratch at least {@code max} bytes, shared by everything on one loop
   * @param max the longest head, in bytes
   */
  HeadBuffer(byte[] scratch, int max) {
    this.scratch = scratch;
    this.max = max;
  }

  /** Whether a head has begun and not ended. */
  boolean begun() {
    return kept != null;
  }

  /** The array that holds the head found last, from its beginning; valid until the next read. */
  byte[] bytes() {
    return found;
  }

  int length() {
    return foundLength;
  }

  void clear() {
    kept = null;
    length = 0;
  }

  /**
   * Takes bytes up to the end of the head.
   *
   * @return whether the head is complete
   */
  boolean take(ByteBuf in) throws BadMessage {
    byte[] mine = kept;
    return mine == null ? first(in) : more(in, mine);
  }

  private boolean first(ByteBuf in) throws BadMessage {
    int readable = Math.min(in.readableBytes(), max);
    int from = 0;
    int to = Math.min(readable, PROBE);
    while (true) {
      in.getBytes(in.readerIndex() + from, scratch, from, to - from);
      int end = HeadParser.end(scratch, from, to);
      if (end > 0) {
        in.skipBytes(end);
        return done(scratch, end);
      }
      if (to == readable) {
        break;
      }
      from = to;
      to = readable;
    }
    in.skipBytes(to);
    kept = Arrays.copyOf(scratch, Math.max(512, to));
    length = to;
    refuseFull(scratch);
    return false;
  }

  private boolean more(ByteBuf in, byte[] mine) throws BadMessage {
    int count = Math.min(in.readableBytes(), max - length);
    if (mine.length - length < count) {
      mine = Arrays.copyOf(mine, Math.min(max, Math.max(length + count, 2 * mine.length)));
      kept = mine;
    }
    in.readBytes(mine, length, count);
    int from = length;
    length += count;
    int end = HeadParser.end(mine, from, length);
    if (end > 0) {
      in.readerIndex(in.readerIndex() - (length - end));
      clear();
      return done(mine, end);
    }
    refuseFull(mine);
    return false;
  }

  private boolean done(byte[] array, int end) {
    found = array;
    foundLength = end;
    return true;
  }

  private void refuseFull(byte[] array) throws BadMessage {
    if (length < max) {
      return;
    }
    for (int i = 0; i < length; i++) {
      if (array[i] == '\n') {
        throw new BadMessage(431, "the header fields are longer than " + max + " bytes");
      }
    }
    throw new BadMessage(414, "the first line is longer than " + max + " bytes");
  }
}
