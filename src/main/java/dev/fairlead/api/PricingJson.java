package dev.fairlead.api;

import dev.fairlead.catalog.ListedPrice;
import dev.fairlead.money.Price;
import dev.fairlead.wire.JsonWriter;
import java.util.Map;
import java.util.TreeMap;

/** OpenRouter's {@code pricing}: USD a token, in strings; its keys in the order of the alphabet. */
final class PricingJson {
  private static final String OVERRIDES = "overrides";

  private PricingJson() {}

  static void write(JsonWriter out, Price price) {
    ListedPrice listed = ListedPrice.of(price);
    TreeMap<String, String> amounts = new TreeMap<>(listed.amounts());
    out.beginObject();
    amounts.headMap(OVERRIDES).forEach(out::field);
    if (!listed.overrides().isEmpty()) {
      out.name(OVERRIDES).beginArray();
      listed.overrides().forEach(tier -> tier(out, tier));
      out.endArray();
    }
    amounts.tailMap(OVERRIDES).forEach(out::field);
    out.endObject();
  }

  /** Where nobody sells it, the price is OpenRouter's word for "it depends". */
  static void unknown(JsonWriter out) {
    out.beginObject().field("completion", "-1").field("prompt", "-1").endObject();
  }

  private static void tier(JsonWriter out, ListedPrice.LongPrompt tier) {
    String bound = "min_prompt_tokens";
    TreeMap<String, String> amounts = new TreeMap<>(tier.amounts());
    out.beginObject();
    fields(out, amounts.headMap(bound));
    out.field(bound, tier.minPromptTokens());
    fields(out, amounts.tailMap(bound));
    out.endObject();
  }

  private static void fields(JsonWriter out, Map<String, String> amounts) {
    amounts.forEach(out::field);
  }
}
