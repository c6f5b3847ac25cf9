package dev.fairlead;

import dev.fairlead.api.Api;
import dev.fairlead.api.Pages;
import dev.fairlead.api.Reading;
import dev.fairlead.attempt.Attempts;
import dev.fairlead.attempt.Queues;
import dev.fairlead.attempt.RetryBudget;
import dev.fairlead.attempt.RetryRule;
import dev.fairlead.canon.Dialect;
import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.CatalogLoader;
import dev.fairlead.catalog.Model;
import dev.fairlead.catalog.Provider;
import dev.fairlead.config.ConfigProblem;
import dev.fairlead.config.GatewayConfig;
import dev.fairlead.config.SpendingConfig;
import dev.fairlead.exchange.Corridor;
import dev.fairlead.exchange.Departures;
import dev.fairlead.exchange.Exchange;
import dev.fairlead.exchange.Yardsticks;
import dev.fairlead.http.ClientConfig;
import dev.fairlead.http.Egress;
import dev.fairlead.http.HttpServer;
import dev.fairlead.http.Loops;
import dev.fairlead.http.NettyClient;
import dev.fairlead.http.Origin;
import dev.fairlead.http.ServerConfig;
import dev.fairlead.identity.AddressRange;
import dev.fairlead.identity.Principal;
import dev.fairlead.identity.Proxies;
import dev.fairlead.journal.Metrics;
import dev.fairlead.operation.Operation;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.anthropic.AnthropicCodec;
import dev.fairlead.protocol.gemini.GeminiCodec;
import dev.fairlead.protocol.openaichat.LegacyCompletionsCodec;
import dev.fairlead.protocol.openaichat.OpenAiChatCodec;
import dev.fairlead.provider.Credential;
import dev.fairlead.provider.MasterKey;
import dev.fairlead.provider.Places;
import dev.fairlead.provider.Providers;
import dev.fairlead.route.Router;
import dev.fairlead.route.Seat;
import dev.fairlead.route.SignalBook;
import dev.fairlead.route.Stickiness;
import dev.fairlead.simulator.InProcess;
import dev.fairlead.wire.JsonLimits;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * The composition root: every room is built here, by hand, in order. Whatever is running belongs to
 * an instance and ends with it.
 */
public final class Gateway implements AutoCloseable {
  /**
   * What a gateway is started with.
   *
   * @param config already read and found good
   * @param data the folder of its files; with a shared database, of what nodes keep for themselves
   * @param database the address of the database that it shares with other nodes, if it does
   * @param simulated the in-process simulator serves {@code sim/…} models
   */
  public record Start(
      GatewayConfig config,
      String host,
      int port,
      Path data,
      Optional<String> database,
      Function<String, Optional<String>> environment,
      boolean simulated) {
    /** One that has its data for itself. */
    public Start(
        GatewayConfig config,
        String host,
        int port,
        Path data,
        Function<String, Optional<String>> environment,
        boolean simulated) {
      this(config, host, port, data, Optional.empty(), environment, simulated);
    }
  }

  /** The configuration is wrong; nothing was started. */
  public static final class Misconfigured extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient List<ConfigProblem> problems;

    Misconfigured(List<ConfigProblem> problems) {
      super(problems.size() + " problems in the configuration", null, false, false);
      this.problems = List.copyOf(problems);
    }

    public List<ConfigProblem> problems() {
      return problems;
    }
  }

  private static final int CONNECTIONS_TO_ONE_ORIGIN = 16_384;
  private static final long CONVERSATIONS = 50_000;

  private final Start start;
  private final Catalog shipped;
  private final Loops loops;
  private final Providers providers;
  private final Router router;
  private final Registers registers;
  private final Queues queues;
  private final HttpServer server;
  private volatile Live live;
  private volatile boolean draining;

  private Gateway(Start start) throws IOException, Misconfigured {
    InstantSource clock = InstantSource.system();
    LongSupplier nanos = System::nanoTime;
    SecureRandom secure = new SecureRandom();
    Random random = new Random(secure.nextLong());
    this.start = start;
    Files.createDirectories(start.data());
    FutureTask<Stores> opening =
        new FutureTask<>(() -> Stores.open(start.data(), start.database(), clock));
    Thread.ofPlatform().name("opening").start(opening); // its native library takes its time

    shipped = CatalogLoader.shipped();
    loops = Loops.start(0, clock, nanos);
    Map<Dialect, Codec> codecs = codecs();
    live = configured(start.config());
    router = new Router(Model::distillable, Duration.ofSeconds(5));
    router.prepare(live.catalog());

    Metrics metrics = new Metrics();
    registers =
        new Registers(
            Stores.await(opening),
            live.config(),
            start.environment(),
            metrics,
            clock,
            nanos,
            secure);
    providers = new Providers(live.credentials(), registers.credentials);
    SignalBook signals = new SignalBook(clock);
    Stickiness stickiness = new Stickiness(CONVERSATIONS, nanos);
    Egress egress = new Egress(new Egress.Rules(origin -> live.inside().contains(origin)));
    ClientConfig bounds = ClientConfig.defaults();
    NettyClient client =
        new NettyClient(
            loops,
            egress,
            new ClientConfig(
                CONNECTIONS_TO_ONE_ORIGIN,
                bounds.maxIdle(),
                bounds.maxQueued(),
                bounds.idleTimeout(),
                bounds.maxHeadBytes(),
                bounds.maxHeaders(),
                bounds.maxBodyBytes()));
    queues = new Queues(nanos);
    queues.replace(start.config().fairQueues());
    Attempts attempts =
        new Attempts(
            new InProcess(Simulated.simulator(codecs, nanos, clock), client),
            codecs,
            providers,
            start.config().timeouts(),
            retries(start.config()),
            new RetryBudget(0.2, 100),
            queues,
            (int) bounds.maxBodyBytes(),
            nanos,
            random);
    Corridor corridor =
        new Corridor(
            registers.keys,
            registers.tenants,
            () -> live.catalog(),
            () -> live.constraints(),
            router,
            caller -> provider -> seats(caller, provider, random),
            registers.credentials,
            signals,
            stickiness,
            attempts,
            registers.journal,
            registers.idempotency,
            registers.limiter,
            registers.ledger,
            registers.budgets,
            new Yardsticks(),
            new Departures(Set.copyOf(start.config().spending().drainCancelled())),
            new Corridor.Settings(
                start.config().streamPolicy(),
                Duration.ofSeconds(10),
                JsonLimits.REQUEST.withMaxBytes((int) start.config().limits().bodyBytes()),
                Spending.terms(start.config().spending()),
                new Proxies(
                    start.config().server().trustedProxies().stream()
                        .map(AddressRange::new)
                        .toList())),
            clock,
            nanos,
            random);
    Pages pages =
        new Pages(
            metrics,
            () -> Home.page(live.catalog(), this::ready, start.host(), start.port()),
            () -> !draining,
            registers::impaired,
            codecs);
    List<Operation> managing =
        Management.operations(
            registers,
            () -> live.catalog(),
            providers,
            Caller.through(loops, origin -> live.inside().contains(origin), 1 << 20),
            !registers.shared() || start.environment().apply(MasterKey.VARIABLE).isPresent(),
            start.config().spending().stripeSecret(),
            clock,
            secure);
    Reading reading = new Reading(corridor, this::ready, codecs, managing, pages);
    Api api = new Api(new Exchange(corridor), codecs, new LegacyCompletionsCodec(), reading, pages);
    registers.measure(metrics);
    metrics.gauge("fairlead_connections_open", "Open connections of callers", this::connections);
    try {
      server =
          HttpServer.start(
              ServerConfig.on(start.host(), start.port())
                  .withMaxBodyBytes((int) start.config().limits().bodyBytes())
                  .withHeaders(
                      (int) start.config().limits().headerBytes(),
                      start.config().limits().headerFields())
                  .withMaxConnections(start.config().limits().connections()),
              loops,
              api,
              pages::refusal);
    } catch (IOException | RuntimeException e) {
      registers.close(); // somebody else may want the folder
      throw e;
    }
    registers.keyring.keep();
    registers.follow(signals, start.config().spending().topUp().map(this::topUp));
  }

  private TopUp topUp(SpendingConfig.TopUp hook) {
    Origin address = Origin.of(URI.create(hook.url()));
    return new TopUp(
        hook,
        registers.credits,
        registers.settings(),
        Caller.through(loops, address::equals, 1 << 16));
  }

  /** Those that are kept for this caller, and the one of the configuration. */
  private List<Seat> seats(Optional<Principal> caller, String provider, RandomGenerator random) {
    List<Seat> configured = live.seats(provider);
    List<Credential> kept = registers.credentials.of(provider);
    if (kept.isEmpty() || live.catalog().provider(provider).isEmpty()) {
      return configured;
    }
    List<Seat> seats = new ArrayList<>();
    for (Places.Place place : Places.of(kept, caller.map(Principal::key), random)) {
      seats.add(new Seat(place.name(), place.credential().own()));
    }
    seats.addAll(configured);
    return seats;
  }

  /** True when a provider can be called, by somebody at least. */
  private boolean ready(Provider provider) {
    return live.ready(provider) || !registers.credentials.of(provider.slug()).isEmpty();
  }

  /** The dialects that are spoken. */
  static Map<Dialect, Codec> codecs() {
    return Map.of(
        Dialect.OPENAI_CHAT, new OpenAiChatCodec(),
        Dialect.ANTHROPIC, new AnthropicCodec(),
        Dialect.GEMINI, new GeminiCodec());
  }

  /** Starts everything; when it returns, requests are answered. */
  public static Gateway start(Start start) throws IOException, Misconfigured {
    return new Gateway(start);
  }

  private Live configured(GatewayConfig config) throws IOException, Misconfigured {
    Live.Built built =
        Live.build(
            config,
            shipped,
            Optional.of(start.data()),
            start.simulated() ? Simulated::addTo : UnaryOperator.identity(),
            start.environment());
    return built.live().orElseThrow(() -> new Misconfigured(built.problems()));
  }

  /** Takes a changed configuration: swapped whole, or not at all. What listens stays as it is. */
  public void reload(GatewayConfig config) throws IOException, Misconfigured {
    Live next = configured(config);
    router.prepare(next.catalog());
    registers.configure(config);
    registers.keyring.keep();
    providers.replace(next.credentials());
    queues.replace(config.fairQueues());
    live = next;
  }

  private static RetryRule retries(GatewayConfig config) {
    RetryRule usual = RetryRule.DEFAULT;
    return new RetryRule(
        config.retry().maxAttempts(),
        config.retry().backoff(),
        config.retry().patience(),
        usual.lastPatience());
  }

  private long connections() {
    return server.connections();
  }

  /** Calls itself, whole and streamed, as a caller would. */
  void rehearse(String key, int requests) {
    Rehearsal.run(loops, port(), key, requests);
  }

  /** The port that is listened on. */
  public int port() {
    return server.port();
  }

  /** Keys that were made at the first start, to be shown once. */
  Optional<Keyring.First> firstKeys() {
    return registers.keyring.first();
  }

  /** How many models can be called now. */
  long callable() {
    Live now = live;
    return now.catalog().models().stream()
        .filter(m -> now.catalog().endpoints(m.id()).stream().anyMatch(e -> ready(e.provider())))
        .count();
  }

  /** Refuses what is new, lets what is under way end, and writes what is to be written. */
  public void drain(Duration atMost) {
    draining = true;
    server.drain(atMost);
  }

  @Override
  public void close() {
    draining = true;
    server.close();
    loops.close();
    registers.close();
  }
}
