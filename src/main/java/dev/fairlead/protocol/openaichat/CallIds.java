package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.Part;
import java.util.ArrayList;
import java.util.List;

/**
 * Ids for calls that came from a dialect without them. A result without an id answers the oldest
 * unanswered call, of its own name where it has one.
 */
final class CallIds {
  private record Made(String name, String id) {}

  private final List<Made> open = new ArrayList<>();
  private int count;

  String called(Part.ToolCall call) {
    if (!call.id().isEmpty()) {
      return call.id();
    }
    Made made = new Made(call.name(), "call_" + count++);
    open.add(made);
    return made.id;
  }

  String answered(Part.ToolResult result) {
    if (!result.callId().isEmpty()) {
      return result.callId();
    }
    for (int i = 0; i < open.size(); i++) {
      if (result.name().isEmpty() || result.name().get().equals(open.get(i).name)) {
        return open.remove(i).id;
      }
    }
    return open.isEmpty() ? "call_" + count++ : open.removeFirst().id;
  }
}
