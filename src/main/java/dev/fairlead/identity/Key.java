package dev.fairlead.identity;

import java.time.Instant;
import java.util.Optional;

/**
 * A key of ours, without its secret.
 *
 * @param id SHA-256 of the secret, in hexadecimal: its public identifier
 * @param label the masked form that people recognise it by
 * @param tenant to whom it belongs
 * @param management it manages, and cannot infer
 * @param fixed it stands in the configuration or the environment, not in the store
 * @param creator the member who made it
 * @param account the id of the first of its rotations, which share one allowance; usually its own
 */
public record Key(
    String id,
    String name,
    String label,
    Tenant tenant,
    boolean management,
    boolean fixed,
    Instant createdAt,
    Optional<Instant> updatedAt,
    Optional<String> creator,
    String account,
    KeyTerms terms) {

  /** A key that begins now. */
  public static Key begin(
      String secret,
      String name,
      Tenant tenant,
      boolean management,
      boolean fixed,
      Instant now,
      Optional<String> creator,
      KeyTerms terms) {
    String id = KeyGrammar.id(secret);
    return new Key(
        id,
        name,
        KeyGrammar.label(secret),
        tenant,
        management,
        fixed,
        now,
        Optional.empty(),
        creator,
        id,
        terms);
  }

  /** The same key under other terms, since a moment. */
  public Key changed(String newName, KeyTerms newTerms, Instant when) {
    return new Key(
        id,
        newName,
        label,
        tenant,
        management,
        fixed,
        createdAt,
        Optional.of(when),
        creator,
        account,
        newTerms);
  }

  /** Another secret for the same: name, terms and account go on. */
  public Key rotated(String secret, Instant when) {
    return new Key(
        KeyGrammar.id(secret),
        name,
        KeyGrammar.label(secret),
        tenant,
        management,
        false,
        when,
        Optional.empty(),
        creator,
        account,
        terms);
  }

  /** The id of the organization that it belongs to. */
  public String organization() {
    return tenant.organization();
  }

  /** The id of the workspace that it belongs to. */
  public String workspace() {
    return tenant.workspace();
  }

  /** What its spending is counted on. */
  public Scope scope() {
    return new Scope(Scope.Kind.KEY, account);
  }
}
