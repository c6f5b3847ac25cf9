package dev.fairlead.catalog;

import dev.fairlead.wire.Raw;

/** A deviation of an endpoint from its dialect, as an edit of the outgoing form: data, not code. */
public sealed interface Quirk {
  /** Send this member under another name. */
  record Rename(String member, String to) implements Quirk {}

  /** Do not send this member; the endpoint refuses it. */
  record Drop(String member) implements Quirk {}

  /** Always send this member with this value. */
  record Set(String member, Raw value) implements Quirk {}

  /** Send this member with this value unless the caller sent it. */
  record Default(String member, Raw value) implements Quirk {}
}
