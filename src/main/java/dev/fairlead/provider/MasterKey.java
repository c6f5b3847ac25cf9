package dev.fairlead.provider;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The keys that seal what is at rest: the first one seals, all of them open, so that a key can be
 * replaced. From the environment, or from a file beside the data that only its owner can read.
 */
public record MasterKey(List<byte[]> keys) {
  /** The variable: 32 bytes as hexadecimal or Base64; after a comma those that were before. */
  public static final String VARIABLE = "FAIRLEAD_MASTER_KEY";

  /** Its name in the data folder. */
  public static final String FILE = "master.key";

  private static final int BYTES = 32;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  public MasterKey {
    keys = keys.stream().map(byte[]::clone).toList();
  }

  /** The key of the environment, or of the folder, where one is made if there is none. */
  public static MasterKey of(Optional<String> environment, Path folder, RandomGenerator secure)
      throws IOException {
    if (environment.filter(text -> !text.isBlank()).isPresent()) {
      return read(environment.get(), VARIABLE);
    }
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      make(file, secure);
    }
    boolean posix = Files.getFileStore(file).supportsFileAttributeView("posix");
    if (posix && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
      throw new IOException(
          file + " can be read by others. It opens every stored credential: chmod 600 it.");
    }
    return read(Files.readString(file), file.toString());
  }

  private static void make(Path file, RandomGenerator secure) throws IOException {
    byte[] key = new byte[BYTES];
    secure.nextBytes(key);
    Path fresh = file.resolveSibling(FILE + ".new");
    Files.deleteIfExists(fresh);
    if (Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix")) {
      Files.createFile(fresh, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }
    Files.writeString(
        fresh,
        HexFormat.of().formatHex(key) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.SYNC);
    Files.move(fresh, file);
  }

  private static MasterKey read(String text, String where) throws IOException {
    List<byte[]> keys = new ArrayList<>();
    for (String part : text.strip().split(",", -1)) {
      keys.add(bytes(part.strip(), where));
    }
    return new MasterKey(keys);
  }

  private static byte[] bytes(String text, String where) throws IOException {
    try {
      byte[] bytes =
          text.length() == 2 * BYTES
              ? HexFormat.of().parseHex(text)
              : Base64.getDecoder().decode(text.getBytes(StandardCharsets.UTF_8));
      if (bytes.length == BYTES) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // told below, together with another length
    }
    throw new IOException(
        where
            + ": a master key is 32 bytes, written as 64 hexadecimal digits or as Base64; make one"
            + " with `openssl rand -hex 32`. After a comma the one before may stand.");
  }

  @Override
  public String toString() {
    return "master key";
  }
}
