package dev.fairlead.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.Refused;
import dev.fairlead.identity.Key;
import dev.fairlead.identity.Keys;
import dev.fairlead.identity.Organization;
import dev.fairlead.identity.Tenants;
import dev.fairlead.ledger.InvoiceLine;
import dev.fairlead.ledger.Ledger;
import dev.fairlead.money.Money;
import dev.fairlead.operation.Ask;
import dev.fairlead.operation.Operation;
import dev.fairlead.operation.Reply;
import dev.fairlead.wire.JsonWriter;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;

/** What is charged for a month in UTC, by key and model: JSON, or CSV for spreadsheets. */
public final class InvoiceOperations {
  private final Keys keys;
  private final Tenants tenants;
  private final Ledger ledger;

  public InvoiceOperations(Keys keys, Tenants tenants, Ledger ledger) {
    this.keys = keys;
    this.tenants = tenants;
    this.ledger = ledger;
  }

  public List<Operation> operations() {
    return List.of(Operation.managed("GET", "/invoices/{month}", this::invoice));
  }

  private Reply invoice(Ask ask) throws Refused {
    YearMonth month = month(ask.name());
    LocalDate first = month.atDay(1);
    String organization = ask.organization(tenants);
    List<InvoiceLine> lines = ledger.invoice(organization, first, first.plusMonths(1));
    String format = ask.parameter("format").orElse("json");
    return switch (format) {
      case "json" -> Reply.personal(json(organization, month, lines));
      case "csv" ->
          Reply.document("text/csv; charset=utf-8", "invoice-" + month + ".csv", csv(month, lines));
      default -> throw Refused.invalid("format: must be json or csv.");
    };
  }

  private static YearMonth month(String text) throws Refused {
    try {
      YearMonth month = YearMonth.parse(text);
      if (month.getYear() >= 1970 && month.getYear() <= 9999) {
        return month;
      }
    } catch (DateTimeException e) {
      // told below, together with years that are out of bounds
    }
    throw Refused.invalid("The month must be written as YYYY-MM, such as 2026-11.");
  }

  private byte[] json(String organization, YearMonth month, List<InvoiceLine> lines) {
    Money total = Money.ZERO;
    JsonWriter out = new JsonWriter(8_192).beginObject().name("data").beginObject();
    out.field("month", month.toString()).field("currency", "usd");
    out.field("organization_id", organization)
        .field(
            "organization_name",
            tenants.organization(organization).map(Organization::name).orElse(""))
        .name("lines")
        .beginArray();
    for (InvoiceLine line : lines) {
      total = total.plus(line.charge());
      out.beginObject()
          .field("workspace_id", line.workspace())
          .field("api_key_hash", line.key())
          .field("api_key_name", name(line.key()))
          .field("model", line.model())
          .field("provider", line.provider())
          .field("requests", line.requests())
          .field("prompt_tokens", line.prompt())
          .field("completion_tokens", line.completion())
          .field("amount", line.charge().usd())
          .endObject();
    }
    return out.endArray().field("total", total.usd()).endObject().endObject().toBytes();
  }

  private byte[] csv(YearMonth month, List<InvoiceLine> lines) {
    StringBuilder out =
        new StringBuilder(
            "month,workspace_id,api_key_hash,api_key_name,model,provider,requests,prompt_tokens,"
                + "completion_tokens,amount_usd\r\n");
    for (InvoiceLine line : lines) {
      out.append(month).append(',').append(cell(line.workspace())).append(',');
      out.append(cell(line.key())).append(',');
      out.append(cell(name(line.key()))).append(',').append(cell(line.model())).append(',');
      out.append(cell(line.provider())).append(',').append(line.requests()).append(',');
      out.append(line.prompt()).append(',').append(line.completion()).append(',');
      out.append(line.charge().usd().toPlainString()).append("\r\n");
    }
    return out.toString().getBytes(UTF_8);
  }

  /** Quoted as RFC 4180 says; what a spreadsheet would take for a formula is made a text. */
  private static String cell(String text) {
    String safe = text.isEmpty() || "=+-@\t\r".indexOf(text.charAt(0)) < 0 ? text : "'" + text;
    return safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
        ? '"' + safe.replace("\"", "\"\"") + '"'
        : safe;
  }

  /** A key that is gone has no name any more. */
  private String name(String id) {
    return keys.key(id).map(Key::name).orElse("");
  }
}
