package dev.fairlead;

import dev.fairlead.config.KeyConfig;
import dev.fairlead.identity.Allowance;
import dev.fairlead.identity.Key;
import dev.fairlead.identity.KeyGrammar;
import dev.fairlead.identity.KeyTable;
import dev.fairlead.identity.Keys;
import dev.fairlead.identity.Scope;
import dev.fairlead.ledger.Budget;
import dev.fairlead.ledger.Ledger;
import dev.fairlead.money.Money;
import dev.fairlead.store.Database;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Brings together the keys of the store, the file and the environment; at the very first start it
 * makes one of each kind, so that there is something to call with.
 */
final class Keyring {
  /** The secrets of the first keys: shown once, kept nowhere. */
  record First(Optional<String> management, Optional<String> inference) {}

  private static final System.Logger LOG = System.getLogger("fairlead.keys");
  private static final String WORKSPACE = "default";

  private final Keys keys;
  private final KeyTable table;
  private final Ledger ledger;
  private final InstantSource clock;
  private final RandomGenerator secure;
  private final Function<String, Optional<String>> environment;
  private final List<Key> unkept = new ArrayList<>();
  private Optional<First> first = Optional.empty();
  private boolean loaded;

  Keyring(
      Keys keys,
      Database database,
      Ledger ledger,
      InstantSource clock,
      RandomGenerator secure,
      Function<String, Optional<String>> environment) {
    this.keys = keys;
    this.table = new KeyTable(database);
    this.ledger = ledger;
    this.clock = clock;
    this.secure = secure;
    this.environment = environment;
  }

  synchronized void load(List<KeyConfig> configured) {
    List<Key> fixed = new ArrayList<>();
    for (KeyConfig key : configured) {
      fixed.add(
          key(
              key.name(),
              key.key().reveal(),
              key.management(),
              true,
              key.models(),
              key.limit().map(limit -> new Allowance(Money.ofUsd(limit), key.limitReset()))));
    }
    fromEnvironment("FAIRLEAD_MANAGEMENT_KEY", true).ifPresent(fixed::add);
    fromEnvironment("FAIRLEAD_KEY", false).ifPresent(fixed::add);
    List<Key> stored = new ArrayList<>(table.all());
    if (stored.isEmpty() && !loaded) {
      first = Optional.of(make(fixed, stored));
    }
    loaded = true;
    stored.addAll(fixed);
    keys.replace(stored);
    ledger.replace(budgets(stored));
  }

  private static List<Budget> budgets(List<Key> keys) {
    List<Budget> budgets = new ArrayList<>();
    for (Key key : keys) {
      key.allowance()
          .ifPresent(
              allowance ->
                  budgets.add(
                      new Budget(
                          new Scope(Scope.Kind.KEY, key.id()),
                          allowance.reset(),
                          allowance.limit())));
    }
    return budgets;
  }

  /**
   * Writes down the keys that were made: only when somebody can use them, so that a start which
   * comes to nothing leaves no key behind that was never shown.
   */
  synchronized void keep() {
    unkept.forEach(table::insert);
    unkept.clear();
  }

  private First make(List<Key> fixed, List<Key> stored) {
    Optional<String> management = Optional.empty();
    Optional<String> inference = Optional.empty();
    if (fixed.stream().noneMatch(Key::management)) {
      management = Optional.of(made("first management key", true, stored));
    }
    if (fixed.stream().allMatch(Key::management)) {
      inference = Optional.of(made("first key", false, stored));
    }
    return new First(management, inference);
  }

  private String made(String name, boolean management, List<Key> stored) {
    String secret = KeyGrammar.mint(secure, management);
    Key key = key(name, secret, management, false, List.of(), Optional.empty());
    unkept.add(key);
    stored.add(key);
    return secret;
  }

  private Optional<Key> fromEnvironment(String variable, boolean management) {
    Optional<String> secret = environment.apply(variable).map(String::strip);
    if (secret.filter(s -> !s.isEmpty() && s.length() < KeyConfig.SHORTEST).isPresent()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} has fewer than {1} characters and is not used",
          variable,
          KeyConfig.SHORTEST);
    }
    return secret
        .filter(s -> s.length() >= KeyConfig.SHORTEST)
        .map(s -> key(variable, s, management, true, List.of(), Optional.empty()));
  }

  private Key key(
      String name,
      String secret,
      boolean management,
      boolean fixed,
      List<String> models,
      Optional<Allowance> allowance) {
    return new Key(
        KeyGrammar.id(secret),
        name,
        KeyGrammar.label(secret),
        WORKSPACE,
        management,
        fixed,
        false,
        clock.instant(),
        Optional.empty(),
        models,
        allowance);
  }

  Optional<First> first() {
    return first.filter(f -> f.management().isPresent() || f.inference().isPresent());
  }
}
