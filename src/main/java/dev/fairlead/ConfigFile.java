package dev.fairlead;

import dev.fairlead.config.ConfigProblem;
import dev.fairlead.config.GatewayConfig;
import dev.fairlead.config.Interpolation;
import dev.fairlead.config.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The configuration file as the command line names it. */
record ConfigFile(GatewayConfig config, List<ConfigProblem> problems, Optional<Path> path) {
  private static final Path USUAL = Path.of("fairlead.yaml");

  /**
   * @param named by the caller; without a name the usual file is read when it is there
   */
  static ConfigFile read(Optional<Path> named, Function<String, Optional<String>> environment)
      throws IOException {
    Optional<Path> path = named.or(() -> Optional.of(USUAL).filter(Files::exists));
    if (path.isEmpty()) {
      return new ConfigFile(GatewayConfig.DEFAULT, List.of(), path);
    }
    try {
      Problems problems = new Problems();
      GatewayConfig config =
          GatewayConfig.read(
              path.get().toString(),
              Files.readAllBytes(path.get()),
              new Interpolation(environment),
              problems);
      return new ConfigFile(config, problems.list(), path);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no configuration file " + path.get(), e);
    }
  }

  /** The file as a command wants it: without problems. */
  static ConfigFile good(Optional<Path> named, Shell shell) throws Failure {
    ConfigFile file;
    try {
      file = read(named, shell.environment());
    } catch (IOException e) {
      throw new Failure(Main.CONFIG, String.valueOf(e.getMessage()));
    }
    if (!file.problems().isEmpty()) {
      throw Failure.of(file.problems());
    }
    return file;
  }

  static Optional<String> environment(String name) {
    return Optional.ofNullable(System.getenv(name));
  }
}
