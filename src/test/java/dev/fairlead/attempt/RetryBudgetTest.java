package dev.fairlead.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Repetitions stay a share of the requests. */
final class RetryBudgetTest {
  @Test
  void whatWasSavedIsSpentAndThenOnlyWhatIsEarned() {
    RetryBudget budget = new RetryBudget(0.25, 3);
    int made = 0;
    for (int i = 0; i < 100; i++) {
      budget.firstTry();
      made += budget.spend() ? 1 : 0;
    }
    assertThat(made).isBetween(27, 28);
  }

  @Test
  void savingsAreBounded() {
    RetryBudget budget = new RetryBudget(1, 2);
    for (int i = 0; i < 100; i++) {
      budget.firstTry();
    }
    assertThat(budget.spend()).isTrue();
    assertThat(budget.spend()).isTrue();
    assertThat(budget.spend()).isFalse();
  }
}
