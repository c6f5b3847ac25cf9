package dev.fairlead.http;

import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Undoes the content encodings gzip (also of several members) and deflate (with or without its zlib
 * wrapper), piece by piece, and refuses bombs: more than {@code maxBytes} in all, or more than 200
 * times what came once that exceeds a quarter MiB. Holds native memory until {@link #close}.
 */
final class ContentDecoder implements AutoCloseable {
  private static final int MAX_RATIO = 200;
  private static final int RATIO_FREE = 256 * 1024;
  private static final int STEP = 8 * 1024;

  private enum At {
    GZIP_HEAD,
    GZIP_EXTRA_LENGTH,
    GZIP_EXTRA,
    GZIP_NAME,
    GZIP_COMMENT,
    GZIP_HEAD_CRC,
    DEFLATE_FIRST,
    INFLATE,
    GZIP_TAIL,
    MEMBER_END,
    END
  }

  private final boolean gzip;
  private final long maxBytes;
  private final CRC32 crc = new CRC32();
  private @Nullable Inflater inflater;
  private At at;
  private int count;
  private int flags;
  private long number;
  private long memberBytes;
  private long in;
  private long out;

  private ContentDecoder(boolean gzip, long maxBytes) {
    this.gzip = gzip;
    this.maxBytes = maxBytes;
    this.at = gzip ? At.GZIP_HEAD : At.DEFLATE_FIRST;
  }

  /** Whether the field says that nothing is to be undone. */
  static boolean isIdentity(String contentEncoding) {
    return contentEncoding.isBlank() || contentEncoding.trim().equalsIgnoreCase("identity");
  }

  /** Empty for an encoding that cannot be undone here. */
  static Optional<ContentDecoder> of(String contentEncoding, long maxBytes) {
    return switch (contentEncoding.trim().toLowerCase(Locale.ROOT)) {
      case "gzip", "x-gzip" -> Optional.of(new ContentDecoder(true, maxBytes));
      case "deflate" -> Optional.of(new ContentDecoder(false, maxBytes));
      default -> Optional.empty();
    };
  }

  /** Decodes one piece, whatever its borders, into the sink. */
  void decode(byte[] bytes, int from, int to, ByteSink sink) throws BadMessage {
    in += to - from;
    int i = from;
    while (i < to) {
      if (at == At.INFLATE) {
        i = inflate(bytes, i, to, sink);
      } else if (at == At.DEFLATE_FIRST) {
        // The low four bits of a zlib header are 8; a raw stream's first byte can hardly be.
        begin((bytes[i] & 0x0f) != 8 || (bytes[i] & 0xf0) > 0x70);
      } else {
        step(bytes[i++] & 0xff);
      }
    }
  }

  /** Whether the stream may end here. */
  boolean complete() {
    return at == At.END || at == At.MEMBER_END || (in == 0);
  }

  @Override
  public void close() {
    Inflater open = inflater;
    if (open != null) {
      open.end();
      inflater = null;
    }
  }

  private void begin(boolean raw) {
    close();
    inflater = new Inflater(raw);
    crc.reset();
    memberBytes = 0;
    at = At.INFLATE;
  }

  private int inflate(byte[] bytes, int from, int to, ByteSink sink) throws BadMessage {
    Inflater open = inflater;
    if (open == null) {
      throw new IllegalStateException("decoding after the end");
    }
    open.setInput(bytes, from, to - from);
    try {
      while (true) {
        byte[] array = sink.room(STEP);
        int made = open.inflate(array, sink.size(), array.length - sink.size());
        if (made > 0) {
          crc.update(array, sink.size(), made);
          sink.added(made);
          memberBytes += made;
          out += made;
          checkCaps();
        } else if (open.finished()) {
          at = gzip ? At.GZIP_TAIL : At.END;
          count = 0;
          number = 0;
          return to - open.getRemaining();
        } else if (open.needsInput()) {
          return to;
        } else {
          throw BadMessage.malformed("the compressed body needs a dictionary");
        }
      }
    } catch (DataFormatException e) {
      throw BadMessage.malformed("the compressed body is broken");
    }
  }

  private void checkCaps() throws BadMessage {
    if (out > maxBytes) {
      throw new BadMessage(413, "the decompressed body is larger than " + maxBytes + " bytes");
    }
    if (out > RATIO_FREE && out > in * MAX_RATIO) {
      throw new BadMessage(413, "the body is compressed more than " + MAX_RATIO + " times");
    }
  }

  private void step(int b) throws BadMessage {
    switch (at) {
      case GZIP_HEAD -> head(b);
      case GZIP_EXTRA_LENGTH -> {
        number |= (long) b << (8 * count);
        if (++count == 2) {
          next(number == 0 ? At.GZIP_NAME : At.GZIP_EXTRA);
        }
      }
      case GZIP_EXTRA -> {
        if (++count == number) {
          next(At.GZIP_NAME);
        }
      }
      case GZIP_NAME, GZIP_COMMENT -> {
        if (b == 0) {
          next(at == At.GZIP_NAME ? At.GZIP_COMMENT : At.GZIP_HEAD_CRC);
        } else if (++count > 64 * 1024) {
          throw BadMessage.malformed("the gzip header is too long");
        }
      }
      case GZIP_HEAD_CRC -> {
        if (++count == 2) {
          begin(true);
        }
      }
      case GZIP_TAIL -> tail(b);
      case MEMBER_END -> {
        at = At.GZIP_HEAD;
        count = 0;
        head(b);
      }
      case END -> throw BadMessage.malformed("bytes follow the end of the compressed body");
      case DEFLATE_FIRST, INFLATE -> throw new IllegalStateException("not a framing byte");
    }
  }

  private void head(int b) throws BadMessage {
    boolean bad =
        switch (count) {
          case 0 -> b != 0x1f;
          case 1 -> b != 0x8b;
          case 2 -> b != 8;
          case 3 -> (b & 0xe0) != 0;
          default -> false;
        };
    if (bad) {
      throw BadMessage.malformed("the body is not gzip");
    }
    if (count == 3) {
      flags = b;
    }
    if (++count == 10) {
      next(At.GZIP_EXTRA_LENGTH);
    }
  }

  /** Goes to the part of the gzip header, or to the first behind it that is there. */
  private void next(At wanted) {
    count = 0;
    boolean extra = (flags & 4) != 0;
    boolean name = (flags & 8) != 0;
    boolean comment = (flags & 16) != 0;
    boolean headCrc = (flags & 2) != 0;
    if (wanted == At.GZIP_EXTRA_LENGTH && extra) {
      number = 0;
      at = wanted;
    } else if (wanted == At.GZIP_EXTRA) {
      at = wanted;
    } else if (wanted.compareTo(At.GZIP_NAME) <= 0 && name) {
      at = At.GZIP_NAME;
    } else if (wanted.compareTo(At.GZIP_COMMENT) <= 0 && comment) {
      at = At.GZIP_COMMENT;
    } else if (wanted.compareTo(At.GZIP_HEAD_CRC) <= 0 && headCrc) {
      at = At.GZIP_HEAD_CRC;
    } else {
      begin(true);
    }
  }

  private void tail(int b) throws BadMessage {
    number |= (long) b << (8 * count);
    count++;
    if (count == 4) {
      if (number != crc.getValue()) {
        throw BadMessage.malformed("the checksum of the compressed body is wrong");
      }
    } else if (count == 8) {
      if (number >>> 32 != (memberBytes & 0xffffffffL)) {
        throw BadMessage.malformed("the length of the compressed body is wrong");
      }
      at = At.MEMBER_END;
    }
  }
}
