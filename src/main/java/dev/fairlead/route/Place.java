package dev.fairlead.route;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * A candidate on its way to a place in the plan. Lives within one decision, in one thread. Places
 * are compared by groups, most decisive first: what it cannot do, whose credential it is, whether
 * the conversation is bound to it, whether it was listed, its tier, its health, its quality; within
 * a group, the strategy decides.
 */
final class Place {
  static final Duration OUTAGE_MEMORY = Duration.ofSeconds(30);

  /** Of {@link #listed}: not in the caller's order. */
  static final int UNLISTED = Integer.MAX_VALUE;

  static final Comparator<Place> BY_PRICE =
      Comparator.<Place>comparingLong(p -> p.candidate.quote().blend())
          .thenComparing(p -> p.candidate.id())
          .thenComparing(p -> p.candidate.credential());

  final Candidate candidate;
  final List<Demotion> demotions = new ArrayList<>(2);
  private int incapable;
  private int seat;
  boolean sticky;
  int listed = UNLISTED;
  int tier;
  private int unhealthy;
  int grade;
  boolean probe;
  boolean preferred = true;
  double share;
  Reason reason = Reason.FALLBACK;

  Place(Candidate candidate, Question question) {
    this.candidate = candidate;
    probe = candidate.signals().breaker() != Breaker.Phase.CLOSED;
    if (candidate.coolUntil().isPresent()) {
      demote(Demotion.COOLING);
      incapable += 4;
    }
    if (question.needs().tools() && candidate.lacks("tools")) {
      demote(Demotion.NO_TOOLS);
      incapable += 2;
    }
    if (candidate.lacks("structured_outputs") || candidate.lacks("response_format")) {
      demote(Demotion.NO_FORMAT);
      incapable += 1;
    }
    boolean ownFirst = question.wish().ownCredential() != OwnCredential.AFTER;
    seat = candidate.own() == ownFirst ? 0 : 1;
  }

  /** Soft wishes; an endpoint that the caller listed stands where it was listed. */
  void weigh(Question question) {
    if (listed != UNLISTED) {
      return;
    }
    EndpointSignals signals = candidate.signals();
    if (!probe && recentOutage(question.now())) {
      demote(Demotion.OUTAGE);
      unhealthy += 8;
    }
    Set<String> issuers = question.needs().preferIssuers();
    if (!issuers.isEmpty() && !issuers.contains(candidate.facts().family())) {
      demote(Demotion.OTHER_ISSUER);
      unhealthy += 4;
    }
    preferred =
        question.wish().maxLatencySeconds().keptAsMost(signals.latency(), 1000)
            && question.wish().minThroughput().keptAsLeast(signals.throughput());
    if (!preferred) {
      demote(Demotion.NOT_PREFERRED);
      unhealthy += 2;
    }
    if (candidate.lacks("verbosity")) {
      demote(Demotion.NO_VERBOSITY);
      unhealthy += 1;
    }
  }

  boolean recentOutage(Instant now) {
    return candidate
        .signals()
        .lastOutage()
        .filter(last -> last.plus(OUTAGE_MEMORY).isAfter(now))
        .isPresent();
  }

  void demote(Demotion demotion) {
    demotions.add(demotion);
  }

  boolean cooling() {
    return incapable >= 4;
  }

  boolean own() {
    return candidate.own();
  }

  /** Compares all that stands above the strategy. */
  static int byGroup(Place a, Place b) {
    int c = Integer.compare(a.incapable, b.incapable);
    c = c != 0 ? c : Integer.compare(a.seat, b.seat);
    c = c != 0 ? c : Boolean.compare(b.sticky, a.sticky);
    c = c != 0 ? c : Integer.compare(a.listed, b.listed);
    c = c != 0 ? c : Integer.compare(a.tier, b.tier);
    c = c != 0 ? c : Integer.compare(a.unhealthy, b.unhealthy);
    return c != 0 ? c : Integer.compare(a.grade, b.grade);
  }

  /** The reason that is told: the most decisive one above the strategy, else the strategy's. */
  Reason told() {
    if (own() && seat == 0) {
      return Reason.OWN_CREDENTIAL;
    }
    if (sticky) {
      return Reason.STICKY;
    }
    return listed != UNLISTED ? Reason.LISTED : reason;
  }
}
