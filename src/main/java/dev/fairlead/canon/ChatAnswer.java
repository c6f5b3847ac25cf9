package dev.fairlead.canon;

import dev.fairlead.wire.Raw;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A whole answer: what its events fold to.
 *
 * @param fault what broke it, when it did not come to its end
 * @param complete the dialect's terminal marker was seen
 */
public record ChatAnswer(
    Optional<String> id,
    Optional<String> model,
    OptionalLong created,
    List<Choice> choices,
    Optional<Usage> usage,
    Optional<Fault> fault,
    boolean complete,
    List<ChatEvent.Note> notes,
    Extras extras) {
  public ChatAnswer {
    choices = List.copyOf(choices);
    notes = List.copyOf(notes);
  }

  /** One of the alternatives; most answers have one. */
  public record Choice(
      int index,
      List<Part> parts,
      Optional<StopReason> stop,
      Optional<String> nativeReason,
      Optional<String> stopSequence,
      Optional<Raw> logprobs) {
    public Choice {
      parts = List.copyOf(parts);
    }
  }
}
