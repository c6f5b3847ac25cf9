package dev.fairlead;

import dev.fairlead.config.SpendingConfig;
import dev.fairlead.http.Headers;
import dev.fairlead.identity.Organization;
import dev.fairlead.ledger.Credits;
import dev.fairlead.money.Money;
import dev.fairlead.store.Database;
import dev.fairlead.store.StoreFailure;
import dev.fairlead.wire.JsonWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells an address of the operator's that an organization's credits are running low, once for each
 * amount that was paid in, so that whoever listens there can buy more and enter it. Told again
 * until it answers well. Several nodes may tell; what they tell has the same id. Confined to one
 * thread.
 */
final class TopUp {
  private static final System.Logger LOG = System.getLogger("fairlead.credits");
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration AGAIN = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final SpendingConfig.TopUp hook;
  private final Credits credits;
  private final Database database;
  private final Caller caller;
  private final Map<String, Money> told = new HashMap<>();

  TopUp(SpendingConfig.TopUp hook, Credits credits, Database database, Caller caller) {
    this.hook = hook;
    this.credits = credits;
    this.database = database;
    this.caller = caller;
  }

  /** Looks once, and says when to look again. */
  Duration look() {
    try {
      List<Credits.Low> untold = new ArrayList<>(credits.low());
      untold.removeIf(this::isTold);
      if (untold.isEmpty()) {
        return LOOK;
      }
      database.alone("top-up", () -> untold.forEach(this::tell));
      return untold.stream().allMatch(this::isTold) ? LOOK : AGAIN;
    } catch (StoreFailure e) {
      LOG.log(System.Logger.Level.WARNING, "cannot see how credits stand: " + e.getMessage());
      return AGAIN;
    }
  }

  private boolean isTold(Credits.Low low) {
    return low.total().equals(told.get(low.organization()));
  }

  private void tell(Credits.Low low) {
    String organization = low.organization();
    boolean own = organization.equals(Organization.OPERATOR);
    JsonWriter out =
        new JsonWriter()
            .beginObject()
            .field("event", "credits.low")
            .field("id", "top-up-" + (own ? "" : organization + "-") + low.total().nanoUsd())
            .field("organization_id", organization)
            .field("balance", low.left().usd())
            .field("low_balance", low.threshold().usd())
            .field("total_credits", low.total().usd())
            .field("currency", "usd");
    String body = new String(out.endObject().toBytes(), StandardCharsets.UTF_8);
    Headers headers =
        hook.token()
            .map(token -> Headers.of("authorization", "Bearer " + token.reveal()))
            .orElse(Headers.NONE)
            .with("content-type", "application/json");
    try {
      int status = caller.call("POST", URI.create(hook.url()), headers, body, PATIENCE).status();
      if (status / 100 == 2) {
        told.put(organization, low.total());
        return;
      }
      LOG.log(System.Logger.Level.WARNING, "the top-up hook answered {0}", status);
    } catch (Failure e) {
      LOG.log(System.Logger.Level.WARNING, "the top-up hook cannot be called: " + e.getMessage());
    }
  }
}
