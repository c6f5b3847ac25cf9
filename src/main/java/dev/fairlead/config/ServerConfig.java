package dev.fairlead.config;

import java.util.List;

/**
 * Where we listen.
 *
 * @param trustedProxies addresses and ranges of proxies before us, whose {@code X-Forwarded-For} is
 *     believed
 */
public record ServerConfig(String host, int port, List<String> trustedProxies) {
  public static final ServerConfig DEFAULT = new ServerConfig("127.0.0.1", 8080, List.of());

  public ServerConfig {
    trustedProxies = List.copyOf(trustedProxies);
  }

  static ServerConfig read(Section s) {
    ServerConfig read =
        new ServerConfig(
            s.text("host", DEFAULT.host),
            (int) s.whole("port", DEFAULT.port, 0, 65_535),
            AddressRanges.read(s, "trusted_proxies"));
    s.end();
    return read;
  }
}
