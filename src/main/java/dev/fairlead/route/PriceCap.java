package dev.fairlead.route;

import dev.fairlead.wire.JsonWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The most that an endpoint may charge, in pico-USD a unit; a meter without a value is not capped.
 *
 * @param prompt for a prompt token
 * @param completion for a generated token
 * @param request for the request itself
 * @param image for an image of the prompt
 * @param audio for a unit of audio of the prompt
 */
public record PriceCap(
    OptionalLong prompt,
    OptionalLong completion,
    OptionalLong request,
    OptionalLong image,
    OptionalLong audio) {

  public static final PriceCap NONE =
      new PriceCap(
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty());

  private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);

  /** From USD per million units, as tokens are quoted. */
  static long perMillion(BigDecimal usd) {
    return pico(usd, 6);
  }

  /** From USD a unit. */
  static long perUnit(BigDecimal usd) {
    return pico(usd, 12);
  }

  private static long pico(BigDecimal usd, int places) {
    BigDecimal pico = usd.movePointRight(places);
    return pico.compareTo(LARGEST) >= 0
        ? Long.MAX_VALUE
        : pico.setScale(0, RoundingMode.FLOOR).longValueExact();
  }

  /** The meter whose price is above the cap, in the words of {@code max_price}. */
  Optional<String> exceededBy(Quote quote) {
    if (quote.prompt() > prompt.orElse(Long.MAX_VALUE)) {
      return Optional.of("prompt");
    }
    if (quote.completion() > completion.orElse(Long.MAX_VALUE)) {
      return Optional.of("completion");
    }
    if (quote.request() > request.orElse(Long.MAX_VALUE)) {
      return Optional.of("request");
    }
    if (quote.image() > image.orElse(Long.MAX_VALUE)) {
      return Optional.of("image");
    }
    return quote.audio() > audio.orElse(Long.MAX_VALUE) ? Optional.of("audio") : Optional.empty();
  }

  boolean isNone() {
    return equals(NONE);
  }

  /** In the caller's form. */
  void write(JsonWriter out) {
    out.beginObject();
    write(out, "prompt", prompt, 6);
    write(out, "completion", completion, 6);
    write(out, "request", request, 12);
    write(out, "image", image, 12);
    write(out, "audio", audio, 12);
    out.endObject();
  }

  private static void write(JsonWriter out, String name, OptionalLong pico, int places) {
    if (pico.isPresent()) {
      out.field(name, BigDecimal.valueOf(pico.getAsLong()).movePointLeft(places).toPlainString());
    }
  }
}
