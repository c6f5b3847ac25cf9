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
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Recorded usage, priced by an independent project: our arithmetic must agree to the last digit.
 */
final class GenaiPricesTest {
  static final Set<Meter> OUT =
      EnumSet.of(Meter.OUTPUT, Meter.REASONING, Meter.OUTPUT_AUDIO, Meter.OUTPUT_IMAGE);
  static final Set<Meter> IN =
      EnumSet.of(
          Meter.INPUT,
          Meter.INPUT_AUDIO,
          Meter.CACHE_READ,
          Meter.CACHE_READ_AUDIO,
          Meter.CACHE_WRITE,
          Meter.CACHE_WRITE_LONG);

  /** The rows were priced after every dated price but the last ones, by day. */
  static final Instant PRICED_AT = Instant.parse("2026-07-15T12:00:00Z");

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
        withImageRate += GenaiPrices.lacksImageRate(price) ? 1 : 0;
        price = GenaiPrices.withImageRate(price);
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

  static boolean same(Cost cost, Set<Meter> meters, JsonNode usd) {
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
}
