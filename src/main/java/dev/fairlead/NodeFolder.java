package dev.fairlead;

import dev.fairlead.store.Claim;
import dev.fairlead.store.FolderDisk;
import dev.fairlead.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The folder of one process, which nobody else uses while it lives. Where several nodes of one
 * machine are given the same folder, each takes the first below it that is free; so a node that
 * comes after one that died takes up what that one left.
 *
 * @param path where its files are
 * @param node a name that the folder was given once, and no other has
 */
record NodeFolder(Path path, String node, Claim claim) implements AutoCloseable {
  private static final String PREFIX = "node-";
  private static final String NAME = "node";
  private static final int MOST = 1_000;

  /** The folder itself, which must be free. */
  static NodeFolder only(Path folder) {
    if (Files.exists(folder.resolve(MigrateCommand.MOVED))) {
      throw new StoreFailure(
          "the data of "
              + folder
              + " have moved to a database: serve with --data jdbc:postgresql:…, or remove the file "
              + folder.resolve(MigrateCommand.MOVED)
              + " to have two sets of books from here on",
          null);
    }
    return new NodeFolder(folder, "alone", Claim.take(folder));
  }

  /** The first below a folder that is free. */
  static NodeFolder oneOf(Path data) {
    try {
      for (int i = 1; i <= MOST; i++) {
        Path folder = Files.createDirectories(data.resolve(PREFIX + i));
        Optional<Claim> claim = Claim.tryTake(folder);
        if (claim.isPresent()) {
          return new NodeFolder(folder, name(folder), claim.get());
        }
      }
    } catch (IOException e) {
      throw new StoreFailure("cannot use the folder " + data + ": " + e.getMessage(), e);
    }
    throw new StoreFailure("more than " + MOST + " nodes use the folder " + data, null);
  }

  /** Those beside this one. */
  List<Path> others() {
    try (Stream<Path> all = Files.list(path.resolveSibling("."))) {
      return all.filter(other -> String.valueOf(other.getFileName()).startsWith(PREFIX))
          .filter(other -> !String.valueOf(other.getFileName()).equals(name()))
          .map(Path::normalize)
          .toList();
    } catch (IOException e) {
      throw new StoreFailure("cannot look into the folder beside " + path, e);
    }
  }

  private String name() {
    return String.valueOf(path.getFileName());
  }

  static String name(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    if (!Files.exists(file)) {
      Path fresh = folder.resolve(NAME + ".new");
      Files.writeString(fresh, UUID.randomUUID().toString());
      Files.move(fresh, file);
    }
    return Files.readString(file).strip();
  }

  /** Where its settlements are written first. */
  static FolderDisk log(Path folder) {
    return new FolderDisk(logFolder(folder));
  }

  static Path logFolder(Path folder) {
    return folder.resolve("ledger");
  }

  @Override
  public void close() {
    claim.close();
  }
}
