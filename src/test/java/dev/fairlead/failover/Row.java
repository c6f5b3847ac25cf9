package dev.fairlead.failover;

import java.util.List;

/**
 * A row of the fault matrix: what goes wrong at the primary, and what has to come of it.
 *
 * @param id the row's number in the matrix, with a letter where it has several cases
 * @param fault the simulator's options
 * @param whole what is due where a whole answer was asked for
 * @param streamed what is due where a stream was asked for
 * @param word the primary's first fault in the record; empty for any
 * @param most how often the primary may be tried
 * @param everywhere in all dialects of callers and providers, not in chat alone
 */
record Row(
    String id, String fault, Due whole, Due streamed, String word, int most, boolean everywhere) {

  /** What the caller is due. */
  enum Due {
    /** The whole answer, from the primary itself. */
    SERVED,
    /** The whole answer, from the fallback. */
    RESCUED,
    /** The beginning of the answer and then an error, without anything that looks like an end. */
    BROKEN,
    /** The provider's refusal, and nobody else is asked. */
    REFUSED,
    /** A complete answer whose text is what the provider made it. */
    FINISHED,
    /** The case does not exist in this form. */
    NONE
  }

  private static Row rescued(String id, String fault, String word, int most) {
    return new Row(id, fault, Due.RESCUED, Due.RESCUED, word, most, false);
  }

  private static Row served(String id, String fault) {
    return new Row(id, fault, Due.SERVED, Due.SERVED, "", 2, false);
  }

  private static Row broken(String id, String fault, String word) {
    return new Row(id, fault, Due.RESCUED, Due.BROKEN, word, 2, false);
  }

  private Row everyDialect() {
    return new Row(id, fault, whole, streamed, word, most, true);
  }

  /** The same, but whole answers have their own due. */
  private Row whole(Due other) {
    return new Row(id, fault, other, streamed, word, most, everywhere);
  }

  static final List<Row> ALL =
      List.of(
          rescued("U5", "fault=silence", "first_token_timeout", 1),
          rescued("U6a", "fault=slow-first-token", "first_token_timeout", 1).everyDialect(),
          rescued("U6b", "fault=head-only", "first_token_timeout", 1),
          served("U7a", "fault=drip+hold=2ms"),
          rescued("U7b", "fault=drip+hold=5s", "first_token_timeout", 1),
          broken("U8a", "fault=stall+after=4", "").everyDialect(),
          served("U8b", "fault=pause+after=4+hold=3s"),
          broken("U9", "fault=rst+after=4", "").everyDialect(),
          broken("U10a", "fault=cut+after=4", "truncated").everyDialect(),
          broken("U10b", "fault=no-terminal+after=4", "").everyDialect(),
          served("U11a", "fault=no-done").everyDialect(),
          served("U11b", "fault=no-done-hold").whole(Due.NONE).everyDialect(),
          rescued("U12", "fault=malformed-body", "malformed", 1).everyDialect(),
          served("U13", "fault=malformed-event+after=4").whole(Due.RESCUED).everyDialect(),
          broken("U14a", "fault=giant-event+after=4+size=6000000", ""),
          broken("U14b", "fault=endless-line+after=4", ""),
          rescued("U14c", "fault=endless-line+after=0", "", 1),
          broken("U15", "fault=short-body+after=4", "truncated").everyDialect(),
          rescued("U16a", "fault=html", "malformed", 1),
          rescued("U16b", "fault=gateway-page", "server_error", 2),
          served("U16c", "fault=json-for-sse").everyDialect(),
          served("U16d", "fault=sse-for-json").everyDialect(),
          rescued("U17a", "fault=error-200", "", 2).everyDialect(),
          rescued("U17b", "fault=error-first", "", 2).everyDialect(),
          broken("U18", "fault=error-late+after=4", "").everyDialect(),
          rescued("U19a", "fault=rate-limit+retryafter=absurd", "rate_limited", 2),
          rescued("U19b", "fault=rate-limit+retryafter=negative", "rate_limited", 2),
          rescued("U19c", "fault=rate-limit+retryafter=garbage", "rate_limited", 2),
          rescued("U19d", "fault=rate-limit+retryafter=100", "rate_limited", 1),
          new Row(
              "U19e",
              "fault=rate-limit+retryafter=ms+first=1",
              Due.SERVED,
              Due.SERVED,
              "rate_limited",
              2,
              false),
          new Row(
              "U19f",
              "fault=rate-limit+retryafter=date+first=1",
              Due.SERVED,
              Due.SERVED,
              "rate_limited",
              2,
              false),
          rescued("U20", "fault=rate-limit", "rate_limited", 2).everyDialect(),
          rescued("U21", "fault=quota", "quota_exhausted", 1),
          rescued("U22a", "fault=http-500", "server_error", 2).everyDialect(),
          rescued("U22b", "fault=http-502", "server_error", 2),
          rescued("U22c", "fault=http-503", "overloaded", 2).everyDialect(),
          rescued("U22d", "fault=http-504", "", 2).everyDialect(),
          rescued("U22e", "fault=http-529", "overloaded", 1),
          rescued("U22f", "fault=http-520", "", 2),
          rescued("U23", "fault=context-length", "context_length", 1).everyDialect(),
          new Row(
              "U24", "fault=content-filter", Due.REFUSED, Due.REFUSED, "content_policy", 1, true),
          rescued("U25a", "fault=unauthorized", "bad_credential", 1).everyDialect(),
          rescued("U25b", "fault=forbidden", "bad_credential", 1),
          rescued("U26", "fault=model-gone", "model_gone", 1).everyDialect(),
          rescued("U27", "fault=empty", "", 1).everyDialect(),
          new Row("U28", "fault=duplicates", Due.FINISHED, Due.FINISHED, "", 1, true),
          served("U29a", "usage=missing").everyDialect(),
          served("U29b", "usage=zero"),
          served("U29c", "usage=absurd"),
          served("U29d", "usage=negative"),
          served("U29e", "usage=cumulative").everyDialect(),
          served("U29f", "usage=decreasing"),
          served("U29g", "usage=twice"),
          served("U30a", "gzip=1").everyDialect(),
          rescued("U30b", "fault=wrong-encoding", "", 1),
          rescued("U30c", "fault=bomb", "", 1),
          rescued("U31a", "fault=redirect", "redirected", 1),
          rescued("U31b", "fault=redirect-away", "redirected", 1),
          rescued("U31c", "fault=redirect-loop", "redirected", 1),
          rescued("U32a", "fault=no-content", "malformed", 1),
          rescued("U32b", "fault=partial-content", "malformed", 1),
          served("U33", "fault=reset+first=1"),
          served("U40", "split=1").everyDialect());
}
