package dev.fairlead.wire;

import java.util.Objects;

/**
 * The bytes are not the JSON that we accept. Carries where and why; the message is written for the
 * caller who sent them. An expected failure, so it has no stack trace.
 */
public final class MalformedJson extends Exception {
  private static final long serialVersionUID = 1L;

  /** Which rule the document broke. */
  public enum Rule {
    SYNTAX,
    ENCODING,
    DUPLICATE_KEY,
    TOO_DEEP,
    TOO_LARGE,
    TOO_MANY_NODES,
    NUMBER_TOO_LONG,
    NAME_TOO_LONG
  }

  private final Rule rule;
  private final int offset;

  public MalformedJson(Rule rule, int offset, String message) {
    super(message + " (at byte " + offset + ")", null, false, false);
    this.rule = rule;
    this.offset = offset;
  }

  public Rule rule() {
    return rule;
  }

  /** The zero-based byte at which reading stopped. */
  public int offset() {
    return offset;
  }

  /** Never null: every one of these is made with its reason. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
