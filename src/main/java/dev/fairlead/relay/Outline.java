package dev.fairlead.relay;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.StopReason;
import dev.fairlead.protocol.EventEncoder;
import dev.fairlead.wire.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an answer has begun, opened and closed so far, without what it says, so that it can be ended
 * by us at any point. Confined to a loop.
 */
final class Outline {
  private List<ChatEvent> events = new ArrayList<>();

  void note(ChatEvent event) {
    if (event instanceof ChatEvent.Begin
        || event instanceof ChatEvent.Open
        || event instanceof ChatEvent.Close
        || event instanceof ChatEvent.Stop) {
      events.add(event);
    }
  }

  /** What was noted was thrown away. */
  void clear() {
    events = new ArrayList<>();
  }

  /** An encoder learns what the caller has been told by others, and tells it to nobody. */
  void teach(EventEncoder encoder) {
    for (ChatEvent event : events) {
      encoder.encode(event);
      if (event instanceof ChatEvent.Open(int choice, int block, ChatEvent.Head ignored)) {
        encoder.encode(new ChatEvent.Delta(choice, block, Text.of(" ")));
      }
    }
  }

  /** What closes all that is open, for a reason. */
  List<ChatEvent> endings(StopReason reason, String nativeReason) {
    Map<Integer, Set<Integer>> open = new TreeMap<>();
    for (ChatEvent event : events) {
      if (event instanceof ChatEvent.Open opened) {
        open.computeIfAbsent(opened.choice(), choice -> new TreeSet<>()).add(opened.block());
      } else if (event instanceof ChatEvent.Close closed && open.containsKey(closed.choice())) {
        open.get(closed.choice()).remove(closed.block());
      } else if (event instanceof ChatEvent.Stop stopped) {
        open.remove(stopped.choice());
      }
    }
    List<ChatEvent> endings = new ArrayList<>();
    open.forEach(
        (choice, blocks) -> {
          blocks.forEach(block -> endings.add(new ChatEvent.Close(choice, block)));
          endings.add(
              new ChatEvent.Stop(choice, reason, Optional.of(nativeReason), Optional.empty()));
        });
    return endings;
  }
}
