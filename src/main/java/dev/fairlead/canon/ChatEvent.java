package dev.fairlead.canon;

import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One step of an answer. An answer is the fold of its events, streamed or not: blocks open, grow
 * and close, in choices; then usage, stop and end. Block numbers count up from 0 in each choice, in
 * order of opening, and are never used again. Blocks may overlap (two tool calls whose arguments
 * interleave).
 */
public sealed interface ChatEvent {
  /** The answer has begun. Given once, first. */
  record Begin(Optional<String> id, Optional<String> model, OptionalLong created, Extras extras)
      implements ChatEvent {}

  /** What kind of block opens. */
  sealed interface Head {
    record TextHead() implements Head {}

    record ReasoningHead(Part.ReasoningKind kind, Optional<String> id) implements Head {}

    /** Deltas of this block are pieces of the arguments, JSON as text. */
    record ToolCallHead(String id, String name) implements Head {}

    record RefusalHead() implements Head {}

    /** A part that arrives whole: media, or a part that only its dialect understands. */
    record WholeHead(Part part) implements Head {}
  }

  record Open(int choice, int block, Head head) implements ChatEvent {}

  /** More text for the block: text, reasoning, refusal or arguments, as its head says. */
  record Delta(int choice, int block, Text text) implements ChatEvent {}

  /** The proof of a reasoning block or tool call, or a piece of it. */
  record ProofDelta(int choice, int block, Proof proof) implements ChatEvent {}

  record Cited(int choice, int block, Citation citation) implements ChatEvent {}

  /** Log probabilities in OpenAI's shape, verbatim: the object that stands at {@code logprobs}. */
  record Logprobs(int choice, Raw logprobs) implements ChatEvent {}

  record Close(int choice, int block) implements ChatEvent {}

  /**
   * @param nativeReason the provider's own word
   * @param sequence the stop sequence that was met, where the provider tells
   */
  record Stop(
      int choice, StopReason reason, Optional<String> nativeReason, Optional<String> sequence)
      implements ChatEvent {}

  /** Usage so far, cumulative: each replaces the one before. */
  record Used(Usage usage) implements ChatEvent {}

  /** Something that only the dialect understands and that belongs to no block, verbatim. */
  record Note(Dialect dialect, String field, Raw raw) implements ChatEvent {}

  /** The provider reports a failure inside the stream. */
  record Failed(Fault fault) implements ChatEvent {}

  /** The dialect's terminal marker: without it, the answer is not complete. Given once, last. */
  record End() implements ChatEvent {}
}
