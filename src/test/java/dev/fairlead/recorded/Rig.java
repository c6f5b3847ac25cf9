package dev.fairlead.recorded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.Gateway;
import dev.fairlead.config.GatewayConfig;
import dev.fairlead.config.Interpolation;
import dev.fairlead.config.Problems;
import dev.fairlead.protocol.Exchanges.Exchange;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * A gateway with one endpoint for each recorded exchange, the upstream behind it, and a caller
 * before it.
 */
final class Rig implements AutoCloseable {
  /** What reached the caller. */
  record Got(int status, String contentType, byte[] body) {
    String text() {
      return new String(body, UTF_8);
    }
  }

  private static final String KEY = "fl-recorded-0123456789";
  private static final int AT_ONCE = 16;

  /** The providers by wire: dialect, and whose proofs are theirs. */
  private static final Map<String, String> PROVIDERS =
      Map.of(
          "openai-chat", "replay-chat",
          "mistral-chat", "replay-chat",
          "anthropic-messages", "replay-anthropic",
          "gemini", "replay-gemini");

  final ReplayUpstream upstream;
  private final Gateway gateway;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /**
   * @param splitting whether the upstream cuts its streams into small pieces
   */
  Rig(List<Exchange> exchanges, Path data, boolean splitting)
      throws IOException, Gateway.Misconfigured {
    upstream = new ReplayUpstream(exchanges, splitting);
    Problems problems = new Problems();
    GatewayConfig config =
        GatewayConfig.read(
            "recorded.yaml",
            yaml(exchanges, upstream.port()).getBytes(UTF_8),
            Interpolation.of(Map.of()),
            problems);
    if (!problems.list().isEmpty()) {
      throw new AssertionError(problems.list().toString());
    }
    gateway =
        Gateway.start(
            new Gateway.Start(config, "127.0.0.1", 0, data, name -> Optional.empty(), true));
  }

  private static String yaml(List<Exchange> exchanges, int port) {
    StringBuilder out = new StringBuilder();
    out.append("keys: [{name: recorded, key: ").append(KEY).append("}]\n");
    out.append("retry: {max_attempts: 1}\n");
    String provider = "  %s: {dialect: %s, family: %s, api_key: none, base_url: '%s/%s'}\n";
    String url = "http://127.0.0.1:" + port;
    out.append("providers:\n");
    out.append(provider.formatted("replay-chat", "openai-chat", "openrouter", url, "v1"));
    out.append(provider.formatted("replay-anthropic", "anthropic", "anthropic", url, "v1"));
    out.append(provider.formatted("replay-gemini", "gemini", "google", url, "v1beta"));
    out.append("endpoints:\n");
    for (Exchange exchange : exchanges) {
      out.append("  - {model: ").append(model(exchange));
      out.append(", provider: ").append(PROVIDERS.get(exchange.wire()));
      out.append(", provider_model: ").append(exchange.id());
      out.append(", context_length: 10000000, output: [text, image, audio]}\n");
    }
    return out.toString();
  }

  /** The model by which a caller asks for this exchange. */
  static String model(Exchange exchange) {
    return "recorded/" + exchange.id();
  }

  Got post(String path, byte[] body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
            .timeout(Duration.ofSeconds(60))
            .header("authorization", "Bearer " + KEY)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    return new Got(
        response.statusCode(),
        response.headers().firstValue("content-type").orElse(""),
        response.body());
  }

  /** Does it for every exchange, several at once. */
  static void each(List<Exchange> exchanges, Consumer<Exchange> task) {
    Semaphore places = new Semaphore(AT_ONCE);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Exchange exchange : exchanges) {
        places.acquireUninterruptibly();
        threads.execute(
            () -> {
              try {
                task.accept(exchange);
              } finally {
                places.release();
              }
            });
      }
    }
  }

  @Override
  public void close() {
    gateway.close();
    upstream.close();
    client.close();
  }
}
