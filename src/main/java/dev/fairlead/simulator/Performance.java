package dev.fairlead.simulator;

import dev.fairlead.http.Loop;
import dev.fairlead.http.Responder;
import dev.fairlead.http.ResponseStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Plays moves on a connection: keeps time by the loop's timers, stops while the caller reads slower
 * than it writes, and ends when the caller is gone. Times are reckoned from one due moment to the
 * next, so that late timers do not add up. Confined to its loop.
 */
final class Performance {
  private final Iterator<Move> moves;
  private final double scale;
  private final Responder responder;
  private final LongSupplier nanos;
  private final Attempt attempt;
  private @Nullable ResponseStream stream;
  private Loop.@Nullable Timer timer;
  private Move.@Nullable Send sending;
  private Move.@Nullable Flood flooding;
  private int at;
  private long due;
  private boolean blocked;
  private boolean over;

  private Performance(
      List<Move> moves, double scale, Responder responder, LongSupplier nanos, Attempt attempt) {
    this.moves = moves.iterator();
    this.scale = scale;
    this.responder = responder;
    this.nanos = nanos;
    this.attempt = attempt;
    this.due = nanos.getAsLong();
  }

  static void play(
      List<Move> moves, double scale, Responder responder, LongSupplier nanos, Attempt attempt) {
    Performance performance = new Performance(moves, scale, responder, nanos, attempt);
    responder.onGone(performance::gone);
    performance.go();
  }

  private void go() {
    while (!over && !blocked) {
      if (sending != null) {
        if (!slice(sending)) {
          return;
        }
      } else if (flooding != null) {
        flood(flooding);
      } else if (!moves.hasNext() || !play(moves.next())) {
        return;
      }
    }
  }

  /** Makes one move; false when the next one has to wait. */
  private boolean play(Move move) {
    switch (move) {
      case Move.Wait it -> {
        return !waits(it.duration());
      }
      case Move.Open it -> open(it);
      case Move.Send it -> {
        sending = it;
        at = 0;
      }
      case Move.Flood it -> {
        flooding = it;
        at = 0;
      }
      case Move.End it -> {
        end(SimAttempt.Outcome.WRITTEN);
        opened().end();
      }
      case Move.Cut it -> {
        end(SimAttempt.Outcome.CUT);
        opened().cut();
      }
      case Move.Reset it -> reset();
      case Move.Whole it -> {
        attempt.head(it.status());
        attempt.delivered(nanos.getAsLong(), it.body().length, it.tokens(), it.thinking());
        end(SimAttempt.Outcome.WRITTEN);
        responder.whole(it.status(), it.headers(), it.body());
      }
    }
    return true;
  }

  /** True when there is something to wait for, and a timer runs. */
  private boolean waits(Duration unscaled) {
    due += (long) (unscaled.toNanos() * scale);
    long left = due - nanos.getAsLong();
    if (left <= 0) {
      return false;
    }
    timer = responder.loop().schedule(Duration.ofNanos(left), this::go);
    return true;
  }

  private void open(Move.Open open) {
    attempt.head(open.status());
    ResponseStream opened = responder.open(open.status(), open.headers());
    stream = opened;
    opened.onWritable(this::resume);
  }

  private ResponseStream opened() {
    ResponseStream opened = stream;
    if (opened == null) {
      throw new IllegalStateException("a stream that was never opened");
    }
    return opened;
  }

  /** Writes the next slice; false when the one after it has to wait. */
  private boolean slice(Move.Send send) {
    if (full()) {
      return true;
    }
    byte[] all = send.bytes();
    int to = send.slice() > 0 ? Math.min(all.length, at + send.slice()) : all.length;
    byte[] piece = at == 0 && to == all.length ? all : Arrays.copyOfRange(all, at, to);
    at = to;
    boolean last = to == all.length;
    opened().write(piece);
    attempt.delivered(
        nanos.getAsLong(), piece.length, last ? send.tokens() : 0, last ? send.thinking() : 0);
    if (last) {
      sending = null;
    }
    return last || send.gap().isZero() || !waits(send.gap());
  }

  private void flood(Move.Flood flood) {
    if (full()) {
      return;
    }
    if (at++ >= flood.times()) {
      flooding = null;
      return;
    }
    opened().write(flood.block());
    attempt.delivered(nanos.getAsLong(), flood.block().length, 0, 0);
  }

  private boolean full() {
    blocked = !opened().isWritable();
    return blocked;
  }

  private void resume() {
    if (blocked && !over) {
      blocked = false;
      due = Math.max(due, nanos.getAsLong());
      go();
    }
  }

  private void reset() {
    end(SimAttempt.Outcome.RESET);
    ResponseStream opened = stream;
    if (opened == null) {
      responder.reset();
    } else {
      opened.reset();
    }
  }

  private void end(SimAttempt.Outcome outcome) {
    over = true;
    attempt.ended(nanos.getAsLong(), outcome);
  }

  private void gone() {
    if (!over) {
      end(SimAttempt.Outcome.GONE);
      Loop.Timer running = timer;
      if (running != null) {
        running.cancel();
      }
    }
  }
}
