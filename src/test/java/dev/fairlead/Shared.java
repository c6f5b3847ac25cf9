package dev.fairlead;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * The recorded provider traffic, which lies beside the project and is not part of it. Without it a
 * test is skipped with a message, except in CI, where its absence is a failure.
 */
public final class Shared {
  private Shared() {}

  /** The path below the shared folder, or a skipped test. */
  public static Path file(String relative) {
    Path path = Path.of(System.getProperty("fairlead.shared", "../shared")).resolve(relative);
    if (!Files.exists(path)) {
      String message = "recorded traffic is not here: " + path + "; this test needs it";
      if ("true".equals(System.getenv("CI"))) {
        throw new AssertionError(message);
      }
      Assumptions.abort(message);
    }
    return path;
  }
}
