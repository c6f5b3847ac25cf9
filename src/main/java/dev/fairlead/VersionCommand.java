package dev.fairlead;

import dev.fairlead.wire.JsonWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says which version this is. */
@Command(name = "version", description = "Print the version.", mixinStandardHelpOptions = true)
final class VersionCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private final Output output = new Output();

  VersionCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    String version = new Main.Version().getVersion()[0];
    JsonWriter out = new JsonWriter().beginObject();
    out.field("version", version.substring("fairlead ".length())).endObject();
    output.print(shell, out, told -> version + "\n");
    return Main.OK;
  }
}
