package dev.fairlead.config;

import dev.fairlead.money.Interval;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/**
 * A budget that stands in the file.
 *
 * @param scope the word for whose it is: {@code workspace}, {@code end_user}, …
 * @param id which one; each one for itself when empty
 * @param limit USD in each period
 * @param soft it is told when it is passed, and nothing is refused
 */
public record BudgetConfig(
    String scope, Optional<String> id, BigDecimal limit, Interval reset, boolean soft) {
  private static final Map<String, String> SCOPES =
      Map.of(
          "organization", "organization",
          "workspace", "workspace",
          "member", "member",
          "key", "key",
          "end_user", "end_user",
          "tag", "tag",
          "model", "model",
          "provider", "provider");

  static BudgetConfig read(Section s) {
    Optional<String> scope = s.word("scope", SCOPES);
    if (!s.has("scope")) {
      s.missing("scope");
    }
    Optional<BigDecimal> limit = s.amount("limit");
    if (!s.has("limit")) {
      s.missing("limit");
    }
    BudgetConfig read =
        new BudgetConfig(
            scope.orElse("workspace"),
            s.text("id"),
            limit.orElse(BigDecimal.ZERO),
            s.word("reset", KeyConfig.PERIODS).orElse(Interval.LIFETIME),
            s.flag("soft", false));
    read.place(s);
    s.end();
    return read;
  }

  private void place(Section s) {
    if (id.isPresent() && scope.equals("key")) {
      s.problem("id", "cannot name a key", "write `limit:` and `limit_reset:` at the key");
    }
  }
}
