package dev.fairlead.relay;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.wire.Text;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Joins the answer of another endpoint to a text that has already been sent. A fresh answer must
 * begin with that text, which is left out; the answer of an endpoint that was given the text as its
 * beginning goes on from there, but is left the freedom to repeat it. What has been sent is never
 * sent again, and never contradicted.
 */
final class Continuation {
  private static final int DROPPED = -1;

  private final String sent;
  private final boolean prefilled;
  private final int textBlock;
  private final boolean textOpen;
  private final Map<Integer, Integer> blocks = new HashMap<>();
  private final StringBuilder held = new StringBuilder();
  private int nextBlock;
  private int text = DROPPED;
  private boolean joined;
  private boolean contradicted;

  /**
   * @param sent the text so far
   * @param prefilled the endpoint was given it
   * @param textBlock the block in which it was sent, when {@code textOpen}
   * @param nextBlock the first block number that is free
   */
  Continuation(String sent, boolean prefilled, int textBlock, boolean textOpen, int nextBlock) {
    this.sent = sent;
    this.prefilled = prefilled;
    this.textBlock = textBlock;
    this.textOpen = textOpen;
    this.nextBlock = nextBlock;
    this.joined = sent.isEmpty();
  }

  /** True when the answer is another one than the one that was begun: it cannot be joined. */
  boolean contradicted() {
    return contradicted;
  }

  /** True once it has added to what was sent, or has ended it. */
  boolean joined() {
    return joined;
  }

  /** The first block number that is free. */
  int nextBlock() {
    return nextBlock;
  }

  void accept(ChatEvent event, Consumer<ChatEvent> out) {
    switch (event) {
      case ChatEvent.Begin ignored -> {
        // The answer has begun long ago.
      }
      case ChatEvent.Open open -> open(open, out);
      case ChatEvent.Delta delta -> delta(delta, out);
      case ChatEvent.ProofDelta proof -> {
        int block = mapped(proof.block());
        if (block >= 0) {
          out.accept(new ChatEvent.ProofDelta(0, block, proof.proof()));
        }
      }
      case ChatEvent.Cited cited -> {
        int block = mapped(cited.block());
        if (block >= 0 && joined) {
          out.accept(new ChatEvent.Cited(0, block, cited.citation()));
        }
      }
      case ChatEvent.Close close -> {
        if (close.block() == text) {
          settle(out);
        }
        int block = mapped(close.block());
        if (block >= 0 && !contradicted) {
          out.accept(new ChatEvent.Close(0, block));
        }
      }
      case ChatEvent.Stop stop -> {
        settle(out);
        if (!contradicted) {
          out.accept(stop);
        }
      }
      case ChatEvent.Logprobs logprobs -> out.accept(logprobs);
      case ChatEvent.Used used -> out.accept(used);
      case ChatEvent.Note note -> out.accept(note);
      case ChatEvent.Failed failed -> out.accept(failed);
      case ChatEvent.End end -> out.accept(end);
    }
  }

  private void open(ChatEvent.Open open, Consumer<ChatEvent> out) {
    switch (open.head()) {
      case ChatEvent.Head.TextHead head -> {
        if (text == DROPPED) {
          text = open.block();
          if (textOpen) {
            blocks.put(open.block(), textBlock);
            return;
          }
        }
        blocks.put(open.block(), nextBlock);
        out.accept(new ChatEvent.Open(0, nextBlock++, head));
      }
      case ChatEvent.Head.ReasoningHead ignored ->
          // Thinking that stands after the text it led to would only confuse.
          blocks.put(open.block(), DROPPED);
      case ChatEvent.Head.ToolCallHead head -> whole(open, head, out);
      case ChatEvent.Head.RefusalHead head -> whole(open, head, out);
      case ChatEvent.Head.WholeHead head -> whole(open, head, out);
    }
  }

  private void whole(ChatEvent.Open open, ChatEvent.Head head, Consumer<ChatEvent> out) {
    settle(out);
    if (!contradicted) {
      blocks.put(open.block(), nextBlock);
      out.accept(new ChatEvent.Open(0, nextBlock++, head));
    }
  }

  private void delta(ChatEvent.Delta delta, Consumer<ChatEvent> out) {
    int block = mapped(delta.block());
    if (block < 0 || contradicted) {
      return;
    }
    if (joined || delta.block() != text) {
      out.accept(new ChatEvent.Delta(0, block, delta.text()));
      return;
    }
    held.append(delta.text());
    if (held.length() >= sent.length() && sent.contentEquals(held.subSequence(0, sent.length()))) {
      give(held.substring(sent.length()), out);
    } else if (!sent.startsWith(held.toString())) {
      if (prefilled) {
        give(withoutSpaceSentTwice(held.toString()), out);
      } else {
        contradicted = true;
      }
    }
  }

  /**
   * No more text is coming to compare: what is held is either a short continuation or too little.
   */
  private void settle(Consumer<ChatEvent> out) {
    if (joined || contradicted) {
      return;
    }
    if (prefilled) {
      give(withoutSpaceSentTwice(held.toString()), out);
    } else {
      contradicted = true;
    }
  }

  private void give(String more, Consumer<ChatEvent> out) {
    joined = true;
    int block = mapped(text);
    if (!more.isEmpty() && block >= 0) {
      out.accept(new ChatEvent.Delta(0, block, Text.of(more)));
    }
    held.setLength(0);
  }

  /** Dialects that trim the text so far make the model begin with the space that was trimmed. */
  private String withoutSpaceSentTwice(String more) {
    String trailing = sent.substring(sent.stripTrailing().length());
    return !trailing.isEmpty() && more.startsWith(trailing)
        ? more.substring(trailing.length())
        : more;
  }

  private int mapped(int block) {
    return blocks.getOrDefault(block, DROPPED);
  }
}
