package dev.fairlead;

import dev.fairlead.store.StoreFailure;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. Results go to standard output, messages to standard error. */
@Command(
    name = "fairlead",
    description = "An open AI gateway: one API in front of every model of every provider.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class)
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

  private final Shell shell;

  private Main(Shell shell) {
    this.shell = shell;
  }

  public static void main(String[] args) {
    System.exit(commandLine(Shell.ofProcess()).execute(args));
  }

  /** All commands, by hand: each is given what it finds around it. */
  static CommandLine commandLine(Shell shell) {
    return new CommandLine(new Main(shell))
        .addSubcommand(new ServeCommand(shell))
        .addSubcommand(new DemoCommand(shell))
        .addSubcommand(new CheckCommand(shell))
        .addSubcommand(new MigrateCommand(shell))
        .addSubcommand(new BackupCommand(shell))
        .addSubcommand(new RestoreCommand(shell))
        .addSubcommand("models", models(shell))
        .addSubcommand("providers", providers(shell))
        .addSubcommand(new ExplainCommand(shell))
        .addSubcommand(new SimCommand(shell))
        .addSubcommand(new VersionCommand(shell))
        .addSubcommand(new RehearseCommand())
        .addSubcommand(new CommandLine.HelpCommand())
        .setOut(shell.out())
        .setErr(shell.err())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (exception, command, parsed) -> {
              if (exception instanceof Failure failure) {
                failure.tell(shell);
                return failure.code();
              }
              if (exception instanceof StoreFailure failed) {
                shell.say(String.valueOf(failed.getMessage()));
                return FAILURE;
              }
              if (exception instanceof IOException failed) {
                shell.say(failed.getClass().getSimpleName() + ": " + failed.getMessage());
                return FAILURE;
              }
              throw exception;
            });
  }

  private static CommandLine models(Shell shell) {
    return new CommandLine(new ModelsCommand(shell))
        .addSubcommand("list", new ModelsCommand(shell))
        .addSubcommand(new ModelsShowCommand(shell))
        .addSubcommand(new ModelsPricesCommand(shell))
        .addSubcommand(new ModelsRefreshCommand(shell));
  }

  private static CommandLine providers(Shell shell) {
    return new CommandLine(new ProvidersCommand(shell))
        .addSubcommand("list", new ProvidersCommand(shell))
        .addSubcommand(new ProvidersShowCommand(shell));
  }

  @Override
  public Integer call() {
    commandLine(shell).usage(shell.err());
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
