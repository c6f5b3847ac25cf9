package dev.fairlead.limit;

import java.util.List;

/** What came of asking to be let in. */
public sealed interface Admission permits Pass, Limited, Admission.Awaited, Admission.Silent {
  /** How the limits stand that apply, in the order of the rules; with a pass, this call counted. */
  List<Level> levels();

  /**
   * Not now: this node has too small a share of a limit, and will soon have heard whether it can
   * have more. Nothing was taken.
   *
   * @param otherwise what to tell whoever does not want to wait any longer
   */
  record Awaited(Limited otherwise) implements Admission {
    @Override
    public List<Level> levels() {
      return otherwise.levels();
    }
  }

  /** This node has not heard of its shares for so long that it must not let anybody in. */
  record Silent() implements Admission {
    @Override
    public List<Level> levels() {
      return List.of();
    }
  }
}
