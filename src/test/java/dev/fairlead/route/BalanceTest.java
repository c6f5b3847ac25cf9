package dev.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BalanceTest {
  private static final int PLANS = 10_000;

  @ParameterizedTest
  @ValueSource(
      strings = {"1 2 3", "1 3", "5 5 5 5", "0.1 0.11 0.5 2", "1 10 100", "2 2 4 8 16 32 64"})
  void theFirstIsDrawnByOneOverPriceSquared(String prices) {
    Scene scene = new Scene();
    String[] words = prices.split(" ");
    double sum = 0;
    for (int i = 0; i < words.length; i++) {
      double price = Double.parseDouble(words[i]);
      scene.kit.endpoint("a/b", "p" + i, price);
      sum += 1 / (price * price);
    }
    Map<String, Integer> firsts = new HashMap<>();
    for (scene.seed = 0; scene.seed < PLANS; scene.seed++) {
      firsts.merge(scene.tags("{'model':'a/b'}").getFirst(), 1, Integer::sum);
    }
    RoutePlan plan = scene.plan("{'model':'a/b'}");
    for (int i = 0; i < words.length; i++) {
      double price = Double.parseDouble(words[i]);
      double share = 1 / (price * price) / sum;
      double sigma = Math.sqrt(PLANS * share * (1 - share));
      String tag = "p" + i;
      assertThat(Math.abs(firsts.getOrDefault(tag, 0) - PLANS * share))
          .as("share of %s", price)
          .isLessThanOrEqualTo(3 * sigma);
      assertThat(plan.legs())
          .filteredOn(leg -> leg.endpoint().tag().equals(tag))
          .allSatisfy(leg -> assertThat(leg.rank().share()).isBetween(share - 1e-9, share + 1e-9));
    }
  }

  @Test
  void theFreeOnesShareTheFirstPlace() {
    Scene scene = new Scene();
    scene.kit.endpoint("a/b", "free1", 0);
    scene.kit.endpoint("a/b", "free2", 0);
    scene.kit.endpoint("a/b", "paid", 1);
    Map<String, Integer> firsts = new HashMap<>();
    for (scene.seed = 0; scene.seed < PLANS; scene.seed++) {
      firsts.merge(scene.tags("{'model':'a/b'}").getFirst(), 1, Integer::sum);
    }
    assertThat(firsts).containsOnlyKeys("free1", "free2");
    assertThat(firsts.get("free1")).isBetween(PLANS / 2 - 150, PLANS / 2 + 150);
  }

  @Test
  void theSameSeedGivesTheSamePlan() {
    Scene scene = new Scene();
    for (int i = 0; i < 8; i++) {
      scene.kit.endpoint("a/b", "p" + i, 1 + i * 0.01);
    }
    scene.seed = 77;
    RoutePlan plan = scene.plan("{'model':'a/b'}");
    assertThat(scene.plan("{'model':'a/b'}").decision()).isEqualTo(plan.decision());
    assertThat(plan.decision().draw()).isBetween(0.0, 1.0);
  }
}
