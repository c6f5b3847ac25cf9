package dev.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.canon.Refused;
import dev.fairlead.catalog.Catalog;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The law of the record: deciding again from it gives the same decision. */
final class PlanRecordTest {
  private static final int PLANS = 100_000;
  private static final int MODELS = 12;
  private static final String[] PROVIDERS = {
    "openai", "azure", "together", "deepinfra", "fireworks", "groq", "vertex", "sim"
  };
  private static final String[] QUANTIZATIONS = {"fp8", "fp4", "mxfp4", "bf16", "unknown"};
  private static final String[] PARAMETERS = {
    "temperature",
    "top_p",
    "seed",
    "tools",
    "tool_choice",
    "response_format",
    "structured_outputs",
    "max_tokens",
    "verbosity",
    "reasoning"
  };

  private final SplittableRandom random = new SplittableRandom(20261120);

  private boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  private String any(String... words) {
    return words[random.nextInt(words.length)];
  }

  private Catalog catalog() {
    TestCatalog kit = new TestCatalog();
    for (int m = 0; m < MODELS; m++) {
      String model = (m % 3 == 0 ? "acme/" : "other/") + "m" + m + (m % 6 == 5 ? ":free" : "");
      kit.model(
          model, Optional.empty(), chance(0.1) ? Optional.of("2026-01-01") : Optional.empty());
      for (String provider : PROVIDERS) {
        if (chance(0.5)) {
          endpoint(kit, model, provider + any("", "", "", "/priority", "/flex", "/eu", "/turbo"));
        }
      }
    }
    return kit.build();
  }

  private void endpoint(TestCatalog kit, String model, String tag) {
    TestCatalog.Spec spec =
        kit.endpoint(model, tag, random.nextInt(0, 400) / 100.0, random.nextInt(0, 900) / 100.0)
            .context(random.nextInt(1_000, 30_000))
            .quantized(any(QUANTIZATIONS))
            .policy(chance(0.2), chance(0.3))
            .status(chance(0.05) ? -2 : 0);
    if (chance(0.3)) {
      spec.cacheRead(random.nextInt(0, 100) / 100.0);
    }
    if (chance(0.5)) {
      spec.maxOutput(random.nextInt(1_000, 60_000));
    }
    if (chance(0.6)) {
      Set<String> honoured = new java.util.TreeSet<>();
      for (String parameter : PARAMETERS) {
        if (chance(0.7)) {
          honoured.add(parameter);
        }
      }
      spec.honouring(honoured.toArray(String[]::new));
    }
    if (chance(0.4)) {
      spec.region(any("eu", "us"));
    }
    if (chance(0.3)) {
      spec.textOnly();
    }
  }

  private Signals signals(Catalog catalog) {
    Map<String, EndpointSignals> known = new HashMap<>();
    catalog.endpoints().forEach(e -> known.put(e.id(), signal()));
    return Signals.of(known);
  }

  private EndpointSignals signal() {
    Scene.SignalsKit kit = new Scene.SignalsKit();
    double p = random.nextDouble() * 3000;
    if (chance(0.7)) {
      kit.latency(p, p * 1.3, p * 1.9, p * 3.1);
      kit.throughput(200 / (1 + p / 100), 90 / (1 + p / 100), 50 / (1 + p / 100), 0.1);
    }
    if (chance(0.2)) {
      kit.outage(Scene.NOW.minusMillis(random.nextInt(60_000)));
    }
    if (chance(0.1)) {
      kit.breaker(
          any("OPEN", "HALF_OPEN").equals("OPEN") ? Breaker.Phase.OPEN : Breaker.Phase.HALF_OPEN,
          Scene.NOW.plusMillis(random.nextInt(-2000, 4000)));
    }
    if (chance(0.15)) {
      kit.cool(any("", "shared", "mine"), Scene.NOW.plusMillis(random.nextInt(-1000, 20_000)));
    }
    return kit.traffic(random.nextInt(200), random.nextInt(200), random.nextInt(100), 3).build();
  }

  private String wish() {
    StringBuilder json = new StringBuilder("{'models':[");
    int models = chance(0.6) ? 1 : 1 + random.nextInt(3);
    for (int i = 0; i < models; i++) {
      int m = random.nextInt(MODELS);
      json.append(i == 0 ? "'" : ",'")
          .append(m % 3 == 0 ? "acme/" : "other/")
          .append('m')
          .append(m)
          .append(m % 6 == 5 ? ":free" : "")
          .append(any("", "", "", "", "", ":nitro", ":floor", ":exacto", ":online"))
          .append(chance(0.01) ? "x" : "")
          .append('\'');
    }
    json.append("],'provider':{'z':0");
    field(json, 0.15, "'order':['" + any(PROVIDERS) + "','" + any(PROVIDERS) + "/flex']");
    field(json, 0.1, "'only':['" + any(PROVIDERS) + "','" + any(PROVIDERS) + "']");
    field(json, 0.1, "'ignore':['" + any(PROVIDERS) + "']");
    field(json, 0.1, "'allow_fallbacks':false");
    field(json, 0.1, "'require_parameters':true");
    field(json, 0.1, "'data_collection':'deny'");
    field(json, 0.1, "'zdr':true");
    field(json, 0.05, "'enforce_distillable_text':true");
    field(json, 0.1, "'quantizations':['fp8','fp4']");
    field(
        json,
        0.25,
        "'sort':{'by':'"
            + any("price", "throughput", "latency", "exacto")
            + "','partition':'"
            + any("model", "none")
            + "'}");
    field(json, 0.15, "'max_price':{'prompt':" + random.nextInt(500) / 100.0 + "}");
    field(json, 0.15, "'preferred_max_latency':{'p90':" + random.nextInt(40) / 10.0 + "}");
    field(json, 0.15, "'preferred_min_throughput':" + random.nextInt(60));
    field(json, 0.1, "'byok':'" + any("prefer", "only", "never", "after") + "'");
    json.append('}');
    field(json, 0.1, "'service_tier':'" + any("flex", "priority", "auto") + "'");
    field(json, 0.1, "'session_id':'s'");
    return json.append('}').toString();
  }

  private void field(StringBuilder json, double probability, String text) {
    if (chance(probability)) {
      json.append(',').append(text);
    }
  }

  private RequestNeeds needs() {
    List<String> parameters = new ArrayList<>();
    for (String parameter : PARAMETERS) {
      if (chance(0.2)) {
        parameters.add(parameter);
      }
    }
    boolean tools = parameters.contains("tools");
    return new RequestNeeds(
        chance(0.2)
            ? EnumSet.of(dev.fairlead.catalog.Modality.TEXT, dev.fairlead.catalog.Modality.IMAGE)
            : EnumSet.of(dev.fairlead.catalog.Modality.TEXT),
        EnumSet.of(dev.fairlead.catalog.Modality.TEXT),
        tools ? Optional.of("f") : Optional.empty(),
        tools && chance(0.3),
        parameters.contains("structured_outputs")
            ? RequestNeeds.Format.JSON_SCHEMA
            : RequestNeeds.Format.TEXT,
        chance(0.1),
        chance(0.02),
        parameters,
        random.nextInt(8_000),
        chance(0.3) ? OptionalLong.of(random.nextInt(1, 20_000)) : OptionalLong.empty(),
        chance(0.1) ? Set.of(any(PROVIDERS)) : Set.of(),
        chance(0.02) ? Set.of(any(PROVIDERS)) : Set.of());
  }

  private Constraints constraints() {
    List<Restriction> layers = new ArrayList<>();
    if (chance(0.2)) {
      layers.add(Restriction.none("organization").withDataPolicy(chance(0.5), chance(0.3)));
    }
    if (chance(0.2)) {
      layers.add(
          Restriction.none("key")
              .withProviders(
                  chance(0.3) ? Optional.of(List.of(PROVIDERS)) : Optional.empty(),
                  List.of(any(PROVIDERS)))
              .withModels(
                  Optional.of(List.of("acme/*", "other/m1", "other/m2")), List.of("acme/m3")));
    }
    if (chance(0.1)) {
      layers.add(Restriction.none("config").withRegions(List.of("eu", "")));
    }
    return new Constraints(layers, chance(0.1) ? Optional.of(Sort.LATENCY) : Optional.empty());
  }

  private static Seats seats() {
    return Seats.of(
        Map.of(
            "openai", List.of(new Seat("shared", false), new Seat("mine", true)),
            "azure", List.of(new Seat("shared", false)),
            "together", List.of(new Seat("mine", true)),
            "deepinfra", List.of(new Seat("shared", false)),
            "fireworks", List.of(new Seat("shared", false)),
            "vertex", List.of(new Seat("shared", false))));
  }

  @Test
  void decidingAgainFromTheRecordGivesTheSameDecision() throws Refused {
    Catalog catalog = catalog();
    Router router = new Router(model -> model.author().equals("acme"), Duration.ofSeconds(5));
    Signals signals = signals(catalog);
    int planned = 0;
    Set<Rule> rules = EnumSet.noneOf(Rule.class);
    Set<Reason> reasons = EnumSet.noneOf(Reason.class);
    for (int i = 0; i < PLANS; i++) {
      if (i % 1000 == 0) {
        signals = signals(catalog);
      }
      Optional<Sticky> sticky =
          chance(0.2)
              ? Optional.of(
                  new Sticky(
                      catalog.endpoints().get(random.nextInt(catalog.endpoints().size())).id(),
                      chance(0.5)))
              : Optional.empty();
      Planned plan =
          router.plan(
              new PlanInput(
                  catalog,
                  Scene.wish(wish()),
                  needs(),
                  constraints(),
                  signals,
                  seats(),
                  sticky,
                  Scene.NOW,
                  random.nextLong(),
                  "policy-7"));
      JsonWriter out = new JsonWriter(4096);
      plan.record().write(out);
      PlanRecord read = PlanRecord.read(Json.of(out.toString()).root());
      assertThat(read.decision()).isEqualTo(plan.decision());
      assertThat(read.recompute()).isEqualTo(plan.decision());
      accountsForEveryCandidate(plan);
      planned += plan instanceof RoutePlan ? 1 : 0;
      plan.decision().excluded().forEach(one -> rules.add(one.rule()));
      plan.decision().ranked().forEach(one -> reasons.add(one.reason()));
    }
    assertThat(planned).as("most requests find somebody").isBetween(PLANS / 4, PLANS);
    assertThat(rules)
        .as("the law was tried on every rule that this catalog can break")
        .containsAll(EnumSet.complementOf(EnumSet.of(Rule.OUTPUT)));
    assertThat(reasons).containsAll(EnumSet.allOf(Reason.class));
  }

  private static void accountsForEveryCandidate(Planned plan) {
    int candidates = plan.record().question().candidates().size();
    assertThat(plan.decision().ranked().size() + plan.decision().excluded().size())
        .isEqualTo(candidates);
  }

  @Test
  void aRecordThatWasChangedIsNoticed() throws Refused {
    Scene scene = new Scene();
    scene.kit.endpoint("a/b", "cheap", 1);
    scene.kit.endpoint("a/b", "dear", 2);
    JsonWriter out = new JsonWriter();
    scene.plan("{'model':'a/b','provider':{'sort':'price'}}").record().write(out);
    String forged = out.toString().replace("\"prompt\":500000", "\"prompt\":5000000");
    assertThat(forged).isNotEqualTo(out.toString());
    PlanRecord read = PlanRecord.read(Json.of(forged).root());
    assertThat(read.recompute()).isNotEqualTo(read.decision());
  }

  @Test
  void whatIsNoRecordIsRefused() {
    assertThatThrownBy(() -> PlanRecord.read(Json.of("{}").root())).isInstanceOf(Refused.class);
    assertThatThrownBy(() -> PlanRecord.read(Json.of("{\"format\":1}").root()))
        .isInstanceOf(Refused.class)
        .hasMessageStartingWith("this is no plan record");
  }

  @Test
  void aRecordSaysItsVersions() throws Refused {
    Scene scene = new Scene();
    scene.kit.endpoint("a/b", "cheap", 1);
    JsonWriter out = new JsonWriter();
    scene.plan("{'model':'a/b'}").record().write(out);
    PlanRecord read = PlanRecord.read(Json.of(out.toString()).root());
    assertThat(read.catalogVersion()).isEqualTo("test-1");
    assertThat(read.policyVersion()).isEqualTo("policy-1");
    assertThat(read.at()).isEqualTo(Scene.NOW);
    assertThat(read.seed()).isEqualTo(1);
  }
}
