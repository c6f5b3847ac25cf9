package dev.fairlead.config;

import java.util.List;
import java.util.regex.Pattern;

/** Reads lists of IP addresses and ranges of them. */
final class AddressRanges {
  /** Four numbers, or hexadecimal with colons; with a length behind a slash, or without. */
  private static final Pattern RANGE =
      Pattern.compile(
          "(((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!/|$)|(?=/|$))){4}(/([0-9]|[12]\\d|3[0-2]))?)"
              + "|(([0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(/(\\d\\d?|1[01]\\d|12[0-8]))?)");

  private AddressRanges() {}

  static List<String> read(Section s, String key) {
    List<String> ranges = s.texts(key).orElse(List.of());
    for (String range : ranges) {
      if (!RANGE.matcher(range).matches()) {
        s.problem(
            key,
            "has '" + range + "', which is no IP address and no range",
            "write them as 10.0.0.7, 10.0.0.0/8 or 2001:db8::/32");
        return List.of();
      }
    }
    return ranges;
  }
}
