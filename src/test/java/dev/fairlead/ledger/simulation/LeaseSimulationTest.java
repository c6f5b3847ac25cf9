package dev.fairlead.ledger.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Leases through crashes, partitions, wrong clocks and a bad network. {@code -Dseeds=100000} runs
 * more days than the usual thousand, {@code -Dseed=123} one.
 */
final class LeaseSimulationTest {
  private static final int ENOUGH_TO_CATCH = 300;
  private static final double USED = 0.99;

  @Test
  void noDayOverspendsLosesOrStrandsMoney() {
    long one = Long.getLong("seed", -1);
    long first = one < 0 ? 0 : one;
    long seeds = one < 0 ? Long.getLong("seeds", 1_000) : 1;
    long steps = 0;
    long charges = 0;
    long late = 0;
    for (long seed = first; seed < first + seeds; seed++) {
      Simulation.Result result = run(seed);
      assertThat(result.leastUsed())
          .as("what was used of the tightest budget at the end of seed %d", seed)
          .isGreaterThanOrEqualTo(USED);
      steps += result.steps();
      charges += result.charges();
      late += result.lateCharges();
    }
    assertThat(charges).as("settlements in %d steps", steps).isGreaterThan(100 * seeds);
    assertThat(one >= 0 || late > 0).as("some charges came after their lease").isTrue();
    System.out.printf(
        Locale.ROOT,
        "%d seeds, %d steps, %d settlements, %d of them late, 0 violations%n",
        seeds,
        steps,
        charges,
        late);
  }

  private static Simulation.Result run(long seed) {
    try {
      return Simulation.run(seed, Bug.NONE);
    } catch (Violation | IllegalArgumentException e) {
      throw new AssertionError("seed " + seed + " (replay with -Dseed=" + seed + ")", e);
    }
  }

  @Test
  void aSeedReplaysExactly() {
    for (long seed = 0; seed < 20; seed++) {
      assertThat(Simulation.run(seed, Bug.NONE)).isEqualTo(Simulation.run(seed, Bug.NONE));
    }
    assertThat(Simulation.run(1, Bug.NONE).hash()).isNotEqualTo(Simulation.run(2, Bug.NONE).hash());
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aPlantedBugIsCaughtAndReplays(Bug bug) {
    for (long seed = 0; seed < ENOUGH_TO_CATCH; seed++) {
      String caught = caught(seed, bug);
      if (!caught.isEmpty()) {
        assertThat(caught(seed, bug)).isEqualTo(caught);
        return;
      }
    }
    throw new AssertionError(bug + " was not caught within " + ENOUGH_TO_CATCH + " seeds");
  }

  private static String caught(long seed, Bug bug) {
    try {
      Simulation.run(seed, bug);
      return "";
    } catch (Violation e) {
      return String.valueOf(e.getMessage());
    }
  }
}
