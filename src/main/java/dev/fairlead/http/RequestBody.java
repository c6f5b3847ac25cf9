package dev.fairlead.http;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request whose head has come and whose body is coming. Confined to its loop. */
final class RequestBody {
  private static final byte[] EMPTY = new byte[0];

  /** What a caller's mere word about its length makes us allocate. */
  private static final int TRUSTED = 256 * 1024;

  /** Bytes that count against the room for all bodies only when a body is larger. */
  private static final int FREE = 64 * 1024;

  /** Larger compressed bodies are decoded off the loop. */
  private static final int DECODED_INLINE = 64 * 1024;

  private final HttpServer server;
  private final String method;
  private final RequestTarget target;
  private final Headers headers;
  private final String peer;
  private final int minor;
  private final boolean persistent;
  private final boolean expectsContinue;
  private final @Nullable String encoding;
  private final long startedNanos;
  private final @Nullable ChunkedReader chunked;
  private final long length;
  private final @Nullable ByteSink sink;
  private boolean whole;
  private long received;
  private long reserved;

  private RequestBody(
      HeadParser head, RequestTarget target, HttpServer server, String peer, long nowNanos) {
    this.server = server;
    this.method = head.method();
    this.target = target;
    this.headers = head.headers();
    this.peer = peer;
    this.minor = head.minor();
    this.persistent = head.persistent();
    this.expectsContinue = head.expect() != null && head.minor() == 1;
    this.encoding = head.contentEncoding();
    this.startedNanos = nowNanos;
    int max = server.config().maxBodyBytes();
    this.chunked = head.chunked() ? new ChunkedReader(max) : null;
    this.length = head.chunked() ? HeadParser.NONE : Math.max(0, head.contentLength());
    this.whole = length == 0;
    this.sink =
        whole ? null : new ByteSink(chunked != null ? 4096 : (int) Math.min(length, TRUSTED));
  }

  /** Checks what frames the request and what it is about. */
  static RequestBody begin(HeadParser head, HttpServer server, String peer, long nowNanos)
      throws BadMessage {
    checkFraming(head);
    if (head.hosts() > 1 || (head.hosts() == 0 && head.minor() == 1)) {
      throw BadMessage.malformed("there must be one Host field");
    }
    if (head.hosts() == 1) {
      RequestTarget.checkHost(head.host());
    }
    RequestTarget target = RequestTarget.parse(head.method(), head.target(), head.host());
    int max = server.config().maxBodyBytes();
    if (head.contentLength() > max) {
      throw new BadMessage(413, "the body is larger than " + max + " bytes").at(target.path());
    }
    String expect = head.expect();
    if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
      throw new BadMessage(417, "the only expectation known here is 100-continue");
    }
    return new RequestBody(head, target, server, peer, nowNanos);
  }

  private static void checkFraming(HeadParser head) throws BadMessage {
    if (head.transferEncodings() > 0) {
      if (head.lengths() > 0) {
        throw BadMessage.malformed("there are a transfer encoding and a content length");
      }
      if (head.minor() == 0) {
        throw BadMessage.malformed("HTTP/1.0 has no transfer encoding");
      }
      if (!head.chunked()) {
        throw BadMessage.malformed("the only transfer encoding known here is chunked, once");
      }
    }
    if (head.lengths() > 1) {
      throw BadMessage.malformed("there are several content lengths");
    }
    if (head.namesFraming()) {
      throw BadMessage.malformed("the Connection field names a field that must stay");
    }
  }

  String path() {
    return target.path();
  }

  String method() {
    return method;
  }

  int minor() {
    return minor;
  }

  boolean persistent() {
    return persistent;
  }

  boolean expectsContinue() {
    return expectsContinue;
  }

  boolean complete() {
    return whole;
  }

  /** When the body must be here, on the monotonic clock: later, the more of it has come. */
  long deadline(ServerConfig config) {
    return startedNanos + config.bodyTimeout().toNanos() + received * (1_000_000_000L / 1024);
  }

  /**
   * Takes bytes of the body.
   *
   * @return whether it is complete
   */
  boolean read(ByteBuf in) throws BadMessage {
    ByteSink to = sink;
    if (to == null) {
      return true;
    }
    ChunkedReader reader = chunked;
    int before = in.readableBytes();
    if (reader == null) {
      reserve(to.size() + Math.min(before, length - to.size()));
      to.take(in, (int) Math.min(before, length - to.size()));
      whole = to.size() == length;
    } else {
      reserve((long) to.size() + before);
      whole = reader.read(in, to);
    }
    received += before - in.readableBytes();
    return whole;
  }

  private void reserve(long total) throws BadMessage {
    long wanted = total <= FREE ? 0 : total;
    if (wanted > reserved) {
      if (!server.reserve(wanted - reserved)) {
        throw new BadMessage(503, "too many large bodies are arriving; try again");
      }
      reserved = wanted;
    }
  }

  void drop() {
    server.release(reserved);
    reserved = 0;
  }

  /** Undoes the content encoding and hands on the request, on the loop. */
  void finish(NettyLoop loop, Consumer<ServerRequest> good, Consumer<BadMessage> bad) {
    drop();
    byte[] raw = sink == null ? EMPTY : sink.exact();
    String name = encoding;
    if (name == null || ContentDecoder.isIdentity(name) || raw.length == 0) {
      good.accept(request(raw));
    } else if (raw.length <= DECODED_INLINE) {
      decode(name, raw, good, bad);
    } else {
      Thread.ofVirtual()
          .name("inflate")
          .start(
              () ->
                  decode(
                      name,
                      raw,
                      request -> loop.execute(() -> good.accept(request)),
                      fault -> loop.execute(() -> bad.accept(fault))));
    }
  }

  private void decode(
      String name, byte[] raw, Consumer<ServerRequest> good, Consumer<BadMessage> bad) {
    ServerRequest request;
    try {
      request = request(decoded(name, raw));
    } catch (BadMessage e) {
      bad.accept(e);
      return;
    }
    good.accept(request);
  }

  private byte[] decoded(String name, byte[] raw) throws BadMessage {
    Optional<ContentDecoder> known = ContentDecoder.of(name, server.config().maxBodyBytes());
    if (known.isEmpty()) {
      throw new BadMessage(
          415, "the content encoding " + name + " is not known here; send gzip, deflate or none");
    }
    try (ContentDecoder decoder = known.get()) {
      ByteSink out = new ByteSink(Math.max(1024, 4 * raw.length));
      decoder.decode(raw, 0, raw.length, out);
      if (!decoder.complete()) {
        throw BadMessage.malformed("the compressed body ends too early");
      }
      return out.copy();
    }
  }

  private ServerRequest request(byte[] body) {
    return new ServerRequest(
        method, target.path(), target.query(), headers, body, peer, startedNanos);
  }
}
