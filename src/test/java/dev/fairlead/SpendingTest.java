package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.ledger.Ledger;
import dev.fairlead.store.Database;
import dev.fairlead.store.FolderDisk;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Money through the front door: limits hold, every figure is the same, and nothing is lost. */
final class SpendingTest {
  private static final String LIMITED = "limited-key-0123456789";
  private static final String MODELS =
      """
      providers:
        sim-a: { name: Sim A, dialect: openai-chat, base_url: "${SIM}/v1", api_key: k }
      endpoints:
        - { model: acme/paid, provider: sim-a, provider_model: sim/words-20, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/free, provider: sim-a, provider_model: sim/words-5, price: { prompt: 0, completion: 0 }, context_length: 8192, max_completion_tokens: 100 }
      """;

  private static String yaml(String limit) {
    return MODELS
        + "keys:\n  - { name: limited, key: "
        + LIMITED
        + ", limit: "
        + limit
        + ", limit_reset: monthly }\n";
  }

  private static String ask(String model, boolean stream) {
    return GatewayHarness.ask(model, stream, "Hello");
  }

  private static HttpRequest request(GatewayHarness gateway, String key, String path, String body) {
    return HttpRequest.newBuilder(gateway.uri(path))
        .header("authorization", "Bearer " + key)
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static JsonNode key(GatewayHarness gateway, String key) {
    HttpResponse<String> answer =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri("/api/v1/key"))
                .header("authorization", "Bearer " + key)
                .build());
    return GatewayHarness.JSON.readTree(answer.body()).get("data");
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  @Test
  void everyFigureOfWhatWasSpentIsTheSame() {
    try (GatewayHarness gateway = GatewayHarness.start(yaml("10"))) {
      BigDecimal told = BigDecimal.ZERO;
      BigDecimal recorded = BigDecimal.ZERO;
      int requests = 60;
      for (int i = 0; i < requests; i++) {
        boolean stream = i % 2 == 0;
        String path = i % 3 == 0 ? "/v1/chat/completions" : "/api/v1/chat/completions";
        HttpResponse<String> answer =
            gateway.send(request(gateway, GatewayHarness.KEY, path, ask("acme/paid", stream)));
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode generation = gateway.generation(header(answer, "x-generation-id"));
        BigDecimal cost = generation.get("total_cost").decimalValue();
        assertThat(cost).isPositive();
        recorded = recorded.add(cost);
        if (path.startsWith("/api")) {
          String json = answer.body();
          if (stream) {
            String[] events = json.split("data: ");
            json = events[events.length - 2];
          }
          told =
              told.add(GatewayHarness.JSON.readTree(json).get("usage").get("cost").decimalValue());
        } else {
          told = told.add(cost); // the vendors' flavour tells no cost
        }
        JsonNode key = key(gateway, GatewayHarness.KEY);
        for (String sum : List.of("usage", "usage_daily", "usage_weekly", "usage_monthly")) {
          assertThat(key.get(sum).decimalValue()).as(sum).isEqualByComparingTo(recorded);
        }
      }
      assertThat(told).isEqualByComparingTo(recorded);
      JsonNode rows = activity(gateway, GatewayHarness.MANAGEMENT_KEY);
      assertThat(rows.size()).isEqualTo(1);
      assertThat(rows.get(0).get("usage").decimalValue()).isEqualByComparingTo(recorded);
      assertThat(rows.get(0).get("requests").asInt()).isEqualTo(requests);
      assertThat(rows.get(0).get("model").asString()).isEqualTo("acme/paid");
      assertThat(rows.get(0).get("provider_name").asString()).isEqualTo("Sim A");
    }
  }

  private static JsonNode activity(GatewayHarness gateway, String key) {
    HttpResponse<String> answer =
        gateway.send(
            HttpRequest.newBuilder(
                    gateway.uri("/api/v1/activity?date=" + LocalDate.now(ZoneOffset.UTC)))
                .header("authorization", "Bearer " + key)
                .build());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return GatewayHarness.JSON.readTree(answer.body()).get("data");
  }

  @Test
  void onlyManagementKeysReadActivity() {
    try (GatewayHarness gateway = GatewayHarness.start(MODELS)) {
      HttpResponse<String> answer = gateway.get("/api/v1/activity");
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.body()).contains("Only management keys can perform this operation");
      HttpResponse<String> wrong =
          gateway.send(
              HttpRequest.newBuilder(gateway.uri("/api/v1/activity?date=yesterday"))
                  .header("authorization", "Bearer " + GatewayHarness.MANAGEMENT_KEY)
                  .build());
      assertThat(wrong.statusCode()).isEqualTo(400);
      assertThat(wrong.body()).contains("YYYY-MM-DD");
    }
  }

  @Test
  void aLimitThatDoesNotSufficeIsSaidBeforeAnybodyIsCalled() {
    try (GatewayHarness gateway = GatewayHarness.start(yaml("0.0001"))) {
      HttpResponse<String> answer =
          gateway.send(
              request(gateway, LIMITED, "/api/v1/chat/completions", ask("acme/paid", false)));
      assertThat(answer.statusCode()).isEqualTo(402);
      JsonNode error = GatewayHarness.JSON.readTree(answer.body()).get("error");
      assertThat(error.get("code").asInt()).isEqualTo(402);
      assertThat(error.get("message").asString())
          .contains("You requested up to 100 tokens, but can only afford")
          .contains("The monthly limit of the key is $0.0001");
      JsonNode metadata = error.get("metadata");
      assertThat(metadata.get("limit_source").asString()).isEqualTo("openrouter_key_limit");
      assertThat(metadata.get("reason").asString()).isEqualTo("weight_exceeds_budget");
      assertThat(metadata.get("scope").asString()).isEqualTo("key");
      assertThat(metadata.get("limit").decimalValue()).isEqualByComparingTo("0.0001");
      assertThat(metadata.get("resets_at").asString()).endsWith("-01T00:00:00Z");
      assertThat(gateway.attempts()).isEmpty();

      HttpResponse<String> vendor =
          gateway.send(request(gateway, LIMITED, "/v1/chat/completions", ask("acme/paid", true)));
      assertThat(vendor.statusCode()).isEqualTo(402);
      assertThat(vendor.body()).contains("insufficient_quota");

      HttpResponse<String> free =
          gateway.send(
              request(gateway, LIMITED, "/api/v1/chat/completions", ask("acme/free", true)));
      assertThat(free.statusCode()).isEqualTo(200);

      int affordable = metadata.get("affordable_tokens").asInt();
      String smaller =
          ask("acme/paid", false).replace("\"stream\"", "\"max_tokens\": 2, \"stream\"");
      assertThat(affordable).isBetween(0, 99);
      HttpResponse<String> less =
          gateway.send(request(gateway, LIMITED, "/api/v1/chat/completions", smaller));
      assertThat(less.statusCode()).isEqualTo(affordable >= 2 + 15 ? 200 : less.statusCode());
    }
  }

  @Test
  void manyCallersOfOneKeyNeverSpendMoreThanItsLimit() throws Exception {
    BigDecimal limit = new BigDecimal("0.002");
    try (GatewayHarness gateway = GatewayHarness.start(yaml(limit.toPlainString()));
        ExecutorService callers = Executors.newFixedThreadPool(32)) {
      Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
      List<BigDecimal> costs = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        boolean stream = i % 2 == 0;
        callers.execute(
            () -> {
              HttpResponse<String> answer =
                  gateway.send(
                      request(
                          gateway, LIMITED, "/api/v1/chat/completions", ask("acme/paid", stream)));
              statuses.merge(answer.statusCode(), 1, Integer::sum);
              if (answer.statusCode() == 200) {
                HttpResponse<String> record =
                    gateway.send(
                        HttpRequest.newBuilder(
                                gateway.uri(
                                    "/api/v1/generation?id=" + header(answer, "x-generation-id")))
                            .header("authorization", "Bearer " + LIMITED)
                            .build());
                synchronized (costs) {
                  costs.add(
                      GatewayHarness.JSON
                          .readTree(record.body())
                          .get("data")
                          .get("total_cost")
                          .decimalValue());
                }
              }
            });
      }
      callers.shutdown();
      assertThat(callers.awaitTermination(120, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      assertThat(statuses.keySet()).containsExactlyInAnyOrder(200, 402);
      BigDecimal spent = costs.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
      assertThat(spent).isLessThanOrEqualTo(limit);
      JsonNode key = key(gateway, LIMITED);
      assertThat(key.get("usage").decimalValue()).isEqualByComparingTo(spent);
      assertThat(key.get("held").decimalValue()).isEqualByComparingTo("0");
      assertThat(key.get("limit_remaining").decimalValue())
          .isEqualByComparingTo(limit.subtract(spent));
      assertThat(key.get("limit_reset").asString()).isEqualTo("monthly");
    }
  }

  @Test
  void aCallerWhoLeavesPaysForWhatCameAndHoldsNothing() throws Exception {
    String yaml =
        MODELS
            .replace("sim/words-20", "sim/words-2000+rate=200tps")
            .replace("max_completion_tokens: 100", "max_completion_tokens: 4000");
    try (GatewayHarness gateway = GatewayHarness.start(yaml)) {
      HttpResponse<java.io.InputStream> answer =
          gateway
              .client()
              .send(
                  request(
                      gateway,
                      GatewayHarness.KEY,
                      "/api/v1/chat/completions",
                      ask("acme/paid", true)),
                  HttpResponse.BodyHandlers.ofInputStream());
      answer.body().readNBytes(3_000);
      assertThat(key(gateway, GatewayHarness.KEY).get("held").decimalValue()).isPositive();
      answer.body().close();
      GatewayHarness.await(
          "the hold is given back",
          Duration.ofSeconds(20),
          () -> key(gateway, GatewayHarness.KEY).get("held").decimalValue().signum() == 0);
      JsonNode key = key(gateway, GatewayHarness.KEY);
      assertThat(key.get("usage").decimalValue()).isPositive();
      assertThat(key.get("usage").decimalValue()).isLessThan(new BigDecimal("0.008"));
    }
  }

  @Test
  void whatAProviderMisreportsNeverLeavesTheHold() {
    String template =
        "  - { model: acme/%s, provider: sim-a, provider_model: sim/words-20+usage=%s, price: {"
            + " prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100"
            + " }\n";
    List<String> lies = List.of("absurd", "missing", "zero", "negative");
    StringBuilder yaml = new StringBuilder(MODELS);
    lies.forEach(lie -> yaml.append(template.formatted(lie, lie)));
    try (GatewayHarness gateway = GatewayHarness.start(yaml.toString())) {
      for (String lie : lies) {
        for (boolean stream : new boolean[] {false, true}) {
          String body = ask("acme/" + lie, stream);
          HttpResponse<String> answer =
              gateway.send(request(gateway, GatewayHarness.KEY, "/api/v1/chat/completions", body));
          assertThat(answer.statusCode()).as(lie).isEqualTo(200);
          BigDecimal cost =
              gateway
                  .generation(header(answer, "x-generation-id"))
                  .get("total_cost")
                  .decimalValue();
          BigDecimal hold = new BigDecimal(body.length()).add(new BigDecimal(200)).movePointLeft(6);
          assertThat(cost).as(lie).isBetween(BigDecimal.ZERO, hold);
          if (!stream && !lie.equals("missing")) { // no usage, no place to tell its cost
            JsonNode usage = GatewayHarness.JSON.readTree(answer.body()).get("usage");
            JsonNode details = usage.get("cost_details");
            BigDecimal prompt = details.get("upstream_inference_prompt_cost").decimalValue();
            BigDecimal output = details.get("upstream_inference_completions_cost").decimalValue();
            assertThat(prompt).as(lie).isNotNegative();
            assertThat(output).as(lie).isNotNegative();
            assertThat(prompt.add(output)).as(lie).isEqualByComparingTo(cost);
          }
          switch (lie) {
            case "absurd" -> assertThat(cost).isEqualByComparingTo(hold);
            case "missing" -> assertThat(cost).isPositive();
            default -> assertThat(cost).isEqualByComparingTo("0");
          }
        }
      }
      BigDecimal all = BigDecimal.ZERO;
      for (JsonNode row : activity(gateway, GatewayHarness.MANAGEMENT_KEY)) {
        all = all.add(row.get("usage").decimalValue());
      }
      JsonNode key = key(gateway, GatewayHarness.KEY);
      assertThat(key.get("usage").decimalValue()).isEqualByComparingTo(all);
      assertThat(key.get("held").decimalValue()).isEqualByComparingTo("0");
    }
  }

  /** Whatever a caller has got whole is in the books, once, however often the process is killed. */
  @Test
  void whatWasAcknowledgedSurvivesBeingKilled(@TempDir Path folder) throws Exception {
    Map<String, BigDecimal> acknowledged = new ConcurrentHashMap<>();
    try (GatewayHarness upstream = GatewayHarness.start(MODELS, 0.2, Map.of())) {
      String yaml =
          MODELS.replace("${SIM}", "http://127.0.0.1:" + upstream.simulatorPort())
              + "keys:\n  - { name: limited, key: "
              + LIMITED
              + ", limit: 100 }\n";
      Files.writeString(folder.resolve("fairlead.yaml"), yaml);
      int cycles = Integer.getInteger("kills", 50);
      long slowest = 0;
      for (int cycle = 0; cycle < cycles; cycle++) {
        long begun = System.nanoTime();
        Running running = Running.start(folder, "serve", "--port", "0", "--data", "data");
        try (running) {
          running.url();
          slowest = Math.max(slowest, System.nanoTime() - begun);
          callUntilKilled(running, acknowledged, upstream);
        }
        if (cycle % 10 == 9 || cycle == cycles - 1) {
          checkBooks(folder.resolve("data"), acknowledged);
        }
      }
      System.out.println(
          cycles
              + " kills, "
              + acknowledged.size()
              + " settlements acknowledged, ready again within "
              + slowest / 1_000_000
              + " ms");
      assertThat(acknowledged.size()).isGreaterThan(50);
    }
  }

  /** Every caller wants more than there is, in five scopes of one limit. */
  @Test
  void manyCallersSpendFiveNestedBudgetsToTheirEndAndNoFurther() throws Exception {
    StringBuilder yaml = new StringBuilder(MODELS).append("spending:\n  budgets:\n");
    for (String scope : List.of("organization", "workspace", "key", "end_user", "tag")) {
      yaml.append("    - { scope: ").append(scope).append(", limit: 0.1, reset: daily }\n");
    }
    BigDecimal limit = new BigDecimal("0.1");
    try (GatewayHarness gateway = GatewayHarness.start(yaml.toString());
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      AtomicInteger next = new AtomicInteger();
      Map<Integer, AtomicInteger> statuses = new ConcurrentHashMap<>();
      List<Future<?>> all = new ArrayList<>();
      for (int caller = 0; caller < 256; caller++) {
        Random random = new Random(caller);
        all.add(
            callers.submit(
                () -> {
                  while (next.getAndIncrement() < 10_000) {
                    int status = spend(gateway, 1 + random.nextInt(40));
                    statuses.computeIfAbsent(status, s -> new AtomicInteger()).incrementAndGet();
                  }
                  return spendTheRest(gateway);
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
      spendTheRest(gateway);
      BigDecimal spent = key(gateway, GatewayHarness.KEY).get("usage").decimalValue();
      System.out.println("256 callers: " + statuses + ", spent " + spent + " of " + limit);
      assertThat(spent).isLessThanOrEqualTo(limit).isGreaterThan(new BigDecimal("0.099"));
      assertThat(statuses.keySet()).isSubsetOf(200, 402, 403);
      assertThat(key(gateway, GatewayHarness.KEY).get("held").decimalValue())
          .isEqualByComparingTo("0");
    }
  }

  /** What holds of calls under way had kept from others. */
  private static boolean spendTheRest(GatewayHarness gateway) {
    while (spend(gateway, 1) == 200) {
      // until there is nothing left
    }
    return true;
  }

  private static int spend(GatewayHarness gateway, int tokens) {
    String body =
        "{\"model\": \"acme/paid\", \"user\": \"u\", \"max_tokens\": "
            + tokens
            + ", \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";
    return gateway
        .send(
            HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
                .header("authorization", "Bearer " + GatewayHarness.KEY)
                .header("content-type", "application/json")
                .header("x-fairlead-tags", "t")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build())
        .statusCode();
  }

  private static void callUntilKilled(
      Running running, Map<String, BigDecimal> acknowledged, GatewayHarness upstream)
      throws Exception {
    String url = running.url();
    int before = acknowledged.size();
    AtomicBoolean killed = new AtomicBoolean();
    try (ExecutorService callers = Executors.newFixedThreadPool(8)) {
      for (int caller = 0; caller < 8; caller++) {
        boolean stream = caller % 2 == 0;
        callers.execute(
            () -> {
              while (!killed.get()) {
                try {
                  call(url, stream, acknowledged, upstream);
                } catch (IOException e) {
                  return; // it was killed under this call
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                  return;
                }
              }
            });
      }
      Running.until("some calls", () -> acknowledged.size() >= before + 25);
      running.signal("KILL");
      killed.set(true);
      running.ended();
    }
  }

  private static void call(
      String url, boolean stream, Map<String, BigDecimal> acknowledged, GatewayHarness upstream)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        upstream
            .client()
            .send(
                HttpRequest.newBuilder(java.net.URI.create(url + "/api/v1/chat/completions"))
                    .header("authorization", "Bearer " + LIMITED)
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(ask("acme/paid", stream)))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200 || (stream && !answer.body().contains("[DONE]"))) {
      throw new IOException("cut");
    }
    String json = answer.body();
    if (stream) {
      String[] events = json.split("data: ");
      json = events[events.length - 2];
    }
    acknowledged.put(
        header(answer, "x-generation-id"),
        GatewayHarness.JSON.readTree(json).get("usage").get("cost").decimalValue());
  }

  private static void checkBooks(Path data, Map<String, BigDecimal> acknowledged) {
    try (Database books =
        Database.open(
            data.resolve("fairlead.db"),
            Database.Use.BOOKS,
            Ledger.MIGRATIONS,
            InstantSource.system())) {
      new Ledger(books, new FolderDisk(data.resolve("ledger")), InstantSource.system()).close();
      SettledBooks read = SettledBooks.read(books);
      read.balance();
      read.have(acknowledged);
    }
  }
}
