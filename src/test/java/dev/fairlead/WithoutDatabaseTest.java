package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.store.EmbeddedDatabase;
import dev.fairlead.store.Strait;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A node that is started while the database that it shares is gone. */
final class WithoutDatabaseTest {
  private static final String CONFIG =
      """
      providers:
        sim-a: { name: Sim A, dialect: openai-chat, base_url: "${SIM}/v1", api_key: k, data_policy: { training: false } }
      endpoints:
        - { model: acme/paid, provider: sim-a, provider_model: sim/words-20, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
      keys:
        - { name: boss, key: "%s", management: true }
      """;
  private static final String ASK =
      """
      {"model": "acme/paid", "messages": [{"role": "user", "content": "Hello"}]}""";

  @TempDir Path folder;
  private GatewayHarness upstream;
  private Strait strait;
  private String database = "";

  @BeforeEach
  void open() throws Exception {
    upstream = GatewayHarness.start(CONFIG.formatted("b-1234567890123456"));
    Files.writeString(
        folder.resolve("fairlead.yaml"),
        CONFIG
            .formatted(GatewayHarness.MANAGEMENT_KEY)
            .replace("${SIM}", "http://127.0.0.1:" + upstream.simulatorPort()));
    String url = EmbeddedDatabase.fresh();
    strait = new Strait(EmbeddedDatabase.port());
    database = EmbeddedDatabase.by(strait.port(), url);
  }

  @AfterEach
  void close() throws Exception {
    strait.close();
    upstream.close();
  }

  private Running serve(String data) throws Exception {
    return Running.start(folder, "serve", "--port", "0", "--data", data, "--node-data", "nodes");
  }

  private HttpResponse<String> send(
      Running node, String key, String method, String path, String body) throws Exception {
    return Running.send(key, method, node.url() + "/api/v1" + path, body);
  }

  private String makeKey(Running node, String body) throws Exception {
    HttpResponse<String> made = send(node, GatewayHarness.MANAGEMENT_KEY, "POST", "/keys", body);
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    return GatewayHarness.JSON.readTree(made.body()).get("key").asString();
  }

  private BigDecimal ask(Running node, String key) throws Exception {
    HttpResponse<String> answer = send(node, key, "POST", "/chat/completions", ASK);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return GatewayHarness.JSON.readTree(answer.body()).get("usage").get("cost").decimalValue();
  }

  private int status(Running node, String key, String method, String path, String body) {
    try {
      return send(node, key, method, path, body).statusCode();
    } catch (Exception e) {
      throw new AssertionError(method + " " + path, e);
    }
  }

  private BigDecimal usage(Running node, String key) throws Exception {
    HttpResponse<String> answer = send(node, key, "GET", "/key", "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return GatewayHarness.JSON.readTree(answer.body()).get("data").get("usage").decimalValue();
  }

  private static String ready(Running node) throws Exception {
    return Running.send("", "GET", node.url() + "/readyz", "").body();
  }

  @Test
  void itServesWithWhatItKnowsAndLosesNothing() throws Exception {
    String open;
    String limited;
    BigDecimal cost;
    Path replica = folder.resolve("nodes/node-1/replica.db");
    try (Running node = serve(database)) {
      open = makeKey(node, "{\"name\": \"open\"}");
      limited = makeKey(node, "{\"name\": \"limited\", \"limit\": 1}");
      cost = ask(node, open);
      ask(node, limited);
      Thread.sleep(1_500); // a change is heard of, and then copied
      assertThat(replica).exists();
      strait.be(Strait.State.CUT);
      cost = cost.add(ask(node, open)); // stands in the log of this node alone
      node.signal("KILL");
      assertThat(node.ended()).isNotZero();
    }
    try (Running node = serve(database)) {
      cost = cost.add(ask(node, open));
      assertThat(send(node, limited, "POST", "/chat/completions", ASK).statusCode()).isEqualTo(503);
      assertThat(status(node, "sk-fl-unknown", "POST", "/chat/completions", ASK)).isEqualTo(401);
      assertThat(status(node, open, "GET", "/key", "")).isEqualTo(503);
      assertThat(ready(node)).isEqualTo("{\"status\":\"ready\",\"impaired\":[\"database\"]}");
      String boss = GatewayHarness.MANAGEMENT_KEY;
      assertThat(status(node, boss, "POST", "/keys", "{\"name\": \"x\"}")).isEqualTo(503);
      assertThat(status(node, boss, "GET", "/activity", "")).isEqualTo(503);
      assertThat(status(node, boss, "GET", "/credits", "")).isEqualTo(503);

      strait.be(Strait.State.OPEN);
      String known = limited;
      Running.until(
          "served again", () -> status(node, known, "POST", "/chat/completions", ASK) == 200);
      assertThat(ready(node)).isEqualTo("{\"status\":\"ready\"}");
      BigDecimal all = cost;
      assertThat(usage(node, open)).isEqualByComparingTo(all);
      String late = makeKey(node, "{\"name\": \"late\"}");
      ask(node, late);
      HttpResponse<String> activity =
          send(node, boss, "GET", "/activity?date=" + LocalDate.now(ZoneOffset.UTC), "");
      BigDecimal sum = BigDecimal.ZERO;
      for (JsonNode row : GatewayHarness.JSON.readTree(activity.body()).get("data")) {
        sum = sum.add(row.get("usage").decimalValue());
      }
      assertThat(sum).isEqualByComparingTo(all.add(usage(node, limited)).add(usage(node, late)));
      node.signal("TERM");
      assertThat(node.ended()).isZero();
    }
  }

  @Test
  void itDoesNotBeginWithoutACopyOrWithAnotherDatabase() throws Exception {
    strait.be(Strait.State.CUT);
    try (Running node = serve(database)) {
      assertThat(node.ended()).isEqualTo(1);
      assertThat(node.err()).contains("cannot open the database");
    }
    strait.be(Strait.State.OPEN);
    Path replica = folder.resolve("nodes/node-1/replica.db");
    try (Running node = serve(database)) {
      Running.until("copied", () -> Files.exists(replica));
      node.signal("TERM");
      assertThat(node.ended()).isZero();
    }
    try (Running node = serve(database.replaceFirst("/t\\d+", "/none"))) {
      assertThat(node.ended()).isEqualTo(1);
      assertThat(node.err()).contains("database \"none\" does not exist");
    }
  }
}
