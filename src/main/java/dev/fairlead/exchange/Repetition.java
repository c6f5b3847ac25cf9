package dev.fairlead.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.Refused;
import dev.fairlead.http.ServerRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** What a request says of being sent again. */
final class Repetition {
  private static final String HEADER = "idempotency-key";
  private static final int LONGEST = 255;

  private Repetition() {}

  /** The caller's key for this request and all its repetitions. */
  static Optional<String> key(ServerRequest request) {
    return request.headers().get(HEADER);
  }

  static String checked(String key) throws Refused {
    boolean printable = key.chars().allMatch(c -> c > 0x20 && c < 0x7f);
    if (key.isEmpty() || key.length() > LONGEST || !printable) {
      throw Refused.invalid(
          "Idempotency-Key: must have 1 to "
              + LONGEST
              + " printable ASCII characters without blanks, such as a UUID.");
    }
    return key;
  }

  /** The same for the very same request only. */
  static String fingerprint(ServerRequest request) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((request.method() + " " + request.path() + "\n").getBytes(UTF_8));
      digest.update(request.body());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
