package dev.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** OpenRouter's order of preference: what pushes an endpoint to the front or to the back. */
final class OrderingTest {
  private static final String M = "acme/large";
  private Scene scene;

  @BeforeEach
  void threeEndpoints() {
    scene = new Scene();
    scene.kit.endpoint(M, "cheap", 1);
    scene.kit.endpoint(M, "middle", 2);
    scene.kit.endpoint(M, "dear", 3);
  }

  private static String ask(String provider) {
    return "{'model':'acme/large','provider':{" + provider + "}}";
  }

  private Set<String> firsts(String request) {
    Set<String> firsts = new HashSet<>();
    for (scene.seed = 0; scene.seed < 400; scene.seed++) {
      firsts.add(scene.tags(request).getFirst());
    }
    return firsts;
  }

  @Test
  void byDefaultTheRestFollowByPrice() {
    for (scene.seed = 0; scene.seed < 50; scene.seed++) {
      List<String> tags = scene.tags(ask(""));
      List<String> rest = tags.subList(1, 3);
      assertThat(tags).containsExactlyInAnyOrder("cheap", "middle", "dear");
      assertThat(List.of("cheap", "middle", "dear")).containsSubsequence(rest);
    }
  }

  @Test
  void gotcha17OrderTurnsOffBalancing() {
    assertThat(firsts(ask("'order':['dear']"))).containsExactly("dear");
    RoutePlan plan = scene.plan(ask("'order':['dear','middle']"));
    assertThat(Scene.tags(plan)).containsExactly("dear", "middle", "cheap");
    assertThat(plan.first().rank().reason()).isEqualTo(Reason.LISTED);
    assertThat(plan.strategy()).isEqualTo("order");
  }

  @Test
  void gotcha17OrderTurnsOffStickiness() {
    scene.sticky = Optional.of(new Sticky("cheap|" + M, true));
    assertThat(scene.tags(ask("'order':['dear']")).getFirst()).isEqualTo("dear");
  }

  @Test
  void gotcha17WithoutFallbacksOnlyTheListedServe() {
    RoutePlan plan = scene.plan(ask("'order':['dear','middle'],'allow_fallbacks':false"));
    assertThat(Scene.tags(plan)).containsExactly("dear", "middle");
    assertThat(Scene.out(plan, "cheap").rule()).isEqualTo(Rule.FALLBACKS);
  }

  @Test
  void withoutFallbacksAndOrderOnlyOneServes() {
    assertThat(scene.tags(ask("'sort':'price','allow_fallbacks':false"))).containsExactly("cheap");
  }

  @Test
  void orderAmongUnknownSlugsIsToldAsALoss() {
    RoutePlan plan = scene.plan(ask("'order':['nobody','dear']"));
    assertThat(Scene.tags(plan).getFirst()).isEqualTo("dear");
    assertThat(plan.decision().losses()).extracting("field").containsExactly("nobody");
  }

  @Test
  void sortPriceIsNoLottery() {
    assertThat(firsts(ask("'sort':'price'"))).containsExactly("cheap");
    assertThat(scene.tags(ask("'sort':'price'"))).containsExactly("cheap", "middle", "dear");
  }

  @Test
  void sortThroughputAndLatencyReadTheSignals() {
    scene.signal("cheap|" + M, s -> s.throughput(20, 15, 10, 5).latency(900, 950, 990, 1000));
    scene.signal("dear|" + M, s -> s.throughput(90, 80, 70, 60).latency(100, 150, 200, 300));
    assertThat(scene.tags(ask("'sort':'throughput'"))).containsExactly("dear", "cheap", "middle");
    assertThat(scene.tags(ask("'sort':'latency'"))).containsExactly("dear", "cheap", "middle");
  }

  @Test
  void anOutageInTheLast30SecondsGoesToTheBack() {
    scene.signal("cheap|" + M, s -> s.outage(Scene.NOW.minusSeconds(29)));
    assertThat(firsts(ask(""))).containsExactlyInAnyOrder("middle", "dear");
    RoutePlan plan = scene.plan(ask(""));
    assertThat(Scene.tags(plan).getLast()).isEqualTo("cheap");
    assertThat(plan.legs().getLast().rank().demotions()).containsExactly(Demotion.OUTAGE);
  }

  @Test
  void after30SecondsTheOutageIsForgotten() {
    scene.signal("cheap|" + M, s -> s.outage(Scene.NOW.minusSeconds(30)));
    assertThat(firsts(ask(""))).contains("cheap");
  }

  @Test
  void theDocumentedExampleFirstThenThirdThenUnstableSecond() {
    scene.signal("middle|" + M, s -> s.outage(Scene.NOW.minusSeconds(1)));
    for (scene.seed = 0; scene.seed < 200; scene.seed++) {
      assertThat(scene.tags(ask("")).getLast()).isEqualTo("middle");
    }
    double share = 0;
    for (Leg leg : scene.plan(ask("")).legs()) {
      share += leg.endpoint().tag().equals("cheap") ? leg.rank().share() : 0;
    }
    assertThat(share).isCloseTo(0.9, org.assertj.core.data.Offset.offset(1e-12));
  }

  @Test
  void ownCredentialsComeFirstEvenAboveOrder() {
    scene.seats.put("dear", List.of(new Seat("shared", false), new Seat("mine", true)));
    RoutePlan plan = scene.plan(ask("'order':['cheap']"));
    assertThat(Scene.tags(plan)).startsWith("dear", "cheap").contains("dear");
    assertThat(plan.first().rank().own()).isTrue();
    assertThat(plan.first().rank().credential()).isEqualTo("mine");
    assertThat(plan.first().rank().reason()).isEqualTo(Reason.OWN_CREDENTIAL);
    assertThat(plan.legs()).hasSize(4);
  }

  @Test
  void ownCredentialsAfterTheSharedWhenTheCallerSaysSo() {
    scene.seats.put("cheap", List.of(new Seat("mine", true)));
    assertThat(scene.tags(ask("'byok':'after','sort':'price'")))
        .containsExactly("middle", "dear", "cheap");
  }

  @Test
  void aNamedSessionStaysWhereItWas() {
    scene.sticky = Optional.of(new Sticky("dear|" + M, true));
    assertThat(firsts(ask(""))).containsExactly("dear");
    assertThat(scene.plan(ask("")).first().rank().reason()).isEqualTo(Reason.STICKY);
    assertThat(scene.tags(ask("'sort':'price'")).getFirst()).isEqualTo("dear");
  }

  @Test
  void withoutASessionOnlyACheaperCacheBinds() {
    scene.kit.endpoint(M, "caches", 4).cacheRead(0.2);
    scene.sticky = Optional.of(new Sticky("dear|" + M, false));
    assertThat(firsts(ask(""))).contains("cheap");
    scene.sticky = Optional.of(new Sticky("caches|" + M, false));
    assertThat(firsts(ask(""))).containsExactly("caches");
  }

  @Test
  void aStickyEndpointThatJustFailedIsPassedOver() {
    scene.sticky = Optional.of(new Sticky("dear|" + M, true));
    scene.signal("dear|" + M, s -> s.outage(Scene.NOW.minusSeconds(3)));
    assertThat(scene.tags(ask("")).getLast()).isEqualTo("dear");
  }

  @Test
  void gotcha18PreferencesNeverExclude() {
    scene.signal("cheap|" + M, s -> s.latency(3000, 3000, 3000, 3000).throughput(1, 1, 1, 1));
    RoutePlan plan = scene.plan(ask("'preferred_max_latency':1,'preferred_min_throughput':50"));
    assertThat(Scene.tags(plan)).hasSize(3);
    assertThat(Scene.tags(plan).getLast()).isEqualTo("cheap");
    assertThat(plan.legs().getLast().rank().demotions()).contains(Demotion.NOT_PREFERRED);
  }

  @Test
  void gotcha19LatencyIsWishedInSecondsAndMeasuredInMilliseconds() {
    scene.signal("cheap|" + M, s -> s.latency(999, 5000, 5000, 5000));
    assertThat(firsts(ask("'preferred_max_latency':1"))).contains("cheap");
    scene.signal("cheap|" + M, s -> s.latency(1001, 5000, 5000, 5000));
    assertThat(scene.tags(ask("'preferred_max_latency':1")).getLast()).isEqualTo("cheap");
  }

  @Test
  void allCutoffsMustHold() {
    scene.signal("cheap|" + M, s -> s.throughput(100, 80, 50, 10));
    String both = "'preferred_min_throughput':{'p50':100,'p90':%d}";
    assertThat(firsts(ask(both.formatted(50)))).contains("cheap");
    assertThat(scene.tags(ask(both.formatted(51))).getLast()).isEqualTo("cheap");
    assertThat(scene.tags(ask("'preferred_min_throughput':{'p99':11}")).getLast())
        .isEqualTo("cheap");
    assertThat(scene.tags(ask("'preferred_min_throughput':{'p75':81}")).getLast())
        .isEqualTo("cheap");
    scene.signal("cheap|" + M, s -> s.latency(100, 200, 300, 400));
    assertThat(scene.tags(ask("'preferred_max_latency':{'p50':1,'p99':0.3}")).getLast())
        .isEqualTo("cheap");
    assertThat(firsts(ask("'preferred_max_latency':{'p50':0.1,'p75':0.2,'p90':0.3,'p99':0.4}")))
        .contains("cheap");
  }

  @Test
  void aPreferenceMayMoveAFallbackModelAhead() {
    scene.kit.endpoint("other/fast", "dear", 3);
    scene.signal("cheap|" + M, s -> s.latency(9000, 9000, 9000, 9000));
    scene.signal("middle|" + M, s -> s.latency(9000, 9000, 9000, 9000));
    scene.signal("dear|" + M, s -> s.latency(9000, 9000, 9000, 9000));
    String models = "{'models':['acme/large','other/fast'],'provider':{%s}}";
    assertThat(scene.plan(models.formatted("")).first().model().id()).isEqualTo(M);
    RoutePlan plan = scene.plan(models.formatted("'preferred_max_latency':1"));
    assertThat(plan.first().model().id()).isEqualTo("other/fast");
    assertThat(plan.legs()).hasSize(4);
  }

  @Test
  void endpointsWithoutToolsGoToTheBackWhenOthersHaveThem() {
    scene.kit.endpoint(M, "mute", 0.1).honouring("temperature");
    scene.tools(false);
    RoutePlan plan = scene.plan(ask(""));
    assertThat(Scene.tags(plan).getLast()).isEqualTo("mute");
    assertThat(plan.legs().getLast().rank().demotions()).containsExactly(Demotion.NO_TOOLS);
  }

  @Test
  void endpointsThatCannotPromiseAFormatGoToTheBack() {
    scene.kit.endpoint(M, "prose", 0.1).honouring("response_format");
    scene.needs =
        Scene.needing(
            RequestNeeds.Format.JSON_SCHEMA,
            OptionalLong.empty(),
            "response_format",
            "structured_outputs");
    assertThat(scene.tags(ask("")).getLast()).isEqualTo("prose");
  }

  @Test
  void whoUnderstandsTheProofsComesFirst() {
    scene.needs = Scene.issued(Set.of("dear"), Set.of());
    assertThat(firsts(ask(""))).containsExactly("dear");
  }

  @Test
  void modelsFollowEachOther() {
    scene.kit.endpoint("other/small", "cheap", 0.1);
    RoutePlan plan = scene.plan("{'models':['acme/large','other/small']}");
    assertThat(plan.legs())
        .extracting(leg -> leg.model().id())
        .containsExactly(M, M, M, "other/small");
  }

  @Test
  void gotcha22PartitionNonePoolsAllModels() {
    scene.kit.endpoint("other/small", "mini", 1.5);
    String sort = "{'models':['acme/large','other/small'],'provider':{'sort':{'by':'price'%s}}}";
    assertThat(scene.tags(sort.formatted(",'partition':'none'")))
        .containsExactly("cheap", "mini", "middle", "dear");
    assertThat(scene.tags(sort.formatted(""))).containsExactly("cheap", "middle", "dear", "mini");
  }

  @Test
  void gotcha20NitroSortsByThroughputAndAdmitsPriority() {
    scene.kit.endpoint(M, "cheap/priority", 9);
    scene.signal("cheap/priority|" + M, s -> s.throughput(200, 190, 180, 170));
    scene.signal("middle|" + M, s -> s.throughput(50, 40, 30, 20));
    assertThat(scene.tags("{'model':'acme/large:nitro'}")).startsWith("cheap/priority", "middle");
    assertThat(scene.tags(ask("'sort':'throughput'"))).doesNotContain("cheap/priority");
  }

  @Test
  void floorSortsByPriceAndAdmitsFlex() {
    scene.kit.endpoint(M, "dear/flex", 0.5);
    assertThat(scene.tags("{'model':'acme/large:floor'}"))
        .containsExactly("dear/flex", "cheap", "middle", "dear");
  }

  @Test
  void priorityComesFirstEachGroupByThroughput() {
    scene.kit.endpoint(M, "cheap/priority", 9);
    scene.signal("dear|" + M, s -> s.throughput(500, 400, 300, 200));
    assertThat(scene.tags("{'model':'acme/large','service_tier':'priority'}"))
        .containsExactly("cheap/priority", "dear", "cheap", "middle");
    assertThat(
            scene.tags(
                "{'model':'acme/large','speed':'fast','provider':{'allow_fallbacks':false}}"))
        .containsExactly("cheap/priority");
  }

  @Test
  void flexHasNoFallbackUnlessThereIsNoFlex() {
    String flex = "{'model':'acme/large','service_tier':'flex'}";
    assertThat(scene.tags(flex)).hasSize(3);
    Scene other = new Scene();
    other.kit.endpoint(M, "cheap", 1);
    other.kit.endpoint(M, "dear/flex", 0.6);
    other.kit.endpoint(M, "cheap/flex", 0.5);
    RoutePlan plan = other.plan(flex);
    assertThat(Scene.tags(plan)).containsExactly("cheap/flex", "dear/flex");
    assertThat(Scene.out(plan, "cheap").rule()).isEqualTo(Rule.TIER);
  }

  @Test
  void aFullTierSlugInOnlyRestrictsAndInOrderOptsIn() {
    scene.kit.endpoint(M, "cheap/priority", 9);
    assertThat(scene.tags(ask("'only':['cheap/priority']"))).containsExactly("cheap/priority");
    List<String> tags = scene.tags(ask("'order':['cheap/priority']"));
    assertThat(tags).hasSize(4).startsWith("cheap/priority");
  }

  @Test
  void gotcha45RegionsOfOneProviderAreEndpointsOfTheirOwn() {
    scene.kit.endpoint(M, "cheap/eu", 1).region("eu");
    scene.kit.endpoint(M, "cheap/us", 1).region("us");
    scene.signal("cheap/eu|" + M, s -> s.outage(Scene.NOW.minusSeconds(1)));
    List<String> tags = scene.tags(ask("'only':['cheap']"));
    assertThat(tags).hasSize(3).endsWith("cheap/eu");
  }

  @Test
  void anthropicsFastSiblingTakesFastRequests() {
    Scene claude = new Scene();
    claude.kit.endpoint("anthropic/claude", "anthropic", 1);
    claude.kit.endpoint("anthropic/claude-fast", "anthropic", 6);
    assertThat(claude.plan("{'model':'anthropic/claude','speed':'fast'}").first().model().id())
        .isEqualTo("anthropic/claude-fast");
  }

  @Test
  void aVariantsSortBeatsTheProvidersAndIsTold() {
    RoutePlan plan = scene.plan("{'model':'acme/large:floor','provider':{'sort':'throughput'}}");
    assertThat(plan.strategy()).isEqualTo("price");
    assertThat(plan.decision().losses()).extracting("field").containsExactly("sort");
  }

  @Test
  void theAccountsDefaultSortHoldsWhenTheRequestHasNone() {
    scene.constraints = new Constraints(List.of(), Optional.of(Sort.PRICE));
    assertThat(firsts(ask(""))).containsExactly("cheap");
  }
}
