package dev.fairlead.simulator;

import dev.fairlead.canon.Usage;
import dev.fairlead.money.Cost;
import dev.fairlead.money.Meter;
import dev.fairlead.money.Money;
import dev.fairlead.money.Price;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The growing record of one request. Written on the request's loop, read from anywhere: every
 * method holds the object's lock.
 */
final class Attempt {
  /** What is known when it begins. */
  record Begun(
      long number,
      long startNanos,
      long atNanos,
      String path,
      String dialect,
      String model,
      boolean stream,
      long attempt,
      Optional<String> run,
      Optional<String> fault,
      boolean prefill,
      long promptTokens,
      Optional<Usage> reported,
      Price price) {}

  private final Begun begun;
  private int status;
  private SimAttempt.Outcome outcome = SimAttempt.Outcome.RUNNING;
  private long tokens;
  private long thinking;
  private long bytes;
  private Optional<Duration> firstByte = Optional.empty();
  private Optional<Duration> ended = Optional.empty();
  private Optional<Duration> gone = Optional.empty();

  Attempt(Begun begun) {
    this.begun = begun;
  }

  synchronized void head(int sent) {
    status = sent;
  }

  synchronized void delivered(long now, long moreBytes, int moreTokens, int moreThinking) {
    if (firstByte.isEmpty()) {
      firstByte = Optional.of(since(now));
    }
    bytes += moreBytes;
    tokens += moreTokens;
    thinking += moreThinking;
  }

  synchronized void ended(long now, SimAttempt.Outcome how) {
    outcome = how;
    ended = Optional.of(since(now));
    if (how == SimAttempt.Outcome.GONE) {
      gone = ended;
    }
  }

  private Duration since(long now) {
    return Duration.ofNanos(now - begun.startNanos());
  }

  synchronized SimAttempt snapshot() {
    return new SimAttempt(
        begun.number(),
        since(begun.atNanos()),
        begun.path(),
        begun.dialect(),
        begun.model(),
        begun.stream(),
        begun.attempt(),
        begun.run(),
        status,
        begun.fault(),
        outcome,
        begun.prefill(),
        begun.promptTokens(),
        tokens,
        thinking,
        bytes,
        firstByte,
        ended,
        gone,
        begun.reported(),
        cost());
  }

  private Money cost() {
    List<Cost.Line> lines = new ArrayList<>();
    line(Meter.INPUT, tokens > 0 ? begun.promptTokens() : 0, lines);
    line(Meter.OUTPUT, tokens, lines);
    return Cost.of(lines, begun.price().version()).total();
  }

  private void line(Meter meter, long quantity, List<Cost.Line> lines) {
    begun
        .price()
        .rate(meter)
        .map(rate -> new Cost.Line(meter, quantity, rate.at(begun.promptTokens())))
        .ifPresent(lines::add);
  }
}
