package dev.fairlead;

import dev.fairlead.config.GatewayConfig;
import dev.fairlead.config.SpendingConfig;
import dev.fairlead.idempotency.Idempotency;
import dev.fairlead.identity.KeyRegister;
import dev.fairlead.identity.KeyTable;
import dev.fairlead.identity.Keys;
import dev.fairlead.identity.Tenants;
import dev.fairlead.journal.Journal;
import dev.fairlead.journal.Metrics;
import dev.fairlead.ledger.Budgets;
import dev.fairlead.ledger.Credits;
import dev.fairlead.ledger.LeaseTerms;
import dev.fairlead.ledger.Ledger;
import dev.fairlead.limit.Counts;
import dev.fairlead.limit.Limiter;
import dev.fairlead.limit.Names;
import dev.fairlead.limit.Rule;
import dev.fairlead.limit.Shares;
import dev.fairlead.money.Money;
import dev.fairlead.provider.CredentialRegister;
import dev.fairlead.provider.MasterKey;
import dev.fairlead.provider.Vault;
import dev.fairlead.route.SharedHealth;
import dev.fairlead.route.SignalBook;
import dev.fairlead.store.Changes;
import dev.fairlead.store.Database;
import dev.fairlead.store.FolderDisk;
import dev.fairlead.store.StoreFailure;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What stands on the stores and ends with them: who may call, what they may spend, what was spent,
 * what happened. Where the stores are shared, also this node's part in what it has in common with
 * the others: its leases, its shares of limits, their changes, their health, and the logs of those
 * that have died.
 */
final class Registers implements AutoCloseable {
  /** Between two copies for this node alone. */
  private static final Duration AT_LEAST = Duration.ofMillis(500);

  final Keys keys;
  final Tenants tenants;
  final KeyRegister keyRegister;
  final Keyring keyring;
  final CredentialRegister credentials;
  final Limiter limiter;
  final Ledger ledger;
  final Budgets budgets;
  final Credits credits;
  final Idempotency idempotency;
  final Journal journal;

  private final Stores stores;
  private final InstantSource clock;
  private final Optional<Shares> shares;
  private final Optional<Counts> counts;
  private final List<Runnable> followers = new ArrayList<>();
  private final AtomicBoolean unreplicated = new AtomicBoolean();

  Registers(
      Stores stores,
      GatewayConfig config,
      Function<String, Optional<String>> environment,
      Metrics metrics,
      InstantSource clock,
      LongSupplier nanos,
      SecureRandom secure)
      throws IOException {
    this.stores = stores;
    this.clock = clock;
    Database settings = stores.settings();
    credentials =
        new CredentialRegister(
            settings,
            new Vault(
                MasterKey.of(environment.apply(MasterKey.VARIABLE), stores.home().path(), secure),
                secure));
    journal = new Journal(stores.records(), metrics, Journal.Settings.DEFAULT, clock);
    keys = new Keys(clock);
    tenants = new Tenants(settings, clock);
    limiter = new Limiter(new Names(keys), settings.shared() ? nanos : Counts.clock(clock, nanos));
    FolderDisk log = NodeFolder.log(stores.home().path());
    if (settings.shared()) {
      LeaseTerms terms = LeaseTerms.of(config.cluster().lease(), config.timeouts().total());
      Shares parts = new Shares(settings, terms.term(), terms.hold());
      limiter.share(parts);
      shares = Optional.of(parts);
      counts = Optional.empty();
      ledger =
          new Ledger(
              settings,
              log,
              clock,
              new Ledger.Sharing(
                  stores.home().node(),
                  terms,
                  nanos,
                  (node, epoch, sent) -> parts.beat(limiter, node, epoch, sent)));
    } else {
      shares = Optional.empty();
      counts = Optional.of(new Counts(limiter, stores.records(), clock));
      ledger = new Ledger(settings, log, clock);
    }
    idempotency =
        new Idempotency(
            settings,
            config.idempotency(),
            clock,
            stores.home().node() + "." + Long.toHexString(secure.nextLong()),
            process -> ledger.lives(process.replaceFirst("[.][^.]*$", "")));
    budgets = new Budgets(ledger, settings, clock);
    credits = new Credits(tenants, ledger, budgets, settings, clock);
    tenants.whenChanged(credits::load);
    keyRegister =
        new KeyRegister(
            keys,
            new KeyTable(settings),
            all -> budgets.set(Budgets.Origin.KEYS, Spending.ofKeys(all)));
    keyring = new Keyring(keyRegister, clock, secure, environment, settings::hasAnswered);
    configure(config);
  }

  /** Several nodes have the stores in common. */
  boolean shared() {
    return stores.settings().shared();
  }

  Database settings() {
    return stores.settings();
  }

  /** What does not work now: of what costs, less is served, or nothing. */
  List<String> impaired() {
    List<String> parts = new ArrayList<>();
    if (!ledger.connected()) {
      parts.add("database");
    }
    if (!ledger.writable()) {
      parts.add("disk");
    }
    return parts;
  }

  void measure(Metrics metrics) {
    metrics.gauge(
        "fairlead_ledger_unposted",
        "Settlements that stand in the log and not in the books yet",
        ledger::unposted);
    metrics.gauge(
        "fairlead_database_connected",
        "0 while a shared database does not answer",
        () -> ledger.connected() ? 1 : 0);
  }

  /** Takes what the configuration says of keys, money and limits. */
  void configure(GatewayConfig config) {
    keyring.load(config.keys());
    SpendingConfig spending = config.spending();
    budgets.set(Budgets.Origin.CONFIGURATION, Spending.budgets(spending));
    credits.rules(spending.prepaid(), spending.lowBalance().map(Money::ofUsd));
    limiter.replace(Rule.of(config.rateLimits()));
  }

  /**
   * From here on what others change is heard of, and they are looked after.
   *
   * @param topUp tells somebody that credits run low, if that is wanted
   */
  void follow(SignalBook signals, Optional<TopUp> topUp) {
    followers.add(
        Changes.follow(
                stores.settings(),
                Map.of(
                    Stores.ORGANIZATIONS, replicated(tenants::load),
                    Stores.WORKSPACES, replicated(tenants::load),
                    Stores.KEYS, replicated(keyRegister::load),
                    Stores.BUDGETS, replicated(budgets::load),
                    Stores.CREDITS, replicated(credits::load),
                    Stores.CREDENTIALS, replicated(credentials::load)))
            ::close);
    counts.ifPresent(it -> followers.add(Chore.start("limits", it::save)::close));
    topUp.ifPresent(it -> followers.add(Chore.start("top-up", it::look)::close));
    if (shared()) {
      followers.add(Chore.start("replica", this::replicate)::close);
      Neighbours neighbours = new Neighbours(stores.home(), ledger);
      followers.add(Chore.start("neighbours", neighbours::look)::close);
      SharedHealth health =
          new SharedHealth(stores.records(), stores.home().node(), signals, clock);
      followers.add(Chore.start("signals", () -> exchange(signals, health))::close);
    } else {
      followers.add(Chore.start("signals", () -> refresh(signals))::close);
    }
  }

  /** What is read again has changed, so this node's copy of it is an old one. */
  private Runnable replicated(Runnable load) {
    return () -> {
      load.run();
      unreplicated.set(true);
    };
  }

  private Duration replicate() {
    if (unreplicated.getAndSet(false)) {
      try {
        Instant begun = clock.instant();
        stores.replicate(clock);
        Duration pause = Duration.between(begun, clock.instant()).multipliedBy(10);
        return pause.compareTo(AT_LEAST) > 0 ? pause : AT_LEAST; // many keys take their time
      } catch (StoreFailure e) {
        unreplicated.set(true); // the older copy is still there
        System.getLogger("fairlead.store").log(System.Logger.Level.WARNING, e.getMessage());
        return Duration.ofSeconds(5);
      }
    }
    return AT_LEAST;
  }

  /** Lets what was seen of endpoints grow old. */
  private static Duration refresh(SignalBook signals) {
    signals.refresh();
    return Duration.ofSeconds(2);
  }

  /** Tells other nodes of it, too, and hears theirs. */
  private static Duration exchange(SignalBook signals, SharedHealth health) {
    signals.refresh();
    try {
      health.exchange();
    } catch (StoreFailure e) {
      // each node knows what it knows; the ledger has told that the database is gone
    }
    return Duration.ofSeconds(1);
  }

  @Override
  public void close() {
    followers.reversed().forEach(Runnable::run);
    counts.ifPresent(Counts::save);
    idempotency.close();
    shares.ifPresent(Shares::leave);
    ledger.close();
    journal.close();
    stores.close();
  }
}
