package dev.fairlead.http;

import java.net.URI;
import java.util.Locale;

/**
 * Where a request goes: what a credential is bound to, and what shares a pool of connections.
 *
 * @param scheme {@code http} or {@code https}
 * @param host in lower case; an IPv6 address without brackets
 * @param port 1 to 65535
 */
public record Origin(String scheme, String host, int port) {
  public Origin {
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException("the scheme must be http or https: " + scheme);
    }
    if (host.isEmpty()) {
      throw new IllegalArgumentException("the address has no host");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("the port must be between 1 and 65535: " + port);
    }
  }

  /**
   * The origin of an address.
   *
   * @throws IllegalArgumentException when it has another scheme, no host, or a user name in it; the
   *     message says which
   */
  public static Origin of(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException("an address must not hold a user name");
    }
    String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
    return new Origin(scheme, host, port);
  }

  boolean tls() {
    return scheme.equals("https");
  }

  /** What the Host field says. */
  String authority() {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == (tls() ? 443 : 80) ? name : name + ":" + port;
  }

  @Override
  public String toString() {
    return scheme + "://" + authority();
  }
}
