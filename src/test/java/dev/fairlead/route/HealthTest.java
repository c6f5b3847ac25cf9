package dev.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.Fault;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What breakers and rate limits do to a plan. */
final class HealthTest {
  private static final String M = "a/b";
  private static final String ASK = "{'model':'a/b','provider':{'order':['alpha']}}";
  private Scene scene;

  @BeforeEach
  void twoEndpoints() {
    scene = new Scene();
    scene.kit.endpoint(M, "alpha", 1);
    scene.kit.endpoint(M, "beta", 2);
  }

  @Test
  void anOpenBreakerTakesTheEndpointOut() {
    scene.signal("alpha|" + M, s -> s.breaker(Breaker.Phase.OPEN, Scene.NOW.plusSeconds(1)));
    RoutePlan plan = scene.plan(ASK);
    assertThat(Scene.tags(plan)).containsExactly("beta");
    assertThat(Scene.out(plan, "alpha").rule()).isEqualTo(Rule.BREAKER);
    assertThat(Scene.out(plan, "alpha").setBy()).isEqualTo("health");
  }

  @Test
  void aProbeThatIsDueHasTheEndpointsUsualPlace() {
    scene.signal(
        "alpha|" + M,
        s -> s.breaker(Breaker.Phase.OPEN, Scene.NOW).outage(Scene.NOW.minusSeconds(1)));
    RoutePlan plan = scene.plan("{'model':'a/b','provider':{'sort':'price'}}");
    assertThat(Scene.tags(plan)).containsExactly("alpha", "beta");
    assertThat(plan.first().rank().probe()).isTrue();
    assertThat(plan.legs().getLast().rank().probe()).isFalse();
  }

  @Test
  void whenAllBreakersAreOpenTheCallerIsToldWhenToComeBack() {
    scene.signal("alpha|" + M, s -> s.breaker(Breaker.Phase.OPEN, Scene.NOW.plusSeconds(3)));
    scene.signal("beta|" + M, s -> s.breaker(Breaker.Phase.OPEN, Scene.NOW.plusSeconds(2)));
    NoRoute none = scene.refused(ASK);
    assertThat(none.fault().status()).isEqualTo(503);
    assertThat(none.fault().retryAfter()).contains(Duration.ofSeconds(2));
    assertThat(none.availability().code()).isEqualTo(Availability.Code.TEMPORARILY_UNAVAILABLE);
    assertThat(none.availability().affectedProviders()).containsExactly("alpha", "beta");
  }

  @Test
  void whoWantsToBeLeftAloneGoesToTheBackEvenBehindOtherModels() {
    scene.kit.endpoint("c/d", "gamma", 9);
    scene.signal("alpha|" + M, s -> s.cool("", Scene.NOW.plusSeconds(60)));
    RoutePlan plan = scene.plan("{'models':['a/b','c/d'],'provider':{'order':['alpha']}}");
    assertThat(Scene.tags(plan)).containsExactly("beta", "gamma", "alpha");
    assertThat(plan.legs().getLast().rank().notBefore()).contains(Scene.NOW.plusSeconds(60));
    assertThat(plan.legs().getLast().rank().demotions()).contains(Demotion.COOLING);
  }

  @Test
  void aRateLimitConcernsItsCredentialAlone() {
    scene.seats.put("alpha", List.of(new Seat("shared", false), new Seat("mine", true)));
    scene.signal("alpha|" + M, s -> s.cool("mine", Scene.NOW.plusSeconds(60)));
    RoutePlan plan = scene.plan("{'model':'a/b','provider':{'order':['alpha']}}");
    assertThat(plan.legs())
        .extracting(leg -> leg.endpoint().tag() + " " + leg.rank().credential())
        .containsExactly("alpha shared", "beta shared", "alpha mine");
  }

  @Test
  void aShortWaitIsPlannedALongOneIsA429() {
    scene.signal("alpha|" + M, s -> s.cool("", Scene.NOW.plusSeconds(60)));
    scene.signal("beta|" + M, s -> s.cool("", Scene.NOW.plusSeconds(5)));
    assertThat(scene.tags(ASK)).containsExactly("beta", "alpha");
    scene.signal("beta|" + M, s -> s.cool("", Scene.NOW.plusSeconds(30)));
    NoRoute none = scene.refused(ASK);
    assertThat(none.fault().kind()).isEqualTo(Fault.Kind.RATE_LIMITED);
    assertThat(none.fault().status()).isEqualTo(429);
    assertThat(none.fault().retryAfter()).contains(Duration.ofSeconds(30));
    assertThat(none.availability().code()).isEqualTo(Availability.Code.CAPACITY_EXHAUSTED);
    assertThat(Scene.json(none)).contains("\"retryable\":true").contains("\"retry_after\":30");
  }
}
