package dev.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ExactoTest {
  private static final String M = "a/b";
  private static final String ASK = "{'model':'a/b'}";
  private Scene scene;

  @BeforeEach
  void fiveEndpointsOfWhichTheCheapestCallsToolsBadly() {
    scene = new Scene();
    scene.kit.endpoint(M, "bad", 0.1);
    measured("bad", 100, 60);
    for (int i = 0; i < 4; i++) {
      scene.kit.endpoint(M, "good" + i, 1 + i);
      measured("good" + i, 100, 1 + i % 2);
    }
    scene.tools(false);
  }

  private void measured(String tag, double tokensPerSecond, long badCalls) {
    scene.signal(
        tag + "|" + M,
        s ->
            s.throughput(tokensPerSecond, tokensPerSecond, tokensPerSecond, tokensPerSecond)
                .traffic(100, 100, 100, badCalls));
  }

  @Test
  void requestsWithToolsAvoidWhoCallsThemBadly() {
    for (scene.seed = 0; scene.seed < 200; scene.seed++) {
      RoutePlan plan = scene.plan(ASK);
      assertThat(plan.strategy()).isEqualTo("auto-exacto");
      assertThat(Scene.tags(plan).getLast()).isEqualTo("bad");
      assertThat(plan.legs().getLast().rank().demotions()).containsExactly(Demotion.LOW_QUALITY);
    }
  }

  @Test
  void slowOnesAreAvoidedToo() {
    measured("bad", 100, 1);
    measured("good0", 5, 1);
    measured("good1", 101, 1);
    measured("good2", 99, 1);
    assertThat(scene.tags(ASK).getLast()).isEqualTo("good0");
  }

  @Test
  void requestsWithoutToolsAreBalanced() {
    scene.needs = RequestNeeds.text(10);
    assertThat(scene.plan(ASK).strategy()).isEqualTo("balance");
  }

  @Test
  void gotcha20SortPriceAndFloorAndADefaultSortOptOut() {
    assertThat(scene.tags("{'model':'a/b','provider':{'sort':'price'}}").getFirst())
        .isEqualTo("bad");
    assertThat(scene.tags("{'model':'a/b:floor'}").getFirst()).isEqualTo("bad");
    scene.constraints = new Constraints(java.util.List.of(), Optional.of(Sort.PRICE));
    assertThat(scene.tags(ASK).getFirst()).isEqualTo("bad");
  }

  @Test
  void withTooLittleKnownItIsNotUsed() {
    scene.signals.clear();
    assertThat(scene.plan(ASK).strategy()).isEqualTo("balance");
  }

  @Test
  void threeProvidersAreTooFew() {
    assertThat(scene.plan("{'model':'a/b','provider':{'ignore':['good0','good1']}}").strategy())
        .isEqualTo("balance");
  }

  @Test
  void askedForByNameTheBestComesFirst() {
    scene.needs = RequestNeeds.text(10);
    measured("good3", 100, 0);
    RoutePlan plan = scene.plan("{'model':'a/b:exacto'}");
    assertThat(plan.strategy()).isEqualTo("exacto");
    assertThat(plan.first().endpoint().tag()).isEqualTo("good3");
    assertThat(Scene.tags(plan).getLast()).isEqualTo("bad");
  }
}
