package dev.fairlead.exchange;

import dev.fairlead.canon.Dialect;
import dev.fairlead.config.Measure;
import dev.fairlead.limit.Level;
import dev.fairlead.limit.Limited;
import dev.fairlead.money.Money;
import dev.fairlead.protocol.Flavour;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The header fields that tell how limits stand, on success as on refusal, in the words of whose
 * protocol it is: OpenAI's {@code x-ratelimit-…-requests}, Anthropic's {@code
 * anthropic-ratelimit-requests-…}, and beside them OpenRouter's {@code X-RateLimit-…}. Of several
 * limits in one measure the tightest is told. Where none applies there is no field.
 */
final class LimitHeaders {
  private static final Set<Measure> REQUESTS = EnumSet.of(Measure.REQUESTS);
  private static final Set<Measure> ALL_TOKENS =
      EnumSet.of(Measure.TOKENS, Measure.INPUT_TOKENS, Measure.OUTPUT_TOKENS);

  private LimitHeaders() {}

  /** Names and values in turn, of an answer to a call that was let in. */
  static List<String> of(Entry entry, List<Level> levels) {
    if (levels.isEmpty()) {
      return List.of();
    }
    List<String> fields = vendor(entry.inbound().codec().dialect(), entry.arrived(), levels);
    if (entry.inbound().flavour() == Flavour.OPENROUTER) {
      tightest(levels, REQUESTS)
          .ifPresent(level -> fields.addAll(openrouter(level, entry.arrived(), level.reset())));
    }
    return fields;
  }

  /** Names and values in turn, of an answer that says no. */
  static List<String> of(Entry entry, Limited limited) {
    List<String> fields =
        vendor(entry.inbound().codec().dialect(), entry.arrived(), limited.levels());
    if (entry.inbound().flavour() == Flavour.OPENROUTER) {
      fields.addAll(openrouter(entry, limited));
    }
    if (limited.retryAfter().isEmpty()) {
      add(fields, "x-should-retry", "false"); // however often it is sent, it does not fit
    }
    return fields;
  }

  /** As OpenRouter repeats them in {@code error.metadata.headers}. */
  static Raw json(Entry entry, Limited limited) {
    JsonWriter out = new JsonWriter().beginObject();
    List<String> fields = openrouter(entry, limited);
    for (int i = 0; i < fields.size(); i += 2) {
      out.field(fields.get(i), fields.get(i + 1));
    }
    return out.endObject().toRaw();
  }

  private static List<String> openrouter(Entry entry, Limited limited) {
    Level violated =
        new Level(
            limited.rule(),
            limited.scope(),
            Math.max(0, limited.rule().amount() - limited.used()),
            limited.retryAfter().orElse(Duration.ZERO));
    return openrouter(violated, entry.arrived(), violated.reset());
  }

  private static List<String> openrouter(Level level, Instant now, Duration reset) {
    List<String> fields = new ArrayList<>(6);
    add(fields, "X-RateLimit-Limit", number(level.rule().measure(), level.rule().amount()));
    add(fields, "X-RateLimit-Remaining", number(level.rule().measure(), level.remaining()));
    add(fields, "X-RateLimit-Reset", "" + now.plus(reset).toEpochMilli());
    return fields;
  }

  private static String number(Measure measure, long amount) {
    return measure == Measure.COST ? new Money(amount).usd().toPlainString() : "" + amount;
  }

  private static List<String> vendor(Dialect dialect, Instant now, List<Level> levels) {
    List<String> fields = new ArrayList<>(24);
    if (dialect == Dialect.ANTHROPIC) {
      tightest(levels, REQUESTS).ifPresent(level -> anthropic(fields, "requests", level, now));
      tightest(levels, ALL_TOKENS).ifPresent(level -> anthropic(fields, "tokens", level, now));
      tightest(levels, EnumSet.of(Measure.INPUT_TOKENS))
          .ifPresent(level -> anthropic(fields, "input-tokens", level, now));
      tightest(levels, EnumSet.of(Measure.OUTPUT_TOKENS))
          .ifPresent(level -> anthropic(fields, "output-tokens", level, now));
    } else {
      tightest(levels, REQUESTS).ifPresent(level -> openai(fields, "requests", level));
      tightest(levels, ALL_TOKENS).ifPresent(level -> openai(fields, "tokens", level));
    }
    return fields;
  }

  /** The one of which least is left; of two the one that needs longer until it is whole again. */
  private static Optional<Level> tightest(List<Level> levels, Set<Measure> measures) {
    Optional<Level> found = Optional.empty();
    for (Level level : levels) {
      if (measures.contains(level.rule().measure())
          && (found.isEmpty() || tighter(level, found.get()))) {
        found = Optional.of(level);
      }
    }
    return found;
  }

  private static boolean tighter(Level level, Level than) {
    return level.remaining() < than.remaining()
        || (level.remaining() == than.remaining() && level.reset().compareTo(than.reset()) > 0);
  }

  private static void openai(List<String> fields, String what, Level level) {
    add(fields, "x-ratelimit-limit-" + what, "" + level.rule().amount());
    add(fields, "x-ratelimit-remaining-" + what, "" + level.remaining());
    add(fields, "x-ratelimit-reset-" + what, text(level.reset()));
  }

  private static void anthropic(List<String> fields, String what, Level level, Instant now) {
    String name = "anthropic-ratelimit-" + what;
    add(fields, name + "-limit", "" + level.rule().amount());
    add(fields, name + "-remaining", "" + level.remaining());
    Instant reset = now.plus(level.reset()).plusMillis(999).truncatedTo(ChronoUnit.SECONDS);
    add(fields, name + "-reset", reset.toString());
  }

  /** As OpenAI writes durations: {@code 26ms}, {@code 1s}, {@code 8.64s}, {@code 6m0s}. */
  static String text(Duration duration) {
    long millis = (duration.toNanos() + 999_999) / 1_000_000;
    if (millis < 1_000) {
      return millis + "ms";
    }
    long hours = millis / 3_600_000;
    long minutes = millis / 60_000 % 60;
    StringBuilder out = new StringBuilder();
    if (hours > 0) {
      out.append(hours).append('h');
    }
    if (millis >= 60_000) {
      out.append(minutes).append('m');
    }
    out.append(millis / 1_000 % 60);
    String fraction = Long.toString(1_000 + millis % 1_000).substring(1).replaceAll("0+$", "");
    if (!fraction.isEmpty()) {
      out.append('.').append(fraction);
    }
    return out.append('s').toString();
  }

  private static void add(List<String> fields, String name, String value) {
    fields.add(name);
    fields.add(value);
  }
}
