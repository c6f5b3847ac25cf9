package dev.fairlead.exchange;

import dev.fairlead.canon.Refused;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.http.Headers;
import dev.fairlead.identity.Key;
import dev.fairlead.identity.KeyGrammar;
import dev.fairlead.identity.Scope;
import dev.fairlead.route.Leg;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * On whom a request counts: its key, its end user, the member who made the key, its tags, its
 * workspace, the organization; and the models and providers that may answer it.
 */
final class Scopes {
  /** Names of what a request is for, separated by commas. */
  static final String TAGS = "x-fairlead-tags";

  private static final int MOST_TAGS = 8;
  private static final int LONGEST_TAG = 64;
  private static final int LONGEST_USER = 128;

  private Scopes() {}

  /** What the caller says the request is for. */
  static List<String> tags(Headers headers) throws Refused {
    Optional<String> value = headers.get(TAGS);
    if (value.isEmpty()) {
      return List.of();
    }
    Set<String> tags = new LinkedHashSet<>();
    for (String tag : value.get().split(",", -1)) {
      String name = tag.strip();
      if (name.isEmpty() || name.length() > LONGEST_TAG || name.equals(Scope.EACH)) {
        throw Refused.invalid(
            TAGS + ": each tag must have 1 to " + LONGEST_TAG + " characters, and none is '*'.");
      }
      tags.add(name);
    }
    if (tags.size() > MOST_TAGS) {
      throw Refused.invalid(TAGS + ": at most " + MOST_TAGS + " tags, separated by commas.");
    }
    return List.copyOf(tags);
  }

  /** All but the models and providers; from the narrowest to the widest. */
  static List<Scope> of(Entry entry) {
    Key key = entry.principal().key();
    List<Scope> scopes = new ArrayList<>(6);
    scopes.add(key.scope());
    entry
        .inbound()
        .request()
        .user()
        .filter(user -> !user.isBlank() && !user.equals(Scope.EACH))
        .ifPresent(user -> scopes.add(named(Scope.Kind.END_USER, key, bounded(user))));
    key.creator().ifPresent(member -> scopes.add(named(Scope.Kind.MEMBER, key, member)));
    entry.tags().forEach(tag -> scopes.add(named(Scope.Kind.TAG, key, tag)));
    scopes.add(new Scope(Scope.Kind.WORKSPACE, key.workspace()));
    scopes.add(new Scope(Scope.Kind.ORGANIZATION, key.organization()));
    return scopes;
  }

  private static Scope named(Scope.Kind kind, Key key, String name) {
    return Scope.named(kind, key.organization(), name);
  }

  /** Callers choose it freely, and it is kept: a long one is kept as its hash. */
  private static String bounded(String user) {
    return user.length() <= LONGEST_USER ? user : "sha256-" + KeyGrammar.id(user);
  }

  /** The models and providers of some legs, each once. */
  static Set<Scope> of(Iterable<Leg> legs) {
    Set<Scope> scopes = new LinkedHashSet<>();
    for (Leg leg : legs) {
      scopes.addAll(of(leg.endpoint()));
    }
    return scopes;
  }

  /** False for the budget of a model or provider that is not this leg's. */
  static boolean concerns(Scope scope, Leg leg) {
    return switch (scope.kind()) {
      case MODEL, PROVIDER -> of(leg.endpoint()).contains(scope);
      case ORGANIZATION, WORKSPACE, MEMBER, KEY, END_USER, TAG -> true;
    };
  }

  /** An endpoint's model and its provider. */
  static List<Scope> of(Endpoint endpoint) {
    return List.of(
        new Scope(Scope.Kind.MODEL, endpoint.model()),
        new Scope(Scope.Kind.PROVIDER, endpoint.provider().slug()));
  }
}
