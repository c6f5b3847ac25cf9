package dev.fairlead.money;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.Shared;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.JsonNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Recorded usage, priced by an independent project: our arithmetic must agree to the last digit.
 */
final class GenaiPricesTest {
  private static final Set<Meter> OUT =
      EnumSet.of(Meter.OUTPUT, Meter.REASONING, Meter.OUTPUT_AUDIO, Meter.OUTPUT_IMAGE);
  private static final Set<Meter> IN =
      EnumSet.of(
          Meter.INPUT,
          Meter.INPUT_AUDIO,
          Meter.CACHE_READ,
          Meter.CACHE_READ_AUDIO,
          Meter.CACHE_WRITE,
          Meter.CACHE_WRITE_LONG);

  /** The rows were priced after every dated price but the last ones, by day. */
  private static final Instant PRICED_AT = Instant.parse("2026-07-15T12:00:00Z");

  /** The price file beside the rows is older than their pricing: it has no image output yet. */
  private static final Map<String, Rates> IMAGE_MODELS =
      Map.of(
          "gemini-2.5-flash-image", new Rates(2_500_000, 30_000_000),
          "gemini-3-pro-image-preview", new Rates(12_000_000, 120_000_000));

  /** Pico-USD a token of output. */
  private record Rates(long text, long image) {}

  @Test
  void everyPricedRowComesOutTheSameToTheLastDecimal() throws Exception {
    GenaiPrices prices =
        new GenaiPrices(
            Json.read(
                    Files.readAllBytes(Shared.file("fixtures/cost/genai_prices.json")),
                    JsonLimits.RESPONSE)
                .root());
    int priced = 0;
    int equal = 0;
    int withImageRate = 0;
    List<String> unknownModels = new ArrayList<>();
    List<String> different = new ArrayList<>();
    for (String line : Files.readAllLines(Shared.file("fixtures/cost/usage_dev.jsonl"))) {
      JsonNode row = Json.read(line.getBytes(StandardCharsets.UTF_8), JsonLimits.RESPONSE).root();
      for (JsonNode expected : row.get("priced").items()) {
        priced++;
        String provider = expected.get("provider").text();
        String model = row.get("model").text();
        String by = provider + "/" + expected.get("api_flavor").text();
        Optional<Price> found = prices.price(provider, model, PRICED_AT);
        if (found.isEmpty()) {
          unknownModels.add(provider + " " + model);
          continue;
        }
        Price price = found.get();
        JsonNode units = units(row, by);
        Rates image = IMAGE_MODELS.get(price.version());
        if (image != null) {
          price = withImageOutput(price, image);
          withImageRate++;
        }
        Cost cost = Reckoning.reckon(GenaiPrices.usage(units), price);
        if (same(cost, IN, expected.get("input_price"))
            && same(cost, OUT, expected.get("output_price"))) {
          equal++;
        } else {
          different.add(by + " " + model + " " + units + " " + expected + " " + cost);
        }
      }
    }
    System.out.println(
        "genai-prices: "
            + priced
            + " priced, "
            + equal
            + " equal (of them "
            + withImageRate
            + " with an image rate that the file lacks), models that the file lacks: "
            + unknownModels);
    assertThat(different).isEmpty();
    assertThat(priced).isGreaterThan(2000);
    assertThat(equal + unknownModels.size()).isEqualTo(priced);
    assertThat(unknownModels).hasSizeLessThanOrEqualTo(4);
    assertThat(withImageRate).isLessThanOrEqualTo(4);
  }

  private static boolean same(Cost cost, Set<Meter> meters, JsonNode usd) {
    return new BigDecimal(cost.pico(meters), 12).compareTo(new BigDecimal(usd.text())) == 0;
  }

  private static JsonNode units(JsonNode row, String by) {
    for (JsonNode normalized : row.get("normalized").items()) {
      for (JsonNode name : normalized.get("by").items()) {
        if (name.textIs(by)) {
          return normalized.get("usage");
        }
      }
    }
    throw new AssertionError("no units for " + by);
  }

  private static Price withImageOutput(Price price, Rates image) {
    Map<Meter, Rate> rates = new EnumMap<>(price.rates());
    rates.put(Meter.OUTPUT_IMAGE, Rate.flat(image.image()));
    rates.put(Meter.OUTPUT, Rate.flat(image.text()));
    return new Price(price.version(), price.from(), rates);
  }
}
