package dev.fairlead.catalog;

import dev.fairlead.canon.Dialect;
import dev.fairlead.money.Price;
import dev.fairlead.protocol.Target;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * One model at one provider: what routing chooses.
 *
 * @param id unique and stable: {@code tag|model}
 * @param tag its name in preferences: the provider's slug, with a tier, region or variant where it
 *     has one ({@code google-vertex/us-east5}, {@code openai/priority})
 * @param providerModel the provider's own id of the model
 * @param prices by effective date, oldest first; never empty
 * @param maxPrompt longest prompt, where it is less than the context
 * @param quantization as OpenRouter writes it; {@code unknown} when nobody says
 * @param parameters request parameters that it honours, in OpenRouter's words; empty with {@link
 *     #anyParameter}
 * @param anyParameter nothing is known about parameters: it is taken to honour whatever its dialect
 *     can say
 * @param status below 0 when the operator switched it off
 */
public record Endpoint(
    String id,
    String model,
    Provider provider,
    String tag,
    String providerModel,
    Dialect dialect,
    List<Price> prices,
    long contextLength,
    OptionalLong maxOutput,
    OptionalLong maxPrompt,
    String quantization,
    Set<String> parameters,
    boolean anyParameter,
    Set<Modality> input,
    Set<Modality> output,
    DataPolicy dataPolicy,
    List<Quirk> quirks,
    Set<Target.Trait> traits,
    Target.ReasoningStyle reasoningStyle,
    Optional<String> region,
    boolean cachesPrompts,
    int status) {
  public Endpoint {
    if (prices.isEmpty()) {
      throw new IllegalArgumentException("an endpoint needs a price, be it zero: " + id);
    }
    prices = List.copyOf(prices);
    parameters = Set.copyOf(parameters);
    input = Set.copyOf(input);
    output = Set.copyOf(output);
    quirks = List.copyOf(quirks);
    traits = Set.copyOf(traits);
  }

  /** The price that holds at an instant. */
  public Price priceAt(Instant when) {
    Price found = prices.get(0);
    for (Price price : prices) {
      if (!price.from().isAfter(when)) {
        found = price;
      }
    }
    return found;
  }

  /** The same endpoint at a provider that was changed; what it had from it, changes along. */
  Endpoint at(Provider changed) {
    return new Endpoint(
        id,
        model,
        changed,
        tag,
        providerModel,
        dialect == provider.dialect() ? changed.dialect() : dialect,
        prices,
        contextLength,
        maxOutput,
        maxPrompt,
        quantization,
        parameters,
        anyParameter,
        input,
        output,
        dataPolicy.equals(provider.dataPolicy()) ? changed.dataPolicy() : dataPolicy,
        quirks,
        traits,
        reasoningStyle,
        region,
        cachesPrompts,
        status);
  }

  /** The same endpoint, switched on (0) or off (below 0). */
  Endpoint withStatus(int newStatus) {
    return new Endpoint(
        id,
        model,
        provider,
        tag,
        providerModel,
        dialect,
        prices,
        contextLength,
        maxOutput,
        maxPrompt,
        quantization,
        parameters,
        anyParameter,
        input,
        output,
        dataPolicy,
        quirks,
        traits,
        reasoningStyle,
        region,
        cachesPrompts,
        newStatus);
  }

  public boolean honours(String parameter) {
    return anyParameter || parameters.contains(parameter);
  }

  /** For the codec: the facts of this endpoint that shape a request. */
  public Target target(boolean stream) {
    Set<Target.Trait> all = traits;
    if (anyParameter && !traits.contains(Target.Trait.AS_SENT)) {
      all = EnumSet.of(Target.Trait.AS_SENT);
      all.addAll(traits);
    }
    return new Target(providerModel, provider.family(), maxOutput, all, reasoningStyle, stream);
  }
}
