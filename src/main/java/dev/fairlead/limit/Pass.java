package dev.fairlead.limit;

import dev.fairlead.identity.Scope;
import java.util.List;

/**
 * A call has been let in, and counts. Ends exactly once, by {@link Limiter#end} or {@link
 * Limiter#cancel}; ending it again changes nothing.
 */
public final class Pass implements Admission {
  /** Of a call that no limit applies to. */
  static final Pass UNLIMITED = new Pass(List.of(), List.of());

  /**
   * What was taken.
   *
   * @param scope of which
   * @param part the part of the window that it was taken in
   */
  record Charge(Counter counter, Scope scope, long part, long amount) {}

  private final List<Charge> charges;
  private final List<Level> levels;
  private boolean ended;

  Pass(List<Charge> charges, List<Level> levels) {
    this.charges = List.copyOf(charges);
    this.levels = List.copyOf(levels);
  }

  List<Charge> charges() {
    return charges;
  }

  @Override
  public List<Level> levels() {
    return levels;
  }

  /** True for the first who asks. Guarded by the limiter. */
  boolean end() {
    boolean first = !ended;
    ended = true;
    return first;
  }
}
