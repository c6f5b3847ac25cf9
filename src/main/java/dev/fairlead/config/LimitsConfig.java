package dev.fairlead.config;

/**
 * The bounds on what a client may send.
 *
 * @param bodyBytes longest request body
 * @param headerBytes longest request line and header together
 * @param headerFields most header fields
 * @param connections most client connections at once
 */
public record LimitsConfig(long bodyBytes, long headerBytes, int headerFields, int connections) {
  public static final LimitsConfig DEFAULT = new LimitsConfig(64 << 20, 32 << 10, 256, 20_000);

  static LimitsConfig read(Section s) {
    LimitsConfig read =
        new LimitsConfig(
            s.bytes("body_bytes", DEFAULT.bodyBytes, 512L << 20),
            s.bytes("header_bytes", DEFAULT.headerBytes, 256 << 10),
            (int) s.whole("header_fields", DEFAULT.headerFields, 8, 10_000),
            (int) s.whole("connections", DEFAULT.connections, 1, 1_000_000));
    s.end();
    return read;
  }
}
