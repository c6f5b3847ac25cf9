package dev.fairlead.config;

/** Where we listen. */
public record ServerConfig(String host, int port) {
  public static final ServerConfig DEFAULT = new ServerConfig("127.0.0.1", 8080);

  static ServerConfig read(Section s) {
    ServerConfig read =
        new ServerConfig(
            s.text("host", DEFAULT.host), (int) s.whole("port", DEFAULT.port, 0, 65_535));
    s.end();
    return read;
  }
}
