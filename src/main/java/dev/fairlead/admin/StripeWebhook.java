package dev.fairlead.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.Refused;
import dev.fairlead.config.Secret;
import dev.fairlead.ledger.Credits;
import dev.fairlead.operation.Ask;
import dev.fairlead.operation.Operation;
import dev.fairlead.operation.Reply;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.MalformedJson;
import java.math.BigDecimal;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Where Stripe tells that an order was paid. Believed only with Stripe's signature over the very
 * bytes, made a short while ago; and credited only when amount, currency and method are the
 * order's, once, however often it is told. Without a secret there is no such operation.
 */
public final class StripeWebhook {
  private static final System.Logger LOG = System.getLogger("fairlead.credits");
  private static final Duration TOLERANCE = Duration.ofMinutes(5);
  private static final JsonLimits LIMITS = JsonLimits.REQUEST.withMaxBytes(1 << 20);
  private static final BigDecimal NANO_PER_CENT = BigDecimal.valueOf(10_000_000);
  private static final Set<String> PAID =
      Set.of("checkout.session.completed", "checkout.session.async_payment_succeeded");

  private final Credits credits;
  private final Secret secret;
  private final InstantSource clock;

  private StripeWebhook(Credits credits, Secret secret, InstantSource clock) {
    this.credits = credits;
    this.secret = secret;
    this.clock = clock;
  }

  public static List<Operation> operations(
      Credits credits, Optional<Secret> secret, InstantSource clock) {
    return secret
        .map(
            known ->
                List.of(
                    new Operation(
                        "POST",
                        "/webhooks/stripe",
                        Operation.Access.OPEN,
                        new StripeWebhook(credits, known, clock)::told)))
        .orElse(List.of());
  }

  private Reply told(Ask ask) throws Refused {
    byte[] body = ask.request().body();
    if (!signed(ask.request().headers().get("stripe-signature").orElse(""), body)) {
      throw Refused.invalid(
          "Stripe-Signature: is missing, too old, or does not fit the body and the secret of this"
              + " endpoint. Nothing was credited.");
    }
    JsonNode event = event(body);
    JsonNode session = event.get("data").get("object");
    if (!PAID.contains(event.get("type").textOr(""))
        || !session.get("payment_status").textIs("paid")) {
      return received(); // of no interest here; Stripe need not tell it again
    }
    credit(session);
    return received();
  }

  private static JsonNode event(byte[] body) throws Refused {
    try {
      return Json.read(body, LIMITS).root();
    } catch (MalformedJson e) {
      throw Refused.invalid("The body is no JSON: " + e.getMessage());
    }
  }

  private void credit(JsonNode session) throws Refused {
    String id = session.get("client_reference_id").textOr("");
    Credits.Order order =
        credits
            .order(id)
            .orElseThrow(
                () ->
                    refused(
                        "client_reference_id: is no order of this gateway. Make one with POST"
                            + " /credits/orders."));
    Optional<BigDecimal> cents = session.get("amount_total").decimalIfAny();
    BigDecimal asked = BigDecimal.valueOf(order.amount().nanoUsd());
    if (!order.method().equals("stripe")
        || !session.get("currency").textIs(order.currency())
        || cents.filter(paid -> paid.multiply(NANO_PER_CENT).compareTo(asked) == 0).isEmpty()) {
      throw refused(
          "The payment of order "
              + id
              + " has another amount, currency or method than the order: "
              + order.amount()
              + " in "
              + order.currency()
              + " by "
              + order.method()
              + " were ordered.");
    }
    if (credits.pay(order, session.get("id").textOr("")) == Credits.Entered.NEW) {
      LOG.log(System.Logger.Level.INFO, "order {0} is paid: {1}", order.id(), order.amount());
    }
  }

  private static Refused refused(String why) {
    LOG.log(System.Logger.Level.WARNING, "a payment was not credited: " + why);
    return Refused.invalid(why + " Nothing was credited.");
  }

  private static Reply received() {
    return Reply.personal(
        new JsonWriter().beginObject().field("received", true).endObject().toBytes());
  }

  /** {@code t=seconds,v1=hexadecimal}, more than one {@code v1} while a secret is replaced. */
  private boolean signed(String header, byte[] body) {
    String time = "";
    boolean fits = false;
    for (String part : header.split(",")) {
      if (part.startsWith("t=")) {
        time = part.substring(2);
      }
    }
    if (!time.matches("\\d{1,12}")) {
      return false;
    }
    byte[] wanted = hmac(time, body);
    for (String part : header.split(",")) {
      if (part.startsWith("v1=")) {
        fits |= MessageDigest.isEqual(wanted, part.substring(3).getBytes(UTF_8));
      }
    }
    long age = clock.instant().getEpochSecond() - Long.parseLong(time);
    return fits && Math.abs(age) <= TOLERANCE.toSeconds();
  }

  private byte[] hmac(String time, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.reveal().getBytes(UTF_8), "HmacSHA256"));
      mac.update((time + ".").getBytes(UTF_8));
      return HexFormat.of().formatHex(mac.doFinal(body)).getBytes(UTF_8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
    }
  }
}
