package dev.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.catalog.Catalog;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A look at what a plan costs; a bench says it better, this catches a blunder. */
@Tag("slow")
final class PlanSpeedTest {
  @Test
  void aTypicalPlanOverTenEndpointsCostsMicroseconds() {
    TestCatalog kit = new TestCatalog();
    for (int i = 0; i < 10; i++) {
      kit.endpoint("a/b", "p" + i, 1 + i).honouring("temperature", "max_tokens", "tools");
    }
    Catalog catalog = kit.build();
    Router router = new Router(model -> false, Duration.ofSeconds(5));
    RoutingWish wish = Scene.wish("{'model':'a/b'}");
    long best = Long.MAX_VALUE;
    for (int round = 0; round < 30; round++) {
      long from = System.nanoTime();
      for (int i = 0; i < 20_000; i++) {
        Planned plan =
            router.plan(
                new PlanInput(
                    catalog,
                    wish,
                    RequestNeeds.text(100),
                    Constraints.NONE,
                    Signals.NONE,
                    provider -> List.of(new Seat("k", false)),
                    Optional.empty(),
                    Scene.NOW,
                    i,
                    "p"));
        assertThat(plan.decision().ranked().size()).isEqualTo(10);
      }
      best = Math.min(best, (System.nanoTime() - from) / 20_000);
    }
    System.out.println("ns per plan: " + best);
    assertThat(best).isLessThan(100_000);
  }
}
