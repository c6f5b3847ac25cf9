package dev.fairlead.identity;

import java.net.InetAddress;
import java.util.Arrays;

/**
 * A range of IP addresses, as {@code 10.0.0.0/8}, {@code 2001:db8::/32} or a single address. Names
 * are never looked up.
 */
public record AddressRange(String text) {
  public AddressRange {
    parse(text);
  }

  /** True for an address, in digits, that lies in the range; false for whatever is no address. */
  public boolean contains(String address) {
    Parsed range = parse(text);
    byte[] asked;
    try {
      asked = InetAddress.ofLiteral(address).getAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
    if (asked.length != range.bytes.length) {
      return false;
    }
    return Arrays.equals(masked(asked, range.bits), masked(range.bytes, range.bits));
  }

  private record Parsed(byte[] bytes, int bits) {}

  private static Parsed parse(String text) {
    int slash = text.indexOf('/');
    String literal = slash < 0 ? text : text.substring(0, slash);
    try {
      byte[] bytes = InetAddress.ofLiteral(literal).getAddress();
      int most = bytes.length * 8;
      int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
      if (bits >= 0 && bits <= most) {
        return new Parsed(bytes, bits);
      }
    } catch (IllegalArgumentException e) {
      // told below, together with a length that is out of bounds
    }
    throw new IllegalArgumentException(
        "'" + text + "' is no IP address and no range such as 10.0.0.0/8 or 2001:db8::/32");
  }

  private static byte[] masked(byte[] bytes, int bits) {
    byte[] masked = bytes.clone();
    for (int i = 0; i < masked.length; i++) {
      int kept = Math.clamp(bits - 8L * i, 0, 8);
      masked[i] &= (byte) (0xff << (8 - kept));
    }
    return masked;
  }

  @Override
  public String toString() {
    return text;
  }
}
