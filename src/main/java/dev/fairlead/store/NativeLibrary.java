package dev.fairlead.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.sqlite.SQLiteJDBCLoader;

/**
 * SQLite's library: its driver unpacks it to a file, and takes that away again when the process
 * ends well. One that is killed would leave it, at each start another. So it is taken away as soon
 * as it is loaded, where the system allows that.
 */
final class NativeLibrary {
  private static final String WHERE = "org.sqlite.tmpdir";

  /** Somebody has said where it is. */
  private static final String GIVEN = "org.sqlite.lib.path";

  private static boolean loaded;

  private NativeLibrary() {}

  static synchronized void load() {
    if (loaded || System.getProperty(WHERE) != null || System.getProperty(GIVEN) != null) {
      return;
    }
    try {
      Path folder = Files.createTempDirectory("fairlead-sqlite");
      System.setProperty(WHERE, folder.toString());
      try {
        SQLiteJDBCLoader.initialize();
        loaded = true;
      } finally {
        System.clearProperty(WHERE);
        remove(folder);
      }
    } catch (Exception e) { // the driver will say it better, when it is used
      System.getLogger("fairlead.store")
          .log(System.Logger.Level.DEBUG, "the library of SQLite was not loaded beforehand", e);
    }
  }

  private static void remove(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      // some systems keep a file that is in use; the driver takes it away at the end
    }
  }
}
