package dev.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.Fault;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

final class RefusalTest {
  private Scene scene;

  @BeforeEach
  void aFewModels() {
    scene = new Scene();
    scene.kit.endpoint("openai/gpt-5", "openai", 1);
    scene.kit.endpoint("openai/gpt-5-mini", "openai", 1);
    scene.kit.model("~openai/gpt-latest", Optional.of("openai/gpt-5"), Optional.empty());
    scene.kit.model("acme/none", Optional.empty(), Optional.empty());
  }

  @Test
  void anUnknownModelIs400WithASuggestion() {
    NoRoute none = scene.refused("{'model':'openai/gtp-5'}");
    assertThat(none.fault().kind()).isEqualTo(Fault.Kind.MODEL_UNKNOWN);
    assertThat(none.fault().status()).isEqualTo(400);
    assertThat(none.fault().message())
        .isEqualTo("`openai/gtp-5` is not a valid model ID. Did you mean `openai/gpt-5`?");
    assertThat(none.availability().code()).isEqualTo(Availability.Code.MODEL_NOT_FOUND);
    assertThat(none.availability().fallbackModels()).containsExactly("openai/gpt-5");
  }

  @Test
  void whoLeavesTheAuthorOutIsHelped() {
    assertThat(scene.refused("{'model':'gpt-5-mini'}").fault().message())
        .contains("Did you mean `openai/gpt-5-mini`");
    assertThat(scene.refused("{'model':'xyz'}").fault().message())
        .isEqualTo("`xyz` is not a valid model ID");
  }

  @Test
  void anUnknownIdAnywhereInModelsFailsUpFront() {
    NoRoute none = scene.refused("{'models':['openai/gpt-5','no/such-thing']}");
    assertThat(none.fault().message()).isEqualTo("`no/such-thing` is not a valid model ID");
  }

  @Test
  void whoHasNoCredentialIsToldWhichWouldDo() {
    scene.kit.endpoint("openai/gpt-5", "azure", 2);
    scene.seats.put("openai", List.of());
    scene.seats.put("azure", List.of());
    assertThat(scene.refused("{'model':'openai/gpt-5'}").fault().message())
        .isEqualTo(
            "No endpoints found for openai/gpt-5: there is no credential for any of its providers;"
                + " set the key of one of them in the environment or in the configuration:"
                + " azure, openai.");
    assertThat(scene.refused("{'model':'openai/gpt-5-mini'}").fault().message())
        .endsWith(
            "no credential for its provider openai; set that provider's key in the environment or"
                + " in the configuration.");
  }

  @Test
  void noModelAtAll() {
    assertThat(scene.refused("{}").fault().message()).isEqualTo("No models provided");
    assertThat(scene.refused("{}").fault().status()).isEqualTo(400);
  }

  @Test
  void anAliasStandsForItsModel() {
    assertThat(scene.plan("{'model':'~openai/gpt-latest'}").first().model().id())
        .isEqualTo("openai/gpt-5");
    assertThat(scene.plan("{'model':'openai/gpt-5-2026:nitro'}").first().model().id())
        .isEqualTo("openai/gpt-5");
    assertThat(scene.plan("{'model':'OpenAI/GPT-5'}").first().model().id())
        .isEqualTo("openai/gpt-5");
  }

  @Test
  void aFreeVariantThatEnded() {
    NoRoute none = scene.refused("{'model':'openai/gpt-5:free'}");
    assertThat(none.fault().status()).isEqualTo(404);
    assertThat(none.fault().message()).isEqualTo("No endpoints found for openai/gpt-5:free.");
    assertThat(none.availability().code()).isEqualTo(Availability.Code.FREE_VARIANT_ENDED);
    assertThat(none.availability().fallbackModels()).containsExactly("openai/gpt-5");
  }

  @Test
  void gotcha21CatalogueAndRoutingVariantsStack() {
    scene.kit.endpoint("openai/gpt-5:free", "openai", 0);
    assertThat(scene.plan("{'model':'openai/gpt-5:free:online'}").first().model().id())
        .isEqualTo("openai/gpt-5:free");
    assertThat(scene.plan("{'model':'openai/gpt-5:online:free'}").first().model().id())
        .isEqualTo("openai/gpt-5:free");
    assertThat(scene.plan("{'model':'openai/gpt-5:thinking'}").first().model().id())
        .isEqualTo("openai/gpt-5");
  }

  @Test
  void aModelWithoutEndpoints() {
    NoRoute none = scene.refused("{'model':'acme/none'}");
    assertThat(none.fault().kind()).isEqualTo(Fault.Kind.NO_ENDPOINTS);
    assertThat(none.fault().message()).isEqualTo("No endpoints found for acme/none.");
    assertThat(none.availability().code()).isEqualTo(Availability.Code.NO_ENDPOINTS);
  }

  @Test
  void aDataPolicySaysWhereItWasSet() {
    scene.kit.endpoint("acme/keeps", "acme", 1).policy(false, true);
    NoRoute none = scene.refused("{'model':'acme/keeps','provider':{'zdr':true}}");
    assertThat(none.fault().message())
        .isEqualTo(
            "No endpoints found matching your data policy (Zero data retention; set by request).");
    assertThat(none.availability().code()).isEqualTo(Availability.Code.PRIVACY_RESTRICTED);
    scene.constraints = Constraints.of(Restriction.none("guardrail:g").withDataPolicy(true, false));
    assertThat(scene.refused("{'model':'acme/keeps'}").fault().message())
        .startsWith("No endpoints found matching your guardrail restrictions and data policy (");
  }

  @Test
  void aRegionIs403() {
    scene.constraints = Constraints.of(Restriction.none("key").withRegions(List.of("eu")));
    NoRoute none = scene.refused("{'model':'openai/gpt-5'}");
    assertThat(none.fault().status()).isEqualTo(403);
    assertThat(none.availability().code()).isEqualTo(Availability.Code.REGION_RESTRICTED);
    assertThat(none.availability().excludedBy()).containsExactly("data_region");
  }

  @Test
  void allSwitchedOffIsUnavailableUpstream() {
    scene.kit.endpoint("acme/off", "acme", 1).status(-5);
    assertThat(scene.refused("{'model':'acme/off'}").availability().code())
        .isEqualTo(Availability.Code.MODEL_UNAVAILABLE_UPSTREAM);
  }

  @Test
  void theRuleThatTookOutTheLastIsTold() {
    scene.kit.endpoint("acme/two", "one", 1).policy(true, true);
    scene.kit.endpoint("acme/two", "two", 9);
    NoRoute none =
        scene.refused("{'model':'acme/two','provider':{'zdr':true,'max_price':{'prompt':1}}}");
    assertThat(none.availability().excludedBy()).containsExactly("data_policy:zdr", "max_price");
    assertThat(none.fault().message()).contains("within the maximum price");
  }

  @Test
  void availabilityIsOpenRoutersObject() {
    NoRoute none = scene.refused("{'model':'openai/gpt-5','provider':{'only':['azure']}}");
    JsonNode json = new ObjectMapper().readTree(Scene.json(none));
    assertThat(json.get("code").asString()).isEqualTo("constraint_filtered");
    assertThat(json.get("retryable").asBoolean()).isFalse();
    assertThat(json.get("requested_models").get(0).asString()).isEqualTo("openai/gpt-5");
    assertThat(json.get("docs_url").asString()).isNotBlank();
    assertThat(json.get("excluded_by").get(0).asString()).isEqualTo("allowed_providers");
    assertThat(json.get("constraint").get("field").asString()).isEqualTo("allowed_providers");
    assertThat(json.get("constraint").get("detail").asString()).contains("set by request");
    assertThat(json.has("retry_after")).isFalse();
  }

  @Test
  void anExplanationShowsEveryCandidate() {
    scene.kit.endpoint("openai/gpt-5", "azure", 2);
    scene.kit.endpoint("openai/gpt-5", "dear", 90);
    Planned planned =
        scene.planned("{'model':'openai/gpt-5','provider':{'max_price':{'prompt':9}}}");
    dev.fairlead.wire.JsonWriter out = new dev.fairlead.wire.JsonWriter();
    Explanation.write(out, planned.record());
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("strategy").asString()).isEqualTo("balance");
    assertThat(json.get("candidates")).hasSize(3);
    JsonNode first = json.get("candidates").get(0);
    assertThat(first.get("rank").asInt()).isEqualTo(1);
    assertThat(first.get("reason").asString()).isEqualTo("drawn");
    assertThat(first.get("price").get("prompt").asString()).isNotBlank();
    assertThat(first.has("signals")).isTrue();
    JsonNode last = json.get("candidates").get(2);
    assertThat(last.get("included").asBoolean()).isFalse();
    assertThat(last.get("tag").asString()).isEqualTo("dear");
    assertThat(last.get("rule").asString()).isEqualTo("max_price");
    assertThat(last.get("set_by").asString()).isEqualTo("request");
    assertThat(last.get("detail").asString()).isEqualTo("prompt costs $45 per million tokens");
  }

  @Test
  void anExplanationOfNothingHasTheError() {
    dev.fairlead.wire.JsonWriter out = new dev.fairlead.wire.JsonWriter();
    Explanation.write(out, scene.planned("{'model':'openai/gtp-5'}").record());
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("error").get("code").asInt()).isEqualTo(400);
    assertThat(json.get("error").get("availability").get("code").asString())
        .isEqualTo("model_not_found");
  }
}
