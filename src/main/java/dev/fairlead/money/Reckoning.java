package dev.fairlead.money;

import dev.fairlead.canon.Usage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * From usage and price to cost: pure, exact, and deterministic.
 *
 * <p>The whole prompt and the whole output are divided among their meters, so that no token is
 * priced twice and none is lost: a share (cached, audio, reasoning …) is taken out of the whole
 * when the price has a meter for it, and otherwise stays where it falls back to: cache read and
 * cache write to input, long cache write to cache write, cached audio to cache read or else to
 * audio, audio, image and video to input or output, reasoning to output. What no meter prices is
 * free.
 *
 * <p>Providers misreport. A negative count is nothing, and a share counts no further than the whole
 * has room for it: never are more tokens priced than were used. Counts beyond all sense make a cost
 * that is too large, never an exception.
 */
public final class Reckoning {
  private final Price price;
  private final Map<Meter, Long> quantities = new EnumMap<>(Meter.class);

  private Reckoning(Price price) {
    this.price = price;
  }

  /** The cost of one exchange; its lines stand in the order of the meters. */
  public static Cost reckon(Usage usage, Price price) {
    Reckoning reckoning = new Reckoning(price);
    reckoning.prompt(usage);
    reckoning.output(usage);
    reckoning.count(Meter.REQUEST, 1);
    reckoning.count(Meter.SEARCH, Math.max(0, usage.searches()));
    return reckoning.cost(Math.max(0, usage.input()));
  }

  private void prompt(Usage usage) {
    long left = Math.max(0, usage.input());
    long cacheRead = within(usage.cacheRead(), left);
    long cachedAudio = within(usage.cacheReadAudio(), Math.min(cacheRead, usage.inputAudio()));
    long audio = within(usage.inputAudio(), Long.MAX_VALUE);

    if (has(Meter.CACHE_READ_AUDIO)) {
      left -= count(Meter.CACHE_READ_AUDIO, cachedAudio);
      cacheRead -= cachedAudio;
      audio -= cachedAudio;
    } else if (has(Meter.CACHE_READ)) {
      audio -= cachedAudio;
    }
    if (has(Meter.CACHE_READ)) {
      left -= count(Meter.CACHE_READ, cacheRead);
    }
    left -= cacheWrites(usage, left);
    left -= share(Meter.INPUT_AUDIO, audio, left);
    left -= share(Meter.INPUT_IMAGE, usage.inputImage(), left);
    left -= share(Meter.INPUT_VIDEO, usage.inputVideo(), left);
    count(Meter.INPUT, left);
  }

  private long cacheWrites(Usage usage, long left) {
    long write = within(usage.cacheWrite(), left);
    long longWrite = share(Meter.CACHE_WRITE_LONG, usage.cacheWriteLong(), write);
    return longWrite + share(Meter.CACHE_WRITE, write - longWrite, write - longWrite);
  }

  private void output(Usage usage) {
    long left = Math.max(0, usage.output());
    left -= share(Meter.OUTPUT_AUDIO, usage.outputAudio(), left);
    left -= share(Meter.OUTPUT_IMAGE, usage.outputImage(), left);
    left -= share(Meter.REASONING, usage.reasoning(), left);
    count(Meter.OUTPUT, left);
  }

  private boolean has(Meter meter) {
    return price.rates().containsKey(meter);
  }

  private static long within(long share, long whole) {
    return Math.max(0, Math.min(share, whole));
  }

  /**
   * Counts a share, no more than is left, and says how much; 0 when the price has no such meter.
   */
  private long share(Meter meter, long share, long left) {
    return has(meter) ? count(meter, within(share, left)) : 0;
  }

  private long count(Meter meter, long quantity) {
    if (quantity > 0) {
      quantities.put(meter, quantity);
    }
    return quantity;
  }

  private Cost cost(long inputTokens) {
    List<Cost.Line> lines = new ArrayList<>();
    quantities.forEach(
        (meter, quantity) ->
            price
                .rate(meter)
                .ifPresent(
                    rate -> lines.add(new Cost.Line(meter, quantity, rate.at(inputTokens)))));
    return Cost.of(lines, price.version());
  }
}
