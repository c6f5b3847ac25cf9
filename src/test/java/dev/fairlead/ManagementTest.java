package dev.fairlead;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.GatewayHarness.Answer;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Keys, budgets and credits through the management API, and what they do to those who call. */
final class ManagementTest {
  private static final String STRIPE = "whsec_0123456789abcdef0123456789abcdef";
  private static final String MODELS =
      """
      providers:
        sim-a: { name: Sim A, dialect: openai-chat, base_url: "${SIM}/v1", api_key: k }
        sim-b: { name: Sim B, dialect: openai-chat, base_url: "${SIM}/v1", api_key: k }
      endpoints:
        - { model: acme/paid, provider: sim-a, provider_model: sim/words-20, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/free, provider: sim-a, provider_model: sim/words-5, price: { prompt: 0, completion: 0 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/two, provider: sim-a, provider_model: sim/words-20, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/two, provider: sim-b, provider_model: sim/words-20, price: { prompt: 10.00, completion: 20.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/long, provider: sim-a, provider_model: sim/words-20, price: { prompt: 1.00, completion: 2.00 }, context_length: 81920, max_completion_tokens: 80000 }
      """;

  private GatewayHarness gateway = GatewayHarness.start(MODELS);

  @AfterEach
  void close() {
    gateway.close();
  }

  private void restart(String more) {
    gateway.close();
    gateway = GatewayHarness.start(MODELS + more);
  }

  private Answer ask(String key, String method, String path, String body, String... headers) {
    return gateway.ask(key, method, path, body, headers);
  }

  private Answer manage(String method, String path, String body) {
    return ask(GatewayHarness.MANAGEMENT_KEY, method, path, body);
  }

  private Answer chat(String key, String model, String... headers) {
    return chatWith("", key, model, headers);
  }

  private Answer chatWith(String more, String key, String model, String... headers) {
    String body =
        "{\"model\": \""
            + model
            + "\", \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]"
            + more
            + "}";
    return ask(key, "POST", "/chat/completions", body, headers);
  }

  private String made(String body) {
    Answer made = manage("POST", "/keys", body);
    assertThat(made.status()).as(made.raw().body()).isEqualTo(201);
    return made.json().get("key").asString();
  }

  // ---------------------------------------------------------------- keys

  @Test
  void aKeyIsMadeShownOnceChangedAndDeleted() {
    Answer made =
        manage("POST", "/keys", "{\"name\": \"team\", \"limit\": 5, \"limit_reset\": \"monthly\"}");
    assertThat(made.status()).isEqualTo(201);
    String secret = made.json().get("key").asString();
    String hash = made.data().get("hash").asString();
    assertThat(secret).startsWith("sk-fl-");
    assertThat(made.data().get("limit_remaining").decimalValue()).isEqualByComparingTo("5");
    assertThat(chat(secret, "acme/paid").status()).isEqualTo(200);

    Answer shown = manage("GET", "/keys/" + hash, "");
    assertThat(shown.data().get("usage").decimalValue()).isPositive();
    assertThat(shown.raw().body()).doesNotContain(secret);
    assertThat(manage("GET", "/keys", "").raw().body()).contains(hash).doesNotContain(secret);

    Answer off = manage("PATCH", "/keys/" + hash, "{\"disabled\": true}");
    assertThat(off.data().get("disabled").asBoolean()).isTrue();
    assertThat(off.data().get("name").asString()).isEqualTo("team");
    assertThat(off.data().get("limit").decimalValue()).isEqualByComparingTo("5");
    assertThat(chat(secret, "acme/free").status()).isEqualTo(401);
    assertThat(manage("GET", "/keys", "").raw().body()).doesNotContain(hash);
    assertThat(manage("GET", "/keys?include_disabled=true", "").raw().body()).contains(hash);

    manage("PATCH", "/keys/" + hash, "{\"disabled\": false, \"limit\": null}");
    assertThat(manage("GET", "/keys/" + hash, "").data().get("limit").isNull()).isTrue();
    assertThat(chat(secret, "acme/free").status()).isEqualTo(200);

    Answer gone = manage("DELETE", "/keys/" + hash, "");
    assertThat(gone.json().get("deleted").asBoolean()).isTrue();
    assertThat(chat(secret, "acme/free").status()).isEqualTo(401);
    assertThat(manage("GET", "/keys/" + hash, "").status()).isEqualTo(404);
  }

  @Test
  void theLimitOfAKeyHoldsFromTheNextRequest() {
    String secret = made("{\"name\": \"poor\", \"limit\": 0.0000001}");
    Answer refused = chat(secret, "acme/paid");
    assertThat(refused.status()).isEqualTo(402);
    JsonNode metadata = refused.json().get("error").get("metadata");
    assertThat(metadata.get("limit_source").asString()).isEqualTo("openrouter_key_limit");
    assertThat(chat(secret, "acme/free").status()).isEqualTo(200);
    String hash = manage("GET", "/keys", "").data().get(0).get("hash").asString();
    manage("PATCH", "/keys/" + hash, "{\"limit\": 1}");
    assertThat(chat(secret, "acme/paid").status()).isEqualTo(200);
  }

  @Test
  void aRefusalSaysTheSameInEveryDialect() {
    String secret = made("{\"name\": \"poor\", \"limit\": 0.0000001}");
    String chat =
        """
        {"model": "acme/paid", "max_tokens": 50, "messages": [{"role": "user", "content": "Hi"}]}""";
    String gemini = "{\"contents\": [{\"role\": \"user\", \"parts\": [{\"text\": \"Hi\"}]}]}";
    for (String path : List.of("/v1/chat/completions", "/v1/messages", "/api/v1/messages")) {
      JsonNode error = refused(secret, path, chat);
      assertThat(error.get("metadata").get("limit_source").asString())
          .as(path)
          .isEqualTo("openrouter_key_limit");
      assertThat(error.get("metadata").get("held").isNumber()).as(path).isTrue();
    }
    JsonNode details =
        refused(secret, "/v1beta/models/acme/paid:generateContent", gemini).get("details").get(0);
    assertThat(details.get("metadata").get("limit_source").asString())
        .isEqualTo("openrouter_key_limit");
    assertThat(details.get("metadata").get("held").asString()).isEqualTo("0");
  }

  private JsonNode refused(String secret, String path, String body) {
    HttpResponse<String> answer =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri(path))
                .header("content-type", "application/json")
                .header("authorization", "Bearer " + secret)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(402);
    return GatewayHarness.JSON.readTree(answer.body()).get("error");
  }

  @Test
  void rotationsOverlapAndShareOneAllowance() {
    String old = made("{\"name\": \"r\", \"limit\": 5}");
    chat(old, "acme/paid");
    String hash = manage("GET", "/keys", "").data().get(0).get("hash").asString();
    Answer rotated = manage("POST", "/keys/" + hash + "/rotate", "{\"overlap_seconds\": 3600}");
    assertThat(rotated.status()).isEqualTo(201);
    String next = rotated.json().get("key").asString();
    assertThat(chat(old, "acme/paid").status()).isEqualTo(200);
    assertThat(chat(next, "acme/paid").status()).isEqualTo(200);
    JsonNode self = ask(next, "GET", "/key", "").data();
    assertThat(self.get("usage")).isEqualTo(ask(old, "GET", "/key", "").data().get("usage"));
    assertThat(self.get("name").asString()).isEqualTo("r");

    Answer again = manage("POST", "/keys/" + self.get("hash").asString() + "/rotate", "");
    assertThat(again.status()).isEqualTo(201);
    assertThat(chat(next, "acme/free").status()).isEqualTo(401);
    assertThat(chat(again.json().get("key").asString(), "acme/free").status()).isEqualTo(200);
  }

  @Test
  void aKeyMayBeBoundToModelsProvidersAndAddresses() {
    String model = made("{\"name\": \"m\", \"models\": [\"acme/free\"]}");
    assertThat(chat(model, "acme/free").status()).isEqualTo(200);
    assertThat(chat(model, "acme/paid").status()).isIn(403, 404);
    String provider = made("{\"name\": \"p\", \"providers\": [\"sim-b\"]}");
    assertThat(chat(provider, "acme/two").json().get("provider").asString()).isEqualTo("Sim B");
    assertThat(chat(provider, "acme/paid").status()).isIn(403, 404);
    String near = made("{\"name\": \"a\", \"addresses\": [\"127.0.0.0/8\", \"::1\"]}");
    assertThat(chat(near, "acme/free").status()).isEqualTo(200);
    String far = made("{\"name\": \"f\", \"addresses\": [\"10.0.0.0/8\"]}");
    Answer refused = chat(far, "acme/free");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.error()).contains("cannot be used from 127.0.0.1");
    assertThat(ask(far, "GET", "/key", "").status()).isEqualTo(403);
  }

  @Test
  void whatIsWrongWithARequestIsSaidAndNothingIsMade() {
    record Bad(String body, String says) {}
    for (Bad bad :
        new Bad[] {
          new Bad("{}", "name: is missing"),
          new Bad("{\"name\": \"\"}", "name: must have 1 to 256 characters"),
          new Bad("{\"name\": \"x\", \"limit\": -1}", "limit: must be an amount in USD"),
          new Bad("{\"name\": \"x\", \"limit\": \"5\"}", "limit: must be an amount in USD"),
          new Bad("{\"name\": \"x\", \"limit\": 1e40}", "limit: must be an amount in USD"),
          new Bad(
              "{\"name\": \"x\", \"limit_reset\": \"hourly\"}", "one of daily, monthly, weekly"),
          new Bad("{\"name\": \"x\", \"expires_at\": \"2020-01-01T00:00:00Z\"}", "is past"),
          new Bad("{\"name\": \"x\", \"expires_at\": \"2050-01-01T00:00:00+02:00\"}", "in UTC"),
          new Bad("{\"name\": \"x\", \"addresses\": [\"10.0.0.0/33\"]}", "10.0.0.0/33"),
          new Bad("{\"name\": \"x\", \"addresses\": [\"example.org\"]}", "is no IP address"),
          new Bad("{\"name\": \"x\", \"workspace_id\": \"other\"}", "no workspace 'other'"),
          new Bad("{\"name\": \"x\", \"limits\": 5}", "'limits' is not known here"),
          new Bad("[]", "must be a JSON object"),
          new Bad("{", "no JSON"),
        }) {
      Answer refused = manage("POST", "/keys", bad.body());
      assertThat(refused.status()).as(bad.body()).isEqualTo(400);
      assertThat(refused.error()).as(bad.body()).contains(bad.says());
    }
    assertThat(manage("GET", "/keys?include_disabled=true", "").json().get("total_count").asInt())
        .isEqualTo(2);
  }

  @Test
  void keysAreManagedByManagementKeysOnlyAndNotByThemselves() {
    assertThat(ask(GatewayHarness.KEY, "GET", "/keys", "").status()).isEqualTo(403);
    assertThat(ask("", "GET", "/keys", "").status()).isEqualTo(401);
    String second = made("{\"name\": \"boss\", \"management\": true}");
    assertThat(second).startsWith("mk-fl-");
    assertThat(chat(second, "acme/free").status()).isEqualTo(403);
    String hash = ask(second, "GET", "/key", "").data().get("hash").asString();
    assertThat(ask(second, "DELETE", "/keys/" + hash, "").status()).isEqualTo(409);
    assertThat(manage("DELETE", "/keys/" + hash, "").status()).isEqualTo(200);
    String fixed = ask(GatewayHarness.KEY, "GET", "/key", "").data().get("hash").asString();
    Answer refused = manage("DELETE", "/keys/" + fixed, "");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.error()).contains("stands in the configuration or the environment");
    assertThat(manage("DELETE", "/keys/abc", "").status()).isEqualTo(404);
  }

  // ---------------------------------------------------------------- budgets

  @Test
  void aWorkspaceBudgetRefusesAsOpenRouterDoes() {
    assertThat(manage("PUT", "/workspaces/default/budgets/daily", "{\"limit_usd\": 0.0000001}"))
        .extracting(Answer::status)
        .isEqualTo(200);
    Answer refused = chat(GatewayHarness.KEY, "acme/paid");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.error()).startsWith("Workspace daily budget of $0.0000001 exceeded.");
    assertThat(chat(GatewayHarness.KEY, "acme/free").status()).isEqualTo(200);

    Answer smaller =
        manage("PUT", "/workspaces/default/budgets/monthly", "{\"limit_usd\": 0.00000001}");
    assertThat(smaller.status()).isEqualTo(400);
    assertThat(smaller.error()).contains("must grow with their interval");
    Answer list = manage("GET", "/workspaces/default/budgets", "");
    assertThat(list.data()).hasSize(1);
    assertThat(list.data().get(0).get("reset_interval").asString()).isEqualTo("daily");

    assertThat(manage("DELETE", "/workspaces/default/budgets/daily", "").status()).isEqualTo(200);
    assertThat(manage("DELETE", "/workspaces/default/budgets/daily", "").status()).isEqualTo(200);
    assertThat(chat(GatewayHarness.KEY, "acme/paid").status()).isEqualTo(200);
    assertThat(manage("GET", "/workspaces/default/budgets/daily", "").status()).isEqualTo(404);
    assertThat(manage("GET", "/workspaces/other/budgets", "").status()).isEqualTo(404);
  }

  @Test
  void eachEndUserHasABudgetForItselfAndSomeHaveTheirOwn() {
    manage(
        "PUT",
        "/budgets",
        "{\"scope\": \"end_user\", \"interval\": \"daily\", \"limit_usd\": 0.0003}");
    manage(
        "PUT",
        "/budgets",
        "{\"scope\": \"end_user\", \"id\": \"rich\", \"interval\": \"daily\", \"limit_usd\": 1}");
    int served = 0;
    Answer last = chatWith(", \"user\": \"ann\"", GatewayHarness.KEY, "acme/paid");
    while (last.status() == 200 && served < 50) {
      served++;
      last = chatWith(", \"user\": \"ann\"", GatewayHarness.KEY, "acme/paid");
    }
    assertThat(served).isBetween(1, 49);
    assertThat(last.status()).isEqualTo(402);
    JsonNode metadata = last.json().get("error").get("metadata");
    assertThat(metadata.get("scope").asString()).isEqualTo("end_user");
    assertThat(metadata.get("scope_id").asString()).isEqualTo("ann");
    assertThat(metadata.get("spent").decimalValue())
        .isPositive()
        .isLessThan(metadata.get("limit").decimalValue());
    assertThat(chatWith(", \"user\": \"bob\"", GatewayHarness.KEY, "acme/paid").status())
        .isEqualTo(200);
    assertThat(chatWith(", \"user\": \"rich\"", GatewayHarness.KEY, "acme/paid").status())
        .isEqualTo(200);
    assertThat(chat(GatewayHarness.KEY, "acme/paid").status()).isEqualTo(200);
  }

  @Test
  void tagsAndMembersHaveBudgets() {
    manage(
        "PUT",
        "/budgets",
        "{\"scope\": \"tag\", \"id\": \"toy\", \"interval\": \"lifetime\", \"limit_usd\": 0}");
    manage(
        "PUT",
        "/budgets",
        "{\"scope\": \"member\", \"id\": \"eve\", \"interval\": \"lifetime\", \"limit_usd\": 0}");
    assertThat(chat(GatewayHarness.KEY, "acme/paid", "x-fairlead-tags", "work").status())
        .isEqualTo(200);
    Answer refused = chat(GatewayHarness.KEY, "acme/paid", "x-fairlead-tags", "work, toy");
    assertThat(refused.status()).isEqualTo(402);
    assertThat(refused.error()).contains("limit of tag 'toy' is $0");
    String eves = made("{\"name\": \"e\", \"creator_user_id\": \"eve\"}");
    assertThat(chat(eves, "acme/paid").error()).contains("limit of member 'eve' is $0");
    assertThat(chat(eves, "acme/free").status()).isEqualTo(200);
    assertThat(chat(GatewayHarness.KEY, "acme/free", "x-fairlead-tags", ",").status())
        .isEqualTo(400);
    manage("DELETE", "/budgets?scope=tag&id=toy&interval=lifetime", "");
    assertThat(chat(GatewayHarness.KEY, "acme/paid", "x-fairlead-tags", "toy").status())
        .isEqualTo(200);
  }

  @Test
  void aProviderWithoutMoneyIsPassedOverForOneThatHasSome() {
    assertThat(chat(GatewayHarness.KEY, "acme/two").json().get("provider").asString())
        .isIn("Sim A", "Sim B");
    manage(
        "PUT",
        "/budgets",
        "{\"scope\": \"provider\", \"id\": \"sim-a\", \"interval\": \"daily\", \"limit_usd\": 0}");
    for (int i = 0; i < 5; i++) {
      assertThat(chat(GatewayHarness.KEY, "acme/two").json().get("provider").asString())
          .isEqualTo("Sim B");
    }
    assertThat(chat(GatewayHarness.KEY, "acme/paid").error())
        .contains("limit of provider 'sim-a' is $0");
    manage(
        "PUT",
        "/budgets",
        "{\"scope\": \"model\", \"id\": \"acme/two\", \"interval\": \"daily\", \"limit_usd\": 0}");
    assertThat(chat(GatewayHarness.KEY, "acme/two").error())
        .contains("limit of model 'acme/two' is $0");
    assertThat(chat(GatewayHarness.KEY, "acme/free").status()).isEqualTo(200);
  }

  @Test
  void legsThatABudgetDoesNotPayForAreLeftOut() {
    // The cheap one may cost 0.0003 at most, the dear one ten times as much.
    String key = made("{\"name\": \"k\", \"limit\": 0.001}");
    for (int i = 0; i < 5; i++) {
      Answer answer = chat(key, "acme/two");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.json().get("provider").asString()).isEqualTo("Sim A");
    }
  }

  @Test
  void aShorterAnswerIsAskedForWhereThatIsWished() {
    String key = made("{\"name\": \"k\", \"limit\": 0.000106}");
    Answer refused = chat(key, "acme/long");
    assertThat(refused.status()).isEqualTo(402);
    JsonNode told = refused.json().get("error").get("metadata");
    long affordable = told.get("affordable_tokens").asLong();
    assertThat(affordable).isBetween(16L, 19L);
    assertThat(told.get("affordable_at").asString()).contains("acme/long");
    assertThat(told.get("free_model").asString()).isEqualTo("acme/free");
    assertThat(told.get("remedy_hint").asString())
        .startsWith("set max_tokens to " + affordable + " or less")
        .endsWith("or call acme/free, which costs nothing");
    assertThat(refused.error()).endsWith("acme/free costs nothing.");
    String bound = made("{\"name\": \"b\", \"limit\": 0, \"models\": [\"acme/long\"]}");
    JsonNode none = chat(bound, "acme/long").json().get("error").get("metadata");
    assertThat(none.has("free_model")).as("one that this key may not call").isFalse();
    assertThat(none.get("remedy_hint").asString()).startsWith("call a model without a price");
    Answer clamped = chat(key, "acme/long", "x-fairlead-clamp-output", "true");
    assertThat(clamped.status()).isEqualTo(200);
    assertThat(clamped.json().get("usage").get("completion_tokens").asLong()).isEqualTo(affordable);
    assertThat(clamped.json().get("choices").get(0).get("finish_reason").asString())
        .isEqualTo("length");
    JsonNode self = ask(key, "GET", "/key", "").data();
    assertThat(self.get("held").decimalValue()).isEqualByComparingTo("0");
    assertThat(self.get("usage").decimalValue()).isPositive();
  }

  @Test
  void aSoftBudgetIsToldAndRefusesNothing() {
    manage(
        "PUT",
        "/budgets",
        "{\"scope\": \"workspace\", \"id\": \"default\", \"interval\": \"daily\", \"limit_usd\":"
            + " 0.00001, \"soft\": true}");
    Answer first = chat(GatewayHarness.KEY, "acme/paid");
    assertThat(first.raw().headers().firstValue("x-fairlead-budget-notice")).isEmpty();
    Answer second = chat(GatewayHarness.KEY, "acme/paid");
    assertThat(second.status()).isEqualTo(200);
    assertThat(second.raw().headers().firstValue("x-fairlead-budget-notice").orElse(""))
        .startsWith("workspace daily; limit=0.00001; spent=0.0000");
  }

  // ---------------------------------------------------------------- credits

  @Test
  void prepaidCreditsAreTheLimitOfAll() {
    restart("spending: { prepaid: true, low_balance: 0.5 }\n");
    Answer refused = chat(GatewayHarness.KEY, "acme/paid");
    assertThat(refused.status()).isEqualTo(402);
    assertThat(refused.json().get("error").get("metadata").get("limit_source").asString())
        .isEqualTo("openrouter_credits");
    assertThat(chat(GatewayHarness.KEY, "acme/free").status()).isEqualTo(200);

    String topUp = "{\"amount\": 1, \"reference\": \"r1\"}";
    assertThat(manage("POST", "/credits", topUp).status()).isEqualTo(201);
    assertThat(manage("POST", "/credits", topUp).status()).isEqualTo(200);
    assertThat(manage("POST", "/credits", "{\"amount\": 2, \"reference\": \"r1\"}").status())
        .isEqualTo(409);
    assertThat(manage("GET", "/credits", "").data().get("total_credits").asInt()).isEqualTo(1);
    Answer served = chat(GatewayHarness.KEY, "acme/paid");
    assertThat(served.status()).isEqualTo(200);
    assertThat(served.raw().headers().firstValue("x-fairlead-budget-notice")).isEmpty();
    assertThat(manage("GET", "/credits", "").data().get("total_usage").decimalValue())
        .isEqualByComparingTo(served.json().get("usage").get("cost").decimalValue());

    String refund = "{\"amount\": 1, \"reference\": \"r2\", \"kind\": \"refund\"}";
    assertThat(manage("POST", "/credits", refund).error()).contains("Less than $1 is left");
    manage("POST", "/credits", refund.replace("1,", "0.6,"));
    Answer low = chat(GatewayHarness.KEY, "acme/paid");
    assertThat(low.status()).isEqualTo(200);
    assertThat(low.raw().headers().firstValue("x-fairlead-budget-notice").orElse(""))
        .startsWith("organization lifetime; limit=0");
    assertThat(manage("GET", "/credits/entries", "").data()).hasSize(2);
  }

  @Test
  void whoSellsCreditsIsToldOnceWhenTheyRunLow() throws Exception {
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger status = new AtomicInteger(200);
    HttpServer seller = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    seller.createContext(
        "/low",
        exchange -> {
          told.add(
              exchange.getRequestHeaders().getFirst("authorization")
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          exchange.sendResponseHeaders(status.get(), -1);
          exchange.close();
        });
    seller.start();
    try {
      restart(
          "spending: { prepaid: true, low_balance: 0.5, top_up: { url: \"http://127.0.0.1:"
              + seller.getAddress().getPort()
              + "/low\", token: t0ken } }\n");
      GatewayHarness.await("the word", Duration.ofSeconds(10), () -> told.size() == 1);
      assertThat(told.getFirst()).startsWith("Bearer t0ken {");
      JsonNode word = GatewayHarness.JSON.readTree(told.getFirst().substring(13));
      assertThat(word.get("event").asString()).isEqualTo("credits.low");
      assertThat(word.get("balance").decimalValue()).isEqualByComparingTo("0");
      String bought = "{\"amount\": 1, \"reference\": \"" + word.get("id").asString() + "\"}";
      assertThat(manage("POST", "/credits", bought).status()).isEqualTo(201);
      assertThat(chat(GatewayHarness.KEY, "acme/paid").status()).isEqualTo(200);
      manage("POST", "/credits", "{\"amount\": 0.9, \"reference\": \"r\", \"kind\": \"refund\"}");
      GatewayHarness.await("another word", Duration.ofSeconds(10), () -> told.size() == 2);
      Thread.sleep(2_500);
      assertThat(told).hasSize(2);
      assertThat(told.getLast()).contains("\"id\":\"top-up-100000000\"");
    } finally {
      seller.stop(0);
    }
  }

  @Test
  void aMarkUpIsPaidByTheCallerAndPostedAsMargin() {
    Answer plain = chat(GatewayHarness.KEY, "acme/paid");
    restart("spending: { markup_percent: 50 }\n");
    Answer marked = chat(GatewayHarness.KEY, "acme/paid");
    JsonNode usage = marked.json().get("usage");
    assertThat(usage.get("cost").decimalValue())
        .isEqualByComparingTo(
            plain
                .json()
                .get("usage")
                .get("cost")
                .decimalValue()
                .multiply(new java.math.BigDecimal("1.5")));
    assertThat(usage.get("cost_details").get("upstream_inference_cost").decimalValue())
        .isEqualByComparingTo(plain.json().get("usage").get("cost").decimalValue());
  }

  @Test
  void withoutASecretThereIsNoPaymentWebhook() {
    assertThat(ask("", "POST", "/webhooks/stripe", "{}").status()).isEqualTo(404);
    restart("spending: { stripe_webhook_secret: \"\" }\n");
    assertThat(ask("", "POST", "/webhooks/stripe", "{}").status()).isEqualTo(404);
  }

  @Test
  void anOrderIsCreditedOnceWhenItsPaymentIsToldByStripe() throws Exception {
    restart("spending: { stripe_webhook_secret: \"" + STRIPE + "\" }\n");
    JsonNode order = manage("POST", "/credits/orders", "{\"amount\": 12.5}").data();
    String id = order.get("id").asString();
    assertThat(order.get("paid").asBoolean()).isFalse();
    assertThat(manage("POST", "/credits/orders", "{\"amount\": 0.001}").error())
        .contains("whole cents");
    String good = event(id, 1250, "usd", "paid");

    assertThat(told(good, "").status()).isEqualTo(400);
    assertThat(told(good, sign(good, "", 0)).status()).isEqualTo(400);
    assertThat(told(good, sign(good, "another-secret-of-the-same-length", 0)).status())
        .isEqualTo(400);
    assertThat(told(good, sign(good, STRIPE, -600)).status()).isEqualTo(400);
    assertThat(told(good, sign(good, STRIPE, 600)).status()).isEqualTo(400);
    assertThat(told(good.replace("1250", "9999"), sign(good, STRIPE, 0)).status()).isEqualTo(400);
    for (String altered :
        new String[] {
          event(id, 1249, "usd", "paid"),
          event(id, 125000, "usd", "paid"),
          event(id, -1250, "usd", "paid"),
          event(id, 1250, "eur", "paid"),
          event("ord_unknown", 1250, "usd", "paid"),
          good.replace("1250", "\"1250\""),
        }) {
      assertThat(told(altered, sign(altered, STRIPE, 0)).status()).as(altered).isEqualTo(400);
    }
    String unpaid = event(id, 1250, "usd", "unpaid");
    assertThat(told(unpaid, sign(unpaid, STRIPE, 0)).status()).isEqualTo(200);
    assertThat(manage("GET", "/credits", "").data().get("total_credits").asDouble()).isZero();

    for (int i = 0; i < 3; i++) {
      assertThat(told(good, sign(good, STRIPE, 0)).status()).isEqualTo(200);
    }
    assertThat(manage("GET", "/credits", "").data().get("total_credits").decimalValue())
        .isEqualByComparingTo("12.5");
    assertThat(manage("GET", "/credits/orders/" + id, "").data().get("paid").asBoolean()).isTrue();
  }

  private static String event(String order, int cents, String currency, String status) {
    return "{\"id\": \"evt_1\", \"type\": \"checkout.session.completed\", \"data\": {\"object\":"
        + " {\"id\": \"cs_1\", \"client_reference_id\": \""
        + order
        + "\", \"amount_total\": "
        + cents
        + ", \"currency\": \""
        + currency
        + "\", \"payment_status\": \""
        + status
        + "\"}}}";
  }

  private Answer told(String event, String signature) {
    return signature.isEmpty()
        ? ask("", "POST", "/webhooks/stripe", event)
        : ask("", "POST", "/webhooks/stripe", event, "stripe-signature", signature);
  }

  private static String sign(String body, String secret, long skewSeconds) throws Exception {
    long time = Instant.now().getEpochSecond() + skewSeconds;
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec((secret.isEmpty() ? "\0" : secret).getBytes(UTF_8), "HmacSHA256"));
    byte[] sum = mac.doFinal((time + "." + body).getBytes(UTF_8));
    return "t=" + time + ",v1=" + HexFormat.of().formatHex(sum);
  }

  @Test
  void anInvoiceIsTheSumOfItsLines() {
    String named = made("{\"name\": \"=cmd()\"}");
    chat(named, "acme/paid");
    chat(GatewayHarness.KEY, "acme/paid");
    chat(GatewayHarness.KEY, "acme/free");
    String month = LocalDate.now(ZoneOffset.UTC).toString().substring(0, 7);
    JsonNode invoice = manage("GET", "/invoices/" + month, "").data();
    assertThat(invoice.get("lines")).hasSize(3);
    assertThat(invoice.get("total").decimalValue())
        .isPositive()
        .isEqualByComparingTo(
            manage("GET", "/credits", "").data().get("total_usage").decimalValue());
    Answer csv = manage("GET", "/invoices/" + month + "?format=csv", "");
    assertThat(csv.raw().headers().firstValue("content-type").orElse("")).startsWith("text/csv");
    assertThat(csv.raw().body().lines()).hasSize(4);
    assertThat(csv.raw().body()).contains(",'=cmd(),acme/paid,sim-a,1,");
    assertThat(manage("GET", "/invoices/2026-13", "").status()).isEqualTo(400);
    assertThat(manage("GET", "/invoices/" + month + "?format=pdf", "").status()).isEqualTo(400);
  }
}
