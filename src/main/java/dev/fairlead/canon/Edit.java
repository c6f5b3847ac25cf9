package dev.fairlead.canon;

import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;

/**
 * A change to a request that somebody wants, with the reason. Presets, policies, guardrails and
 * quirks make edits, never bodies. An edit has two interpreters that must agree: {@link
 * Edits#apply} on canon, and the codec's splice on the received bytes.
 *
 * @param author who wants it: {@code policy:…}, {@code preset:…}, {@code guardrail:…}, {@code
 *     quirk}, {@code gateway}
 * @param reason why, for the provenance
 */
public record Edit(String author, String reason, Change change) {

  /** What is to be changed. */
  public sealed interface Change {
    /** Ask for this model. */
    record SetModel(String model) implements Change {}

    /** Bound the output. */
    record SetMaxTokens(long maxTokens) implements Change {}

    /** Replace the text of one text part. */
    record ReplaceText(int turn, int part, Text text) implements Change {}

    /** Put a system turn before all others. */
    record PrependSystem(Text text) implements Change {}

    /** Add an assistant turn at the end: the beginning of an answer that is to be continued. */
    record AppendAssistant(Text text) implements Change {}

    /** Take a tool away. */
    record RemoveTool(String name) implements Change {}

    /** Set a member of the request's outgoing form, in the words of its dialect. */
    record SetMember(String name, Raw value) implements Change {}

    /** Remove a member of the request's outgoing form. */
    record RemoveMember(String name) implements Change {}

    /** Give a member of the outgoing form another name. */
    record RenameMember(String name, String newName) implements Change {}
  }
}
