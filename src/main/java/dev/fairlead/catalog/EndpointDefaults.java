package dev.fairlead.catalog;

import dev.fairlead.protocol.Target;
import java.util.List;
import java.util.Set;

/**
 * What a provider's endpoints are like unless they say otherwise.
 *
 * @param lacks request parameters that none of them honours, whatever the model
 */
public record EndpointDefaults(
    List<Quirk> quirks,
    Set<Target.Trait> traits,
    Target.ReasoningStyle reasoningStyle,
    Set<String> lacks) {
  public static final EndpointDefaults NONE =
      new EndpointDefaults(List.of(), Set.of(), Target.ReasoningStyle.NONE, Set.of());

  public EndpointDefaults {
    quirks = List.copyOf(quirks);
    traits = Set.copyOf(traits);
    lacks = Set.copyOf(lacks);
  }
}
