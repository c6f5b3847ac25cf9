package dev.fairlead.canon;

/**
 * A request cannot be taken, and the fault says why. Checked, because the caller of whatever throws
 * it must answer somebody; without a stack trace, because it is no bug.
 */
public final class Refused extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Fault fault;

  public Refused(Fault fault) {
    super(fault.message(), null, false, false);
    this.fault = fault;
  }

  /** The caller's request is wrong: what, where and what to do. */
  public static Refused invalid(String message) {
    return new Refused(Fault.client(Fault.Kind.INVALID_REQUEST, message));
  }

  public Fault fault() {
    return fault;
  }
}
