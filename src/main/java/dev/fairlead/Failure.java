package dev.fairlead;

import dev.fairlead.config.ConfigProblem;
import java.util.List;

/** A command cannot do what it was asked for: the exit code, and what to tell. */
final class Failure extends Exception {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final transient List<ConfigProblem> problems;

  Failure(int code, String message) {
    this(code, message, List.of());
  }

  private Failure(int code, String message, List<ConfigProblem> problems) {
    super(message, null, false, false);
    this.code = code;
    this.problems = List.copyOf(problems);
  }

  /** The configuration is wrong. */
  static Failure of(List<ConfigProblem> problems) {
    String many = problems.size() == 1 ? " problem found" : " problems found";
    return new Failure(Main.CONFIG, problems.size() + many, problems);
  }

  int code() {
    return code;
  }

  /** Tells the problems, if any, and then the message. */
  void tell(Shell shell) {
    problems.forEach(shell.err()::println);
    shell.say(String.valueOf(getMessage()));
  }
}
