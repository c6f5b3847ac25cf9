package dev.fairlead.identity;

/** Who is calling: the key that was shown, as it stood when the request came. */
public record Principal(Key key) {
  public String keyId() {
    return key.id();
  }

  public String keyName() {
    return key.name();
  }

  public String workspace() {
    return key.workspace();
  }

  public String organization() {
    return key.organization();
  }

  /** It looks after all organizations. */
  public boolean operator() {
    return management() && organization().equals(Organization.OPERATOR);
  }

  /** It may manage, and cannot infer; otherwise the other way round. */
  public boolean management() {
    return key.management();
  }

  /** It manages an organization: its own, or as the operator any. */
  public boolean manages(String other) {
    return operator() || (management() && organization().equals(other));
  }

  public KeyTerms terms() {
    return key.terms();
  }
}
