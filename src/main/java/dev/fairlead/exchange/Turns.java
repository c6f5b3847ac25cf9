package dev.fairlead.exchange;

import dev.fairlead.provider.Credential;
import dev.fairlead.provider.CredentialRegister;
import dev.fairlead.provider.Places;
import dev.fairlead.route.Leg;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * In which order the legs of a plan are called, as far as it is a matter of credentials: those of
 * one endpoint one after another, in their own order, so that a refused one is followed by the
 * next; fallback credentials behind everything; and none that is not for the model.
 */
final class Turns {
  private Turns() {}

  private record Turn(String endpoint, boolean own) {}

  static List<Leg> of(List<Leg> planned, CredentialRegister credentials) {
    Map<Turn, List<Leg>> turns = new LinkedHashMap<>();
    List<Leg> fallbacks = new ArrayList<>();
    for (Leg leg : planned) {
      Optional<Credential> kept =
          Places.id(leg.rank().credential()).flatMap(credentials::credential);
      if (kept.filter(credential -> !credential.serves(leg.endpoint().model())).isPresent()) {
        continue;
      }
      if (kept.filter(Credential::fallback).isPresent()) {
        fallbacks.add(leg);
      } else {
        Turn turn = new Turn(leg.endpoint().id(), leg.rank().own());
        turns.computeIfAbsent(turn, t -> new ArrayList<>(1)).add(leg);
      }
    }
    List<Leg> legs = new ArrayList<>(planned.size());
    for (List<Leg> same : turns.values()) {
      // Kept ones have names that sort as they are to be tried; the configuration's is the last.
      same.sort(
          Comparator.comparing((Leg leg) -> Places.id(leg.rank().credential()).isEmpty())
              .thenComparing(leg -> leg.rank().credential()));
      legs.addAll(same);
    }
    legs.addAll(fallbacks);
    return legs;
  }
}
