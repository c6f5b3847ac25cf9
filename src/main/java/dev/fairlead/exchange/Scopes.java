package dev.fairlead.exchange;

import dev.fairlead.catalog.Endpoint;
import dev.fairlead.identity.KeyGrammar;
import dev.fairlead.identity.Principal;
import dev.fairlead.identity.Scope;
import dev.fairlead.limit.Names;
import dev.fairlead.route.RoutePlan;
import java.util.ArrayList;
import java.util.List;

/** Whose call it is, and of whom: what limits and budgets may be set on. */
final class Scopes {
  private static final int LONGEST_USER = 128;

  private Scopes() {}

  /** Model and provider are those that are to be asked first. */
  static List<Scope> of(Entry entry, RoutePlan plan) {
    List<Scope> scopes = new ArrayList<>(payers(entry.principal()));
    entry
        .inbound()
        .request()
        .user()
        .ifPresent(user -> scopes.add(Names.endUser(entry.principal().keyId(), bounded(user))));
    Endpoint first = plan.first().endpoint();
    scopes.add(new Scope(Scope.Kind.MODEL, first.model()));
    scopes.add(new Scope(Scope.Kind.PROVIDER, first.provider().slug()));
    return scopes;
  }

  /** Whose money it is. */
  static List<Scope> payers(Principal principal) {
    return List.of(
        new Scope(Scope.Kind.WORKSPACE, principal.workspace()),
        new Scope(Scope.Kind.KEY, principal.keyId()));
  }

  /** Callers choose it freely, and it is kept for a day: a long one is kept as its hash. */
  private static String bounded(String user) {
    return user.length() <= LONGEST_USER ? user : "sha256-" + KeyGrammar.id(user);
  }
}
