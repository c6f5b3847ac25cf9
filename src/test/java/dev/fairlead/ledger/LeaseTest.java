package dev.fairlead.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.identity.Scope;
import dev.fairlead.ledger.LeaseAdmission.Admitted;
import dev.fairlead.ledger.LeaseAdmission.Reason;
import dev.fairlead.ledger.LeaseAdmission.Refused;
import dev.fairlead.money.Interval;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Single steps of the lease protocol; the bad days are in the simulation. */
final class LeaseTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long DAY = 20_780;
  private static final LeaseTerms TERMS =
      new LeaseTerms(Duration.ofSeconds(60), Duration.ofSeconds(30), 1_000);
  private static final Scope ORGANIZATION = new Scope(Scope.Kind.ORGANIZATION, "default");
  private static final Scope KEY = new Scope(Scope.Kind.KEY, "k");
  private static final BudgetPeriod WIDE = BudgetPeriod.on(DAY, ORGANIZATION, Interval.MONTHLY);
  private static final BudgetPeriod NARROW = BudgetPeriod.on(DAY, KEY, Interval.DAILY);
  private static final List<BudgetPeriod> BOTH = List.of(WIDE, NARROW);

  private static final class Memory {
    private final List<LeaseCharge> kept = new ArrayList<>();

    void add(LeaseCharge charge) {
      kept.add(charge);
    }

    List<LeaseCharge> oldest(int most) {
      return kept.stream().limit(most).toList();
    }

    void remove(Set<String> ids) {
      kept.removeIf(charge -> ids.contains(charge.id()));
    }
  }

  private final LeaseBook book = new LeaseBook(TERMS, LeaseBook.Books.EMPTY);
  private final Memory spool = new Memory();
  private final LeaseHolder node = new LeaseHolder("a", "a-1", TERMS, spool::add);

  LeaseTest() {
    book.day(DAY);
    book.limit(ORGANIZATION, Interval.MONTHLY, 1_000);
    book.limit(KEY, Interval.DAILY, 100);
  }

  private void begin() {
    node.begun("a-1", book.begin("a", "a-1"), 0);
    renew(0);
  }

  private void renew(long nanos) {
    assertThat(node.receive(book.renew(node.request(nanos)), nanos)).isTrue();
  }

  private LeaseAdmission admit(String id, long nano, long nanos) {
    return node.admit(id, BOTH, nano, nanos);
  }

  private void admitted(String id, long nano, long nanos) {
    admit(id, nano, nanos);
    renew(nanos);
    assertThat(admit(id, nano, nanos)).isEqualTo(new Admitted(id));
  }

  @Test
  void withoutALeaseNothingIsAdmittedAndNobodyIsBlamed() {
    assertThat(admit("1", 1, 0)).isEqualTo(new Refused(WIDE, Reason.SILENT, 0));
    begin();
    assertThat(admit("1", 1, 0)).isEqualTo(new Refused(WIDE, Reason.ASKED, 0));
    renew(SECOND);
    assertThat(admit("1", 1, SECOND)).isEqualTo(new Admitted("1"));
  }

  @Test
  void whatIsNotThereIsRefusedUnderEveryBudget() {
    begin();
    admitted("1", 80, 0);
    admit("2", 21, 0);
    renew(SECOND);
    assertThat(admit("2", 21, SECOND)).isEqualTo(new Refused(NARROW, Reason.SPENT, 20));
    assertThat(node.heldNano(WIDE)).isEqualTo(80);
    node.settle("1", 30);
    renew(2 * SECOND);
    assertThat(admit("2", 21, 2 * SECOND)).isEqualTo(new Admitted("2"));
  }

  @Test
  void aNodeStopsATermAfterItAskedNotAfterItWasAnswered() {
    begin();
    LeaseRequest asked = node.request(0);
    node.receive(book.renew(asked), 20 * SECOND);
    assertThat(node.serves(60 * SECOND - 1)).isTrue();
    assertThat(node.serves(60 * SECOND)).isFalse();
    assertThat(admit("1", 1, 60 * SECOND)).isEqualTo(new Refused(WIDE, Reason.SILENT, 0));
  }

  @Test
  void aDeadNodesLeaseComesBackAfterItHasStoppedAndItsCallsHaveEnded() {
    begin();
    admitted("1", 80, 0);
    long start = 7 * SECOND;
    assertThat(book.expire(start)).isEmpty();
    assertThat(book.expire(start + 90 * SECOND)).isEmpty();
    long free = book.freeNano(NARROW);
    assertThat(book.expire(start + 91 * SECOND))
        .extracting(LeaseBook.Session::node)
        .containsExactly("a");
    assertThat(free).isLessThanOrEqualTo(20);
    assertThat(book.freeNano(NARROW)).isEqualTo(100);
    assertThat(node.receive(book.renew(node.request(SECOND)), SECOND)).isFalse();
    assertThat(node.serves(SECOND)).isFalse();
  }

  @Test
  void aLateChargeIsBookedOnceAndNeverBeyondTheLimit() {
    begin();
    admitted("1", 80, 0);
    node.settle("1", 80);
    book.expire(0);
    book.expire(200 * SECOND);
    book.limit(KEY, Interval.DAILY, 50);
    LeaseBook.Booked booked = new LeaseBook.Booked("1", 50, 30);
    assertThat(book.settle(spool.oldest(10))).containsExactly(booked);
    assertThat(book.settle(spool.oldest(10))).containsExactly(booked);
    assertThat(book.spentNano(NARROW)).isEqualTo(50);
    assertThat(book.spentNano(WIDE)).isEqualTo(50);
    spool.remove(Set.of("1"));
    assertThat(spool.oldest(10)).isEmpty();
  }

  @Test
  void aNewLifeFencesTheOldAndTheSameLifeIsToldTheSame() {
    long first = book.begin("a", "x");
    assertThat(book.begin("a", "x")).isEqualTo(first);
    long second = book.begin("a", "y");
    assertThat(second).isGreaterThan(first);
    assertThat(book.renew(new LeaseRequest("a", first, 1, List.of())).fenced()).isTrue();
    assertThat(book.renew(new LeaseRequest("a", second, 1, List.of())).fenced()).isFalse();
  }

  @Test
  void aLimitBelowWhatIsLeasedTakesBackWhatIsIdle() {
    begin();
    admitted("1", 10, 0);
    book.limit(KEY, Interval.DAILY, 5);
    renew(SECOND);
    renew(30 * SECOND);
    assertThat(book.leases())
        .filteredOn(lease -> lease.budget().equals(NARROW))
        .extracting(LeaseBook.Lease::outstandingNano)
        .containsExactly(10L);
    admit("2", 1, 30 * SECOND);
    renew(31 * SECOND);
    assertThat(admit("2", 1, 31 * SECOND)).isEqualTo(new Refused(NARROW, Reason.SPENT, 0));
  }

  @Test
  void spendingBelongsToThePeriodOfItsAdmission() {
    begin();
    admitted("1", 80, 0);
    book.day(DAY + 1);
    renew(SECOND);
    assertThat(node.day()).isEqualTo(DAY + 1);
    node.settle("1", 70);
    book.settle(spool.oldest(10));
    BudgetPeriod next = BudgetPeriod.on(DAY + 1, KEY, Interval.DAILY);
    assertThat(book.spentNano(NARROW)).isEqualTo(70);
    assertThat(book.spentNano(next)).isZero();
    assertThat(book.freeNano(next)).isEqualTo(100);
    book.day(DAY);
    assertThat(book.day()).isEqualTo(DAY + 1);
  }

  @Test
  void whatIsDurableMakesTheSameBook() {
    begin();
    admitted("1", 80, 0);
    node.settle("1", 60);
    book.settle(spool.oldest(10));
    LeaseBook again = new LeaseBook(TERMS, book.books());
    assertThat(again.books()).isEqualTo(book.books());
    assertThat(again.freeNano(NARROW)).isEqualTo(book.freeNano(NARROW));
    assertThat(again.settle(spool.oldest(10))).containsExactly(new LeaseBook.Booked("1", 60, 0));
    assertThat(again.spentNano(NARROW)).isEqualTo(60);
  }

  @Test
  void refusalsSayWhatToDo() {
    assertThat(new Refused(NARROW, Reason.SPENT, 0).text())
        .isEqualTo(
            "the budget key:k/daily@20780 has not enough left: raise it or wait for its next"
                + " period");
    assertThat(new Refused(NARROW, Reason.ASKED, 0).text()).contains("try again shortly");
    assertThat(new Refused(NARROW, Reason.SILENT, 0).text())
        .contains("the ledger has not answered", "try again later");
  }

  @Test
  void whatMakesNoSenseIsRefusedWithItsValue() {
    assertThatThrownBy(() -> new LeaseTerms(Duration.ZERO, Duration.ZERO, 0))
        .hasMessageContaining("PT0S");
    assertThatThrownBy(() -> new LeaseTerms(Duration.ofSeconds(1), Duration.ZERO, 100_001))
        .hasMessageContaining("100001");
    assertThatThrownBy(() -> book.limit(KEY, Interval.DAILY, -1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new LeaseRequest.Line(WIDE, 1, 2, 0, 0))
        .hasMessageContaining("keeps 1, of it holds 2");
    begin();
    admitted("1", 5, 0);
    assertThatThrownBy(() -> node.settle("1", 6)).hasMessageContaining("6 of 5");
    assertThatThrownBy(() -> admit("1", 5, 0)).hasMessageContaining("a hold is new");
  }
}
