package dev.fairlead.canon;

/** What the model may or must do with its tools. */
public sealed interface ToolChoice {
  /** Nothing was said. */
  record Unset() implements ToolChoice {}

  record Auto() implements ToolChoice {}

  record None() implements ToolChoice {}

  /** Some tool must be called. */
  record Required() implements ToolChoice {}

  /** This tool must be called. */
  record Named(String name) implements ToolChoice {}

  /** A choice that only its dialect can express, verbatim. */
  record Native(Dialect dialect, dev.fairlead.wire.Raw raw) implements ToolChoice {}
}
