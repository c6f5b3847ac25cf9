package dev.fairlead.identity;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A part of an organization with keys and budgets of its own.
 *
 * @param slug its name in addresses, which no other of the organization has
 * @param creator the id of the key that made it
 */
public record Workspace(
    String id,
    String organization,
    String slug,
    String name,
    Optional<String> description,
    Optional<String> creator,
    Instant createdAt,
    Optional<Instant> updatedAt) {
  /** The id of the operator's first, and the slug of each organization's. */
  public static final String DEFAULT = "default";

  private static final int LONGEST_SLUG = 50;
  private static final Pattern SLUG = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

  /** The first of an organization. */
  static Workspace first(String id, Organization organization) {
    return new Workspace(
        id,
        organization.id(),
        DEFAULT,
        "Default",
        Optional.empty(),
        Optional.empty(),
        organization.createdAt(),
        Optional.empty());
  }

  public static boolean isSlug(String text) {
    return text.length() <= LONGEST_SLUG && SLUG.matcher(text).matches();
  }

  public Tenant tenant() {
    return new Tenant(organization, id);
  }

  public Scope scope() {
    return new Scope(Scope.Kind.WORKSPACE, id);
  }
}
