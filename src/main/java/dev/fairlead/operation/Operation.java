package dev.fairlead.operation;

import dev.fairlead.canon.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A URL that is served, and what serves it. */
public final class Operation {
  /** Who may ask. */
  public enum Access {
    /** Anybody; a key is taken, and a bad one is refused. */
    OPEN,
    /** Whoever has a key. */
    KEYED,
    /** Whoever has a management key. */
    MANAGEMENT,
    /** Whoever has a management key of the operator's organization. */
    OPERATOR
  }

  /** What it does; it may block. */
  @FunctionalInterface
  public interface Answering {
    Reply answer(Ask ask) throws Refused;
  }

  private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");

  private final String method;
  private final String path;
  private final Access access;
  private final Answering answering;
  private final Pattern pattern;

  /**
   * @param path below the version; its variables stand in braces, and only {@code {model}} may hold
   *     slashes
   */
  public Operation(String method, String path, Access access, Answering answering) {
    this.method = method;
    this.path = path;
    this.access = access;
    this.answering = answering;
    this.pattern = pattern(path);
  }

  private static Pattern pattern(String path) {
    StringBuilder pattern = new StringBuilder();
    Matcher variable = VARIABLE.matcher(path);
    int at = 0;
    while (variable.find()) {
      pattern.append(Pattern.quote(path.substring(at, variable.start())));
      pattern.append(variable.group(1).equals("model") ? "(.+)" : "([^/]+)");
      at = variable.end();
    }
    return Pattern.compile(pattern.append(Pattern.quote(path.substring(at))).toString());
  }

  public static Operation open(String path, Answering answering) {
    return new Operation("GET", path, Access.OPEN, answering);
  }

  public static Operation keyed(String path, Answering answering) {
    return new Operation("GET", path, Access.KEYED, answering);
  }

  public static Operation managed(String method, String path, Answering answering) {
    return new Operation(method, path, Access.MANAGEMENT, answering);
  }

  public static Operation operated(String method, String path, Answering answering) {
    return new Operation(method, path, Access.OPERATOR, answering);
  }

  public String method() {
    return method;
  }

  public String path() {
    return path;
  }

  public Access access() {
    return access;
  }

  public Answering answering() {
    return answering;
  }

  /** What stands for the variables, in their order; empty for another operation. */
  public Optional<List<String>> match(String askedMethod, String askedPath) {
    String read = askedMethod.equals("HEAD") ? "GET" : askedMethod;
    if (!read.equals(method)) {
      return Optional.empty();
    }
    Matcher matcher = pattern.matcher(askedPath);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    List<String> values = new ArrayList<>();
    for (int i = 1; i <= matcher.groupCount(); i++) {
      values.add(matcher.group(i));
    }
    return Optional.of(values);
  }
}
