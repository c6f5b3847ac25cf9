package dev.fairlead.identity;

import java.util.Locale;

/**
 * Whose money or whose share: what budgets and limits are set on.
 *
 * @param id the key's public identifier, the workspace's slug, the model's id, the caller's own id
 *     of its end user, …
 */
public record Scope(Kind kind, String id) {
  /** The id that stands for each of a kind. */
  public static final String EACH = "*";

  /** The one organization of this gateway. */
  public static final Scope ORGANIZATION = new Scope(Kind.ORGANIZATION, "default");

  /** From the widest to the narrowest, and then across. */
  public enum Kind {
    ORGANIZATION,
    WORKSPACE,
    MEMBER,
    KEY,
    END_USER,
    TAG,
    MODEL,
    PROVIDER;

    /** Stands in a budget for each scope of this kind that has none of its own. */
    public Scope each() {
      return new Scope(this, EACH);
    }

    /** The word in configuration, records and errors: {@code end_user}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public String toString() {
    return kind.word() + ":" + id.replaceAll("\\p{Cntrl}", "?");
  }
}
