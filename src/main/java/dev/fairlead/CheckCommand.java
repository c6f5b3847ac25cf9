package dev.fairlead;

import dev.fairlead.catalog.CatalogLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Reads the configuration as {@code serve} would, and says what is wrong with it. */
@Command(
    name = "check",
    aliases = "validate",
    description = "Check the configuration: 0 valid, 3 invalid.",
    mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
  @Option(names = "--config", paramLabel = "FILE", description = "Default: ./fairlead.yaml if any.")
  private Optional<Path> config = Optional.empty();

  @Override
  public Integer call() {
    try {
      ConfigFile file = ConfigFile.read(config, ConfigFile::environment);
      if (!file.problems().isEmpty()) {
        return ConfigFile.print(file.problems());
      }
      Live.Built built =
          Live.build(
              file.config(),
              CatalogLoader.shipped(),
              Optional.empty(),
              UnaryOperator.identity(),
              ConfigFile::environment);
      if (!built.problems().isEmpty()) {
        return ConfigFile.print(built.problems());
      }
      System.out.println(file.path().map(Path::toString).orElse("the defaults") + ": valid");
      return Main.OK;
    } catch (IOException e) {
      System.err.println("fairlead: " + e.getMessage());
      return Main.CONFIG;
    }
  }
}
