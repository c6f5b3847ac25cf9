package dev.fairlead.identity;

import java.util.Locale;

/**
 * Whose money or whose share: what budgets and limits are set on.
 *
 * @param id the key's public identifier, the workspace's id, the model's id, the caller's own id of
 *     its end user, …
 */
public record Scope(Kind kind, String id) {
  /** The id that stands for each of a kind. */
  public static final String EACH = "*";

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

  private static final String ORGANIZATION = "org:";

  /** What people chose a name for, within an organization: the same name elsewhere is another. */
  public static Scope named(Kind kind, String organization, String name) {
    boolean plain = organization.equals(Organization.OPERATOR) && !name.startsWith(ORGANIZATION);
    return new Scope(kind, plain ? name : ORGANIZATION + organization + "/" + name);
  }

  /** The name within its organization. */
  public String name() {
    return id.startsWith(ORGANIZATION) ? id.substring(id.indexOf('/') + 1) : id;
  }

  /** True for a named one of that organization. */
  public boolean isNamedIn(String organization) {
    return equals(named(kind, organization, name()));
  }

  @Override
  public String toString() {
    return kind.word() + ":" + id.replaceAll("\\p{Cntrl}", "?");
  }
}
