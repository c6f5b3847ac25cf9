package dev.fairlead.canon;

import dev.fairlead.wire.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The events that a whole answer would have been: the inverse of {@link Fold}. What events cannot
 * say (extras and cache marks on a text or a call) is not in an answer's parts.
 */
public final class Unfold {
  private Unfold() {}

  public static List<ChatEvent> events(ChatAnswer answer) {
    List<ChatEvent> out = new ArrayList<>();
    out.add(new ChatEvent.Begin(answer.id(), answer.model(), answer.created(), answer.extras()));
    for (ChatAnswer.Choice choice : answer.choices()) {
      int block = 0;
      for (Part part : choice.parts()) {
        part(choice.index(), block++, part, out);
      }
      choice
          .logprobs()
          .ifPresent(logprobs -> out.add(new ChatEvent.Logprobs(choice.index(), logprobs)));
      choice
          .stop()
          .ifPresent(
              reason ->
                  out.add(
                      new ChatEvent.Stop(
                          choice.index(), reason, choice.nativeReason(), choice.stopSequence())));
    }
    out.addAll(answer.notes());
    answer.usage().ifPresent(usage -> out.add(new ChatEvent.Used(usage)));
    answer.fault().ifPresent(fault -> out.add(new ChatEvent.Failed(fault)));
    if (answer.complete()) {
      out.add(new ChatEvent.End());
    }
    return out;
  }

  private static void part(int choice, int block, Part part, List<ChatEvent> out) {
    switch (part) {
      case Part.Text text -> {
        open(choice, block, new ChatEvent.Head.TextHead(), text.text(), out);
        text.citations().forEach(it -> out.add(new ChatEvent.Cited(choice, block, it)));
      }
      case Part.Reasoning it -> {
        open(choice, block, new ChatEvent.Head.ReasoningHead(it.kind(), it.id()), it.text(), out);
        proof(choice, block, it.proof(), out);
      }
      case Part.ToolCall it -> {
        ChatEvent.Head head = new ChatEvent.Head.ToolCallHead(it.id(), it.name());
        open(choice, block, head, it.arguments(), out);
        proof(choice, block, it.proof(), out);
      }
      case Part.Refusal it -> open(choice, block, new ChatEvent.Head.RefusalHead(), it.text(), out);
      case Part.Media it -> whole(choice, block, it, out);
      case Part.ToolResult it -> whole(choice, block, it, out);
      case Part.Opaque it -> whole(choice, block, it, out);
    }
    out.add(new ChatEvent.Close(choice, block));
  }

  private static void open(
      int choice, int block, ChatEvent.Head head, Text text, List<ChatEvent> out) {
    out.add(new ChatEvent.Open(choice, block, head));
    if (!text.isEmpty()) {
      out.add(new ChatEvent.Delta(choice, block, text));
    }
  }

  private static void proof(int choice, int block, Optional<Proof> proof, List<ChatEvent> out) {
    proof.ifPresent(it -> out.add(new ChatEvent.ProofDelta(choice, block, it)));
  }

  private static void whole(int choice, int block, Part part, List<ChatEvent> out) {
    out.add(new ChatEvent.Open(choice, block, new ChatEvent.Head.WholeHead(part)));
  }
}
