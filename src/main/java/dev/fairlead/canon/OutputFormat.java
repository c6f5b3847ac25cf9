package dev.fairlead.canon;

import dev.fairlead.wire.Raw;
import java.util.Optional;

/** What shape the answer's text must have. */
public sealed interface OutputFormat {
  /** Nothing was said. */
  record Unset() implements OutputFormat {}

  record PlainText() implements OutputFormat {}

  /** Any JSON object. */
  record JsonObject() implements OutputFormat {}

  /** JSON of this schema. */
  record JsonSchema(
      Optional<String> name, Optional<String> description, Raw schema, Optional<Boolean> strict)
      implements OutputFormat {}

  /** A format that only its dialect can express (grammar, python, …), verbatim. */
  record Native(Dialect dialect, Raw raw) implements OutputFormat {}
}
