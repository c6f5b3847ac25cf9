package dev.fairlead.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.admin.BudgetOperations;
import dev.fairlead.admin.CredentialOperations;
import dev.fairlead.admin.CreditOperations;
import dev.fairlead.admin.InvoiceOperations;
import dev.fairlead.admin.KeyOperations;
import dev.fairlead.admin.OrganizationOperations;
import dev.fairlead.admin.StripeWebhook;
import dev.fairlead.admin.WorkspaceOperations;
import dev.fairlead.attempt.Attempts;
import dev.fairlead.attempt.Queues;
import dev.fairlead.attempt.RetryBudget;
import dev.fairlead.attempt.RetryRule;
import dev.fairlead.canon.Dialect;
import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.CatalogLoader;
import dev.fairlead.catalog.Model;
import dev.fairlead.config.IdempotencyConfig;
import dev.fairlead.config.Secret;
import dev.fairlead.config.TimeoutsConfig;
import dev.fairlead.exchange.Corridor;
import dev.fairlead.exchange.Departures;
import dev.fairlead.exchange.Exchange;
import dev.fairlead.exchange.Yardsticks;
import dev.fairlead.http.Headers;
import dev.fairlead.http.Loop;
import dev.fairlead.http.Responder;
import dev.fairlead.http.ResponseStream;
import dev.fairlead.http.ServerRequest;
import dev.fairlead.idempotency.Idempotency;
import dev.fairlead.identity.Key;
import dev.fairlead.identity.KeyRegister;
import dev.fairlead.identity.KeyTable;
import dev.fairlead.identity.KeyTerms;
import dev.fairlead.identity.Keys;
import dev.fairlead.identity.Tenant;
import dev.fairlead.identity.Tenants;
import dev.fairlead.journal.Journal;
import dev.fairlead.journal.Metrics;
import dev.fairlead.ledger.Budgets;
import dev.fairlead.ledger.Credits;
import dev.fairlead.ledger.Ledger;
import dev.fairlead.limit.Limiter;
import dev.fairlead.limit.Names;
import dev.fairlead.operation.Operation;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.anthropic.AnthropicCodec;
import dev.fairlead.protocol.gemini.GeminiCodec;
import dev.fairlead.protocol.openaichat.OpenAiChatCodec;
import dev.fairlead.provider.CredentialRegister;
import dev.fairlead.provider.MasterKey;
import dev.fairlead.provider.Providers;
import dev.fairlead.provider.Vault;
import dev.fairlead.route.Constraints;
import dev.fairlead.route.Router;
import dev.fairlead.route.Seat;
import dev.fairlead.route.SignalBook;
import dev.fairlead.route.Stickiness;
import dev.fairlead.store.Database;
import dev.fairlead.store.FolderDisk;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The front door over real rooms, without a network: a test asks and reads what is answered. */
final class Desk implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  static final String KEY = "a-key-for-inference";
  static final String MANAGEMENT = "a-key-for-management";
  private static final ObjectMapper JSON = new ObjectMapper();

  volatile Catalog catalog;
  volatile Constraints constraints = Constraints.NONE;
  volatile Instant now = NOW;
  final Set<String> callable = new HashSet<>(Set.of("north", "south"));
  final SignalBook signals = new SignalBook(() -> now);
  final Journal journal;
  private final Ledger ledger;
  private final Idempotency idempotency;
  final Reading reading;
  final Api api;
  private final Path folder;
  private final Database database;

  Desk(Catalog catalog) throws IOException {
    this.catalog = catalog;
    folder = Files.createTempDirectory("desk");
    InstantSource clock = () -> now;
    Metrics metrics = new Metrics();
    database =
        Database.open(
            folder.resolve("records.db"),
            Database.Use.RECORDS,
            Stream.of(
                    Journal.MIGRATIONS,
                    Ledger.MIGRATIONS,
                    Budgets.MIGRATIONS,
                    Credits.MIGRATIONS,
                    Idempotency.MIGRATIONS,
                    KeyTable.MIGRATIONS,
                    Tenants.MIGRATIONS,
                    CredentialRegister.MIGRATIONS)
                .flatMap(List::stream)
                .toList(),
            clock);
    ledger = new Ledger(database, new FolderDisk(folder.resolve("ledger")), clock);
    idempotency =
        new Idempotency(database, IdempotencyConfig.DEFAULT, clock, "test", process -> false);
    journal = new Journal(database, metrics, Journal.Settings.DEFAULT, clock);
    Keys keys = new Keys(clock);
    Budgets budgets = new Budgets(ledger, database, clock);
    Tenants tenants = new Tenants(database, clock);
    Credits credits = new Credits(tenants, ledger, budgets, database, clock);
    KeyRegister register = new KeyRegister(keys, new KeyTable(database), all -> {});
    register.others(List.of(key(KEY, false), key(MANAGEMENT, true)));
    List<Operation> managing = new ArrayList<>();
    managing.addAll(
        new KeyOperations(keys, tenants, register, ledger, clock, new Random(2)).operations());
    managing.addAll(new BudgetOperations(budgets, tenants, keys, ledger).operations());
    managing.addAll(new CreditOperations(credits, tenants, new Random(3)).operations());
    managing.addAll(new InvoiceOperations(keys, tenants, ledger).operations());
    managing.addAll(
        new OrganizationOperations(tenants, credits, clock, new Random(6)).operations());
    managing.addAll(new WorkspaceOperations(tenants, budgets, clock, new Random(7)).operations());
    managing.addAll(
        StripeWebhook.operations(
            credits, Optional.of(new Secret("whsec_0123456789abcdef0123456789abcdef")), clock));
    Map<Dialect, Codec> codecs =
        Map.of(
            Dialect.OPENAI_CHAT,
            new OpenAiChatCodec(),
            Dialect.ANTHROPIC,
            new AnthropicCodec(),
            Dialect.GEMINI,
            new GeminiCodec());
    CredentialRegister credentials =
        new CredentialRegister(
            database, new Vault(new MasterKey(List.of(new byte[32])), new Random(4)));
    Providers providers = new Providers(Map.of(), credentials);
    managing.addAll(
        new CredentialOperations(
                credentials,
                tenants,
                () -> this.catalog,
                providers,
                (address, headers) -> 200,
                clock,
                new Random(5),
                true)
            .operations());
    Attempts attempts =
        new Attempts(
            (request, loop, listener) -> {
              throw new AssertionError("nobody is to be called");
            },
            codecs,
            providers,
            TimeoutsConfig.DEFAULT,
            RetryRule.DEFAULT,
            new RetryBudget(0.2, 100),
            new Queues(() -> 0),
            1 << 20,
            System::nanoTime,
            new Random(1));
    Corridor corridor =
        new Corridor(
            keys,
            tenants,
            () -> this.catalog,
            () -> constraints,
            new Router(Model::distillable, Duration.ofSeconds(5)),
            caller ->
                provider ->
                    callable.contains(provider) ? List.of(new Seat("default", false)) : List.of(),
            credentials,
            signals,
            new Stickiness(100, System::nanoTime),
            attempts,
            journal,
            idempotency,
            new Limiter(new Names(keys), System::nanoTime),
            ledger,
            budgets,
            new Yardsticks(),
            new Departures(Set.of()),
            Corridor.Settings.DEFAULT,
            clock,
            System::nanoTime,
            new Random(1));
    Pages pages = new Pages(metrics, () -> "home", () -> true, List::of, codecs);
    reading =
        new Reading(
            corridor, provider -> callable.contains(provider.slug()), codecs, managing, pages);
    api = new Api(new Exchange(corridor), codecs, new OpenAiChatCodec(), reading, pages);
  }

  private static Key key(String secret, boolean management) {
    return Key.begin(
        secret,
        management ? "boss" : "ci",
        Tenant.DEFAULT,
        management,
        true,
        NOW,
        Optional.empty(),
        KeyTerms.NONE);
  }

  /** Two providers and a handful of models, each of which shows something. */
  static Catalog small() throws IOException {
    try {
      Path folder = Path.of(Desk.class.getResource("/discovery/catalog").toURI());
      CatalogLoader.Loaded loaded = CatalogLoader.folder(folder);
      if (!loaded.problems().isEmpty()) {
        throw new AssertionError(loaded.problems().toString());
      }
      return loaded.catalog();
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  /** What came back. */
  record Answer(int status, Headers headers, byte[] body) {
    String text() {
      return new String(body, UTF_8);
    }

    JsonNode json() {
      return JSON.readTree(body);
    }

    String header(String name) {
      return headers.get(name).orElse("");
    }
  }

  Answer get(String target, String... headers) {
    return ask("GET", target, "", headers);
  }

  /** Asks as somebody with a key. */
  Answer known(String target) {
    return get(target, "authorization", "Bearer " + KEY);
  }

  /** Asks as somebody with a management key. */
  Answer managed(String method, String target) {
    return ask(method, target, "{}", "authorization", "Bearer " + MANAGEMENT);
  }

  Answer ask(String method, String target, String body, String... headers) {
    int mark = target.indexOf('?');
    BlockingQueue<Answer> answers = new ArrayBlockingQueue<>(1);
    api.handle(
        new ServerRequest(
            method,
            mark < 0 ? target : target.substring(0, mark),
            mark < 0 ? "" : target.substring(mark + 1),
            Headers.of(headers),
            body.getBytes(UTF_8),
            "127.0.0.1",
            System.nanoTime()),
        new Catcher(answers));
    try {
      Answer answer = answers.poll(20, TimeUnit.SECONDS);
      if (answer == null) {
        throw new AssertionError("no answer to " + method + " " + target);
      }
      return answer;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    idempotency.close();
    ledger.close();
    journal.close();
    database.close();
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** The way back: keeps a whole answer. */
  private record Catcher(BlockingQueue<Answer> answers) implements Responder, Loop {
    @Override
    public Loop loop() {
      return this;
    }

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      return () -> {};
    }

    @Override
    public boolean isCurrent() {
      return true;
    }

    @Override
    public void whole(int status, Headers headers, byte[] body) {
      answers.add(new Answer(status, headers, body));
    }

    @Override
    public ResponseStream open(int status, Headers headers) {
      throw new AssertionError("nothing streams here");
    }

    @Override
    public void reset() {
      throw new AssertionError("nothing is reset here");
    }

    @Override
    public void onGone(Runnable task) {
      // this caller stays
    }
  }
}
