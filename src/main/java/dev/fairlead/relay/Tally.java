package dev.fairlead.relay;

import dev.fairlead.attempt.Source;
import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.StopReason;
import dev.fairlead.canon.Volume;
import java.util.Optional;

/**
 * What the record wants to know of an answer that reaches its caller, without keeping it: nothing
 * of an answer that was thrown away. Confined to a loop.
 */
public final class Tally {
  private Optional<Source> source = Optional.empty();
  private Optional<StopReason> stop = Optional.empty();
  private Optional<String> nativeReason = Optional.empty();
  private Volume output = Volume.NONE;
  private int toolCalls;

  /** From here on it is the answer of this source: it ends what others may have begun. */
  public void of(Source now) {
    source = Optional.of(now);
  }

  public void note(ChatEvent event) {
    switch (event) {
      case ChatEvent.Delta delta -> output = output.plus(delta);
      case ChatEvent.Stop stopped -> {
        if (stopped.choice() == 0) {
          stop = Optional.of(stopped.reason());
          nativeReason = stopped.nativeReason();
        }
      }
      case ChatEvent.Open open -> {
        if (open.head() instanceof ChatEvent.Head.ToolCallHead) {
          toolCalls++;
        }
      }
      case ChatEvent.Begin ignored -> {}
      case ChatEvent.Used ignored -> {}
      case ChatEvent.ProofDelta ignored -> {}
      case ChatEvent.Cited ignored -> {}
      case ChatEvent.Logprobs ignored -> {}
      case ChatEvent.Close ignored -> {}
      case ChatEvent.Note ignored -> {}
      case ChatEvent.Failed ignored -> {}
      case ChatEvent.End ignored -> {}
    }
  }

  /** Whose answer it is: who has said the last of it. */
  public Optional<Source> source() {
    return source;
  }

  public Optional<StopReason> stop() {
    return stop;
  }

  public Optional<String> nativeReason() {
    return nativeReason;
  }

  public Volume output() {
    return output;
  }

  public int toolCalls() {
    return toolCalls;
  }
}
