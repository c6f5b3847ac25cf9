package dev.fairlead.route;

import dev.fairlead.money.Meter;
import dev.fairlead.money.Price;
import dev.fairlead.money.Rate;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import java.util.Map;

/**
 * The prices that a decision read of one endpoint, in pico-USD a unit, at the request's length.
 *
 * @param version of the price
 * @param cacheRead a cached prompt token; as much as {@code prompt} where nothing is said
 */
public record Quote(
    String version,
    long prompt,
    long completion,
    long cacheRead,
    long request,
    long image,
    long audio,
    long outputImage) {

  static Quote of(Price price, long promptTokens) {
    Map<Meter, Rate> rates = price.rates();
    long prompt = at(rates, Meter.INPUT, promptTokens, 0);
    return new Quote(
        price.version(),
        prompt,
        at(rates, Meter.OUTPUT, promptTokens, 0),
        at(rates, Meter.CACHE_READ, promptTokens, prompt),
        at(rates, Meter.REQUEST, promptTokens, 0),
        at(rates, Meter.INPUT_IMAGE, promptTokens, 0),
        at(rates, Meter.INPUT_AUDIO, promptTokens, 0),
        at(rates, Meter.OUTPUT_IMAGE, promptTokens, 0));
  }

  private static long at(Map<Meter, Rate> rates, Meter meter, long promptTokens, long fallback) {
    Rate rate = rates.get(meter);
    return rate == null ? fallback : rate.at(promptTokens);
  }

  /** One figure to compare endpoints by: prompt plus completion; where both are 0, the pieces. */
  public long blend() {
    long tokens = prompt + completion;
    return tokens > 0 ? tokens : request + outputImage;
  }

  boolean cacheSaves() {
    return cacheRead < prompt;
  }

  void write(JsonWriter out) {
    out.beginObject().field("version", version);
    field(out, "prompt", prompt);
    field(out, "completion", completion);
    field(out, "cache_read", cacheRead);
    field(out, "request", request);
    field(out, "image", image);
    field(out, "audio", audio);
    field(out, "output_image", outputImage);
    out.endObject();
  }

  private static void field(JsonWriter out, String name, long value) {
    if (value != 0) {
      out.field(name, value);
    }
  }

  static Quote read(JsonNode node) {
    return new Quote(
        node.get("version").textOr(""),
        node.get("prompt").longOr(0),
        node.get("completion").longOr(0),
        node.get("cache_read").longOr(0),
        node.get("request").longOr(0),
        node.get("image").longOr(0),
        node.get("audio").longOr(0),
        node.get("output_image").longOr(0));
  }
}
