package dev.fairlead.money;

import dev.fairlead.canon.Usage;
import dev.fairlead.wire.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the price file of the genai-prices project: how it finds a model, and which rates hold. */
final class GenaiPrices {
  private static final Map<String, Meter> METERS =
      Map.of(
          "input_mtok", Meter.INPUT,
          "output_mtok", Meter.OUTPUT,
          "cache_read_mtok", Meter.CACHE_READ,
          "cache_write_mtok", Meter.CACHE_WRITE,
          "input_audio_mtok", Meter.INPUT_AUDIO,
          "cache_audio_read_mtok", Meter.CACHE_READ_AUDIO,
          "output_audio_mtok", Meter.OUTPUT_AUDIO,
          "requests_kcount", Meter.REQUEST);

  /** The price file beside the rows is older than their pricing: it has no image output yet. */
  private static final Map<String, ImageRates> IMAGE_MODELS =
      Map.of(
          "gemini-2.5-flash-image", new ImageRates(2_500_000, 30_000_000),
          "gemini-3-pro-image-preview", new ImageRates(12_000_000, 120_000_000));

  /** Pico-USD a token of output. */
  private record ImageRates(long text, long image) {}

  private final Map<String, JsonNode> providers = new HashMap<>();

  GenaiPrices(JsonNode file) {
    for (JsonNode provider : file.items()) {
      providers.put(provider.get("id").text(), provider);
    }
  }

  /** The price of a model at a provider at an instant; empty when the file has no such model. */
  Optional<Price> price(String provider, String model, Instant when) {
    JsonNode found = providers.get(provider);
    return found == null
        ? Optional.empty()
        : model(found, model.strip().toLowerCase(Locale.ROOT)).map(m -> priceOf(m, when));
  }

  private Optional<JsonNode> model(JsonNode provider, String name) {
    for (JsonNode model : provider.get("models").items()) {
      if (matches(model.get("match"), name)) {
        return Optional.of(model);
      }
    }
    for (JsonNode other : provider.get("fallback_model_providers").items()) {
      Optional<JsonNode> found = model(Objects.requireNonNull(providers.get(other.text())), name);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static boolean matches(JsonNode clause, String name) {
    JsonNode.Member only = clause.members().iterator().next();
    return switch (only.name()) {
      case "equals" -> name.equals(lower(only.value()));
      case "contains" -> name.contains(lower(only.value()));
      case "starts_with" -> name.startsWith(lower(only.value()));
      case "ends_with" -> name.endsWith(lower(only.value()));
      case "regex" -> Pattern.compile(only.value().text()).matcher(name).find();
      case "or" -> clauses(only.value()).stream().anyMatch(c -> matches(c, name));
      case "and" -> clauses(only.value()).stream().allMatch(c -> matches(c, name));
      default -> throw new IllegalArgumentException("unknown clause " + only.name());
    };
  }

  private static List<JsonNode> clauses(JsonNode array) {
    List<JsonNode> all = new ArrayList<>();
    array.items().forEach(all::add);
    return all;
  }

  private static String lower(JsonNode text) {
    return text.text().toLowerCase(Locale.ROOT);
  }

  /** Of several prices the last whose condition holds; the first when none does. */
  private static Price priceOf(JsonNode model, Instant when) {
    JsonNode prices = model.get("prices");
    if (prices.isArray()) {
      JsonNode chosen = prices.at(0).get("prices");
      for (JsonNode choice : prices.items()) {
        if (holds(choice.get("constraint"), when)) {
          chosen = choice.get("prices");
        }
      }
      prices = chosen;
    }
    Map<Meter, Rate> rates = new EnumMap<>(Meter.class);
    for (JsonNode.Member member : prices.members()) {
      Meter meter = METERS.get(member.name());
      if (meter == null) {
        throw new IllegalArgumentException("unknown meter " + member.name());
      }
      rates.put(meter, rate(member.value(), meter == Meter.REQUEST ? 9 : 6));
    }
    return new Price(model.get("id").text(), Instant.EPOCH, rates);
  }

  private static boolean holds(JsonNode constraint, Instant when) {
    JsonNode date = constraint.get("start_date");
    if (date.isString()) {
      return !when.isBefore(LocalDate.parse(date.text()).atStartOfDay().toInstant(ZoneOffset.UTC));
    }
    if (constraint.get("start_time").isString()) {
      LocalTime time = when.atOffset(ZoneOffset.UTC).toLocalTime();
      LocalTime start = OffsetTime.parse(constraint.get("start_time").text()).toLocalTime();
      LocalTime end = OffsetTime.parse(constraint.get("end_time").text()).toLocalTime();
      return !time.isBefore(start) && time.isBefore(end);
    }
    return true;
  }

  private static Rate rate(JsonNode value, int shift) {
    if (!value.isObject()) {
      return Rate.flat(pico(value, shift));
    }
    List<Rate.Tier> tiers = new ArrayList<>();
    for (JsonNode tier : value.get("tiers").items()) {
      tiers.add(new Rate.Tier(tier.get("start").longOr(-1), pico(tier.get("price"), shift)));
    }
    return new Rate(pico(value.get("base"), shift), tiers);
  }

  /** Exact, or an ArithmeticException: a rate finer than a pico-USD would be a finding. */
  private static long pico(JsonNode number, int shift) {
    return number.decimal().movePointRight(shift).longValueExact();
  }

  /** The project's units as our usage. */
  static Usage usage(JsonNode units) {
    return new Usage(
        count(units, "input_tokens"),
        count(units, "output_tokens"),
        count(units, "cache_read_tokens"),
        count(units, "cache_write_tokens"),
        count(units, "cache_write_1h_tokens"),
        count(units, "output_reasoning_tokens"),
        count(units, "input_audio_tokens"),
        count(units, "cache_audio_read_tokens"),
        count(units, "output_audio_tokens"),
        count(units, "input_image_tokens"),
        count(units, "input_video_tokens"),
        count(units, "output_image_tokens"),
        count(units, "web_searches"),
        Optional.<BigDecimal>empty(),
        Optional.empty());
  }

  private static long count(JsonNode units, String name) {
    return units.get(name).longOr(0);
  }

  static boolean lacksImageRate(Price price) {
    return IMAGE_MODELS.containsKey(price.version());
  }

  /** The price with the image rate that the file lacks. */
  static Price withImageRate(Price price) {
    ImageRates image = IMAGE_MODELS.get(price.version());
    if (image == null) {
      return price;
    }
    Map<Meter, Rate> rates = new EnumMap<>(price.rates());
    rates.put(Meter.OUTPUT_IMAGE, Rate.flat(image.image()));
    rates.put(Meter.OUTPUT, Rate.flat(image.text()));
    return new Price(price.version(), price.from(), rates);
  }
}
