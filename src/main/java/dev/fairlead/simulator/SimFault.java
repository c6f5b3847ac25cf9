package dev.fairlead.simulator;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A fault that a simulated model has, and when.
 *
 * @param status the HTTP status of {@link Kind#HTTP}
 * @param after tokens (for {@link Kind#MALFORMED_EVENT}: events) before the fault
 * @param hold how long it lasts; unscaled
 * @param retryAfter how {@code Retry-After} is written; empty for none
 * @param size bytes of what is too large
 */
record SimFault(
    Kind kind,
    int status,
    When when,
    int after,
    Duration hold,
    Optional<String> retryAfter,
    long size) {

  /** What goes wrong. */
  enum Kind {
    // refusals, in the words of the dialect
    RATE_LIMIT("429"),
    QUOTA("429: the account's money is gone"),
    HTTP("http-NNN: that status, with the vendor's error object"),
    CONTEXT_LENGTH("400: the prompt is too long"),
    CONTENT_FILTER("400: content policy"),
    UNAUTHORIZED("401"),
    FORBIDDEN("403"),
    MODEL_GONE("404: no such model"),
    GATEWAY_PAGE("502 with an HTML page"),
    // the connection, before the answer
    RESET("TCP reset before the head"),
    SILENCE("accepts and never answers; reset after hold"),
    HEAD_ONLY("the head, then nothing; cut after hold"),
    SLOW_FIRST_TOKEN("the head at once, the first token after hold"),
    // the connection, within the answer
    DRIP("one byte after the other, hold apart"),
    PAUSE("nothing for hold after the tokens, then the rest"),
    STALL("nothing for hold after the tokens, then cut"),
    CUT("closed after the tokens, without an end"),
    RST("reset after the tokens"),
    NO_TERMINAL("an orderly end after the tokens, without finish or terminal marker"),
    NO_DONE("complete, without the terminal marker"),
    NO_DONE_HOLD("complete, without the terminal marker, and held open"),
    // the bytes
    MALFORMED_BODY("a body that is no JSON"),
    MALFORMED_EVENT("one more event, the after-th, that is no JSON"),
    GIANT_EVENT("one event of size bytes"),
    ENDLESS_LINE("size bytes without a line end, then cut"),
    SHORT_BODY("the connection closes in the middle of the body"),
    HTML("200 with an HTML page"),
    JSON_FOR_SSE("a whole answer where a stream was asked"),
    SSE_FOR_JSON("a stream where a whole answer was asked"),
    NO_CONTENT("204"),
    PARTIAL_CONTENT("206"),
    WRONG_ENCODING("says gzip, is not"),
    BOMB("a compressed body of size zeros"),
    // the meaning
    ERROR_200("200 with an error object"),
    ERROR_FIRST("the first event is an error"),
    ERROR_LATE("an error event after the tokens"),
    EMPTY("no token, no finish reason"),
    DUPLICATES("every fifth event twice"),
    CUT_TOOL("tool arguments cut in the middle"),
    // redirects
    REDIRECT("307 to the same origin"),
    REDIRECT_AWAY("302 to another origin"),
    REDIRECT_LOOP("308 to itself");

    private final String meaning;

    Kind(String meaning) {
      this.meaning = meaning;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String meaning() {
      return meaning;
    }

    static Optional<Kind> of(String word) {
      return Arrays.stream(values()).filter(k -> k.word().equals(word)).findFirst();
    }
  }

  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** The fault of these options, if they name one. */
  static Optional<SimFault> of(Options options) {
    return options.text(Option.FAULT).flatMap(SimFault::named).map(it -> it.with(options));
  }

  static void check(String word) throws BadName {
    if (named(word).isEmpty()) {
      throw new BadName(
          "`fault="
              + word
              + "` is unknown; known are S01 to S16, http-NNN, "
              + Arrays.stream(Kind.values())
                  .filter(k -> k != Kind.HTTP)
                  .map(Kind::word)
                  .collect(Collectors.joining(", ")));
    }
  }

  private static Optional<SimFault> named(String word) {
    String plain = word.toLowerCase(Locale.ROOT).replace('_', '-');
    if (plain.matches("s\\d\\d")) {
      return catalogued(plain);
    }
    if (plain.matches("http-[45]\\d\\d")) {
      return Optional.of(http(Integer.parseInt(plain.substring(5))));
    }
    return Kind.of(plain).filter(k -> k != Kind.HTTP).map(SimFault::plain);
  }

  /** The primary's fault in the failover bench, by its number. */
  private static Optional<SimFault> catalogued(String number) {
    When once = new When.First(1);
    return Optional.ofNullable(
        switch (number) {
          case "s01" -> plain(Kind.RATE_LIMIT).with(once).withRetryAfter("2");
          case "s02" -> plain(Kind.RATE_LIMIT);
          case "s03" -> http(500).with(once);
          case "s04", "s16" -> http(503);
          case "s05" -> plain(Kind.RESET).with(once);
          case "s06" -> plain(Kind.SILENCE);
          case "s07" -> plain(Kind.SLOW_FIRST_TOKEN);
          case "s08", "s14" -> plain(Kind.CUT);
          case "s09" -> plain(Kind.STALL);
          case "s10" -> plain(Kind.MALFORMED_EVENT);
          case "s11" -> plain(Kind.NO_DONE);
          case "s12" -> plain(Kind.CONTEXT_LENGTH);
          case "s13" -> plain(Kind.CONTENT_FILTER);
          case "s15" -> http(503).with(new When.During(MINUTE));
          default -> null;
        });
  }

  private static SimFault http(int status) {
    return new SimFault(
        Kind.HTTP, status, new When.Always(), 0, Duration.ZERO, Optional.empty(), 0);
  }

  private static SimFault plain(Kind kind) {
    int after =
        switch (kind) {
          case CUT, RST, NO_TERMINAL, ERROR_LATE -> 40;
          case STALL, PAUSE -> 20;
          case MALFORMED_EVENT -> 10;
          case GIANT_EVENT, ENDLESS_LINE, SHORT_BODY -> 5;
          default -> 0;
        };
    Duration hold =
        switch (kind) {
          case SILENCE, HEAD_ONLY -> Duration.ofSeconds(120);
          case SLOW_FIRST_TOKEN -> Duration.ofSeconds(20);
          case STALL, PAUSE -> Duration.ofSeconds(30);
          case NO_DONE_HOLD -> MINUTE;
          case DRIP -> Duration.ofSeconds(1);
          default -> Duration.ZERO;
        };
    long size =
        switch (kind) {
          case GIANT_EVENT -> 2L << 20;
          case ENDLESS_LINE, BOMB -> 64L << 20;
          default -> 0;
        };
    return new SimFault(kind, 0, new When.Always(), after, hold, Optional.empty(), size);
  }

  private SimFault with(When other) {
    return new SimFault(kind, status, other, after, hold, retryAfter, size);
  }

  private SimFault withRetryAfter(String value) {
    return new SimFault(kind, status, when, after, hold, Optional.of(value), size);
  }

  private SimFault with(Options options) {
    return new SimFault(
        kind,
        status,
        when(options),
        options.count(Option.AFTER, after),
        options.duration(Option.HOLD, hold),
        options.text(Option.RETRY_AFTER).or(() -> retryAfter),
        options.whole(Option.SIZE).orElse(size));
  }

  private When when(Options options) {
    if (options.text(Option.FIRST).isPresent()) {
      return new When.First(options.count(Option.FIRST, 1));
    }
    if (options.text(Option.EVERY).isPresent()) {
      return new When.Every(options.count(Option.EVERY, 1));
    }
    if (options.text(Option.FOR).isPresent()) {
      return new When.During(options.duration(Option.FOR, Duration.ZERO));
    }
    if (options.text(Option.CHANCE).isPresent()) {
      return new When.Chance(options.decimal(Option.CHANCE, 0));
    }
    return when;
  }

  /** The word in names and in the log. */
  String word() {
    return kind == Kind.HTTP ? "http-" + status : kind.word();
  }
}
