package dev.fairlead.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Replaces {@code ${VAR}}, {@code ${VAR:-default}}, {@code ${VAR:?message}} and {@code
 * ${file:/path}} in scalars; {@code $$} is a dollar sign. The environment is injected. A variable
 * that is set to nothing counts as unset where a default or a message is given.
 */
public final class Interpolation {
  private final Function<String, Optional<String>> environment;

  public Interpolation(Function<String, Optional<String>> environment) {
    this.environment = environment;
  }

  public static Interpolation of(Map<String, String> environment) {
    return new Interpolation(name -> Optional.ofNullable(environment.get(name)));
  }

  /** For files in which dollars are dollars: the catalog's own. */
  static final Interpolation NONE = Interpolation.of(Map.of());

  public Optional<String> variable(String name) {
    return environment.apply(name);
  }

  static boolean wanted(String text) {
    return text.indexOf('$') >= 0;
  }

  /** The text with everything replaced; what cannot be is a problem and becomes nothing. */
  String apply(String text, Place place, Problems problems) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      char next = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
      if (c == '$' && next == '$') {
        out.append('$');
        at += 2;
      } else if (c == '$' && next == '{') {
        int end = closing(text, at + 2);
        if (end < 0) {
          problems.add(
              place, "${", "is never closed", "write } after the name, or $$ for a dollar");
          return out.toString();
        }
        out.append(one(text.substring(at + 2, end), place, problems));
        at = end + 1;
      } else {
        out.append(c);
        at++;
      }
    }
    return out.toString();
  }

  private static int closing(String text, int from) {
    int depth = 1;
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) == '}' && --depth == 0) {
        return i;
      }
      if (text.charAt(i) == '{') {
        depth++;
      }
    }
    return -1;
  }

  private String one(String inside, Place place, Problems problems) {
    if (inside.startsWith("file:")) {
      return file(inside.substring("file:".length()), place, problems);
    }
    int colon = inside.indexOf(':');
    String name = colon < 0 ? inside : inside.substring(0, colon);
    String rest = colon < 0 ? "" : inside.substring(colon + 1);
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]*") || !(colon < 0 || rest.matches("(?s)[-?].*"))) {
      problems.add(
          place,
          "${" + name + "…}",
          "is none of ${VAR}, ${VAR:-default}, ${VAR:?message}, ${file:/path}",
          "write $$ where a dollar is meant");
      return "";
    }
    Optional<String> value = environment.apply(name);
    if (colon < 0) {
      return value.orElseGet(() -> unset(name, "", place, problems));
    }
    String argument = rest.substring(1);
    return value
        .filter(v -> !v.isEmpty())
        .orElseGet(
            () ->
                rest.charAt(0) == '-'
                    ? apply(argument, place, problems)
                    : unset(name, argument, place, problems));
  }

  private static String unset(String name, String message, Place place, Problems problems) {
    problems.add(
        place,
        "${" + name + "}",
        message.isEmpty() ? "the environment variable is not set" : message,
        "set " + name + ", or write ${" + name + ":-} when it may be absent");
    return "";
  }

  private static String file(String path, Place place, Problems problems) {
    try {
      return Files.readString(Path.of(path)).strip();
    } catch (IOException | RuntimeException e) {
      problems.add(
          place,
          "${file:" + path + "}",
          "cannot be read (" + e.getClass().getSimpleName() + ")",
          "check that the file exists and is UTF-8 text that this user may read");
      return "";
    }
  }
}
