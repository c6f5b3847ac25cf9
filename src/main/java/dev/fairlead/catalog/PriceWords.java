package dev.fairlead.catalog;

import dev.fairlead.money.Meter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The words for prices in files, and their units: USD per million tokens, or USD per piece for
 * requests and searches.
 */
public final class PriceWords {
  private static final Map<String, Meter> METERS = new LinkedHashMap<>();
  private static final Map<Meter, String> WORDS = new EnumMap<>(Meter.class);

  static {
    word("prompt", Meter.INPUT);
    word("completion", Meter.OUTPUT);
    word("cache_read", Meter.CACHE_READ);
    word("cache_write", Meter.CACHE_WRITE);
    word("cache_write_1h", Meter.CACHE_WRITE_LONG);
    word("reasoning", Meter.REASONING);
    word("audio", Meter.INPUT_AUDIO);
    word("cache_read_audio", Meter.CACHE_READ_AUDIO);
    word("audio_output", Meter.OUTPUT_AUDIO);
    word("image", Meter.INPUT_IMAGE);
    word("video", Meter.INPUT_VIDEO);
    word("image_output", Meter.OUTPUT_IMAGE);
    word("request", Meter.REQUEST);
    word("web_search", Meter.SEARCH);
  }

  private PriceWords() {}

  private static void word(String word, Meter meter) {
    METERS.put(word, meter);
    WORDS.put(meter, word);
  }

  static Map<String, Meter> meters() {
    return METERS;
  }

  public static String word(Meter meter) {
    return WORDS.getOrDefault(meter, meter.word());
  }

  private static boolean perPiece(Meter meter) {
    return meter == Meter.REQUEST || meter == Meter.SEARCH;
  }

  /** From the unit of files to pico-USD a unit; what is below a pico-USD is rounded half up. */
  public static long pico(Meter meter, BigDecimal stated) {
    return stated
        .movePointRight(perPiece(meter) ? 12 : 6)
        .setScale(0, RoundingMode.HALF_UP)
        .longValueExact();
  }

  /** From pico-USD a unit to the unit of files, without needless zeros. */
  public static BigDecimal stated(Meter meter, long pico) {
    return pico == 0
        ? BigDecimal.ZERO
        : BigDecimal.valueOf(pico, perPiece(meter) ? 12 : 6).stripTrailingZeros();
  }

  /** USD a unit, in plain digits, as OpenRouter prints prices: {@code 0.00000045}. */
  public static String usd(long pico) {
    return pico == 0 ? "0" : BigDecimal.valueOf(pico, 12).stripTrailingZeros().toPlainString();
  }
}
