package dev.fairlead.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;

/**
 * What a key of ours looks like: {@code sk-fl-} (inference) or {@code mk-fl-} (management), 43
 * characters that hold 256 random bits, and 6 that check the rest, so that a mistyped key is told
 * from an unknown one without asking anybody.
 */
public final class KeyGrammar {
  private static final String INFERENCE = "sk-fl-";
  private static final String MANAGEMENT = "mk-fl-";
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int SECRET_LENGTH = 43;
  private static final int CHECK_LENGTH = 6;

  /** Of a shorter one nothing is shown. */
  private static final int SHOWABLE = 12;

  /** Never used itself, so that it stays new. */
  private static final MessageDigest SHA_256;

  static {
    try {
      SHA_256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private KeyGrammar() {}

  /** A new secret. The source must be fit for secrets. */
  public static String mint(RandomGenerator secure, boolean management) {
    byte[] random = new byte[32];
    secure.nextBytes(random);
    String body =
        (management ? MANAGEMENT : INFERENCE) + base62(new BigInteger(1, random), SECRET_LENGTH);
    return body + check(body);
  }

  /** True when it claims to be ours but is mistyped. */
  public static boolean isMistyped(String presented) {
    if (!presented.startsWith(INFERENCE) && !presented.startsWith(MANAGEMENT)) {
      return false;
    }
    int bodyLength = INFERENCE.length() + SECRET_LENGTH;
    return presented.length() != bodyLength + CHECK_LENGTH
        || !presented.substring(bodyLength).equals(check(presented.substring(0, bodyLength)));
  }

  /** The public identifier of a secret. */
  public static String id(String secret) {
    return HexFormat.of().formatHex(sha256().digest(secret.getBytes(UTF_8)));
  }

  /**
   * Looking an algorithm up costs more than digesting a key with it; copying one that is new is
   * cheap.
   */
  private static MessageDigest sha256() {
    try {
      return (MessageDigest) SHA_256.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's own SHA-256 can be copied", e);
    }
  }

  /** What may be shown of a secret: its beginning and its end. */
  public static String label(String secret) {
    if (secret.length() < SHOWABLE) {
      return "...";
    }
    int shown = Math.min(10, secret.length() / 3);
    return secret.substring(0, shown) + "..." + secret.substring(secret.length() - 3);
  }

  private static String check(String body) {
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(UTF_8));
    return base62(BigInteger.valueOf(crc.getValue()), CHECK_LENGTH);
  }

  private static String base62(BigInteger value, int length) {
    char[] out = new char[length];
    BigInteger rest = value;
    for (int i = length - 1; i >= 0; i--) {
      BigInteger[] parts = rest.divideAndRemainder(BigInteger.valueOf(DIGITS.length()));
      out[i] = DIGITS.charAt(parts[1].intValue());
      rest = parts[0];
    }
    return new String(out);
  }
}
