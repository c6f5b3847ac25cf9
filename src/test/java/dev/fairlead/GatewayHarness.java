package dev.fairlead;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.config.GatewayConfig;
import dev.fairlead.config.Interpolation;
import dev.fairlead.config.Problems;
import dev.fairlead.http.HttpServer;
import dev.fairlead.http.Loops;
import dev.fairlead.http.ServerConfig;
import dev.fairlead.simulator.Scenario;
import dev.fairlead.simulator.SimAttempt;
import dev.fairlead.simulator.Simulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A whole gateway in this process, with a provider simulator behind it, both on loopback ports. The
 * configuration is the text of a {@code fairlead.yaml} in which these may stand:
 *
 * <ul>
 *   <li>{@code ${SIM}}: the simulator's origin, {@code http://127.0.0.1:PORT}; base URLs are {@code
 *       ${SIM}/v1} for the chat and messages dialects and {@code ${SIM}/v1beta} for Gemini's
 *   <li>{@code ${DEAD}}: an origin that refuses connections
 *   <li>whatever is given as further variables
 * </ul>
 *
 * <p>{@link #KEY} is an inference key, {@link #MANAGEMENT_KEY} a management key. Closing ends
 * everything and removes the data folder.
 */
@NullMarked
public final class GatewayHarness implements AutoCloseable {
  public static final String KEY = "test-inference-key-0001";
  public static final String MANAGEMENT_KEY = "test-management-key-0001";
  public static final JsonMapper JSON = JsonMapper.builder().build();

  private final Loops simulatorLoops;
  private final Simulator simulator;
  private final HttpServer simulatorServer;
  private final Gateway gateway;
  private final Path data;
  private final HttpClient client;

  private GatewayHarness(String yaml, double scale, Map<String, String> variables)
      throws IOException, Gateway.Misconfigured {
    InstantSource clock = InstantSource.system();
    simulatorLoops = Loops.start(1, clock, System::nanoTime);
    simulator = new Simulator(Gateway.codecs(), Scenario.scaled(scale), System::nanoTime, clock);
    simulatorServer = HttpServer.start(ServerConfig.on("127.0.0.1", 0), simulatorLoops, simulator);
    data = Files.createTempDirectory("fairlead-test");
    Map<String, String> environment = new HashMap<>(variables);
    environment.put("SIM", "http://127.0.0.1:" + simulatorServer.port());
    environment.put("DEAD", "http://127.0.0.1:" + closedPort());
    environment.put("FAIRLEAD_KEY", KEY);
    environment.put("FAIRLEAD_MANAGEMENT_KEY", MANAGEMENT_KEY);
    Problems problems = new Problems();
    GatewayConfig config =
        GatewayConfig.read(
            "fairlead.yaml",
            yaml.getBytes(UTF_8),
            new Interpolation(name -> Optional.ofNullable(environment.get(name))),
            problems);
    if (!problems.list().isEmpty()) {
      throw new IllegalArgumentException("the test's configuration: " + problems.list());
    }
    gateway =
        Gateway.start(
            new Gateway.Start(
                config,
                "127.0.0.1",
                0,
                data,
                name -> Optional.ofNullable(environment.get(name)),
                true));
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  /** Starts a gateway with this configuration, and a simulator in its own time. */
  public static GatewayHarness start(String yaml) {
    return start(yaml, 1, Map.of());
  }

  /**
   * Starts a gateway with this configuration.
   *
   * @param scale every time of the simulator is multiplied by it
   * @param variables further variables of the configuration, and of the gateway's environment
   */
  public static GatewayHarness start(String yaml, double scale, Map<String, String> variables) {
    try {
      return new GatewayHarness(yaml, scale, variables);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Gateway.Misconfigured e) {
      throw new IllegalArgumentException("the test's configuration: " + e.problems(), e);
    }
  }

  /** The folder of its data. */
  public Path data() {
    return data;
  }

  public Gateway gateway() {
    return gateway;
  }

  /** The port of the gateway, on 127.0.0.1. */
  public int port() {
    return gateway.port();
  }

  /** The simulator's port, on 127.0.0.1. */
  public int simulatorPort() {
    return simulatorServer.port();
  }

  public Simulator simulator() {
    return simulator;
  }

  /** What reached the simulator, oldest first. */
  public List<SimAttempt> attempts() {
    return simulator.attempts();
  }

  /** What reached one of the simulator's models, oldest first. */
  public List<SimAttempt> attempts(String providerModel) {
    return attempts().stream().filter(a -> a.model().equals(providerModel)).toList();
  }

  public HttpClient client() {
    return client;
  }

  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  /** A connection to the gateway for bytes that no HTTP client would send; reads time out. */
  public Socket socket() throws IOException {
    Socket socket = new Socket("127.0.0.1", port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** The body of a chat of one turn. */
  public static String ask(String model, boolean stream, String text) {
    return "{\"model\": \""
        + model
        + "\", \"stream\": "
        + stream
        + ", \"messages\": [{\"role\": \"user\", \"content\": \""
        + text
        + "\"}]}";
  }

  /** A request with the inference key; add to it what else it needs. */
  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).header("authorization", "Bearer " + KEY);
  }

  public HttpResponse<String> get(String path) {
    return send(request(path).GET().build());
  }

  public HttpResponse<String> post(String path, String body) {
    return send(
        request(path)
            .header("content-type", "application/json")
            .timeout(Duration.ofSeconds(60))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  /** What was answered, and its JSON where it is some. */
  public record Answer(int status, JsonNode json, HttpResponse<String> raw) {
    public JsonNode data() {
      return json.get("data");
    }

    public String error() {
      return json.get("error").get("message").asString();
    }
  }

  /**
   * Asks at {@code /api/v1}.
   *
   * @param key none where it is empty
   */
  public Answer ask(String key, String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri("/api/v1" + path))
            .header("content-type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!key.isEmpty()) {
      request.header("authorization", "Bearer " + key);
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    HttpResponse<String> answer = send(request.build());
    boolean json =
        answer.headers().firstValue("content-type").orElse("").startsWith("application/json");
    return new Answer(answer.statusCode(), JSON.readTree(json ? answer.body() : "{}"), answer);
  }

  public HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Posts and reads the answer as server-sent events to its end.
   *
   * @param atMost how long is waited; what is not over by then is reported as hung
   */
  public Streamed stream(String path, String body, Duration atMost) {
    return Streamed.read(
        client,
        request(path)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        atMost);
  }

  /** The record of an exchange: the object at {@code data} of {@code GET /api/v1/generation}. */
  public JsonNode generation(String id) {
    HttpResponse<String> found = get("/api/v1/generation?id=" + id);
    if (found.statusCode() != 200) {
      throw new AssertionError("no record of " + id + ": " + found.body());
    }
    return JSON.readTree(found.body()).get("data");
  }

  /** Waits until something holds. */
  public static void await(String what, Duration atMost, BooleanSupplier holds) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("did not come about within " + atMost + ": " + what);
      }
      Thread.onSpinWait();
      try {
        Thread.sleep(2);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
    gateway.close();
    simulatorServer.close();
    simulatorLoops.close();
    try (Stream<Path> files = Files.walk(data)) {
      files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
