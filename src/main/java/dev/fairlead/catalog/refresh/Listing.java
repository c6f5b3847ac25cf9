package dev.fairlead.catalog.refresh;

import dev.fairlead.catalog.Modality;
import dev.fairlead.money.Meter;
import dev.fairlead.money.Rate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a public list says of one model at one provider.
 *
 * @param provider our slug
 * @param rates the meters that the list states; empty when it states no price
 * @param tiered it states prices for long prompts too, so that a missing tier means none
 */
record Listing(
    String provider,
    String providerModel,
    String name,
    Map<Meter, Rate> rates,
    boolean tiered,
    OptionalLong contextLength,
    OptionalLong maxOutput,
    Set<Modality> input,
    Set<Modality> output,
    List<String> parameters) {
  Listing {
    EnumMap<Meter, Rate> copy = new EnumMap<>(Meter.class);
    copy.putAll(rates);
    rates = java.util.Collections.unmodifiableMap(copy);
    input = Set.copyOf(input);
    output = Set.copyOf(output);
    parameters = List.copyOf(parameters);
  }
}
