package dev.fairlead.canon;

import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.Optional;

/** Something that the model may call. */
public sealed interface Tool {
  /** The name by which the model calls it; a provider's own tool has its kind as name. */
  String name();

  /**
   * A function of the caller.
   *
   * @param schema JSON Schema of the parameters, verbatim; empty when the caller gave none
   */
  record Function(
      String name,
      Optional<Text> description,
      Optional<Raw> schema,
      Optional<Boolean> strict,
      Optional<CacheMark> cache,
      Extras extras)
      implements Tool {}

  /** A tool that runs at the provider or has a shape of its own; only its dialect can carry it. */
  record Native(Dialect dialect, String name, Raw raw) implements Tool {}
}
