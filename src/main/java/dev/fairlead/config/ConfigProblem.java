package dev.fairlead.config;

/**
 * Something wrong with a configuration, told so that its reader can act.
 *
 * @param what the part that is wrong: a key, a value that is no secret
 * @param why what is wrong with it
 * @param fix what to do about it
 */
public record ConfigProblem(
    String file, int line, int column, String what, String why, String fix) {

  public Place place() {
    return new Place(file, line, column);
  }

  /** One line, as {@code fairlead check} prints it. */
  @Override
  public String toString() {
    return place() + ": " + what + ": " + why + (fix.isEmpty() ? "" : "; " + fix);
  }
}
