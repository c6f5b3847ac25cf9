package dev.fairlead.http;

import io.netty.buffer.ByteBuf;

/**
 * Undoes the chunked transfer coding (RFC 9112 §7.1), for any split of the bytes. Extensions and
 * trailers are checked and dropped.
 */
final class ChunkedReader {
  private static final int MAX_EXTENSIONS = 16 * 1024;
  private static final int MAX_TRAILERS = 8 * 1024;

  private enum At {
    SIZE,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER,
    TRAILER_NAME,
    TRAILER_VALUE,
    TRAILER_LF,
    LAST_LF,
    DONE
  }

  private final long max;
  private At at = At.SIZE;
  private long size;
  private int digits;
  private int extra;
  private long total;

  /**
   * @param max the most bytes of content
   */
  ChunkedReader(long max) {
    this.max = max;
  }

  /**
   * Moves the content of the buffer to the sink, up to the end of the message.
   *
   * @return whether the end was reached
   */
  boolean read(ByteBuf in, ByteSink sink) throws BadMessage {
    while (at != At.DONE && in.isReadable()) {
      if (at == At.DATA) {
        int count = (int) Math.min(size, in.readableBytes());
        sink.take(in, count);
        size -= count;
        if (size == 0) {
          at = At.DATA_CR;
        }
      } else {
        step(in.readByte());
      }
    }
    return at == At.DONE;
  }

  private void step(byte b) throws BadMessage {
    switch (at) {
      case SIZE -> size(b);
      case EXTENSION -> extension(b);
      case SIZE_LF -> {
        must(b, '\n');
        at = size == 0 ? At.TRAILER : At.DATA;
        digits = 0;
      }
      case DATA_CR -> {
        must(b, '\r');
        at = At.DATA_LF;
      }
      case DATA_LF -> {
        must(b, '\n');
        at = At.SIZE;
      }
      case TRAILER, TRAILER_NAME, TRAILER_VALUE -> trailer(b);
      case TRAILER_LF -> {
        must(b, '\n');
        at = At.TRAILER;
      }
      case LAST_LF -> {
        must(b, '\n');
        at = At.DONE;
      }
      case DATA, DONE -> throw new IllegalStateException("not a framing byte");
    }
  }

  private void size(byte b) throws BadMessage {
    int digit = Character.digit(b, 16);
    if (digit >= 0 && b > 0) {
      if (++digits > 15) {
        throw BadMessage.malformed("a chunk size has too many digits");
      }
      size = 16 * size + digit;
      return;
    }
    if (digits == 0) {
      throw BadMessage.malformed("a chunk has no size");
    }
    total += size;
    if (total > max) {
      throw new BadMessage(413, "the body is larger than " + max + " bytes");
    }
    if (b == '\r') {
      at = At.SIZE_LF;
    } else if (b == ';') {
      at = At.EXTENSION;
    } else {
      throw BadMessage.malformed("a chunk size is no hexadecimal number");
    }
  }

  private void extension(byte b) throws BadMessage {
    if (b == '\r') {
      at = At.SIZE_LF;
    } else if (!HeadParser.isValue(b)) {
      throw BadMessage.malformed("a chunk extension has a control character");
    } else if (++extra > MAX_EXTENSIONS) {
      throw BadMessage.malformed("the chunk extensions are too long");
    }
  }

  private void trailer(byte b) throws BadMessage {
    if (++extra > MAX_TRAILERS + MAX_EXTENSIONS) {
      throw new BadMessage(431, "the trailer fields are too long");
    }
    if (at == At.TRAILER) {
      if (b == '\r') {
        at = At.LAST_LF;
      } else if (HeadParser.isToken(b)) {
        at = At.TRAILER_NAME;
      } else {
        throw BadMessage.malformed("a trailer field has no valid name");
      }
    } else if (at == At.TRAILER_NAME) {
      if (b == ':') {
        at = At.TRAILER_VALUE;
      } else if (!HeadParser.isToken(b)) {
        throw BadMessage.malformed("a trailer field has no valid name");
      }
    } else if (b == '\r') {
      at = At.TRAILER_LF;
    } else if (!HeadParser.isValue(b)) {
      throw BadMessage.malformed("a trailer field has a control character");
    }
  }

  private static void must(byte b, char wanted) throws BadMessage {
    if (b != wanted) {
      throw BadMessage.malformed("the framing of a chunk is broken");
    }
  }
}
