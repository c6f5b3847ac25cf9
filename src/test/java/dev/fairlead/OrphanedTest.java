package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that were under way when their process was killed. */
final class OrphanedTest {
  private static final String CONFIG =
      """
      providers:
        sim-a: { name: Sim A, dialect: openai-chat, base_url: "${SIM}/v1", api_key: k, data_policy: { training: false } }
      endpoints:
        - { model: acme/slow, provider: sim-a, provider_model: sim/words-400+interval=50ms, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 400 }
      keys:
        - { name: any, key: "%s" }
      """;
  private static final String ASK =
      """
      {"model": "acme/slow", "stream": true, "messages": [{"role": "user", "content": "Hello"}]}""";

  @TempDir Path folder;

  private Running serve() throws Exception {
    return Running.start(folder, "serve", "--port", "0", "--data", "data");
  }

  @Test
  void whatHadComeOfThemIsBookedOnceAndChargedToNobody() throws Exception {
    try (GatewayHarness upstream = GatewayHarness.start(CONFIG.formatted("k-1234567890123456"))) {
      Files.writeString(
          folder.resolve("fairlead.yaml"),
          CONFIG
              .formatted(GatewayHarness.KEY)
              .replace("${SIM}", "http://127.0.0.1:" + upstream.simulatorPort()));
      String id;
      try (Running node = serve();
          HttpClient client = HttpClient.newHttpClient()) {
        HttpResponse<InputStream> answer =
            client.send(
                HttpRequest.newBuilder(URI.create(node.url() + "/api/v1/chat/completions"))
                    .header("authorization", "Bearer " + GatewayHarness.KEY)
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(ASK))
                    .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        id = answer.headers().firstValue("x-generation-id").orElseThrow();
        Thread.sleep(2_500);
        node.signal("KILL");
        assertThat(node.ended()).isNotZero();
        answer.body().close();
      }
      try (Stream<Path> left = Files.walk(folder.resolve("tmp"))) {
        assertThat(left).as("a library that it had unpacked").noneMatch(Files::isRegularFile);
      }
      for (int life = 0; life < 2; life++) {
        try (Running node = serve()) {
          assertThat(node.url()).startsWith("http");
          node.signal("TERM");
          assertThat(node.ended()).isZero();
        }
        assertThat(SettlementRow.all(folder.resolve("data")))
            .singleElement()
            .satisfies(
                row -> {
                  assertThat(row.id()).isEqualTo(id + "#1");
                  assertThat(row.lost()).isEqualTo(1);
                  assertThat(row.charge()).isZero();
                  assertThat(row.cost()).isPositive();
                  assertThat(row.source()).isEqualToIgnoringCase("meter");
                  assertThat(row.output()).isBetween(5L, 100L);
                });
      }
    }
  }
}
