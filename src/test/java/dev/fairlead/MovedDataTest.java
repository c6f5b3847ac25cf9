package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.store.EmbeddedDatabase;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Data that are moved to a database, copied, brought back, and put back to an earlier state. */
final class MovedDataTest {
  private static final String CONFIG =
      """
      providers:
        sim-a: { name: Sim A, dialect: openai-chat, base_url: "${SIM}/v1", api_key: k, data_policy: { training: false } }
      endpoints:
        - { model: acme/paid, provider: sim-a, provider_model: sim/words-20, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
      keys:
        - { name: any, key: "%s" }
        - { name: boss, key: "%s", management: true }
      """;
  private static final String ASK =
      """
      {"model": "acme/paid", "messages": [{"role": "user", "content": "Hello"}]}""";

  @TempDir Path folder;
  private GatewayHarness upstream;

  @BeforeEach
  void open() throws Exception {
    upstream = GatewayHarness.start(CONFIG.formatted("k-1234567890123456", "b-1234567890123456"));
    Files.writeString(
        folder.resolve("fairlead.yaml"),
        CONFIG
            .formatted(GatewayHarness.KEY, GatewayHarness.MANAGEMENT_KEY)
            .replace("${SIM}", "http://127.0.0.1:" + upstream.simulatorPort()));
  }

  @AfterEach
  void close() {
    upstream.close();
  }

  private Running serve(String data) throws Exception {
    return Running.start(folder, "serve", "--port", "0", "--data", data, "--node-data", "nodes");
  }

  private static void end(Running running) throws Exception {
    running.signal("TERM");
    assertThat(running.ended()).isZero();
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  /** Calls, and what each was told to cost, by its id. */
  private Map<String, BigDecimal> call(Running node, String key, int times) throws Exception {
    Map<String, BigDecimal> costs = new HashMap<>();
    for (int i = 0; i < times; i++) {
      HttpResponse<String> answer =
          Running.send(key, "POST", node.url() + "/api/v1/chat/completions", ASK);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      costs.put(
          answer.headers().firstValue("x-generation-id").orElseThrow(),
          GatewayHarness.JSON.readTree(answer.body()).get("usage").get("cost").decimalValue());
    }
    return costs;
  }

  private BigDecimal usage(Running node, String key) throws Exception {
    HttpResponse<String> answer = Running.send(key, "GET", node.url() + "/api/v1/key", "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return GatewayHarness.JSON.readTree(answer.body()).get("data").get("usage").decimalValue();
  }

  private static BigDecimal sum(Map<String, BigDecimal> costs) {
    return costs.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  @Test
  void everythingMovesToPostgresAndIsCompared() throws Exception {
    String secret;
    String organization;
    String other;
    Map<String, BigDecimal> costs;
    try (Running node = serve("data")) {
      String management = node.url() + "/api/v1";
      HttpResponse<String> made =
          Running.send(
              GatewayHarness.MANAGEMENT_KEY,
              "POST",
              management + "/keys",
              "{\"name\": \"x\", \"limit\": 5, \"limit_reset\": \"monthly\"}");
      secret = GatewayHarness.JSON.readTree(made.body()).get("key").asString();
      assertThat(
              Running.send(
                      GatewayHarness.MANAGEMENT_KEY,
                      "POST",
                      management + "/credits",
                      "{\"amount\": 12, \"reference\": \"r1\"}")
                  .statusCode())
          .isLessThan(300);
      HttpResponse<String> acme =
          Running.send(
              GatewayHarness.MANAGEMENT_KEY,
              "POST",
              management + "/organizations",
              "{\"name\": \"Acme\", \"markup_percent\": 100}");
      organization = GatewayHarness.JSON.readTree(acme.body()).get("data").get("id").asString();
      HttpResponse<String> theirs =
          Running.send(
              GatewayHarness.MANAGEMENT_KEY,
              "POST",
              management + "/keys",
              "{\"name\": \"y\", \"organization_id\": \"" + organization + "\"}");
      other = GatewayHarness.JSON.readTree(theirs.body()).get("key").asString();
      costs = call(node, secret, 40);
      end(node);
    }
    String url = EmbeddedDatabase.fresh();
    Typed moved = Typed.type("migrate", "--from", path("data"), "--to", url, "-o", "json");
    assertThat(moved.code()).as(moved.err()).isZero();
    for (JsonNode row : GatewayHarness.JSON.readTree(moved.out())) {
      assertThat(row.get("same").asBoolean()).as(row.toString()).isTrue();
      assertThat(row.get("rows_there").asLong()).isEqualTo(row.get("rows").asLong());
    }
    assertThat(moved.out()).contains("settlement");
    try (Running old = serve("data")) {
      assertThat(old.ended()).isEqualTo(1);
      assertThat(old.err()).contains("have moved to a database");
    }
    Files.delete(folder.resolve("data").resolve("moved"));
    Typed again = Typed.type("migrate", "--from", path("data"), "--to", url, "-o", "json");
    assertThat(again.code()).as(again.err()).isZero();
    for (JsonNode row : GatewayHarness.JSON.readTree(again.out())) {
      assertThat(row.get("copied").asLong()).as(row.toString()).isZero();
    }
    try (Running node = serve(url)) {
      assertThat(usage(node, secret)).isEqualByComparingTo(sum(costs));
      for (String id : costs.keySet()) {
        assertThat(
                Running.send(secret, "GET", node.url() + "/api/v1/generation?id=" + id, "")
                    .statusCode())
            .isEqualTo(200);
      }
      costs.putAll(call(node, secret, 5));
      assertThat(usage(node, secret)).isEqualByComparingTo(sum(costs));
      BigDecimal one = costs.values().iterator().next();
      assertThat(call(node, other, 1).values())
          .singleElement()
          .satisfies(cost -> assertThat(cost).isEqualByComparingTo(one.add(one)));
      assertThat(
              Running.send(
                      GatewayHarness.MANAGEMENT_KEY,
                      "GET",
                      node.url() + "/api/v1/credits?organization_id=" + organization,
                      "")
                  .body())
          .contains("\"total_usage\":" + one.add(one).stripTrailingZeros().toPlainString());
      end(node);
    }
    Files.delete(folder.resolve("data").resolve("moved"));
    Typed differs = Typed.type("migrate", "--from", path("data"), "--to", url);
    assertThat(differs.code()).as("the database went on").isEqualTo(7);
    assertThat(differs.err()).contains("The two sides differ");
  }

  @Test
  void aBackupOfAServingGatewayComesBackWhole() throws Exception {
    List<Map<String, BigDecimal>> before = new ArrayList<>();
    AtomicBoolean over = new AtomicBoolean();
    try (Running node = serve("data")) {
      before.add(call(node, GatewayHarness.KEY, 30));
      Thread.sleep(2_000); // records are written in large pieces, a little later
      Thread load =
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (!over.get()) {
                      try {
                        call(node, GatewayHarness.KEY, 1);
                      } catch (Exception e) {
                        throw new IllegalStateException(e);
                      }
                    }
                  });
      Typed copied = Typed.type("backup", "--data", path("data"), "--to", path("copy"));
      assertThat(copied.code()).as(copied.err()).isZero();
      over.set(true);
      load.join();
      end(node);
    }
    assertThat(folder.resolve("copy").resolve("master.key")).doesNotExist();
    Typed full = Typed.type("restore", "--from", path("copy"), "--data", path("data"));
    assertThat(full.code()).isEqualTo(2);
    assertThat(full.err()).contains("there are data in");
    Typed back = Typed.type("restore", "--from", path("copy"), "--data", path("data2"));
    assertThat(back.code()).as(back.err()).isZero();
    try (Running node = serve("data2")) {
      assertThat(usage(node, GatewayHarness.KEY)).isGreaterThanOrEqualTo(sum(before.getFirst()));
      for (String id : before.getFirst().keySet()) {
        assertThat(
                Running.send(
                        GatewayHarness.KEY, "GET", node.url() + "/api/v1/generation?id=" + id, "")
                    .statusCode())
            .isEqualTo(200);
      }
      call(node, GatewayHarness.KEY, 1);
      end(node);
    }
  }

  @Test
  void booksThatWerePutBackToAnEarlierStateAreNotGoneOnWith() throws Exception {
    Path books = folder.resolve("data").resolve("fairlead.db");
    try (Running node = serve("data")) {
      call(node, GatewayHarness.KEY, 3);
      end(node);
    }
    Files.copy(books, folder.resolve("earlier.db"));
    try (Running node = serve("data")) {
      call(node, GatewayHarness.KEY, 3);
      end(node);
    }
    Files.copy(folder.resolve("earlier.db"), books, StandardCopyOption.REPLACE_EXISTING);
    try (Running node = serve("data")) {
      assertThat(node.ended()).isEqualTo(1);
      assertThat(node.err()).contains("put back to an earlier state", "fairlead restore --accept");
    }
    Typed accepted = Typed.type("restore", "--accept", "--data", path("data"));
    assertThat(accepted.code()).as(accepted.err()).isZero();
    try (Running node = serve("data")) {
      call(node, GatewayHarness.KEY, 1);
      end(node);
    }
  }

  @Test
  void aDatabaseThatWasPutBackIsNoticedByItsNodes() throws Exception {
    String url = EmbeddedDatabase.fresh();
    String name = EmbeddedDatabase.name(url);
    BigDecimal earlier;
    try (Running node = serve(url)) {
      earlier = sum(call(node, GatewayHarness.KEY, 3));
      end(node);
    }
    EmbeddedDatabase.execute("postgres", "CREATE DATABASE " + name + "_copy TEMPLATE " + name);
    try (Running node = serve(url)) {
      call(node, GatewayHarness.KEY, 3);
      end(node);
    }
    String restored = url.replace("/" + name + "?", "/" + name + "_copy?");
    try (Running node = serve(restored)) {
      assertThat(node.ended()).isEqualTo(1);
      assertThat(node.err()).contains("put back to an earlier state").doesNotContain("s3cret");
    }
    assertThat(Typed.type("restore", "--accept", "--data", restored).code()).isZero();
    try (Running node = serve(restored)) {
      BigDecimal more = sum(call(node, GatewayHarness.KEY, 2));
      assertThat(usage(node, GatewayHarness.KEY)).isEqualByComparingTo(earlier.add(more));
      end(node);
    }
    try (Running node = serve(url)) {
      assertThat(node.ended()).isEqualTo(1);
      assertThat(node.err()).contains("an older copy of the books");
    }
  }
}
