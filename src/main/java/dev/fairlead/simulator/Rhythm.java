package dev.fairlead.simulator;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Proof;
import dev.fairlead.canon.StopReason;
import dev.fairlead.wire.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Cuts one choice of an answer into tokens, and sets them in time. For one answer. */
final class Rhythm {
  private static final Duration INTERVAL = Duration.ofMillis(15);

  private final int choice;
  private final Duration interval;
  private final double jitter;
  private final SplittableRandom draw;
  private final long limit;
  private final List<String> stops;
  private final List<Beat> beats = new ArrayList<>();
  private final List<ChatEvent> pending = new ArrayList<>();
  private Duration rest = Duration.ZERO;
  private int block;
  private long tokens;
  private boolean first = true;
  private boolean called;
  private boolean declined;
  private boolean truncated;
  private Optional<String> stopped = Optional.empty();

  /**
   * @param limit the most tokens
   * @param stops stop sequences of the caller
   */
  Rhythm(int choice, Options options, long number, long limit, List<String> stops) {
    this.choice = choice;
    this.interval = options.interval(INTERVAL);
    this.jitter = options.decimal(Option.JITTER, 0);
    this.draw = Draw.from(number);
    this.limit = limit;
    this.stops = stops;
  }

  /** The beats of these pieces, the stop among the last one's events. */
  List<Beat> beats(List<Piece> pieces, Optional<String> finish) {
    for (Piece piece : pieces) {
      if (over()) {
        truncated = truncated || tokens >= limit;
        break;
      }
      piece(piece);
    }
    stop(finish).ifPresent(pending::add);
    flush(0, 0);
    return beats;
  }

  private boolean over() {
    return tokens >= limit || stopped.isPresent();
  }

  private void piece(Piece piece) {
    switch (piece) {
      case Piece.Rest it -> rest = rest.plus(it.duration());
      case Piece.Say it -> text(new ChatEvent.Head.TextHead(), untilStop(it.text()), false);
      case Piece.Think it -> {
        text(
            new ChatEvent.Head.ReasoningHead(Part.ReasoningKind.FULL, Optional.empty()),
            it.text(),
            true);
        it.proof()
            .ifPresent(
                proof ->
                    pending.add(
                        pending.size() - 1,
                        new ChatEvent.ProofDelta(
                            choice, block - 1, new Proof(Text.of(proof), Optional.empty()))));
      }
      case Piece.Call it -> {
        called = true;
        open(new ChatEvent.Head.ToolCallHead(it.id(), it.name()));
        fragments(it.arguments()).forEach(fragment -> delta(fragment, false));
        close();
      }
      case Piece.Picture it -> {
        open(new ChatEvent.Head.WholeHead(picture(it)));
        flush(1, 0);
        close();
      }
      case Piece.Decline it -> {
        declined = true;
        text(new ChatEvent.Head.RefusalHead(), it.text(), false);
      }
    }
  }

  private static Part picture(Piece.Picture picture) {
    return new Part.Media(
        Part.MediaKind.IMAGE,
        new MediaSource.Inline(picture.mediaType(), Text.of(picture.base64())),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Extras.none(Dialect.OPENAI_CHAT));
  }

  private void text(ChatEvent.Head head, String text, boolean thinking) {
    open(head);
    Tokens.split(text).forEach(token -> delta(token, thinking));
    close();
  }

  private void open(ChatEvent.Head head) {
    pending.add(new ChatEvent.Open(choice, block, head));
  }

  private void delta(String text, boolean thinking) {
    if (tokens < limit) {
      pending.add(new ChatEvent.Delta(choice, block, Text.of(text)));
      flush(1, thinking ? 1 : 0);
    } else {
      truncated = true;
    }
  }

  private void close() {
    pending.add(new ChatEvent.Close(choice, block));
    block++;
  }

  private void flush(int generated, int thinking) {
    if (pending.isEmpty()) {
      return;
    }
    Duration gap = rest.plus(generated == 0 || first ? Duration.ZERO : varied());
    beats.add(new Beat(gap, pending, generated, thinking));
    pending.clear();
    rest = Duration.ZERO;
    tokens += generated;
    first = first && generated == 0;
  }

  private Duration varied() {
    if (jitter == 0) {
      return interval;
    }
    double factor = 1 + jitter * (2 * draw.nextDouble() - 1);
    return Duration.ofNanos((long) (interval.toNanos() * factor));
  }

  /** Pieces of one to seven characters, so that some cut is inside an escape. */
  private List<String> fragments(String arguments) {
    List<String> fragments = new ArrayList<>();
    int from = 0;
    while (from < arguments.length()) {
      int to = Math.min(arguments.length(), from + 1 + draw.nextInt(7));
      if (to < arguments.length() && Character.isLowSurrogate(arguments.charAt(to))) {
        to++;
      }
      fragments.add(arguments.substring(from, to));
      from = to;
    }
    return fragments;
  }

  private String untilStop(String text) {
    int at = -1;
    for (String stop : stops) {
      int found = stop.isEmpty() ? -1 : text.indexOf(stop);
      if (found >= 0 && (at < 0 || found < at)) {
        at = found;
        stopped = Optional.of(stop);
      }
    }
    return at < 0 ? text : text.substring(0, at);
  }

  private Optional<ChatEvent> stop(Optional<String> finish) {
    if (finish.filter("none"::equals).isPresent()) {
      return Optional.empty();
    }
    StopReason reason = finish.map(Rhythm::reason).orElseGet(this::ownReason);
    Optional<String> sequence = reason == StopReason.STOP_SEQUENCE ? stopped : Optional.empty();
    return Optional.of(new ChatEvent.Stop(choice, reason, Optional.empty(), sequence));
  }

  private StopReason ownReason() {
    if (truncated) {
      return StopReason.LENGTH;
    }
    if (stopped.isPresent()) {
      return StopReason.STOP_SEQUENCE;
    }
    return called ? StopReason.TOOL_CALLS : declined ? StopReason.REFUSAL : StopReason.END;
  }

  private static StopReason reason(String word) {
    return switch (word) {
      case "length" -> StopReason.LENGTH;
      case "tool_calls" -> StopReason.TOOL_CALLS;
      case "content_filter" -> StopReason.CONTENT_FILTER;
      case "refusal" -> StopReason.REFUSAL;
      case "error" -> StopReason.ERROR;
      case "pause" -> StopReason.PAUSE;
      case "other" -> StopReason.OTHER;
      default -> StopReason.END;
    };
  }
}
