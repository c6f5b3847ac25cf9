package dev.fairlead.limit;

import dev.fairlead.identity.Key;
import dev.fairlead.identity.Keys;
import dev.fairlead.identity.Scope;
import java.util.function.Function;

/**
 * What people call a scope: a key by the name that it has now, an end user by the caller's own id
 * of it, without the key whose user it is; everything else by its id.
 */
public record Names(Keys keys) implements Function<Scope, String> {
  /** The user of a caller: those of two keys differ, though they be called the same. */
  public static Scope endUser(String keyId, String user) {
    return new Scope(Scope.Kind.END_USER, keyId + "/" + user);
  }

  @Override
  public String apply(Scope scope) {
    return switch (scope.kind()) {
      case KEY -> keys.key(scope.id()).map(Key::name).orElse(scope.id());
      case END_USER -> scope.id().substring(scope.id().indexOf('/') + 1);
      case ORGANIZATION, WORKSPACE, MEMBER, TAG, MODEL, PROVIDER -> scope.id();
    };
  }
}
