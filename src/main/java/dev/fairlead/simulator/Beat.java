package dev.fairlead.simulator;

import dev.fairlead.canon.ChatEvent;
import java.time.Duration;
import java.util.List;

/**
 * What is said at one moment.
 *
 * @param gap since the beat before; unscaled
 * @param tokens how many generated tokens the events carry
 * @param thinking how many of these are reasoning
 */
record Beat(Duration gap, List<ChatEvent> events, int tokens, int thinking) {
  Beat {
    events = List.copyOf(events);
  }
}
