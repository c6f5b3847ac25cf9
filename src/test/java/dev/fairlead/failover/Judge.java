package dev.fairlead.failover;

import java.util.ArrayList;
import java.util.List;

/**
 * Judges one scenario of the failover catalogue from outside: from what the caller got, and from
 * when the providers were tried. A pure function, so that it can be shown to fail what must fail.
 */
final class Judge {
  /** In the catalogue's words. */
  enum Mark {
    /** The whole answer (or the clean error that is due), and every check is clean. */
    PASS,
    /** Rescued, but an advisory check failed. */
    PARTIAL,
    /** Not rescued, but a bounded, clean error. */
    SAFE,
    /** A hang, a failed check, or a cut answer passed off as a whole one. */
    FAIL
  }

  /**
   * What happened.
   *
   * @param id S01 to S16
   * @param answers what the caller saw: one, or S15's twenty
   * @param expected the whole text
   * @param primary when the primary was tried, in seconds after its first try
   * @param fallback how often the fallback was tried
   * @param recovery seconds from the primary's recovery to its next healthy answer; negative for
   *     never; only for S15
   * @param scale every time of the scenario was multiplied by it
   */
  record Case(
      String id,
      List<Seen> answers,
      String expected,
      List<Double> primary,
      int fallback,
      double recovery,
      double scale) {}

  record Verdict(Mark mark, List<String> reasons) {}

  private static final double NEVER = 1e9;

  private final Case it;
  private final List<String> broken = new ArrayList<>();
  private final List<String> advice = new ArrayList<>();

  private Judge(Case it) {
    this.it = it;
  }

  static Verdict judge(Case it) {
    return new Judge(it).verdict();
  }

  private Verdict verdict() {
    boolean rescued = true;
    for (Seen answer : it.answers()) {
      require(!answer.hung(), "the caller hangs");
      boolean whole = answer.looksComplete() && answer.text().equals(it.expected());
      require(!answer.looksComplete() || whole, "passed off as complete: '" + answer.text() + "'");
      require(
          answer.looksComplete() || answer.failed() || answer.hung(),
          "the answer ends without an end and without an error");
      rescued &= whole;
    }
    checks();
    boolean due = it.id().equals("S13") && it.answers().stream().allMatch(Judge::reasonGiven);
    if (!broken.isEmpty()) {
      return new Verdict(Mark.FAIL, broken);
    }
    if (!rescued && !due) {
      return new Verdict(Mark.SAFE, List.of("not rescued: " + it.answers().getFirst().error()));
    }
    return advice.isEmpty() ? new Verdict(Mark.PASS, List.of()) : new Verdict(Mark.PARTIAL, advice);
  }

  private void checks() {
    Seen answer = it.answers().getFirst();
    switch (it.id()) {
      case "S01" -> {
        require(at(1) >= 1.8 * it.scale() && at(1) < NEVER, "retried too early: " + it.primary());
        require(tries(1.5) <= 2, "more than two tries in 1.5 s");
        within(20, answer);
      }
      case "S02" -> {
        require(tries(3) <= 4, "more than four tries in 3 s");
        require(it.primary().size() <= 6, "more than six tries");
        require(it.fallback() > 0, "the fallback was not asked");
      }
      case "S03" -> require(it.primary().size() >= 2, "no retry at the same primary");
      case "S04" -> {
        require(it.primary().size() <= 6, "more than six tries");
        require(it.fallback() > 0, "the fallback was not asked");
      }
      case "S05", "S08" -> {
        // The answer says it all.
      }
      case "S06" -> {
        require(it.primary().size() == 1, "the silent primary was tried again");
        within(100, answer);
      }
      case "S07" -> within(15, answer);
      case "S09" -> within(45, answer);
      case "S10" -> {
        require(it.primary().size() == 1, "the primary was tried again");
        require(it.fallback() == 0, "the fallback was asked");
      }
      case "S11" -> {
        within(8, answer);
        require(!answer.usage().isMissingNode(), "no usage was reported");
      }
      case "S12" -> require(it.primary().size() == 1, "the primary was tried again");
      case "S13" -> {
        require(it.primary().size() == 1, "the primary was tried again");
        require(it.fallback() == 0, "routed around the provider's policy");
        require(!answer.looksComplete(), "an answer where a refusal is due");
      }
      case "S14" ->
          require(!answer.error().toString().contains("prefill"), "the caller sees the prefill");
      case "S15" -> {
        require(it.recovery() >= 0, "the primary is never used again");
        require(it.recovery() <= 30 * it.scale(), "back too late: " + it.recovery() + " s");
        advise(tries(60) <= 20, "many probes: " + tries(60));
      }
      case "S16" -> {
        require(it.primary().size() <= 6, "more than six tries");
        require(answer.model().endsWith("fallback"), "names another model: " + answer.model());
        require(answer.usage().path("completion_tokens").asInt(0) > 0, "no usage");
      }
      default -> throw new IllegalArgumentException("no scenario: " + it.id());
    }
  }

  /** The refusal is clean: the provider's status and its own words. */
  private static boolean reasonGiven(Seen answer) {
    return answer.status() == 400 && answer.error().toString().contains("content policy");
  }

  private double at(int number) {
    return it.primary().size() > number ? it.primary().get(number) : NEVER;
  }

  private long tries(double seconds) {
    return it.primary().stream().filter(at -> at <= seconds * it.scale()).count();
  }

  private void within(double seconds, Seen answer) {
    double took = answer.took().toNanos() / 1e9;
    require(took <= seconds * it.scale(), "took " + took + " s");
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      broken.add(otherwise);
    }
  }

  private void advise(boolean holds, String otherwise) {
    if (!holds) {
      advice.add(otherwise);
    }
  }
}
