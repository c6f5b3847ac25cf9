package dev.fairlead.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.StopReason;
import dev.fairlead.canon.Usage;
import dev.fairlead.canon.Volume;
import dev.fairlead.catalog.Model;
import dev.fairlead.identity.KeyGrammar;
import dev.fairlead.identity.Tenant;
import dev.fairlead.journal.AttemptRecord;
import dev.fairlead.journal.Generation;
import dev.fairlead.money.Cost;
import dev.fairlead.money.Meter;
import dev.fairlead.route.Constraints;
import dev.fairlead.route.PlanInput;
import dev.fairlead.route.RequestNeeds;
import dev.fairlead.route.Router;
import dev.fairlead.route.RoutingWish;
import dev.fairlead.route.Seat;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a caller learns of its key, its generations and the decisions behind them. */
final class AccountTest {
  /** An id tells the second in which its exchange began. */
  private static final String ID = "gen-" + Desk.NOW.getEpochSecond() + "-abcdefghijklmnopqrst";

  private final Description description = new Description();
  private Desk desk;

  @BeforeEach
  void open() throws IOException {
    desk = new Desk(Desk.small());
  }

  @AfterEach
  void close() throws IOException {
    desk.close();
  }

  private byte[] plan() {
    JsonWriter out = new JsonWriter();
    new Router(Model::distillable, Duration.ofSeconds(5))
        .plan(
            new PlanInput(
                desk.catalog,
                RoutingWish.of(List.of("acme/alpha", "acme/beta")),
                RequestNeeds.text(50),
                Constraints.NONE,
                desk.signals,
                provider -> List.of(new Seat("default", false)),
                Optional.empty(),
                desk.now,
                42,
                "config"))
        .record()
        .write(out);
    return out.toBytes();
  }

  private Generation generation(StopReason stop, byte[] decision) {
    return new Generation(
        ID,
        Desk.NOW,
        new Generation.Caller(
            KeyGrammar.id(Desk.KEY),
            "ci",
            Tenant.DEFAULT,
            Optional.of("user-7"),
            Optional.empty(),
            Optional.empty(),
            Optional.of("App"),
            Optional.of("curl/8")),
        Dialect.OPENAI_CHAT,
        "chat",
        true,
        "acme/alpha",
        Optional.of("acme/alpha"),
        Optional.of("North"),
        Optional.of("north|acme/alpha"),
        List.of(attempt(500, Optional.empty()), attempt(200, Optional.of("chatcmpl-1"))),
        Optional.of(Usage.of(1000, 20)),
        false,
        Cost.of(
            List.of(
                new Cost.Line(Meter.INPUT, 400, 2_000_000),
                new Cost.Line(Meter.CACHE_READ, 600, 200_000),
                new Cost.Line(Meter.OUTPUT, 20, 10_000_000)),
            "p1"),
        List.of(),
        Optional.of(stop),
        Optional.of("MAX_TOKENS"),
        Optional.empty(),
        321,
        900,
        150,
        200,
        false,
        false,
        out -> written(decision, out));
  }

  private static void written(byte[] json, JsonWriter out) {
    out.value(Json.of(new String(json, UTF_8)).root());
  }

  private static AttemptRecord attempt(int status, Optional<String> upstreamId) {
    return new AttemptRecord(
        "north|acme/alpha",
        "north",
        "North",
        "acme/alpha",
        1,
        2,
        100,
        upstreamId.isPresent() ? 321 : -1,
        900,
        status,
        upstreamId.isPresent() ? Optional.empty() : Optional.of("server_error"),
        Optional.empty(),
        Optional.empty(),
        upstreamId,
        Optional.empty(),
        Volume.NONE,
        Volume.NONE,
        true);
  }

  @Test
  void aGenerationHasOpenRoutersFields() {
    desk.journal.take(generation(StopReason.CONTEXT_FULL, plan())).run();
    JsonNode data = desk.known("/api/v1/generation?id=" + ID).json().get("data");
    description.describes("Generation", data);
    assertThat(data.get("finish_reason").asString()).isEqualTo("length");
    assertThat(data.get("native_finish_reason").asString()).isEqualTo("MAX_TOKENS");
    assertThat(data.get("upstream_id").asString()).isEqualTo("chatcmpl-1");
    assertThat(data.get("total_cost").decimalValue()).isEqualByComparingTo("0.00112");
    assertThat(data.get("cache_discount").decimalValue()).isEqualByComparingTo("0.00108");
    assertThat(data.get("provider_responses").get(0).has("latency")).isFalse();
    assertThat(data.get("provider_responses").get(1).get("latency").asInt()).isEqualTo(321);
  }

  @Test
  void itReadsTheSameWaitingAndStored() {
    Runnable later = desk.journal.take(generation(StopReason.END, plan()));
    JsonNode taken = desk.known("/api/v1/generation?id=" + ID).json();
    later.run();
    JsonNode waiting = desk.known("/api/v1/generation?id=" + ID).json();
    assertThat(waiting).isEqualTo(taken);
    desk.journal.close(); // stores what waits
    assertThat(desk.known("/api/v1/generation?id=" + ID).json()).isEqualTo(waiting);
    assertThat(desk.known("/api/v1/generation/decision?id=" + ID).status()).isEqualTo(200);
    assertThat(desk.journal.lost()).isZero();
  }

  @Test
  void itsStopIsOneOfFiveWords() {
    for (StopReason stop : StopReason.values()) {
      desk.journal.take(generation(stop, plan())).run();
      JsonNode data = desk.known("/api/v1/generation?id=" + ID).json().get("data");
      assertThat(data.get("finish_reason").asString())
          .as(stop.name())
          .isIn("stop", "length", "tool_calls", "content_filter", "error");
    }
  }

  @Test
  void onlyItsKeyAndManagementReadIt() {
    desk.journal.take(generation(StopReason.END, plan())).run();
    String target = "/api/v1/generation?id=" + ID;
    assertThat(desk.get(target).status()).isEqualTo(401);
    assertThat(desk.get(target, "x-api-key", Desk.MANAGEMENT).status()).isEqualTo(200);
    assertThat(desk.known("/api/v1/generation?id=gen-other").status()).isEqualTo(404);
    assertThat(desk.known("/api/v1/generation").status()).isEqualTo(400);
    assertThat(desk.known(target).header("cache-control")).contains("no-store");
  }

  @Test
  void aDecisionIsMadeAgainFromItsRecord() {
    desk.journal.take(generation(StopReason.END, plan())).run();
    String target = "/api/v1/generation/decision?id=" + ID;
    JsonNode plain = desk.known(target).json();
    assertThat(plain.has("recomputed")).isFalse();
    assertThat(plain.get("data").get("format").asInt()).isEqualTo(1);

    JsonNode again = desk.known(target + "&recompute=true").json().get("recomputed");
    assertThat(again.get("equal").asBoolean()).isTrue();
    assertThat(again.get("ranked").size()).isEqualTo(3);
  }

  @Test
  void aRecordThatWasTamperedWithIsNotEqual() {
    String record = new String(plan(), java.nio.charset.StandardCharsets.UTF_8);
    String tampered = record.replace("\"seed\":42", "\"seed\":7777");
    assertThat(tampered).isNotEqualTo(record);
    desk.journal
        .take(
            generation(StopReason.END, tampered.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .run();
    JsonNode again =
        desk.known("/api/v1/generation/decision?recompute=true&id=" + ID).json().get("recomputed");
    assertThat(again.get("equal").asBoolean()).isFalse();
  }

  @Test
  void aKeyIsToldWhatItIs() {
    for (String path : List.of("/api/v1/key", "/api/v1/auth/key", "/v1/key")) {
      JsonNode key = desk.known(path).json().get("data");
      description.describes("Key", key);
      assertThat(key.get("hash").asString()).isEqualTo(KeyGrammar.id(Desk.KEY));
      assertThat(key.get("label").asString()).contains("...").isNotEqualTo(Desk.KEY);
      assertThat(key.get("is_management_key").asBoolean()).isFalse();
      assertThat(key.get("limit").isNull()).isTrue();
    }
    JsonNode boss = desk.get("/api/v1/key", "x-api-key", Desk.MANAGEMENT).json().get("data");
    assertThat(boss.get("is_management_key").asBoolean()).isTrue();
    assertThat(desk.get("/api/v1/key").status()).isEqualTo(401);
  }

  private JsonNode explain(String body) {
    return desk.ask("POST", "/api/v1/route/explain", body, "authorization", "Bearer " + Desk.KEY)
        .json();
  }

  @Test
  void aRouteIsExplainedWithoutCallingAnybody() {
    JsonNode plan =
        explain(
                """
                {"model":"acme/alpha","messages":[{"role":"user","content":"Hello"}],
                 "provider":{"ignore":["south"]}}""")
            .get("data");
    assertThat(plan.get("included").asInt()).isEqualTo(1);
    assertThat(plan.get("excluded").asInt()).isEqualTo(1);
    assertThat(plan.get("candidates").get(0).get("tag").asString()).isEqualTo("north");
    assertThat(plan.has("error")).isFalse();
    assertThat(explain("{\"model\":\"acme/beta\"}").at("/data/included").asInt())
        .as("without messages")
        .isEqualTo(1);
  }

  @Test
  void aRouteThatIsNotThereIsExplainedWithItsAvailability() {
    JsonNode error =
        explain(
                """
                {"model":"acme/beta","messages":[{"role":"user","content":"Hello"}],
                 "provider":{"zdr":true}}""")
            .at("/data/error");
    assertThat(error.get("code").asInt()).isEqualTo(404);
    assertThat(error.get("availability").get("code").asString()).isEqualTo("privacy_restricted");
    assertThat(explain("{\"model\":").get("error").get("code").asInt()).isEqualTo(400);
    assertThat(desk.ask("POST", "/api/v1/route/explain", "{}").status()).isEqualTo(401);
  }
}
