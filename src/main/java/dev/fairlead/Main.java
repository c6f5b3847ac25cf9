package dev.fairlead;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. Results go to standard output, messages to standard error. */
@Command(
    name = "fairlead",
    description = "An open AI gateway: one API in front of every model of every provider.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      ServeCommand.class,
      CheckCommand.class,
      SimCommand.class,
      VersionCommand.class,
      RehearseCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Main implements Callable<Integer> {
  /** Nothing was wrong. */
  static final int OK = 0;

  static final int FAILURE = 1;
  static final int USAGE = 2;
  static final int CONFIG = 3;
  static final int AUTH = 4;
  static final int NOT_FOUND = 5;
  static final int UPSTREAM = 6;
  static final int CHECK_FAILED = 7;

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public Integer call() {
    new CommandLine(new Main()).usage(System.err);
    return USAGE;
  }

  /** The version as the build knows it. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"fairlead " + (version == null ? "(development)" : version)};
    }
  }
}
