package dev.fairlead.limit;

import dev.fairlead.identity.Key;
import dev.fairlead.identity.Keys;
import dev.fairlead.identity.Scope;
import java.util.function.Function;

/** What people call a scope: a key by the name that it has now, everything else by its id. */
public record Names(Keys keys) implements Function<Scope, String> {
  @Override
  public String apply(Scope scope) {
    return switch (scope.kind()) {
      case KEY -> keys.ofAccount(scope.id()).map(Key::name).orElse(scope.id());
      case ORGANIZATION, WORKSPACE, MEMBER, END_USER, TAG, MODEL, PROVIDER -> scope.name();
    };
  }
}
