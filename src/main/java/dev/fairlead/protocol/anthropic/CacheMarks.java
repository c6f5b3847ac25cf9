package dev.fairlead.protocol.anthropic;

import dev.fairlead.canon.CacheMark;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The cache marks of one request. The API takes four, longer lifetimes before shorter ones, in the
 * order tools, system, messages. All marks are offered first, in the order in which they are then
 * written; of more than four the first and the last ones stay.
 */
final class CacheMarks {
  private static final int MOST = 4;

  private record Offer(CacheMark mark, String node) {}

  private final List<Offer> offers = new ArrayList<>();
  private final List<Optional<CacheMark>> granted = new ArrayList<>();
  private int next;

  void offer(Tool tool, String node) {
    if (tool instanceof Tool.Function function) {
      offer(function.cache(), node);
    }
  }

  void offer(Part part, String node) {
    switch (part) {
      case Part.Text text -> offer(text.cache(), node);
      case Part.Media media -> offer(media.cache(), node);
      case Part.ToolCall call -> offer(call.cache(), node);
      case Part.ToolResult result -> {
        result.content().forEach(inner -> offer(inner, node));
        offer(result.cache(), node);
      }
      case Part.Reasoning r -> none();
      case Part.Refusal r -> none();
      case Part.Opaque o -> none();
    }
  }

  private void none() {
    // These parts carry no mark of ours.
  }

  private void offer(Optional<CacheMark> mark, String node) {
    mark.ifPresent(m -> offers.add(new Offer(m, node)));
  }

  /**
   * @param others marks that are written elsewhere (at the top of the request) and count as well
   */
  void settle(int others, Losses losses) {
    int room = MOST - others;
    int tail = offers.size() - (room - 1);
    boolean shortSeen = false;
    for (int i = 0; i < offers.size(); i++) {
      Offer offer = offers.get(i);
      if (offers.size() > room && i > 0 && i < tail) {
        losses.add(offer.node(), "cache_control", "the Messages API takes four marks; the first and the last ones stay");
        granted.add(Optional.empty());
        continue;
      }
      boolean isLong = offer.mark().ttl().filter("1h"::equals).isPresent();
      if (isLong && shortSeen) {
        losses.add(offer.node(), "cache_control.ttl", "longer marks must stand before shorter ones; this one is short now");
        granted.add(Optional.of(new CacheMark(Optional.empty())));
        continue;
      }
      shortSeen |= !isLong;
      granted.add(Optional.of(offer.mark()));
    }
  }

  /** What stays of a mark; to be asked once for each that was offered, in the same order. */
  Optional<CacheMark> granted(Optional<CacheMark> mark) {
    return mark.isEmpty() ? mark : granted.get(next++);
  }
}
