package dev.fairlead.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A limit on what is called, in one measure.
 *
 * @param name how errors call it
 * @param scope the word of what it is set on: {@code key}
 * @param only whom alone it is set on, by name, slug or id; empty for each one for itself
 * @param amount USD for a cost, otherwise a whole number
 * @param per empty for concurrency, which knows no time
 * @param freeModels only calls of models without a price count
 */
public record RateLimitConfig(
    String name,
    String scope,
    List<String> only,
    Measure measure,
    BigDecimal amount,
    Optional<Per> per,
    boolean freeModels) {

  /** Above it a number is a mistake; and sums of what is counted never overflow. */
  public static final long MOST = 1_000_000_000_000_000L;

  private static final long MOST_USD = 1_000_000;
  private static final Map<String, String> SCOPES =
      Stream.of(
              "organization", "workspace", "member", "key", "end_user", "tag", "model", "provider")
          .collect(Collectors.toMap(Function.identity(), Function.identity()));
  private static final Map<String, Per> WINDOWS =
      Stream.of(Per.values()).collect(Collectors.toMap(Per::word, Function.identity()));

  public RateLimitConfig {
    only = List.copyOf(only);
  }

  static RateLimitConfig read(Section s) {
    String name = s.requiredText("name");
    String scope = scope(s);
    List<String> only = s.texts("only").orElse(List.of());
    if (s.has("only") && only.isEmpty()) {
      s.problem("only", "is empty", "name somebody, or leave it out to limit each one for itself");
    }
    List<Measure> measures = measures(s);
    Measure measure = measures.isEmpty() ? Measure.REQUESTS : measures.getFirst();
    if (measures.isEmpty()) {
      s.problem(
          "requests",
          "is missing",
          "say what is limited: one of requests, input_tokens, output_tokens, tokens, cost,"
              + " concurrency");
    } else if (measures.size() > 1) {
      s.problem(
          measures.get(1).word(),
          "stands beside `" + measure.word() + "`",
          "write an entry for each measure");
    }
    BigDecimal amount = measures.isEmpty() ? BigDecimal.ZERO : amount(s, measure);
    Optional<Per> per = s.word("per", WINDOWS);
    if (measure == Measure.CONCURRENCY && s.has("per")) {
      s.problem("per", "has no meaning for concurrency", "leave it out");
      per = Optional.empty();
    } else if (measure != Measure.CONCURRENCY && per.isEmpty()) {
      if (!s.has("per")) {
        s.missing("per");
      }
      per = Optional.of(Per.MINUTE);
    }
    RateLimitConfig read =
        new RateLimitConfig(name, scope, only, measure, amount, per, s.flag("free_models", false));
    s.end();
    return read;
  }

  private static String scope(Section s) {
    if (!s.has("scope")) {
      s.missing("scope");
    }
    return s.word("scope", SCOPES).orElse("key");
  }

  /** Asked for one by one, so that each is known. */
  private static List<Measure> measures(Section s) {
    List<Measure> found = new ArrayList<>();
    for (Measure measure : Measure.values()) {
      if (s.has(measure.word())) {
        found.add(measure);
      }
    }
    return found;
  }

  private static BigDecimal amount(Section s, Measure measure) {
    if (measure != Measure.COST) {
      return BigDecimal.valueOf(s.whole(measure.word(), 0, 0, MOST));
    }
    BigDecimal usd = s.amount("cost").orElse(BigDecimal.ZERO);
    if (usd.compareTo(BigDecimal.valueOf(MOST_USD)) > 0) {
      s.problem("cost", "is more than " + MOST_USD + " USD", "it is in USD, not in tokens");
      return BigDecimal.ZERO;
    }
    return usd;
  }
}
