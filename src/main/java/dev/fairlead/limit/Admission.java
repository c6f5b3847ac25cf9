package dev.fairlead.limit;

import java.util.List;

/** What came of asking to be let in. */
public sealed interface Admission permits Pass, Limited {
  /** How the limits stand that apply, in the order of the rules; with a pass, this call counted. */
  List<Level> levels();
}
