package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.GatewayHarness.Answer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Organizations and workspaces: each pays for itself, and none sees or touches another. */
final class TenantTest {
  private static final String MODELS =
      """
      providers:
        sim-a: { name: Sim A, dialect: openai-chat, base_url: "${SIM}/v1", api_key: k }
        sim-b: { name: Sim B, dialect: openai-chat, base_url: "${SIM}/v1", env: [SIM_B_NOBODY_SETS_THIS] }
      endpoints:
        - { model: acme/paid, provider: sim-a, provider_model: sim/words-20, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
        - { model: acme/own, provider: sim-b, provider_model: sim/words-20, price: { prompt: 1.00, completion: 2.00 }, context_length: 8192, max_completion_tokens: 100 }
      """;

  private GatewayHarness gateway = GatewayHarness.start(MODELS);

  @AfterEach
  void close() {
    gateway.close();
  }

  private Answer ask(String key, String method, String path, String body, String... headers) {
    return gateway.ask(key, method, path, body, headers);
  }

  private static BigDecimal cost(Answer answer) {
    return answer.json().get("usage").get("cost").decimalValue();
  }

  private Answer operate(String method, String path, String body) {
    return ask(GatewayHarness.MANAGEMENT_KEY, method, path, body);
  }

  private Answer chat(String key, String model, String... headers) {
    String body =
        "{\"model\": \""
            + model
            + "\", \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}], \"user\": \"u\"}";
    return ask(key, "POST", "/chat/completions", body, headers);
  }

  private static Answer good(Answer answer) {
    assertThat(answer.status()).as(answer.raw().body()).isIn(200, 201);
    return answer;
  }

  private record Acme(String id, String manager, String key) {}

  /** An organization with a management key and another. */
  private Acme acme(String terms) {
    String id =
        good(operate("POST", "/organizations", "{\"name\": \"Acme\"" + terms + "}"))
            .data()
            .get("id")
            .asString();
    String manager =
        good(operate(
                "POST",
                "/keys",
                "{\"name\": \"boss\", \"management\": true, \"organization_id\": \"" + id + "\"}"))
            .json()
            .get("key")
            .asString();
    String key =
        good(ask(manager, "POST", "/keys", "{\"name\": \"app\", \"creator_user_id\": \"ann\"}"))
            .json()
            .get("key")
            .asString();
    return new Acme(id, manager, key);
  }

  private BigDecimal usd(String manager, String member) {
    return ask(manager, "GET", "/credits", "").data().get(member).decimalValue();
  }

  private static String today() {
    return LocalDate.now(ZoneOffset.UTC).toString();
  }

  @Test
  void eachOrganizationPaysForItselfByItsOwnTerms() {
    Acme acme = acme(", \"markup_percent\": 50, \"prepaid\": true");
    Answer refused = chat(acme.key(), "acme/paid");
    assertThat(refused.status()).isEqualTo(402);
    assertThat(refused.json().get("error").get("metadata").get("limit_source").asString())
        .isEqualTo("openrouter_credits");
    Answer operators = good(chat(GatewayHarness.KEY, "acme/paid"));

    String topUp = "{\"amount\": 1, \"reference\": \"r\", \"organization_id\": \"%s\"}";
    assertThat(operate("POST", "/credits", topUp.formatted(acme.id())).status()).isEqualTo(201);
    assertThat(operate("POST", "/credits", topUp.formatted(acme.id())).status()).isEqualTo(200);
    assertThat(operate("POST", "/credits", "{\"amount\": 1, \"reference\": \"r\"}").status())
        .isEqualTo(409);
    Answer served = good(chat(acme.key(), "acme/paid"));
    assertThat(cost(served))
        .isEqualByComparingTo(
            cost(operators)
                .multiply(new BigDecimal("1.5"))
                .setScale(9, RoundingMode.HALF_UP)); // the same words, the same tokens
    assertThat(usd(acme.manager(), "total_usage")).isEqualByComparingTo(cost(served));
    assertThat(usd(acme.manager(), "total_credits")).isEqualByComparingTo("1");
    assertThat(usd(GatewayHarness.MANAGEMENT_KEY, "total_usage"))
        .isEqualByComparingTo(cost(operators));
    assertThat(usd(GatewayHarness.MANAGEMENT_KEY, "total_credits")).isEqualByComparingTo("0");

    String month = YearMonth.now(ZoneOffset.UTC).toString();
    JsonNode bill = good(ask(acme.manager(), "GET", "/invoices/" + month, "")).data();
    assertThat(bill.get("organization_name").asString()).isEqualTo("Acme");
    assertThat(bill.get("lines")).hasSize(1);
    assertThat(bill.get("total").decimalValue()).isEqualByComparingTo(cost(served));
    JsonNode own = good(operate("GET", "/invoices/" + month, "")).data();
    assertThat(own.get("total").decimalValue()).isEqualByComparingTo(cost(operators));
    JsonNode asOperator =
        good(operate("GET", "/invoices/" + month + "?organization_id=" + acme.id(), "")).data();
    assertThat(asOperator).isEqualTo(bill);

    good(operate("PATCH", "/organizations/" + acme.id(), "{\"markup_percent\": null}"));
    assertThat(cost(good(chat(acme.key(), "acme/paid")))).isEqualByComparingTo(cost(operators));
    JsonNode shown = good(operate("GET", "/organizations/" + acme.id(), "")).data();
    assertThat(shown.get("markup_percent").isNull()).isTrue();
    assertThat(shown.get("prepaid").asBoolean()).isTrue();
  }

  @Test
  void noOrganizationSeesOrTouchesAnother() {
    Acme acme = acme("");
    good(chat(acme.key(), "acme/paid"));
    String generation =
        good(chat(GatewayHarness.KEY, "acme/paid"))
            .raw()
            .headers()
            .firstValue("x-generation-id")
            .orElse("");
    JsonNode operators = good(operate("GET", "/keys", "")).data();
    assertThat(operators.size()).isPositive();
    String hash = good(operate("POST", "/keys", "{\"name\": \"k\"}")).data().get("hash").asString();
    String space =
        good(operate("POST", "/workspaces", "{\"name\": \"Lab\", \"slug\": \"lab\"}"))
            .data()
            .get("id")
            .asString();
    String credential =
        good(operate("POST", "/byok", "{\"provider\": \"sim-b\", \"key\": \"sk-0123456789\"}"))
            .data()
            .get("id")
            .asString();
    String order =
        good(operate("POST", "/credits/orders", "{\"amount\": 5}")).data().get("id").asString();
    good(
        operate(
            "PUT",
            "/budgets",
            "{\"scope\": \"tag\", \"id\": \"t\", \"interval\": \"daily\", \"limit_usd\": 0}"));

    assertThat(ask(acme.manager(), "GET", "/keys", "").data())
        .extracting(key -> key.get("name").asString())
        .containsExactlyInAnyOrder("boss", "app");
    assertThat(ask(acme.manager(), "GET", "/byok", "").data()).isEmpty();
    assertThat(ask(acme.manager(), "GET", "/budgets", "").data()).isEmpty();
    assertThat(ask(acme.manager(), "GET", "/credits/entries", "").data()).isEmpty();
    assertThat(ask(acme.manager(), "GET", "/workspaces", "").data())
        .extracting(one -> one.get("slug").asString())
        .containsExactly("default");
    for (String gone :
        List.of(
            "GET /keys/" + hash,
            "PATCH /keys/" + hash,
            "DELETE /keys/" + hash,
            "POST /keys/" + hash + "/rotate",
            "GET /workspaces/" + space,
            "PATCH /workspaces/lab",
            "DELETE /workspaces/lab",
            "GET /workspaces/lab/budgets",
            "GET /keys?workspace_id=lab",
            "GET /byok/" + credential,
            "PATCH /byok/" + credential,
            "DELETE /byok/" + credential,
            "POST /byok/" + credential + "/test",
            "GET /credits/orders/" + order,
            "GET /generation?id=" + generation)) {
      String[] parts = gone.split(" ");
      assertThat(ask(acme.manager(), parts[0], parts[1], "{}").status()).as(gone).isEqualTo(404);
    }
    List<String> forbidden =
        new ArrayList<>(
            List.of(
                "GET /organizations",
                "POST /organizations",
                "GET /organizations/default",
                "PATCH /organizations/" + acme.id(),
                "DELETE /organizations/" + acme.id(),
                "POST /credits",
                "DELETE /budgets?scope=organization&id=" + acme.id() + "&interval=daily",
                "DELETE /budgets?scope=model&id=acme/paid&interval=daily",
                "DELETE /budgets?scope=tag&interval=daily"));
    for (String path :
        List.of(
            "/keys",
            "/workspaces",
            "/budgets",
            "/credits",
            "/credits/entries",
            "/activity",
            "/byok",
            "/invoices/2026-11")) {
      forbidden.add("GET " + path + "?organization_id=default");
    }
    for (String one : forbidden) {
      String[] parts = one.split(" ");
      assertThat(ask(acme.manager(), parts[0], parts[1], "{}").status()).as(one).isEqualTo(403);
    }
    String into = "{\"name\": \"x\", \"organization_id\": \"default\"}";
    assertThat(ask(acme.manager(), "POST", "/keys", into).status()).isEqualTo(403);
    assertThat(
            ask(
                    acme.manager(),
                    "POST",
                    "/byok",
                    "{\"provider\": \"sim-b\", \"key\": \"sk-0123456789\", \"own\": false}")
                .status())
        .isEqualTo(400);

    JsonNode rows = ask(acme.manager(), "GET", "/activity?date=" + today(), "").data();
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).get("requests").asInt()).isEqualTo(1);
    JsonNode own = operate("GET", "/activity?date=" + today(), "").data();
    assertThat(own.get(0).get("requests").asInt()).isEqualTo(1);
    // The operator's own credential is not for them, and neither is the operator's tag.
    assertThat(chat(GatewayHarness.KEY, "acme/own").status()).isEqualTo(200);
    assertThat(chat(acme.key(), "acme/own").status()).isEqualTo(404);
    assertThat(chat(GatewayHarness.KEY, "acme/paid", "x-fairlead-tags", "t").status())
        .isEqualTo(402);
    assertThat(chat(acme.key(), "acme/paid", "x-fairlead-tags", "t").status()).isEqualTo(200);
  }

  @Test
  void anOrganizationSetsItsOwnBudgetsAndKeepsItsOwnCredentials() {
    Acme acme = acme("");
    String none = "\"interval\": \"daily\", \"limit_usd\": 0}";
    for (String scope : List.of("tag", "member", "end_user", "workspace")) {
      String id =
          switch (scope) {
            case "tag" -> "t";
            case "member" -> "ann";
            case "end_user" -> "u";
            default -> "default";
          };
      String body = "{\"scope\": \"" + scope + "\", \"id\": \"" + id + "\", " + none;
      good(ask(acme.manager(), "PUT", "/budgets", body));
      Answer refused = chat(acme.key(), "acme/paid", "x-fairlead-tags", "t");
      assertThat(refused.status()).isEqualTo(scope.equals("workspace") ? 403 : 402);
      assertThat(refused.error()).contains("limit of " + scope + " '");
      assertThat(refused.error()).doesNotContain("org:");
      assertThat(chat(GatewayHarness.KEY, "acme/paid", "x-fairlead-tags", "t").status())
          .as("the operator's own %s of that name", scope)
          .isEqualTo(200);
      JsonNode listed = ask(acme.manager(), "GET", "/budgets", "").data();
      assertThat(listed).hasSize(1);
      String there = "?scope=" + scope + "&id=" + id + "&interval=daily";
      good(ask(acme.manager(), "DELETE", "/budgets" + there, ""));
      assertThat(chat(acme.key(), "acme/paid", "x-fairlead-tags", "t").status()).isEqualTo(200);
    }
    good(
        ask(
            acme.manager(),
            "POST",
            "/byok",
            "{\"provider\": \"sim-b\", \"key\": \"sk-0123456789\"}"));
    assertThat(cost(good(chat(acme.key(), "acme/own")))).isEqualByComparingTo("0");
    assertThat(chat(GatewayHarness.KEY, "acme/own").status()).isEqualTo(404);
  }

  @Test
  void workspacesAreMadeNamedAndBudgetedApart() {
    String id =
        good(operate("POST", "/workspaces", "{\"name\": \"Lab\", \"slug\": \"lab\"}"))
            .data()
            .get("id")
            .asString();
    UUID uuid = UUID.fromString(id);
    assertThat(uuid.version()).isEqualTo(4);
    assertThat(uuid.variant()).isEqualTo(2);
    assertThat(operate("POST", "/workspaces", "{\"name\": \"L\", \"slug\": \"lab\"}").status())
        .isEqualTo(409);
    assertThat(operate("POST", "/workspaces", "{\"name\": \"L\", \"slug\": \"La b\"}").error())
        .contains("slug: must have 1 to 50 small letters");
    assertThat(
            operate(
                    "POST",
                    "/workspaces",
                    "{\"name\": \"L\", \"slug\": \"l\", \"default_text_model\": \"a/b\"}")
                .error())
        .contains("default_text_model");
    Answer made =
        good(operate("POST", "/keys", "{\"name\": \"lab key\", \"workspace_id\": \"lab\"}"));
    String key = made.json().get("key").asString();
    assertThat(made.data().get("workspace_id").asString()).isEqualTo(id);
    assertThat(operate("GET", "/keys", "").raw().body()).doesNotContain("lab key");
    assertThat(operate("GET", "/keys?workspace_id=" + id, "").data()).hasSize(1);

    good(operate("PUT", "/workspaces/lab/budgets/daily", "{\"limit_usd\": 0.000000001}"));
    Answer refused = chat(key, "acme/paid");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.json().get("error").get("metadata").get("scope_id").asString())
        .isEqualTo(id);
    good(chat(GatewayHarness.KEY, "acme/paid"));
    good(operate("DELETE", "/workspaces/" + id + "/budgets/daily", ""));
    Answer served = good(chat(key, "acme/paid"));
    String generation = served.raw().headers().firstValue("x-generation-id").orElse("");
    GatewayHarness.await(
        "the record is kept",
        Duration.ofSeconds(10),
        () -> ask(key, "GET", "/generation?id=" + generation, "").status() == 200);
    assertThat(
            ask(key, "GET", "/generation?id=" + generation, "")
                .data()
                .get("workspace_id")
                .asString())
        .isEqualTo(id);

    JsonNode all = operate("GET", "/activity?group_by=workspace&date=" + today(), "").data();
    assertThat(all)
        .extracting(row -> row.get("workspace_id").asString())
        .containsExactlyInAnyOrder("default", id);
    JsonNode labs = operate("GET", "/activity?workspace_id=lab&date=" + today(), "").data();
    assertThat(labs).hasSize(1);
    assertThat(labs.get(0).get("usage").decimalValue()).isEqualByComparingTo(cost(served));

    assertThat(operate("DELETE", "/workspaces/lab", "").error()).contains("has keys");
    good(operate("PATCH", "/workspaces/lab", "{\"slug\": \"works\", \"name\": \"Works\"}"));
    assertThat(operate("GET", "/workspaces/lab", "").status()).isEqualTo(404);
    good(operate("DELETE", "/keys/" + made.data().get("hash").asString(), ""));
    good(operate("DELETE", "/workspaces/works", ""));
    assertThat(operate("GET", "/workspaces", "").data()).hasSize(1);
    assertThat(operate("DELETE", "/workspaces/default", "").status()).isEqualTo(400);
    assertThat(
            operate("GET", "/activity?workspace_id=" + id + "&date=" + today(), "").data().size())
        .as("what one that is gone has used is still told")
        .isEqualTo(1);
  }

  @Test
  void onlyAnOrganizationWithoutBooksIsDeleted() {
    Acme acme = acme("");
    assertThat(operate("DELETE", "/organizations/" + acme.id(), "").error()).contains("has keys");
    good(chat(acme.key(), "acme/paid"));
    assertThat(operate("DELETE", "/organizations/" + acme.id(), "").error())
        .contains("stays in the books");
    String other =
        good(operate("POST", "/organizations", "{\"name\": \"Brief\"}"))
            .data()
            .get("id")
            .asString();
    good(operate("DELETE", "/organizations/" + other, ""));
    assertThat(operate("GET", "/organizations/" + other, "").status()).isEqualTo(404);
    assertThat(operate("DELETE", "/organizations/default", "").status()).isEqualTo(409);
    assertThat(operate("GET", "/organizations", "").json().get("total_count").asInt()).isEqualTo(2);
    assertThat(
            operate("POST", "/organizations", "{\"name\": \"x\", \"markup_percent\": -1}").error())
        .contains("markup_percent: must be percent from 0 to 1000");
  }

  /** Credits take no other budget's place. */
  @Test
  void aBudgetForEachOrganizationHoldsBesideCredits() {
    gateway.close();
    gateway =
        GatewayHarness.start(
            MODELS
                + "spending: { prepaid: true, budgets: [{ scope: organization, limit: 0.0000001,"
                + " reset: daily }] }\n");
    good(operate("POST", "/credits", "{\"amount\": 10, \"reference\": \"r\"}"));
    Answer refused = chat(GatewayHarness.KEY, "acme/paid");
    assertThat(refused.status()).isEqualTo(402);
    assertThat(refused.error()).contains("The daily limit of the organization is $0.0000001");
  }
}
