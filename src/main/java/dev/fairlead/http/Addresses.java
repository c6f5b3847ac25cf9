package dev.fairlead.http;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Set;

/**
 * What kind of place an address is (IANA special-purpose registries, and the metadata services of
 * the clouds, which give credentials to whoever asks).
 */
final class Addresses {
  /** What kind of place. */
  enum Kind {
    PUBLIC,
    /** Loopback, private and shared networks: allowed for origins that the operator configured. */
    PRIVATE,
    /** Never a provider. */
    FORBIDDEN
  }

  private static final Set<String> METADATA =
      Set.of("100.100.100.200", "192.0.0.192", "168.63.129.16");

  private Addresses() {}

  static Kind kind(InetAddress address) {
    byte[] b = address.getAddress();
    return address instanceof Inet4Address ? ipv4(b, 0) : ipv6(b);
  }

  private static Kind ipv4(byte[] a, int at) {
    int first = a[at] & 0xff;
    int second = a[at + 1] & 0xff;
    int third = a[at + 2] & 0xff;
    String text = first + "." + second + "." + third + "." + (a[at + 3] & 0xff);
    if (first == 0 || first >= 224 || (first == 169 && second == 254) || METADATA.contains(text)) {
      return Kind.FORBIDDEN;
    }
    boolean inside =
        first == 10
            || first == 127
            || (first == 172 && second >= 16 && second <= 31)
            || (first == 192 && second == 168)
            || (first == 100 && second >= 64 && second <= 127)
            || (first == 192 && second == 0 && (third == 0 || third == 2))
            || (first == 198 && (second == 18 || second == 19))
            || (first == 198 && second == 51 && third == 100)
            || (first == 203 && second == 0 && third == 113);
    return inside ? Kind.PRIVATE : Kind.PUBLIC;
  }

  private static Kind ipv6(byte[] a) {
    int first = a[0] & 0xff;
    int second = a[1] & 0xff;
    boolean zeros = zero(a, 0, 12);
    if (zeros && zero(a, 12, 15)) {
      return a[15] == 1 ? Kind.PRIVATE : Kind.FORBIDDEN; // ::1, and :: among the forbidden
    }
    if (zeros) {
      return ipv4(a, 12); // ::a.b.c.d
    }
    if (zero(a, 0, 10) && (a[10] & 0xff) == 0xff && (a[11] & 0xff) == 0xff) {
      return ipv4(a, 12); // ::ffff:a.b.c.d
    }
    if (first == 0xff || (first == 0xfe && (second & 0xc0) == 0x80)) {
      return Kind.FORBIDDEN; // multicast, link-local
    }
    if (first == 0xfd && second == 0x00 && a[2] == 0x0e && (a[3] & 0xff) == 0xc2) {
      return Kind.FORBIDDEN; // fd00:ec2::/32
    }
    if (first == 0x00 && second == 0x64 && (a[2] & 0xff) == 0xff && (a[3] & 0xff) == 0x9b) {
      return ipv4(a, 12); // 64:ff9b::/96 and its local neighbour
    }
    if (first == 0x20 && second == 0x02) {
      return ipv4(a, 2); // 6to4
    }
    if (first == 0x20 && second == 0x01 && a[2] == 0 && a[3] == 0) {
      return Kind.FORBIDDEN; // Teredo
    }
    boolean inside = (first & 0xfe) == 0xfc || (first == 0xfe && (second & 0xc0) == 0xc0);
    return inside ? Kind.PRIVATE : Kind.PUBLIC;
  }

  private static boolean zero(byte[] a, int from, int to) {
    for (int i = from; i < to; i++) {
      if (a[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
