package dev.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.catalog.Modality;
import dev.fairlead.money.Meter;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** OpenRouter's hard filters: what takes an endpoint out, told with rule and place. */
final class HardRulesTest {
  private static final String M = "acme/large";
  private Scene scene;

  @BeforeEach
  void twoOrdinaryEndpoints() {
    scene = new Scene();
    scene.kit.endpoint(M, "alpha", 1);
    scene.kit.endpoint(M, "beta", 2);
  }

  private void isOut(String request, String tag, Rule rule, String setBy) {
    RoutePlan plan = scene.plan(request);
    assertThat(Scene.tags(plan)).doesNotContain(tag).isNotEmpty();
    Excluded out = Scene.out(plan, tag);
    assertThat(out.rule()).isEqualTo(rule);
    assertThat(out.setBy()).isEqualTo(setBy);
    assertThat(out.detail()).isNotBlank();
  }

  private static String ask(String provider) {
    return "{'model':'acme/large','provider':{" + provider + "}}";
  }

  @Test
  void anEndpointThatIsSwitchedOff() {
    scene.kit.endpoint(M, "gamma", 1).status(-2);
    isOut(ask(""), "gamma", Rule.STATUS, "catalog");
  }

  @Test
  void anEndpointWithoutACredential() {
    scene.seats.put("beta", List.of());
    isOut(ask(""), "beta", Rule.CREDENTIAL, "config");
  }

  @Test
  void theSimulatorNeedsNoCredential() {
    scene.seats.put("sim", List.of());
    scene.kit.endpoint("sim/echo", "sim", 0);
    assertThat(scene.tags("{'model':'sim/echo'}")).containsExactly("sim");
  }

  @Test
  void requestsThatNameNoTierNeverReachTierEndpoints() {
    scene.kit.endpoint(M, "alpha/priority", 3);
    scene.kit.endpoint(M, "alpha/flex", 0.5);
    isOut(ask(""), "alpha/priority", Rule.TIER, "request");
    isOut(ask(""), "alpha/flex", Rule.TIER, "request");
    isOut(ask("'only':['alpha']"), "alpha/flex", Rule.TIER, "request");
  }

  @Test
  void aRegionThatIsNotAllowed() {
    scene.kit.endpoint(M, "gamma", 1).region("eu");
    scene.constraints = Constraints.of(Restriction.none("organization").withRegions(List.of("eu")));
    isOut(ask(""), "alpha", Rule.REGION, "organization");
    assertThat(scene.tags(ask(""))).containsExactly("gamma");
  }

  @Test
  void gotcha15DataCollectionAndZdrAreSeparate() {
    scene.kit.endpoint(M, "trains", 1).policy(true, false);
    scene.kit.endpoint(M, "keeps", 1).policy(false, true);
    isOut(ask("'data_collection':'deny'"), "trains", Rule.TRAINING, "request");
    isOut(ask("'data_collection':'deny'"), "keeps", Rule.TRAINING, "request");
    isOut(ask("'zdr':true"), "keeps", Rule.ZDR, "request");
    assertThat(scene.tags(ask(""))).contains("trains", "keeps");
  }

  @Test
  void gotcha15ZdrIsAnOrThatCanOnlyTighten() {
    scene.kit.endpoint(M, "keeps", 1).policy(false, true);
    scene.constraints =
        Constraints.of(Restriction.none("guardrail:legal").withDataPolicy(false, true));
    isOut(ask("'zdr':false"), "keeps", Rule.ZDR, "guardrail:legal");
  }

  @Test
  void gotcha15APolicyRunsBeforeOwnCredentials() {
    scene.kit.endpoint(M, "keeps", 1).policy(true, true);
    scene.seats.put("keeps", List.of(new Seat("mine", true)));
    isOut(ask("'zdr':true"), "keeps", Rule.ZDR, "request");
  }

  @Test
  void dataCollectionDenyOfTheAccountWins() {
    scene.kit.endpoint(M, "trains", 1).policy(true, false);
    scene.constraints =
        Constraints.of(Restriction.none("organization").withDataPolicy(true, false));
    isOut(ask("'data_collection':'allow'"), "trains", Rule.TRAINING, "organization");
  }

  @Test
  void gotcha16OnlyIsIntersectedAndIgnoreUnited() {
    scene.kit.endpoint(M, "gamma", 3);
    scene.constraints =
        Constraints.of(
            Restriction.none("organization")
                .withProviders(Optional.of(List.of("alpha", "beta")), List.of("beta")));
    RoutePlan plan = scene.plan(ask("'only':['alpha','gamma']"));
    assertThat(Scene.tags(plan)).containsExactly("alpha");
    assertThat(Scene.out(plan, "gamma").setBy()).isEqualTo("organization");
    assertThat(Scene.out(plan, "beta").setBy()).isEqualTo("request");
    isOut(ask("'ignore':['gamma']"), "beta", Rule.PROVIDERS, "organization");
  }

  @Test
  void gotcha16AnUnknownSlugInOnlyIs404AndNotIgnored() {
    NoRoute none = scene.refused(ask("'only':['nobody']"));
    assertThat(none.fault().status()).isEqualTo(404);
    assertThat(none.fault().message())
        .startsWith("No allowed providers are available for the selected model");
  }

  @Test
  void namesMatchInAnyCaseAndByDisplayName() {
    assertThat(scene.tags(ask("'only':['ALPHA']"))).containsExactly("alpha");
    assertThat(scene.tags(ask("'only':['Big Alpha']"))).containsExactly("alpha");
  }

  @Test
  void aBaseSlugMeansAllRegionsAndAFullSlugOne() {
    scene.kit.endpoint(M, "alpha/us-east5", 3);
    scene.kit.endpoint(M, "alpha/turbo", 4);
    assertThat(scene.tags(ask("'only':['alpha'],'sort':'price'")))
        .containsExactly("alpha", "alpha/us-east5", "alpha/turbo");
    assertThat(scene.tags(ask("'only':['alpha/turbo']"))).containsExactly("alpha/turbo");
  }

  @Test
  void whoIgnoresAProviderMeansItsTiersToo() {
    scene.kit.endpoint(M, "alpha/priority", 3);
    assertThat(scene.tags("{'model':'acme/large:nitro','provider':{'ignore':['alpha']}}"))
        .containsExactly("beta");
  }

  @Test
  void modelsThatAreNotAllowedOrAreExcluded() {
    scene.kit.endpoint("other/small", "alpha", 1);
    scene.constraints =
        Constraints.of(
            Restriction.none("key").withModels(Optional.of(List.of("other/*")), List.of()));
    RoutePlan plan = scene.plan("{'models':['acme/large','other/small']}");
    assertThat(Scene.tags(plan)).containsExactly("alpha");
    assertThat(Scene.out(plan, "beta").rule()).isEqualTo(Rule.MODELS);
    assertThat(scene.refused("{'model':'acme/large'}").fault().message())
        .startsWith("No models match your request and model restrictions");
  }

  @Test
  void fp4IncludesItsKinAndFp8MxFp8() {
    scene.kit.endpoint(M, "q1", 1).quantized("nvfp4");
    scene.kit.endpoint(M, "q2", 2).quantized("mxfp4");
    scene.kit.endpoint(M, "q3", 3).quantized("mxfp8");
    assertThat(scene.tags(ask("'quantizations':['fp4'],'sort':'price'")))
        .containsExactly("q1", "q2");
    assertThat(scene.tags(ask("'quantizations':['fp8']"))).containsExactly("q3");
    isOut(ask("'quantizations':['fp8']"), "alpha", Rule.QUANTIZATION, "request");
    assertThat(scene.refused(ask("'quantizations':['nvfp4'],'only':['q2']")).availability())
        .extracting(Availability::excludedBy)
        .isEqualTo(List.of("allowed_providers", "quantization"));
  }

  @Test
  void distillableTextIsEnforcedAndUnknownIsNo() {
    scene.kit.endpoint("open/weights", "alpha", 1);
    scene.distillable = model -> model.id().equals("open/weights");
    RoutePlan plan =
        scene.plan(
            "{'models':['acme/large','open/weights'],'provider':{'enforce_distillable_text':true}}");
    assertThat(plan.legs()).extracting(leg -> leg.model().id()).containsExactly("open/weights");
    assertThat(Scene.out(plan, "beta").rule()).isEqualTo(Rule.DISTILLABLE);
  }

  @Test
  void modalitiesThatAnEndpointDoesNotTakeOrGive() {
    scene.kit.endpoint(M, "words", 1).textOnly();
    RequestNeeds text = RequestNeeds.text(100);
    scene.needs = reading(text, EnumSet.of(Modality.TEXT, Modality.IMAGE), text.output());
    isOut(ask(""), "words", Rule.INPUT, "catalog");
    NoRoute none = scene.refused(ask("'only':['words']"));
    assertThat(none.fault().message()).isEqualTo("No endpoints found that support image input");
    scene.needs = reading(text, text.input(), EnumSet.of(Modality.AUDIO));
    assertThat(Scene.out(scene.refused(ask("")), "alpha").rule()).isEqualTo(Rule.OUTPUT);
  }

  private static RequestNeeds reading(RequestNeeds n, Set<Modality> in, Set<Modality> out) {
    return new RequestNeeds(
        in,
        out,
        n.firstTool(),
        n.mustCall(),
        n.format(),
        n.prefill(),
        n.cacheControl(),
        n.parameters(),
        n.promptTokens(),
        n.maxTokens(),
        n.preferIssuers(),
        n.requireIssuers());
  }

  @Test
  void aPromptThatIsTooLong() {
    scene.kit.endpoint(M, "short", 1).context(4_000);
    scene.needs = RequestNeeds.text(5_000);
    isOut(ask(""), "short", Rule.CONTEXT, "catalog");
    NoRoute none = scene.refused(ask("'only':['short']"));
    assertThat(none.fault().status()).isEqualTo(400);
    assertThat(none.fault().message()).contains("maximum context length is");
  }

  @Test
  void gotcha23MaxTokensFiltersByOutputCap() {
    scene.kit.endpoint(M, "terse", 1).maxOutput(1_000);
    scene.needs = Scene.needing(RequestNeeds.Format.TEXT, OptionalLong.of(1_001), "max_tokens");
    isOut(ask(""), "terse", Rule.MAX_TOKENS, "catalog");
    scene.needs = Scene.needing(RequestNeeds.Format.TEXT, OptionalLong.of(1_000), "max_tokens");
    assertThat(scene.tags(ask("'only':['terse']"))).containsExactly("terse");
  }

  @Test
  void aForcedToolCallNeedsSupportForIt() {
    scene.kit.endpoint(M, "loose", 1).honouring("tools");
    scene.tools(true);
    isOut(ask(""), "loose", Rule.TOOL_CHOICE, "catalog");
    assertThat(scene.refused(ask("'only':['loose']")).fault().message())
        .startsWith("No endpoints found that support the provided 'tool_choice' value");
  }

  @Test
  void aJsonSchemaNeedsSomeSupportForIt() {
    scene.kit.endpoint(M, "prose", 1).honouring("temperature");
    scene.needs =
        Scene.needing(
            RequestNeeds.Format.JSON_SCHEMA,
            OptionalLong.empty(),
            "response_format",
            "structured_outputs");
    isOut(ask(""), "prose", Rule.FORMAT, "catalog");
  }

  @Test
  void requireParametersWantsEveryParameterSent() {
    scene.kit.endpoint(M, "plain", 1).honouring("temperature", "max_completion_tokens");
    scene.needs =
        Scene.needing(
            RequestNeeds.Format.TEXT, OptionalLong.of(10), "max_tokens", "seed", "temperature");
    assertThat(scene.tags(ask(""))).contains("plain");
    isOut(ask("'require_parameters':true"), "plain", Rule.PARAMETERS, "request");
    assertThat(Scene.out(scene.plan(ask("'require_parameters':true")), "plain").detail())
        .isEqualTo("it does not honour [seed]");
    assertThat(scene.refused(ask("'require_parameters':true,'only':['plain']")).fault().message())
        .startsWith("No endpoints found that can handle the requested parameters");
  }

  @Test
  void aTopLevelCacheControlNeedsSupportForIt() {
    RequestNeeds text = RequestNeeds.text(100);
    scene.needs =
        new RequestNeeds(
            text.input(),
            text.output(),
            Optional.empty(),
            false,
            text.format(),
            false,
            true,
            List.of(),
            100,
            OptionalLong.empty(),
            Set.of(),
            Set.of());
    assertThat(Scene.out(scene.refused(ask("")), "alpha").rule()).isEqualTo(Rule.CACHE_CONTROL);
  }

  @Test
  void gotcha18MaxPriceAlwaysExcludes() {
    isOut(ask("'max_price':{'prompt':0.5}"), "beta", Rule.MAX_PRICE, "request");
    isOut(ask("'max_price':{'completion':'0.5'}"), "beta", Rule.MAX_PRICE, "request");
    NoRoute none = scene.refused(ask("'max_price':{'prompt':0.1}"));
    assertThat(none.fault().status()).isEqualTo(404);
    assertThat(none.availability().code()).isEqualTo(Availability.Code.CONSTRAINT_FILTERED);
    assertThat(none.availability().excludedBy()).containsExactly("max_price");
    assertThat(none.availability().constraint().orElseThrow().field()).isEqualTo("max_price");
  }

  @Test
  void maxPriceOfARequestAndAnImageIsPerPiece() {
    scene.kit.endpoint(M, "pieces", 1).priced(Meter.REQUEST, 2_000_000_000L);
    isOut(ask("'max_price':{'request':0.001}"), "pieces", Rule.MAX_PRICE, "request");
    assertThat(scene.tags(ask("'max_price':{'request':0.002}"))).contains("pieces");
  }

  @Test
  void theAccountsMaxPriceHoldsToo() {
    PriceCap cap = Scene.wish("{'provider':{'max_price':{'prompt':0.6}}}").maxPrice();
    scene.constraints = Constraints.of(Restriction.none("key").withMaxPrice(cap));
    isOut(ask("'max_price':{'prompt':9}"), "beta", Rule.MAX_PRICE, "key");
  }

  @Test
  void filesOfAnIssuerGoOnlyToIt() {
    scene.needs = Scene.issued(Set.of(), Set.of("beta"));
    isOut(ask(""), "alpha", Rule.ISSUER, "request");
  }

  @Test
  void ownCredentialsOnlyOrNever() {
    scene.seats.put("alpha", List.of(new Seat("mine", true)));
    isOut(ask("'byok':'only'"), "beta", Rule.OWN_CREDENTIAL, "request");
    isOut(ask("'byok':'never'"), "alpha", Rule.OWN_CREDENTIAL, "request");
  }

  @Test
  void ifNoEndpointSupportsToolsTheRequestIsRefused() {
    Scene mute = new Scene();
    mute.kit.endpoint(M, "alpha", 1).honouring("temperature");
    mute.tools(false);
    NoRoute none = mute.refused(ask(""));
    assertThat(none.fault().status()).isEqualTo(404);
    assertThat(none.fault().message())
        .startsWith("No endpoints found that support tool use. Try disabling \"look_up\".");
    assertThat(Scene.out(none, "alpha").rule()).isEqualTo(Rule.TOOLS);
  }

  @Test
  void aRetiredModel() {
    Scene old = new Scene();
    old.kit.model("old/one", Optional.empty(), Optional.of("2026-11-19"));
    old.kit.endpoint("old/one", "alpha", 1);
    NoRoute none = old.refused("{'model':'old/one'}");
    assertThat(none.availability().code()).isEqualTo(Availability.Code.MODEL_DEPRECATED);
    assertThat(Scene.out(none, "alpha").rule()).isEqualTo(Rule.EXPIRED);
  }

  @Test
  void everyExclusionHasARuleAndAPlace() {
    scene.kit.endpoint(M, "gamma", 9).status(-1);
    scene.kit.endpoint(M, "delta", 9).policy(true, true);
    scene.kit.endpoint(M, "epsilon/flex", 9);
    Planned planned = scene.planned(ask("'zdr':true,'max_price':{'prompt':0.6}"));
    assertThat(planned.decision().excluded()).hasSize(4);
    assertThat(planned.decision().excluded())
        .allSatisfy(
            one -> {
              assertThat(one.rule().code()).isNotBlank();
              assertThat(one.setBy()).isNotBlank();
              assertThat(one.detail()).isNotBlank();
            });
  }
}
