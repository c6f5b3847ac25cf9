package dev.fairlead.relay;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.StopReason;
import dev.fairlead.canon.Usage;
import java.util.Optional;

/** What the record wants to know of an answer, without keeping the answer. Confined to a loop. */
public final class Tally {
  private Optional<Usage> usage = Optional.empty();
  private Optional<StopReason> stop = Optional.empty();
  private Optional<String> nativeReason = Optional.empty();
  private long outputBytes;
  private int toolCalls;

  public void note(ChatEvent event) {
    switch (event) {
      case ChatEvent.Delta delta -> outputBytes += delta.text().roughLength();
      case ChatEvent.Used used -> usage = Optional.of(used.usage());
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
      case ChatEvent.ProofDelta ignored -> {}
      case ChatEvent.Cited ignored -> {}
      case ChatEvent.Logprobs ignored -> {}
      case ChatEvent.Close ignored -> {}
      case ChatEvent.Note ignored -> {}
      case ChatEvent.Failed ignored -> {}
      case ChatEvent.End ignored -> {}
    }
  }

  /** The provider's last word on usage. */
  public Optional<Usage> usage() {
    return usage;
  }

  public Optional<StopReason> stop() {
    return stop;
  }

  public Optional<String> nativeReason() {
    return nativeReason;
  }

  /** Bytes of text, reasoning and arguments: what is left to go by when usage never comes. */
  public long outputBytes() {
    return outputBytes;
  }

  public int toolCalls() {
    return toolCalls;
  }
}
