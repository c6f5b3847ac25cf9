package dev.fairlead.identity;

/**
 * Where a key belongs: an organization, which pays, and one of its workspaces.
 *
 * @param organization its id
 * @param workspace its id, which no workspace of another organization has
 */
public record Tenant(String organization, String workspace) {
  /** The operator's own, which is always there. */
  public static final Tenant DEFAULT = new Tenant(Organization.OPERATOR, Workspace.DEFAULT);
}
