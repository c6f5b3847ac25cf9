package dev.fairlead.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.config.Secret;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals secrets with AES-256-GCM. The context that a secret is sealed for (whose it is, for which
 * provider, for which origin) is authenticated with it: moved to another row, or its row pointed at
 * another origin, it does not open.
 *
 * <p>Sealed: a version, four bytes that tell the master key, a nonce of twelve random bytes, and
 * what the cipher makes; in Base64.
 */
public final class Vault {
  /** It does not open. */
  public static final class Sealed extends Exception {
    private static final long serialVersionUID = 1L;

    Sealed(String message) {
      super(message, null, false, false);
    }
  }

  private static final byte VERSION = 1;
  private static final int ID_BYTES = 4;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final List<byte[]> keys;
  private final RandomGenerator secure;

  public Vault(MasterKey master, RandomGenerator secure) {
    this.keys = master.keys();
    this.secure = secure;
  }

  /**
   * @param context whatever must be the same when it is opened
   */
  public String seal(Secret secret, String... context) {
    byte[] key = keys.getFirst();
    byte[] nonce = new byte[NONCE_BYTES];
    secure.nextBytes(nonce);
    try {
      byte[] sealed =
          cipher(Cipher.ENCRYPT_MODE, key, nonce, context).doFinal(secret.reveal().getBytes(UTF_8));
      return Base64.getEncoder()
          .encodeToString(
              ByteBuffer.allocate(1 + ID_BYTES + NONCE_BYTES + sealed.length)
                  .put(VERSION)
                  .put(id(key))
                  .put(nonce)
                  .put(sealed)
                  .array());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  public Secret open(String sealed, String... context) throws Sealed {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(sealed);
    } catch (IllegalArgumentException e) {
      throw new Sealed("it is damaged");
    }
    int head = 1 + ID_BYTES + NONCE_BYTES;
    if (bytes.length <= head || bytes[0] != VERSION) {
      throw new Sealed("it is damaged, or was sealed by a newer version");
    }
    byte[] id = Arrays.copyOfRange(bytes, 1, 1 + ID_BYTES);
    byte[] nonce = Arrays.copyOfRange(bytes, 1 + ID_BYTES, head);
    for (byte[] key : keys) {
      if (MessageDigest.isEqual(id, id(key))) {
        try {
          byte[] text =
              cipher(Cipher.DECRYPT_MODE, key, nonce, context)
                  .doFinal(bytes, head, bytes.length - head);
          return new Secret(new String(text, UTF_8));
        } catch (GeneralSecurityException e) {
          throw new Sealed("it is damaged, or belongs to another provider, origin or row");
        }
      }
    }
    throw new Sealed(
        "it was sealed with another master key; add that one to " + MasterKey.VARIABLE);
  }

  private static Cipher cipher(int mode, byte[] key, byte[] nonce, String... context)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    for (String part : context) {
      byte[] bytes = part.getBytes(UTF_8);
      cipher.updateAAD(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
      cipher.updateAAD(bytes);
    }
    return cipher;
  }

  private static byte[] id(byte[] key) {
    try {
      return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(key), ID_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
