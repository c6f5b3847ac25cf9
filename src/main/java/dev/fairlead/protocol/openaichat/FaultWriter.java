package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.Fault;
import dev.fairlead.protocol.Flavour;
import dev.fairlead.wire.JsonWriter;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes a failure in OpenRouter's envelope or in OpenAI's. */
final class FaultWriter {
  private static final Pattern PATH =
      Pattern.compile("^([a-z_]+(?:\\[\\d+])?(?:\\.[a-z_]+(?:\\[\\d+])?)*): ");

  private FaultWriter() {}

  static byte[] write(Fault fault, Flavour flavour) {
    JsonWriter out = new JsonWriter().beginObject().name("error");
    switch (flavour) {
      case OPENROUTER -> openrouter(out, fault, Optional.empty());
      case VENDOR -> vendor(out, fault);
    }
    return out.endObject().toBytes();
  }

  /** {@code {code, message, metadata}}; the code is the HTTP status. */
  static void openrouter(JsonWriter out, Fault fault, Optional<String> provider) {
    out.beginObject();
    out.field("code", fault.status());
    out.field("message", fault.message());
    out.name("metadata").beginObject().field("error_type", fault.kind().errorType());
    boolean ours = fault.source() == Fault.Source.GATEWAY;
    if (!ours) {
      provider.or(fault::provider).ifPresent(it -> out.field("provider_name", it));
      fault.providerCode().ifPresent(it -> out.field("provider_code", it));
      if (fault.providerStatus() > 0) {
        fault.detail().ifPresent(it -> out.field("raw", it));
      }
    }
    earlier(out, fault.earlier());
    fault
        .metadata()
        .ifPresent(
            it ->
                it.node()
                    .members()
                    .forEach(member -> out.name(member.name()).value(member.value())));
    out.endObject();
    fault.availability().ifPresent(it -> out.field("availability", it));
    out.endObject();
  }

  /** Who else was asked, and how that went; what they wrote stays with the operator. */
  private static void earlier(JsonWriter out, List<Fault> earlier) {
    if (earlier.isEmpty()) {
      return;
    }
    out.name("previous_errors").beginArray();
    for (Fault fault : earlier) {
      out.beginObject();
      fault.provider().ifPresent(it -> out.field("provider", it));
      out.field("code", fault.kind().errorType()).field("status", fault.status()).endObject();
    }
    out.endArray();
  }

  /** {@code {message, type, param, code}}, and beside them what else is available. */
  static void vendor(JsonWriter out, Fault fault) {
    out.beginObject().field("message", fault.message()).field("type", type(fault));
    Matcher path = PATH.matcher(fault.message());
    out.name("param");
    if (fault.source() == Fault.Source.CLIENT && path.find()) {
      out.value(path.group(1));
    } else {
      out.nullValue();
    }
    out.name("code");
    String code = code(fault);
    if (code.isEmpty()) {
      out.nullValue();
    } else {
      out.value(code);
    }
    fault.availability().ifPresent(it -> out.field("availability", it));
    fault.metadata().ifPresent(it -> out.field("metadata", it));
    out.endObject();
  }

  private static String type(Fault fault) {
    return switch (fault.kind()) {
      case RATE_LIMITED -> "rate_limit_error";
      case QUOTA_EXHAUSTED, PAYMENT_REQUIRED -> "insufficient_quota";
      case UNAUTHENTICATED -> "authentication_error";
      case FORBIDDEN -> "permission_error";
      default -> fault.status() < 500 ? "invalid_request_error" : "server_error";
    };
  }

  private static String code(Fault fault) {
    return switch (fault.kind()) {
      case INVALID_REQUEST, UNPROCESSABLE -> "";
      case UNAUTHENTICATED -> "invalid_api_key";
      case MODEL_UNKNOWN, NO_ENDPOINTS -> "model_not_found";
      case QUOTA_EXHAUSTED, PAYMENT_REQUIRED -> "insufficient_quota";
      default -> fault.kind().errorType();
    };
  }
}
