package dev.fairlead.http;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The framing and encoding of an answer's body (RFC 9112 §6.3). Confined to its loop. */
final class AnswerBody implements AutoCloseable {
  private static final byte[] NOTHING = new byte[0];
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private final Headers headers;
  private final boolean persistent;
  private final @Nullable ChunkedReader chunked;
  private final boolean untilClose;
  private final @Nullable ContentDecoder decoder;
  private final long max;
  private long remaining;
  private long total;
  private boolean whole;

  private AnswerBody(
      HeadParser head, boolean bodiless, @Nullable ContentDecoder decoder, long max) {
    this.max = max;
    this.decoder = decoder;
    this.headers = endToEnd(head.headers(), decoder != null);
    this.chunked = !bodiless && head.chunked() ? new ChunkedReader(max) : null;
    this.untilClose = !bodiless && !head.chunked() && head.contentLength() == HeadParser.NONE;
    this.remaining = bodiless || head.chunked() || untilClose ? 0 : head.contentLength();
    this.whole = bodiless || (chunked == null && !untilClose && remaining == 0);
    // Two framings at once: what stands behind this answer cannot be trusted.
    this.persistent = head.persistent() && !untilClose && !(head.chunked() && head.lengths() > 0);
  }

  static AnswerBody begin(HeadParser head, String method, long max) throws BadMessage {
    if (head.transferEncodings() > 0 && !head.chunked()) {
      throw BadMessage.malformed("the answer has an unknown transfer encoding");
    }
    if (head.lengthsDiffer()) {
      throw BadMessage.malformed("the answer has several content lengths");
    }
    int status = head.status();
    boolean bodiless = method.equals("HEAD") || status == 204 || status == 304;
    if (!bodiless && !head.chunked() && head.contentLength() > max) {
      throw new BadMessage(413, "the answer is larger than " + max + " bytes");
    }
    String encoding = head.contentEncoding();
    ContentDecoder decoder = null;
    if (!bodiless && encoding != null && !ContentDecoder.isIdentity(encoding)) {
      decoder =
          ContentDecoder.of(encoding, max)
              .orElseThrow(
                  () -> BadMessage.malformed("the answer has an unknown content encoding"));
    }
    return new AnswerBody(head, bodiless, decoder, max);
  }

  private static Headers endToEnd(Headers all, boolean decoded) {
    List<String> kept = new ArrayList<>(2 * all.size());
    for (int i = 0; i < all.size(); i++) {
      String name = all.name(i).toLowerCase(Locale.ROOT);
      boolean ofEncoding =
          decoded && (name.equals("content-encoding") || name.equals("content-length"));
      if (!ofEncoding && !HOP_BY_HOP.contains(name)) {
        kept.add(all.name(i));
        kept.add(all.value(i));
      }
    }
    return Headers.copyOf(kept);
  }

  /** What the listener sees: no field of the connection, none of an encoding that is undone. */
  Headers headers() {
    return headers;
  }

  boolean persistent() {
    return persistent;
  }

  boolean complete() {
    return whole;
  }

  /** Whether the connection's orderly end is this body's. */
  boolean endsWithConnection() {
    return untilClose && (decoder == null || decoder.complete());
  }

  /** Takes what the buffer holds of the body; empty when that is only framing. */
  byte[] read(ByteBuf in, NettyLoop loop) throws BadMessage {
    byte[] raw = framed(in, loop);
    ContentDecoder undo = decoder;
    if (undo == null) {
      return raw;
    }
    ByteSink sink = loop.sink();
    undo.decode(raw, 0, raw.length, sink);
    if (whole && !undo.complete()) {
      throw BadMessage.malformed("the compressed answer ends too early");
    }
    return sink.size() == 0 ? NOTHING : sink.copy();
  }

  private byte[] framed(ByteBuf in, NettyLoop loop) throws BadMessage {
    ChunkedReader reader = chunked;
    if (reader != null) {
      ByteSink sink = loop.sink();
      whole = reader.read(in, sink);
      return sink.size() == 0 ? NOTHING : sink.copy();
    }
    int count = in.readableBytes();
    if (untilClose) {
      total += count;
      if (total > max) {
        throw new BadMessage(413, "the answer is larger than " + max + " bytes");
      }
    } else {
      count = (int) Math.min(remaining, count);
      remaining -= count;
      whole = remaining == 0;
    }
    byte[] piece = new byte[count];
    in.readBytes(piece);
    return piece;
  }

  @Override
  public void close() {
    if (decoder != null) {
      decoder.close();
    }
  }
}
