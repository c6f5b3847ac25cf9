package dev.fairlead.http;

/** A message that breaks HTTP or a limit. Carries the status that says so to a caller. */
final class BadMessage extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String path;

  BadMessage(int status, String message) {
    this(status, message, "/");
  }

  private BadMessage(int status, String message, String path) {
    super(message, null, false, false); // thrown by hostile input: no stack is walked for it
    this.status = status;
    this.path = path;
  }

  /** The same about a request whose path is known. */
  BadMessage at(String known) {
    return new BadMessage(status, text(), known);
  }

  /** The request's path; {@code /} where it is not known. */
  String path() {
    return path;
  }

  static BadMessage malformed(String message) {
    return new BadMessage(400, message);
  }

  int status() {
    return status;
  }

  /** Whether a limit was passed, in contrast to a rule broken. */
  boolean tooLarge() {
    return status == 413 || status == 414 || status == 431;
  }

  String text() {
    String message = getMessage();
    return message == null ? "malformed message" : message;
  }
}
