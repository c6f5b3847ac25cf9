package dev.fairlead.operation;

import dev.fairlead.canon.Refused;
import java.util.Optional;

/**
 * A URL that is served by reading.
 *
 * @param path below the version, with at most one variable, {@code {model}}, that may hold slashes
 * @param keyed it wants a key; others take one, and refuse a bad one
 */
public record Operation(String method, String path, boolean keyed, Answering answering) {
  private static final String VARIABLE = "{model}";

  /** What it does; it may block. */
  @FunctionalInterface
  public interface Answering {
    Reply answer(Ask ask) throws Refused;
  }

  public static Operation open(String path, Answering answering) {
    return new Operation("GET", path, false, answering);
  }

  public static Operation keyed(String path, Answering answering) {
    return new Operation("GET", path, true, answering);
  }

  /** What stands for the variable, empty text where there is none; empty for another path. */
  public Optional<String> match(String askedMethod, String askedPath) {
    String read = askedMethod.equals("HEAD") ? "GET" : askedMethod;
    if (!read.equals(method)) {
      return Optional.empty();
    }
    int at = path.indexOf(VARIABLE);
    if (at < 0) {
      return path.equals(askedPath) ? Optional.of("") : Optional.empty();
    }
    String before = path.substring(0, at);
    String after = path.substring(at + VARIABLE.length());
    boolean fits =
        askedPath.startsWith(before)
            && askedPath.endsWith(after)
            && askedPath.length() > before.length() + after.length();
    return fits
        ? Optional.of(askedPath.substring(at, askedPath.length() - after.length()))
        : Optional.empty();
  }
}
