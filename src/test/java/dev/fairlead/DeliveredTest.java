package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.simulator.SimAttempt;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Ten thousand requests with all kinds of end, compared one by one with what the simulator knows
 * that it delivered: where usage is told, charges are exact; where it is not, they are near.
 */
final class DeliveredTest {
  private static final int REQUESTS = Integer.getInteger("outcomes", 10_000);
  private static final int BATCH = 1_000;
  private static final int CALLERS = 24;
  private static final Pattern NUMBER = Pattern.compile("Request r(\\d+)");

  /** Nano-USD for a token of the prompt and of the answer. */
  private static final long PROMPT = 137;

  private static final long COMPLETION = 271;

  private static final String CONFIG =
      """
      timeouts: { first_token: 2s, whole: 2s }
      providers:
        sim-a: { name: Sim A, dialect: openai-chat, base_url: "${SIM}/v1", api_key: k, data_policy: { training: false } }
        sim-b: { name: Sim B, dialect: openai-chat, base_url: "${SIM}/v1", api_key: k, data_policy: { training: false } }
        sim-c: { name: Sim C, dialect: anthropic, base_url: "${SIM}/v1", api_key: k, data_policy: { training: false } }
      endpoints:
      """
          + endpoint("acme/told", "sim-a", "sim/words-30")
          + endpoint("acme/silent", "sim-a", "sim/words-30+usage=missing")
          + endpoint("acme/cut", "sim-a", "sim/words-30+fault=cut+after=11+every=4")
          + endpoint("acme/late-error", "sim-a", "sim/words-30+fault=error-late+after=21+every=4")
          + endpoint("acme/unfinished", "sim-a", "sim/words-30+fault=no-done")
          + endpoint("acme/absurd", "sim-a", "sim/words-30+usage=absurd")
          + endpoint("acme/helped", "sim-a", "sim/words-30+fault=http-503+every=4")
          + endpoint("acme/helped", "sim-b", "sim/words-30")
          + endpoint("acme/waited", "sim-a", "sim/words-30+fault=silence+every=4")
          + endpoint("acme/waited", "sim-b", "sim/words-30")
          + endpoint("acme/empty", "sim-a", "sim/words-30+fault=empty+every=4")
          + endpoint("acme/left", "sim-a", "sim/words-25+interval=20s")
          + endpoint("acme/left-c", "sim-c", "sim/words-25+interval=20s")
          + endpoint("acme/cut-c", "sim-c", "sim/words-30+fault=cut+after=17+every=4")
          + endpoint("acme/told-c", "sim-c", "sim/think-20");

  private static final List<String> MODELS =
      List.of(
          "acme/told",
          "acme/silent",
          "acme/cut",
          "acme/left",
          "acme/late-error",
          "acme/unfinished",
          "acme/told-c",
          "acme/absurd",
          "acme/left-c",
          "acme/told",
          "acme/helped",
          "acme/empty",
          "acme/cut-c",
          "acme/silent",
          "acme/told-c");

  /** How a caller leaves: after so many events; never where it is negative. */
  private record Sent(int number, String id, String model, int leaves, int status) {}

  /** Sums over all requests that were measured. */
  private static final class Metered {
    private long requests;
    private long charged;
    private long owed;
    private double wrong;
    private double worst;

    void add(long charge, long truth) {
      requests++;
      charged += charge;
      owed += truth;
      double by = Math.abs(charge - truth) / (double) truth;
      wrong += by;
      worst = Math.max(worst, by);
    }

    double error() {
      return owed == 0 ? 0 : Math.abs(charged - owed) / (double) owed;
    }

    @Override
    public String toString() {
      return "%,d requests, %.2f %% in all, %.1f %% each, %.0f %% at most"
          .formatted(requests, 100 * error(), 100 * wrong / Math.max(1, requests), 100 * worst);
    }
  }

  private final Map<String, Metered> metered = new HashMap<>();
  private final Map<String, Integer> exact = new HashMap<>();
  private int free;
  private int lost;

  private static String endpoint(String model, String provider, String name) {
    return "  - { model: "
        + model
        + ", provider: "
        + provider
        + ", provider_model: "
        + name
        + ", price: { prompt: 0.137, completion: 0.271 }, context_length: 8192,"
        + " max_completion_tokens: 100 }\n";
  }

  private static String prompt(int number) {
    Random random = new Random(number);
    StringBuilder text = new StringBuilder("Request r" + number);
    int words = 20 + random.nextInt(180);
    for (int i = 0; i < words; i++) {
      text.append(' ');
      int length = 2 + random.nextInt(7);
      for (int j = 0; j < length; j++) {
        text.append((char) ('a' + random.nextInt(26)));
      }
    }
    return text.toString();
  }

  private static Sent send(GatewayHarness gateway, int number)
      throws IOException, InterruptedException {
    String model = number % 97 == 0 ? "acme/waited" : MODELS.get(number % MODELS.size());
    boolean leaving = model.startsWith("acme/left");
    boolean stream = leaving || number / MODELS.size() % 3 != 0;
    HttpRequest request =
        gateway
            .request("/api/v1/chat/completions")
            .header("content-type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    GatewayHarness.ask(model, stream, prompt(number))))
            .build();
    HttpResponse<InputStream> answer =
        gateway.client().send(request, HttpResponse.BodyHandlers.ofInputStream());
    int leaves = leaving ? number / MODELS.size() % 27 : -1;
    try (InputStream in = answer.body()) {
      if (leaves < 0) {
        in.readAllBytes();
      } else {
        skip(in, leaves);
      }
    }
    return new Sent(
        number,
        answer.headers().firstValue("x-generation-id").orElse(""),
        model,
        leaves,
        answer.statusCode());
  }

  private static void skip(InputStream in, int events) throws IOException {
    int last = 0;
    for (int seen = 0; seen < events; ) {
      int next = in.read();
      if (next < 0) {
        return;
      }
      seen += next == '\n' && last == '\n' ? 1 : 0;
      last = next;
    }
  }

  private static long owed(SimAttempt attempt) {
    return attempt.promptTokens() * PROMPT + attempt.deliveredTokens() * COMPLETION;
  }

  private void compare(Sent sent, List<SimAttempt> attempts, List<SettlementRow> rows) {
    List<SettlementRow> final_ = rows.stream().filter(row -> row.lost() == 0).toList();
    assertThat(final_).as(sent + " has one final record at most").hasSizeLessThan(2);
    for (SettlementRow row : rows) {
      if (row.lost() != 0) {
        lost++;
        assertThat(row.charge()).isZero();
        SimAttempt attempt =
            attempts.get(Integer.parseInt(row.id().substring(row.id().indexOf('#') + 1)) - 1);
        if (row.source().equals("provider")) {
          assertThat(row.cost()).isEqualTo(owed(attempt));
        }
      }
    }
    if (final_.isEmpty()) {
      boolean nothing = attempts.stream().allMatch(attempt -> attempt.deliveredTokens() == 0);
      assertThat(nothing || sent.status() != 200).as(sent + " is free: nothing came").isTrue();
      free++;
      return;
    }
    SettlementRow row = final_.getFirst();
    SimAttempt served = attempts.getLast();
    assertThat(row.charge()).isLessThanOrEqualTo(row.cost());
    if (sent.model().equals("acme/absurd") && row.source().equals("provider")) {
      assertThat(row.cost()).isGreaterThan(row.charge());
    } else if (served.deliveredTokens() == 0) {
      assertThat(row.charge()).as(sent + " got nothing").isZero();
      free++;
    } else if (row.source().equals("provider")) {
      assertThat(row.charge()).as(sent + " by " + served).isEqualTo(owed(served));
      exact.merge(sent.model(), 1, Integer::sum);
    } else {
      assertThat(row.source()).isEqualTo("meter");
      metered.computeIfAbsent(sent.model(), model -> new Metered()).add(row.charge(), owed(served));
    }
  }

  private void batch(GatewayHarness gateway, int from, int to) throws Exception {
    gateway.simulator().forget();
    List<Sent> all = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(CALLERS)) {
      List<Future<Sent>> calls = new ArrayList<>();
      for (int i = from; i < to; i++) {
        int number = i;
        calls.add(pool.submit(() -> send(gateway, number)));
      }
      for (Future<Sent> call : calls) {
        all.add(call.get());
      }
    }
    GatewayHarness.await(
        "nothing is held any more",
        Duration.ofSeconds(30),
        () -> key(gateway, "held").signum() == 0);
    Map<Integer, List<SimAttempt>> attempts =
        gateway.attempts().stream()
            .collect(Collectors.groupingBy(attempt -> asked(gateway, attempt)));
    Map<String, List<SettlementRow>> rows = rows(gateway, all);
    for (Sent sent : all) {
      List<SimAttempt> mine = attempts.getOrDefault(sent.number(), List.of());
      compare(sent, mine, rows.getOrDefault(sent.id(), List.of()));
    }
  }

  private static BigDecimal key(GatewayHarness gateway, String field) {
    return GatewayHarness.JSON
        .readTree(gateway.get("/api/v1/key").body())
        .get("data")
        .get(field)
        .decimalValue();
  }

  /** The number of the request that an attempt was made for; it stands in its prompt. */
  private static int asked(GatewayHarness gateway, SimAttempt attempt) {
    byte[] body = gateway.simulator().received(attempt.number()).orElseThrow().body();
    Matcher number = NUMBER.matcher(new String(body, StandardCharsets.UTF_8));
    assertThat(number.find()).isTrue();
    return Integer.parseInt(number.group(1));
  }

  /** As soon as all that has been acknowledged stands in the books. */
  private static Map<String, List<SettlementRow>> rows(GatewayHarness gateway, List<Sent> all) {
    Function<SettlementRow, String> id =
        row -> row.id().contains("#") ? row.id().substring(0, row.id().indexOf('#')) : row.id();
    Map<String, List<SettlementRow>> found = new HashMap<>();
    long spent = key(gateway, "usage").movePointRight(9).longValueExact();
    GatewayHarness.await(
        "the books",
        Duration.ofSeconds(30),
        () -> {
          List<SettlementRow> read = SettlementRow.all(gateway);
          found.clear();
          found.putAll(read.stream().collect(Collectors.groupingBy(id)));
          return read.stream().mapToLong(SettlementRow::charge).sum() == spent;
        });
    found.keySet().retainAll(all.stream().map(Sent::id).toList());
    return found;
  }

  @Test
  void whatIsChargedIsWhatWasDelivered() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(CONFIG, 0.001, Map.of())) {
      for (int from = 0; from < REQUESTS; from += BATCH) {
        batch(gateway, from, Math.min(REQUESTS, from + BATCH));
      }
    }
    Metered all = new Metered();
    System.out.println("exact " + exact + ", free " + free + ", lost attempts " + lost);
    metered.forEach(
        (model, sums) -> {
          System.out.println(model + ": " + sums);
          all.requests += sums.requests;
          all.charged += sums.charged;
          all.owed += sums.owed;
        });
    System.out.println("metered in all: " + all.requests + ", error " + all.error());
    assertThat(exact.keySet())
        .contains("acme/told", "acme/told-c", "acme/unfinished", "acme/helped");
    assertThat(metered.keySet())
        .contains("acme/silent", "acme/cut", "acme/left", "acme/left-c", "acme/cut-c");
    assertThat(lost).isGreaterThan(REQUESTS / 100);
    assertThat(free).isGreaterThan(REQUESTS / 100);
    assertThat(all.error()).isLessThan(0.02);
    for (String many : List.of("acme/silent", "acme/left", "acme/left-c")) {
      assertThat(metered.getOrDefault(many, new Metered()).error()).as(many).isLessThan(0.02);
    }
  }
}
