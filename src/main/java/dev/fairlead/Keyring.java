package dev.fairlead;

import dev.fairlead.config.KeyConfig;
import dev.fairlead.identity.AddressRange;
import dev.fairlead.identity.Allowance;
import dev.fairlead.identity.Key;
import dev.fairlead.identity.KeyGrammar;
import dev.fairlead.identity.KeyRegister;
import dev.fairlead.identity.KeyTerms;
import dev.fairlead.identity.Tenant;
import dev.fairlead.money.Money;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
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

  private final KeyRegister register;
  private final InstantSource clock;
  private final RandomGenerator secure;
  private final Function<String, Optional<String>> environment;
  private final BooleanSupplier writable;
  private final List<Key> fixed = new ArrayList<>();
  private final List<Key> unkept = new ArrayList<>();
  private Optional<First> first = Optional.empty();
  private boolean loaded;

  /**
   * @param writable false while keys that are made could not be written down
   */
  Keyring(
      KeyRegister register,
      InstantSource clock,
      RandomGenerator secure,
      Function<String, Optional<String>> environment,
      BooleanSupplier writable) {
    this.register = register;
    this.clock = clock;
    this.secure = secure;
    this.environment = environment;
    this.writable = writable;
  }

  synchronized void load(List<KeyConfig> configured) {
    fixed.clear();
    configured.forEach(key -> fixed.add(key(key)));
    fromEnvironment("FAIRLEAD_MANAGEMENT_KEY", true).ifPresent(fixed::add);
    fromEnvironment("FAIRLEAD_KEY", false).ifPresent(fixed::add);
    register.load();
    if (register.isEmpty() && !loaded && writable.getAsBoolean()) {
      first = Optional.of(make());
    }
    loaded = true;
    fixed.addAll(unkept);
    register.others(fixed);
  }

  /**
   * Writes down the keys that were made: only when somebody can use them, so that a start which
   * comes to nothing leaves no key behind that was never shown.
   */
  synchronized void keep() {
    if (unkept.isEmpty()) {
      return;
    }
    boolean mine = register.addFirst(unkept);
    fixed.removeAll(unkept);
    register.others(fixed);
    unkept.clear();
    if (!mine) {
      first = Optional.empty(); // another node was first, and has shown its own
    }
  }

  private First make() {
    Optional<String> management = Optional.empty();
    Optional<String> inference = Optional.empty();
    if (fixed.stream().noneMatch(Key::management)) {
      management = Optional.of(made("first management key", true));
    }
    if (fixed.stream().allMatch(Key::management)) {
      inference = Optional.of(made("first key", false));
    }
    return new First(management, inference);
  }

  private String made(String name, boolean management) {
    String secret = KeyGrammar.mint(secure, management);
    unkept.add(key(name, secret, management, false, KeyTerms.NONE));
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
        .map(s -> key(variable, s, management, true, KeyTerms.NONE));
  }

  private Key key(KeyConfig configured) {
    return key(
        configured.name(),
        configured.key().reveal(),
        configured.management(),
        true,
        new KeyTerms(
            false,
            Optional.empty(),
            configured
                .limit()
                .map(limit -> new Allowance(Money.ofUsd(limit), configured.limitReset())),
            configured.ownCredentialsCount(),
            configured.models(),
            configured.providers(),
            configured.addresses().stream().map(AddressRange::new).toList()));
  }

  private Key key(String name, String secret, boolean management, boolean fixed, KeyTerms terms) {
    return Key.begin(
        secret, name, Tenant.DEFAULT, management, fixed, clock.instant(), Optional.empty(), terms);
  }

  Optional<First> first() {
    return first.filter(f -> f.management().isPresent() || f.inference().isPresent());
  }
}
