package dev.fairlead.provider;

import dev.fairlead.identity.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The names that kept credentials have in plans: they sort as the credentials are to be tried, and
 * end with the credential's id.
 */
public final class Places {
  private static final String PREFIX = "kept-";
  private static final int RANK_DIGITS = 5;

  private Places() {}

  /** A credential's place in a plan. */
  public record Place(String name, Credential credential) {}

  /**
   * Those of a provider that somebody may use, in the order in which they are to be tried; the
   * gateway's own by chance, in which the heavier stand first more often.
   */
  public static List<Place> of(
      List<Credential> credentials, Optional<Key> caller, RandomGenerator random) {
    List<Place> places = new ArrayList<>();
    int rank = 0;
    for (Credential credential : CredentialRegister.drawn(credentials, random)) {
      if (credential.isFor(caller)) {
        String digits = String.format(Locale.ROOT, "%05d", Math.min(rank++, 99_999));
        places.add(new Place(PREFIX + digits + "-" + credential.id(), credential));
      }
    }
    return places;
  }

  /** The id in such a name; empty for another. */
  public static Optional<String> id(String name) {
    return name.startsWith(PREFIX)
        ? Optional.of(name.substring(PREFIX.length() + RANK_DIGITS + 1))
        : Optional.empty();
  }
}
