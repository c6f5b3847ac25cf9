package dev.fairlead.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.http.Headers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** What an operation answers. */
public record Reply(int status, Headers headers, byte[] body) {
  private static final Headers JSON =
      Headers.of("content-type", "application/json", "access-control-allow-origin", "*");
  private static final Headers FEED =
      Headers.of("content-type", "application/rss+xml", "access-control-allow-origin", "*");

  /** Long enough to spare a busy page, short enough that a new model is not missed. */
  private static final String SHORTLY = "public, max-age=60";

  /** For this caller alone, at this moment. */
  public static Reply personal(byte[] json) {
    return new Reply(200, JSON.with("cache-control", "private, no-store"), json);
  }

  /** Something was made, for this caller alone. */
  public static Reply created(byte[] json) {
    return new Reply(201, JSON.with("cache-control", "private, no-store"), json);
  }

  /** A document to be kept, for this caller alone. */
  public static Reply document(String type, String name, byte[] body) {
    Headers headers =
        Headers.of(
            "content-type",
            type,
            "content-disposition",
            "attachment; filename=\"" + name + "\"",
            "cache-control",
            "private, no-store");
    return new Reply(200, headers, body);
  }

  /** The same for everybody, and different from one moment to the next. */
  public static Reply momentary(byte[] json) {
    return new Reply(200, JSON.with("cache-control", "no-cache"), json);
  }

  /** The same for everybody until the catalog changes. */
  public static Reply lasting(Rendered page) {
    Headers headers =
        JSON.with("cache-control", SHORTLY).with("etag", page.tag()).with("vary", VARY);
    return new Reply(200, headers, page.bytes());
  }

  public static Reply feed(String xml) {
    Rendered page = Rendered.of(xml.getBytes(UTF_8));
    Headers headers = FEED.with("cache-control", SHORTLY).with("etag", page.tag());
    return new Reply(200, headers, page.bytes());
  }

  private static final String VARY = "anthropic-version";

  /** Bytes and the tag that changes when they do. */
  public record Rendered(byte[] bytes, String tag) {
    public static Rendered of(byte[] bytes) {
      try {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
        return new Rendered(bytes, '"' + HexFormat.of().formatHex(digest, 0, 12) + '"');
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }
  }

  /** This answer, or 304 without a body for a caller who has it already. */
  public Reply unless(Optional<String> ifNoneMatch) {
    Optional<String> tag = headers.get("etag");
    if (tag.isEmpty() || ifNoneMatch.isEmpty()) {
      return this;
    }
    for (String known : ifNoneMatch.get().split(",")) {
      String bare = known.strip();
      bare = bare.startsWith("W/") ? bare.substring(2) : bare;
      if (bare.equals("*") || bare.equals(tag.get())) {
        return new Reply(304, headers, new byte[0]);
      }
    }
    return this;
  }
}
