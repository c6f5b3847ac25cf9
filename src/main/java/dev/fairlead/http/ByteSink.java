package dev.fairlead.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Bytes gathered in one growing array. */
final class ByteSink {
  private byte[] array;
  private int size;

  ByteSink(int capacity) {
    array = new byte[capacity];
  }

  int size() {
    return size;
  }

  int capacity() {
    return array.length;
  }

  void clear() {
    size = 0;
  }

  /** Moves {@code count} bytes from the buffer to the end. */
  void take(ByteBuf in, int count) {
    room(count);
    in.readBytes(array, size, count);
    size += count;
  }

  /** The array with at least {@code count} free places from {@link #size()} on. */
  byte[] room(int count) {
    if (array.length - size < count) {
      array = Arrays.copyOf(array, Math.max(size + count, 2 * array.length));
    }
    return array;
  }

  /** Counts bytes that were put into {@link #room} as belonging. */
  void added(int count) {
    size += count;
  }

  byte[] copy() {
    return Arrays.copyOf(array, size);
  }

  /** The array itself when it is full, else a copy that is. */
  byte[] exact() {
    return array.length == size ? array : copy();
  }
}
