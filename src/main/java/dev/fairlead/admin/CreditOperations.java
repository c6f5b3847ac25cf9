package dev.fairlead.admin;

import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Refused;
import dev.fairlead.identity.Principal;
import dev.fairlead.identity.Tenants;
import dev.fairlead.ledger.Credits;
import dev.fairlead.money.Money;
import dev.fairlead.operation.Ask;
import dev.fairlead.operation.Body;
import dev.fairlead.operation.Operation;
import dev.fairlead.operation.Paging;
import dev.fairlead.operation.Reply;
import dev.fairlead.wire.JsonWriter;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** OpenRouter's {@code GET /credits}; beside it entries by the operator, and orders to be paid. */
public final class CreditOperations {
  private static final int LONGEST = 256;
  private static final long NANO_PER_CENT = 10_000_000L;
  private static final Map<String, Credits.Kind> KINDS =
      Map.of("top_up", Credits.Kind.TOP_UP, "refund", Credits.Kind.REFUND);

  private final Credits credits;
  private final Tenants tenants;
  private final RandomGenerator secure;

  public CreditOperations(Credits credits, Tenants tenants, RandomGenerator secure) {
    this.credits = credits;
    this.tenants = tenants;
    this.secure = secure;
  }

  public List<Operation> operations() {
    return List.of(
        Operation.managed("GET", "/credits", this::credits),
        Operation.operated("POST", "/credits", this::enter),
        Operation.managed("GET", "/credits/entries", this::entries),
        Operation.managed("POST", "/credits/orders", this::order),
        Operation.managed("GET", "/credits/orders/{id}", this::showOrder));
  }

  private Reply credits(Ask ask) throws Refused {
    return Reply.personal(total(ask.organization(tenants)));
  }

  private Reply enter(Ask ask) throws Refused {
    Body body = Body.of(ask);
    Money amount = amount(body);
    String reference = body.text("reference", LONGEST);
    Credits.Kind kind = body.word("kind", KINDS).orElse(Credits.Kind.TOP_UP);
    String note = body.textIfAny("note", LONGEST).orElse("");
    String organization = ask.organization(tenants, body.textIfAny("organization_id", LONGEST));
    body.end();
    Money entered = kind == Credits.Kind.REFUND ? Money.ZERO.minus(amount) : amount;
    return switch (credits.enter(organization, "operator:" + reference, kind, entered, note)) {
      case NEW -> Reply.created(total(organization));
      case KNOWN -> Reply.personal(total(organization));
      case DIFFERENT ->
          throw conflict(
              "Another entry has the reference '" + reference + "'. A reference is used once.");
      case TOO_MUCH ->
          throw conflict("Less than " + amount + " is left, so that it cannot be given back.");
    };
  }

  private static Refused conflict(String message) {
    return new Refused(Fault.client(Fault.Kind.CONFLICT, message));
  }

  private static Money amount(Body body) throws Refused {
    Money amount =
        body.amount("amount")
            .orElseThrow(() -> Refused.invalid("amount: is missing; it must be USD."));
    if (amount.isZero()) {
      throw Refused.invalid("amount: must be more than 0.");
    }
    return amount;
  }

  private byte[] total(String organization) {
    JsonWriter out = new JsonWriter().beginObject().name("data").beginObject();
    out.field("total_credits", credits.total(organization).usd())
        .field("total_usage", credits.usage(organization).usd());
    return out.endObject().endObject().toBytes();
  }

  private Reply entries(Ask ask) throws Refused {
    int offset = Paging.number(ask, "offset", 0, Integer.MAX_VALUE).orElse(0);
    int limit = Paging.number(ask, "limit", 1, 100).orElse(50);
    JsonWriter out = new JsonWriter(4_096).beginObject().name("data").beginArray();
    for (Credits.Entry entry : credits.entries(ask.organization(tenants), offset, limit)) {
      out.beginObject()
          .field("reference", entry.reference())
          .field("created_at", entry.at().toString())
          .field("kind", entry.kind().word())
          .field("amount", entry.amount().usd())
          .field("note", entry.note())
          .endObject();
    }
    return Reply.personal(out.endArray().endObject().toBytes());
  }

  private Reply order(Ask ask) throws Refused {
    Body body = Body.of(ask);
    Money amount = amount(body);
    String method = body.word("method", Map.of("stripe", "stripe")).orElse("stripe");
    String organization = ask.organization(tenants, body.textIfAny("organization_id", LONGEST));
    body.end();
    if (amount.nanoUsd() % NANO_PER_CENT != 0) {
      throw Refused.invalid("amount: must be whole cents, because it is to be paid.");
    }
    byte[] id = new byte[16];
    secure.nextBytes(id);
    String name = "ord_" + HexFormat.of().formatHex(id);
    return Reply.created(shown(credits.order(organization, name, amount, "usd", method)));
  }

  private Reply showOrder(Ask ask) throws Refused {
    Principal caller = ask.principal();
    return Reply.personal(
        shown(
            credits
                .order(ask.name())
                .filter(order -> caller.manages(order.organization()))
                .orElseThrow(
                    () ->
                        new Refused(
                            Fault.client(Fault.Kind.NOT_FOUND, "There is no such order.")))));
  }

  private byte[] shown(Credits.Order order) {
    return new JsonWriter()
        .beginObject()
        .name("data")
        .beginObject()
        .field("id", order.id())
        .field("organization_id", order.organization())
        .field("amount", order.amount().usd())
        .field("currency", order.currency())
        .field("method", order.method())
        .field("created_at", order.at().toString())
        .field("paid", credits.paid(order))
        .endObject()
        .endObject()
        .toBytes();
  }
}
