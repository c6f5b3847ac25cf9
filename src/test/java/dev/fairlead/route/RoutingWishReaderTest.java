package dev.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.canon.Refused;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RoutingWishReaderTest {
  @Test
  void readsEveryFieldOfTheProviderObject() {
    RoutingWish wish =
        Scene.wish(
            """
            {'model':'a/b','models':['c/d','a/b'],'route':'fallback','session_id':'s-1',
             'prompt_cache_key':'k','service_tier':'flex','provider':{
               'order':['OpenAI',' Azure '],'only':['openai'],'ignore':['Together'],
               'allow_fallbacks':false,'require_parameters':true,'data_collection':'deny',
               'zdr':true,'enforce_distillable_text':true,'quantizations':['FP8'],
               'sort':{'by':'latency','partition':'none'},
               'max_price':{'prompt':1,'completion':'2.5','request':'0.01','image':null},
               'preferred_min_throughput':50,'preferred_max_latency':{'p50':1,'p99':4.5},
               'byok':'after','options':{'openai':{'x':1}},'shiny':true}}
            """);
    assertThat(wish.models()).containsExactly("a/b", "c/d");
    assertThat(wish.order()).containsExactly("openai", "azure");
    assertThat(wish.only()).contains(List.of("openai"));
    assertThat(wish.ignore()).containsExactly("together");
    assertThat(wish.allowFallbacks()).isFalse();
    assertThat(wish.requireParameters()).isTrue();
    assertThat(wish.denyCollection()).isTrue();
    assertThat(wish.zdr()).isTrue();
    assertThat(wish.distillable()).isTrue();
    assertThat(wish.quantizations()).containsExactly("fp8");
    assertThat(wish.sort()).contains(Sort.LATENCY);
    assertThat(wish.acrossModels()).isTrue();
    assertThat(wish.maxPrice().prompt()).isEqualTo(OptionalLong.of(1_000_000));
    assertThat(wish.maxPrice().completion()).isEqualTo(OptionalLong.of(2_500_000));
    assertThat(wish.maxPrice().request()).isEqualTo(OptionalLong.of(10_000_000_000L));
    assertThat(wish.maxPrice().image()).isEmpty();
    assertThat(wish.minThroughput()).isEqualTo(Cutoffs.ofMedian(50));
    assertThat(wish.maxLatencySeconds().p50()).isEqualTo(OptionalDouble.of(1));
    assertThat(wish.maxLatencySeconds().p99()).isEqualTo(OptionalDouble.of(4.5));
    assertThat(wish.tier()).isEqualTo(ServiceTier.FLEX);
    assertThat(wish.ownCredential()).isEqualTo(OwnCredential.AFTER);
    assertThat(wish.sessionId()).contains("s-1");
    assertThat(wish.promptCacheKey()).contains("k");
  }

  @Test
  void sayingNothingIsTheDefault() {
    assertThat(Scene.wish("{'model':'a/b','provider':null}"))
        .isEqualTo(RoutingWish.of(List.of("a/b")));
    assertThat(Scene.wish("{'model':'a/b','provider':{'only':[],'order':null,'sort':null}}"))
        .isEqualTo(RoutingWish.of(List.of("a/b")));
  }

  @Test
  void sortMayBeAWord() {
    assertThat(Scene.wish("{'provider':{'sort':'exacto'}}").sort()).contains(Sort.EXACTO);
  }

  @Test
  void speedFastAsksForThePriorityTier() {
    assertThat(Scene.wish("{'speed':'fast'}").tier()).isEqualTo(ServiceTier.PRIORITY);
    assertThat(Scene.wish("{'service_tier':'auto'}").tier()).isEqualTo(ServiceTier.STANDARD);
  }

  @Test
  void fallbacksOfTheMessagesDialectFollowTheModel() {
    assertThat(Scene.wish("{'model':'a/b','fallbacks':[{'model':'c/d'}]}").models())
        .containsExactly("a/b", "c/d");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'provider':[]} | provider: must be an object",
        "{'provider':{'sort':'cheap'}} | provider.sort: must be one of",
        "{'provider':{'sort':{'by':3}}} | provider.sort.by: must be one of",
        "{'provider':{'sort':{'partition':'x'}}} | provider.sort.partition: must be",
        "{'provider':{'order':'openai'}} | provider.order: must be an array",
        "{'provider':{'only':[1]}} | provider.only[0]: must be a string",
        "{'provider':{'zdr':'yes'}} | provider.zdr: must be true or false",
        "{'provider':{'data_collection':'no'}} | provider.data_collection: must be",
        "{'provider':{'quantizations':['q4']}} | provider.quantizations: 'q4'",
        "{'provider':{'max_price':{'prompt':'much'}}} | provider.max_price.prompt: must be",
        "{'provider':{'max_price':{'prompt':-1}}} | provider.max_price.prompt: must be",
        "{'provider':{'max_price':3}} | provider.max_price: must be an object",
        "{'provider':{'preferred_max_latency':'1'}} | provider.preferred_max_latency: must be",
        "{'provider':{'preferred_max_latency':{'p50':'1'}}} | provider.preferred_max_latency.p50",
        "{'provider':{'byok':'maybe'}} | provider.byok: must be one of",
        "{'model':7} | model: must be a string",
        "{'models':'a'} | models: must be an array",
        "{'models':['a'],'fallbacks':[{'model':'b'}]} | fallbacks: cannot stand beside models",
        "{'fallbacks':[{'model':'b','x':1}]} | fallbacks[0]: must be an object",
      })
  void whatIsWrongIsRefusedWithItsPath(String request, String message) {
    assertThatThrownBy(() -> RoutingWishReader.read(Json.of(request.replace('\'', '"')).root()))
        .isInstanceOf(Refused.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void noMoreThanSixteenModels() {
    String names = String.join("','", IntStream.range(0, 17).mapToObj(i -> "m/" + i).toList());
    assertThatThrownBy(
            () ->
                RoutingWishReader.read(
                    Json.of(("{'models':['" + names + "']}").replace('\'', '"')).root()))
        .isInstanceOf(Refused.class)
        .hasMessage("models: has 17 entries; at most 16");
  }

  @Test
  void aSessionIdIsAtMost256Long() {
    assertThatThrownBy(
            () ->
                RoutingWishReader.read(
                    Json.of("{\"session_id\":\"" + "x".repeat(257) + "\"}").root()))
        .hasMessageStartingWith("session_id: must have at most 256");
  }

  @Test
  void absurdPricesCostNoTime() {
    assertThatThrownBy(
            () ->
                RoutingWishReader.read(
                    Json.of("{\"provider\":{\"max_price\":{\"prompt\":1e999999999}}}").root()))
        .isInstanceOf(Refused.class);
    assertThat(Scene.wish("{'provider':{'max_price':{'prompt':1e60}}}").maxPrice().prompt())
        .isEqualTo(OptionalLong.of(Long.MAX_VALUE));
  }

  @Test
  void whatIsWrittenIsReadBack() throws Refused {
    RoutingWish wish =
        Scene.wish(
            """
            {'model':'a/b:nitro','service_tier':'priority','session_id':'s','provider':{
             'order':['x'],'only':['y/z'],'ignore':['w'],'allow_fallbacks':false,
             'data_collection':'deny','sort':{'by':'price','partition':'none'},
             'max_price':{'prompt':0.123456,'image':'0.000001','audio':0},
             'preferred_min_throughput':{'p50':10.25,'p75':9},'quantizations':['fp4'],
             'byok':'never','require_parameters':true,'zdr':true}}
            """);
    JsonWriter out = new JsonWriter();
    wish.write(out);
    assertThat(RoutingWishReader.read(Json.of(out.toString()).root())).isEqualTo(wish);
    assertThat(wish.only()).isEqualTo(Optional.of(List.of("y/z")));
  }
}
