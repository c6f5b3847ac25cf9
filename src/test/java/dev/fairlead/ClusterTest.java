package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.limit.WindowChecker;
import dev.fairlead.store.Database;
import dev.fairlead.store.EmbeddedDatabase;
import dev.fairlead.store.Strait;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Three nodes, each a process of its own, on one PostgreSQL. */
final class ClusterTest {
  private static final String LIMITED = "test-limited-key-0001";
  private static final String COUNTED = "test-counted-key-0001";
  private static final int NODES = 3;

  private static final String CONFIG =
      """
      providers:
        sim-a: { name: Sim A, dialect: openai-chat, base_url: "${SIM}/v1", api_key: k, data_policy: { training: false } }
        sim-b: { name: Sim B, dialect: openai-chat, base_url: "${COUNTING:-http://127.0.0.1:9}/v1", api_key: k, data_policy: { training: false } }
      endpoints:
        - { model: acme/paid, provider: sim-a, provider_model: sim/words-20, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/five, provider: sim-b, provider_model: sim/words-5, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
      rate_limits:
        - { name: rpm, scope: key, only: [counted], requests: 100, per: minute }
      keys:
        - { name: counted, key: "test-counted-key-0001" }
        - { name: any, key: "%s" }
        - { name: boss, key: "%s", management: true }
        - { name: limited, key: "%s", limit: %s, limit_reset: monthly }
      """;

  /** A gateway that is here for its simulator only. */
  private static final String UPSTREAM =
      CONFIG.formatted("k-1234567890123456", "b-1234567890123456", "l-1234567890123456", "1");

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /** What callers saw. */
  private static final class Seen {
    final Map<String, BigDecimal> acknowledged = new ConcurrentHashMap<>();
    final Map<Integer, AtomicInteger> statuses = new ConcurrentHashMap<>();
    final AtomicInteger broken = new AtomicInteger();

    /** Refusals although there was room. */
    final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    void status(int status) {
      statuses.computeIfAbsent(status, s -> new AtomicInteger()).incrementAndGet();
    }

    int count(int status) {
      return statuses.getOrDefault(status, new AtomicInteger()).get();
    }
  }

  /**
   * @param counting has the calls that a rate limit counts; no simulator remembers more than some
   *     thousands
   */
  private static String config(GatewayHarness upstream, GatewayHarness counting, String limit) {
    return CONFIG
        .formatted(GatewayHarness.KEY, GatewayHarness.MANAGEMENT_KEY, LIMITED, limit)
        .replace("${SIM}", "http://127.0.0.1:" + upstream.simulatorPort())
        .replace("${COUNTING:-http://127.0.0.1:9}", "http://127.0.0.1:" + counting.simulatorPort());
  }

  private static Running node(Path folder, String url) throws IOException {
    return Running.start(folder, "serve", "--port", "0", "--data", url, "--node-data", "nodes");
  }

  /** All of them, started at once; their addresses when they are ready. */
  private static List<Running> nodes(Path folder, String url, AtomicReferenceArray<String> urls)
      throws IOException {
    List<Running> nodes = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      nodes.add(node(folder, url));
    }
    for (int i = 0; i < NODES; i++) {
      urls.set(i, nodes.get(i).url());
    }
    return nodes;
  }

  private HttpResponse<String> send(String key, String method, String url, String body)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(url))
            .header("authorization", "Bearer " + key)
            .header("content-type", "application/json")
            .timeout(Duration.ofSeconds(60))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static String ask(boolean stream) {
    return GatewayHarness.ask("acme/paid", stream, "Hello");
  }

  /** What is spent, held and asked for is within the limit, by the refusal's own figures. */
  private static boolean fits(String refusal) {
    JsonNode told = GatewayHarness.JSON.readTree(refusal).get("error").get("metadata");
    return told.get("spent")
            .decimalValue()
            .add(told.get("held").decimalValue())
            .add(told.get("asked").decimalValue())
            .compareTo(told.get("limit").decimalValue())
        <= 0;
  }

  private void call(String url, boolean stream, Seen seen) throws InterruptedException {
    try {
      HttpResponse<String> answer =
          send(LIMITED, "POST", url + "/api/v1/chat/completions", ask(stream));
      if (answer.statusCode() != 200) {
        seen.status(answer.statusCode());
        if (answer.statusCode() == 402 && fits(answer.body())) {
          seen.wrong.add(answer.body());
        }
        return;
      }
      String json = answer.body();
      if (stream) {
        if (!json.contains("[DONE]")) {
          seen.broken.incrementAndGet();
          return;
        }
        String[] events = json.split("data: ");
        json = events[events.length - 2];
      }
      seen.status(200);
      seen.acknowledged.put(
          answer.headers().firstValue("x-generation-id").orElse(""),
          GatewayHarness.JSON.readTree(json).get("usage").get("cost").decimalValue());
    } catch (IOException e) {
      seen.broken.incrementAndGet(); // its node was killed
    }
  }

  /**
   * While callers spend a budget to its end: a node is killed and comes back, one is killed and
   * does not, the database is cut off, and frozen.
   */
  @Test
  void nothingIsOverspentOrLostWhateverDies(@TempDir Path folder) throws Exception {
    int callers = Integer.getInteger("callers", 60);
    long outage = Long.getLong("outage", 6) * 1_000;
    BigDecimal limit = new BigDecimal(System.getProperty("limit", "0.3"));
    Seen seen = new Seen();
    Seen counted = new Seen();
    String url = EmbeddedDatabase.fresh();
    try (GatewayHarness upstream = GatewayHarness.start(UPSTREAM);
        GatewayHarness counting = GatewayHarness.start(UPSTREAM);
        Strait strait = new Strait(EmbeddedDatabase.port())) {
      Files.writeString(
          folder.resolve("fairlead.yaml"), config(upstream, counting, limit.toPlainString()));
      String through = EmbeddedDatabase.by(strait.port(), url);
      AtomicReferenceArray<String> urls = new AtomicReferenceArray<>(NODES);
      List<Running> nodes = nodes(folder, through, urls);
      boolean[] over = {false};
      int duringCut;
      int duringFreeze;
      try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int caller = 0; caller < callers; caller++) {
          Random random = new Random(caller);
          pool.submit(
              () -> {
                int refused = 0;
                while (!over[0] || refused < 3) {
                  String to = urls.get(random.nextInt(NODES));
                  int before = seen.count(402);
                  call(to, random.nextBoolean(), seen);
                  refused += seen.count(402) > before ? 1 : 0;
                  Thread.sleep(40 + random.nextInt(80));
                }
                return true;
              });
        }
        for (int caller = 0; caller < 6; caller++) {
          Random random = new Random(caller);
          pool.submit(
              () -> {
                while (!over[0]) {
                  count(urls.get(random.nextInt(NODES)), counted);
                  Thread.sleep(30 + random.nextInt(60));
                }
                return true;
              });
        }
        Running.until("traffic", () -> seen.count(200) > 300);
        nodes.get(0).signal("KILL");
        nodes.get(0).ended();
        Thread.sleep(1_000);
        nodes.set(0, node(folder, through));
        urls.set(0, nodes.get(0).url());
        Thread.sleep(1_000);

        strait.be(Strait.State.CUT);
        int before = seen.count(200);
        Thread.sleep(outage);
        duringCut = seen.count(200) - before;
        strait.be(Strait.State.OPEN);
        Thread.sleep(2_000);

        strait.be(Strait.State.FROZEN);
        before = seen.count(200);
        Thread.sleep(outage);
        duringFreeze = seen.count(200) - before;
        strait.be(Strait.State.OPEN);
        Thread.sleep(2_000);

        nodes.get(1).signal("KILL");
        nodes.get(1).ended();
        urls.set(1, urls.get(2));
        over[0] = true;
      }
      spendTheRest(urls.get(2), seen);
      for (int i : new int[] {0, 2}) {
        nodes.get(i).signal("TERM");
        nodes.get(i).ended();
      }
      SettledBooks books = books(url);
      long limited = books.keys().values().stream().mapToLong(Long::longValue).max().orElseThrow();
      long most = limit.movePointRight(9).longValueExact();
      System.out.println(
          "statuses "
              + seen.statuses
              + ", broken "
              + seen.broken
              + ", answered while cut "
              + duringCut
              + ", while frozen "
              + duringFreeze
              + ", spent "
              + limited
              + " of "
              + most);
      long inAMinute =
          WindowChecker.most(
              counting.attempts("sim/words-5").stream()
                  .map(attempt -> new WindowChecker.Entry(attempt.at().toNanos(), 1))
                  .toList(),
              Duration.ofMillis(59_500).toNanos());
      System.out.println(
          "of the counted key " + counted.statuses + ", at most " + inAMinute + " in a minute");
      assertThat(inAMinute).isBetween(50L, 100L);
      assertThat(counted.statuses.keySet()).isSubsetOf(200, 429, 503);
      assertThat(counted.count(429)).isPositive();
      books.balance();
      assertThat(limited).isLessThanOrEqualTo(most).isGreaterThanOrEqualTo(most * 99 / 100);
      assertThat(seen.statuses.keySet()).isSubsetOf(200, 402, 503);
      assertThat(seen.count(402)).isPositive();
      assertThat(seen.wrong).isEmpty();
      assertThat(duringCut).isPositive();
      assertThat(duringFreeze).isPositive();
      books.have(seen.acknowledged);
      nodes.forEach(Running::close);
    }
  }

  /** What holds of calls under way had kept from others, and what dead nodes had leased. */
  private void spendTheRest(String url, Seen seen) throws InterruptedException {
    int refused = 0;
    while (refused < 5) {
      int before = seen.count(200);
      call(url, false, seen);
      if (seen.count(200) > before) {
        refused = 0;
      } else {
        refused++;
        Thread.sleep(1_000);
      }
    }
  }

  private void count(String url, Seen seen) throws InterruptedException {
    try {
      HttpResponse<String> answer =
          send(
              COUNTED,
              "POST",
              url + "/api/v1/chat/completions",
              GatewayHarness.ask("acme/five", false, "Hi"));
      seen.status(answer.statusCode());
    } catch (IOException e) {
      seen.broken.incrementAndGet(); // its node was killed
    }
  }

  private static SettledBooks books(String url) {
    try (Database books =
        Database.open(url, Database.Use.BOOKS, List.of(), InstantSource.system())) {
      return SettledBooks.read(books);
    }
  }

  private JsonNode json(HttpResponse<String> answer) {
    return GatewayHarness.JSON.readTree(answer.body()).get("data");
  }

  /** The same request at all nodes, while one of them is killed: done once, or not at all. */
  @Test
  void duplicatesAtAllNodesAreDoneOnce(@TempDir Path folder) throws Exception {
    int names = Integer.getInteger("names", 20);
    int duplicates = Integer.getInteger("duplicates", 30);
    String url = EmbeddedDatabase.fresh();
    Map<Integer, List<String>> bodies = new ConcurrentHashMap<>();
    Map<Integer, AtomicInteger> statuses = new ConcurrentHashMap<>();
    try (GatewayHarness upstream = GatewayHarness.start(UPSTREAM)) {
      Files.writeString(folder.resolve("fairlead.yaml"), config(upstream, upstream, "100"));
      AtomicReferenceArray<String> urls = new AtomicReferenceArray<>(NODES);
      List<Running> nodes = nodes(folder, url, urls);
      for (int name = 0; name < names; name++) {
        int n = name;
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
          for (int i = 0; i < duplicates; i++) {
            String to = urls.get(i % NODES);
            pool.submit(() -> repeat(to, n, bodies, statuses));
          }
          if (n % 7 == 3) {
            Thread.sleep(30);
            nodes.get(n % NODES).signal("KILL");
          }
        }
        if (n % 7 == 3) {
          nodes.get(n % NODES).ended();
          nodes.set(n % NODES, node(folder, url));
          urls.set(n % NODES, nodes.get(n % NODES).url());
        }
      }
      for (Running node : nodes) {
        node.signal("TERM");
        node.ended();
      }
      System.out.println(
          names + " names, " + statuses + ", " + upstream.attempts().size() + " calls upstream");
      assertThat(upstream.attempts().size()).isLessThanOrEqualTo(names);
      assertThat(books(url).charges().size()).isLessThanOrEqualTo(names);
      assertThat(statuses.keySet()).isSubsetOf(200, 409, 503);
      assertThat(bodies.size()).isGreaterThanOrEqualTo(names * 4 / 5);
      bodies.forEach(
          (name, all) -> assertThat(new HashSet<>(all)).as("answers of " + name).hasSize(1));
      nodes.forEach(Running::close);
    }
  }

  private boolean repeat(
      String url, int name, Map<Integer, List<String>> bodies, Map<Integer, AtomicInteger> statuses)
      throws InterruptedException {
    try {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(url + "/api/v1/chat/completions"))
                  .header("authorization", "Bearer " + GatewayHarness.KEY)
                  .header("content-type", "application/json")
                  .header("idempotency-key", "name-" + name)
                  .timeout(Duration.ofSeconds(60))
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          GatewayHarness.ask("acme/paid", name % 2 == 0, "Hello " + name)))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      statuses.computeIfAbsent(answer.statusCode(), s -> new AtomicInteger()).incrementAndGet();
      if (answer.statusCode() == 200) {
        bodies
            .computeIfAbsent(name, n -> java.util.Collections.synchronizedList(new ArrayList<>()))
            .add(answer.body().replace(": OPENROUTER PROCESSING\n\n", ""));
      }
    } catch (IOException e) {
      // its node was killed
    }
    return true;
  }

  /** What is changed at one node holds at all of them within a second. */
  @Test
  void whatOneNodeIsToldTheOthersKnow(@TempDir Path folder) throws Exception {
    String url = EmbeddedDatabase.fresh();
    try (GatewayHarness upstream = GatewayHarness.start(UPSTREAM)) {
      Files.writeString(folder.resolve("fairlead.yaml"), config(upstream, upstream, "10"));
      try (Running a = node(folder, url);
          Running b = node(folder, url)) {
        String atA = a.url() + "/api/v1";
        String atB = b.url() + "/api/v1";
        HttpResponse<String> made =
            send(GatewayHarness.MANAGEMENT_KEY, "POST", atA + "/keys", "{\"name\": \"x\"}");
        assertThat(made.statusCode()).isEqualTo(201);
        String secret = GatewayHarness.JSON.readTree(made.body()).get("key").asString();
        String hash = json(made).get("hash").asString();
        within("the key is known at B", () -> status(secret, atB + "/key") == 200);

        HttpResponse<String> answer = send(secret, "POST", atB + "/chat/completions", ask(false));
        assertThat(answer.statusCode()).isEqualTo(200);
        String id = answer.headers().firstValue("x-generation-id").orElse("");
        within(
            "its record is found at A", () -> status(secret, atA + "/generation?id=" + id) == 200);
        BigDecimal cost =
            GatewayHarness.JSON.readTree(answer.body()).get("usage").get("cost").decimalValue();
        within(
            "its cost is told at A",
            () -> json(get(secret, atA + "/key")).get("usage").decimalValue().compareTo(cost) == 0);

        assertThat(
                send(
                        GatewayHarness.MANAGEMENT_KEY,
                        "PATCH",
                        atB + "/keys/" + hash,
                        "{\"limit\": 0.000001}")
                    .statusCode())
            .isEqualTo(200);
        within(
            "its limit holds at A",
            () -> post(secret, atA + "/chat/completions", ask(false)).statusCode() == 402);
        assertThat(
                send(GatewayHarness.MANAGEMENT_KEY, "DELETE", atA + "/keys/" + hash, "")
                    .statusCode())
            .isEqualTo(200);
        within("it is refused at B", () -> status(secret, atB + "/key") == 401);

        HttpResponse<String> acme =
            send(
                GatewayHarness.MANAGEMENT_KEY, "POST", atA + "/organizations", "{\"name\": \"x\"}");
        String organization = json(acme).get("id").asString();
        within(
            "an organization is known at B",
            () ->
                status(GatewayHarness.MANAGEMENT_KEY, atB + "/organizations/" + organization)
                    == 200);

        assertThat(
                send(
                        GatewayHarness.MANAGEMENT_KEY,
                        "POST",
                        atA + "/byok",
                        "{\"provider\": \"sim-a\", \"key\": \"sk-other\"}")
                    .statusCode())
            .as("without a master key that all nodes have")
            .isEqualTo(409);
      }
    }
  }

  private HttpResponse<String> get(String key, String url) {
    return post(key, "GET", url, "");
  }

  private HttpResponse<String> post(String key, String url, String body) {
    return post(key, "POST", url, body);
  }

  private HttpResponse<String> post(String key, String method, String url, String body) {
    try {
      return send(key, method, url, body);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private int status(String key, String url) {
    return get(key, url).statusCode();
  }

  /** Within a second, and a little for the asking. */
  private static void within(String what, java.util.function.BooleanSupplier holds) {
    long begun = System.nanoTime();
    Running.until(what, holds);
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .as(what)
        .isLessThan(Duration.ofMillis(2_000));
  }
}
