package dev.fairlead;

import dev.fairlead.wire.JsonWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Reads the configuration as {@code serve} would, and says what is wrong with it. */
@Command(
    name = "check",
    aliases = "validate",
    description = "Check the configuration: 0 valid, 3 invalid.",
    mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private final Output output = new Output();

  @Option(names = "--config", paramLabel = "FILE", description = "Default: ./fairlead.yaml if any.")
  private Optional<Path> config = Optional.empty();

  CheckCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws Failure {
    ConfigFile file = ConfigFile.good(config, shell);
    try {
      Live.Built built =
          Live.build(
              file.config(),
              shell.shipped().catalog(),
              Optional.empty(),
              UnaryOperator.identity(),
              shell.environment());
      if (!built.problems().isEmpty()) {
        throw Failure.of(built.problems());
      }
    } catch (IOException e) {
      throw new Failure(Main.CONFIG, String.valueOf(e.getMessage()));
    }
    String path = file.path().map(Path::toString).orElse("the defaults");
    JsonWriter out = new JsonWriter().beginObject().field("file", path).field("valid", true);
    output.print(shell, out.endObject(), checked -> path + ": valid\n");
    return Main.OK;
  }
}
