package dev.fairlead.identity;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The proxies before us whose word on a caller's address is taken. They append the address that
 * they see to {@code X-Forwarded-For}; whatever stands before the first address that is not a
 * trusted proxy's, from the right, anybody may have written.
 */
public record Proxies(List<AddressRange> trusted) {
  public static final Proxies NONE = new Proxies(List.of());

  public Proxies {
    trusted = List.copyOf(trusted);
  }

  /**
   * The caller's address.
   *
   * @param peer whom the connection comes from
   * @param forwarded the header's lines, in order
   */
  public String client(String peer, List<String> forwarded) {
    if (trusted.isEmpty() || !trusts(peer)) {
      return peer;
    }
    List<String> hops = new ArrayList<>();
    forwarded.forEach(line -> hops.addAll(List.of(line.split(",", -1))));
    Collections.reverse(hops);
    String client = peer;
    for (String hop : hops) {
      client = address(hop.strip());
      if (!trusts(client)) {
        return client;
      }
    }
    return client;
  }

  private boolean trusts(String address) {
    return trusted.stream().anyMatch(range -> range.contains(address));
  }

  /** Without a port, or the brackets of an address that has one. */
  private static String address(String hop) {
    if (hop.startsWith("[")) {
      int end = hop.indexOf(']');
      return end < 0 ? hop : hop.substring(1, end);
    }
    int colon = hop.indexOf(':');
    return colon >= 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop;
  }
}
