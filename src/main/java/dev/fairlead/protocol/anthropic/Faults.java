package dev.fairlead.protocol.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Fault.Kind;
import dev.fairlead.protocol.Flavour;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.MalformedJson;
import dev.fairlead.wire.Raw;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Failures, both ways. The API's error types: https://platform.claude.com/docs/en/api/errors; the
 * wordings that tell more than a type are those of recorded traffic.
 */
final class Faults {
  private static final int LONGEST_MESSAGE = 500;
  private static final int LONGEST_DETAIL = 2000;
  private static final Pattern SECRET = Pattern.compile("(sk-|Bearer )[A-Za-z0-9_.-]{6,}");

  private Faults() {}

  /** A refusal: any status, any body. */
  static Fault read(int status, byte[] body) {
    String raw = new String(body, UTF_8);
    JsonNode root;
    try {
      root = Json.read(body, JsonLimits.RESPONSE).root();
    } catch (MalformedJson e) {
      root = JsonNode.ABSENT; // a page of a proxy in between, or nothing
    }
    JsonNode error = root.get("error").exists() ? root.get("error") : root;
    String type = error.get("type").textOr("");
    String said = error.isString() ? error.text() : error.get("message").textOr("");
    return fault(status, type, said, raw);
  }

  /** An error event of a stream, or a whole answer that is one. */
  static Fault inStream(JsonNode event) {
    JsonNode error = event.get("error");
    String said = error.isString() ? error.text() : error.get("message").textOr("");
    return fault(0, error.get("type").textOr(""), said, event.exists() ? event.toString() : "");
  }

  private static Fault fault(int status, String type, String said, String raw) {
    Kind kind = kind(status, type, said.toLowerCase(Locale.ROOT));
    Fault.Source source = callers(kind) ? Fault.Source.CLIENT : Fault.Source.PROVIDER;
    Optional<String> word = type.isEmpty() ? Optional.empty() : Optional.of(type);
    return Fault.of(source, kind, message(kind, status, said))
        .withProvider(status, word, Optional.of(shortened(masked(raw), LONGEST_DETAIL)));
  }

  private static Kind kind(int status, String type, String said) {
    if (said.contains("credit balance is too low")
        || said.contains("specified api usage limits")
        || said.contains("spend limit")
        || type.equals("billing_error")
        || status == 402) {
      return Kind.QUOTA_EXHAUSTED;
    }
    return switch (type) {
      case "overloaded_error" -> Kind.OVERLOADED;
      case "rate_limit_error" -> Kind.RATE_LIMITED;
      case "authentication_error", "permission_error" -> Kind.BAD_CREDENTIAL;
      case "not_found_error" -> Kind.MODEL_GONE;
      case "request_too_large" -> Kind.PAYLOAD_TOO_LARGE;
      case "timeout_error" -> Kind.TOTAL_TIMEOUT;
      case "invalid_request_error" -> request(said);
      case "api_error" -> status == 503 || status == 529 ? Kind.OVERLOADED : Kind.SERVER_ERROR;
      default -> byStatus(status, said);
    };
  }

  private static Kind request(String said) {
    if (said.contains("prompt is too long")
        || said.contains("exceed context limit")
        || said.contains("context window")
        || said.contains("input is too long")) {
      return Kind.CONTEXT_LENGTH;
    }
    if (said.startsWith("max_tokens:") && said.contains("maximum allowed")) {
      return Kind.MAX_TOKENS;
    }
    if (said.contains("content filtering") || said.contains("usage policy")) {
      return Kind.CONTENT_POLICY;
    }
    if (said.contains("could not process image")
        || said.contains("image exceeds")
        || said.contains("image dimensions")
        || said.contains("unable to download the file")) {
      return Kind.INVALID_IMAGE;
    }
    return said.contains("organization has been disabled")
        ? Kind.BAD_CREDENTIAL
        : Kind.INVALID_REQUEST;
  }

  private static Kind byStatus(int status, String said) {
    return switch (status) {
      case 0 -> Kind.STREAM_ERROR;
      case 401, 403 -> Kind.BAD_CREDENTIAL;
      case 404 -> Kind.MODEL_GONE;
      case 408, 504 -> Kind.TOTAL_TIMEOUT;
      case 413 -> Kind.PAYLOAD_TOO_LARGE;
      case 422 -> Kind.UNPROCESSABLE;
      case 429 -> Kind.RATE_LIMITED;
      case 503, 529 -> Kind.OVERLOADED;
      default -> status >= 400 && status < 500 ? request(said) : Kind.SERVER_ERROR;
    };
  }

  private static boolean callers(Kind kind) {
    return switch (kind) {
      case INVALID_REQUEST,
          CONTEXT_LENGTH,
          MAX_TOKENS,
          CONTENT_POLICY,
          INVALID_IMAGE,
          PAYLOAD_TOO_LARGE,
          UNPROCESSABLE ->
          true;
      default -> false;
    };
  }

  /** What is the caller's to mend is told in the provider's words; the rest is not theirs. */
  private static String message(Kind kind, int status, String said) {
    if (callers(kind)) {
      return said.isEmpty()
          ? "The provider refused the request with status " + status + " and gave no reason."
          : shortened(masked(said), LONGEST_MESSAGE);
    }
    return switch (kind) {
      case OVERLOADED -> "The provider is overloaded; try again later.";
      case RATE_LIMITED -> "The provider limits the rate of requests; try again later.";
      case QUOTA_EXHAUSTED -> "The provider's account behind this endpoint has no credit left.";
      case BAD_CREDENTIAL -> "The provider did not accept the gateway's credential.";
      case MODEL_GONE -> "The provider does not know the model of this endpoint.";
      case TOTAL_TIMEOUT -> "The provider took too long.";
      case STREAM_ERROR -> "The provider reported an error in the middle of its answer.";
      default -> "The provider failed with status " + status + ".";
    };
  }

  private static String masked(String text) {
    return SECRET.matcher(text).replaceAll("$1***");
  }

  private static String shortened(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }

  static byte[] write(Fault fault, Flavour flavour, Optional<String> generationId) {
    return body(fault, flavour, generationId, Optional.empty());
  }

  static byte[] body(
      Fault fault, Flavour flavour, Optional<String> requestId, Optional<Raw> metadata) {
    JsonWriter out = new JsonWriter().beginObject().field("type", "error");
    out.name("error")
        .beginObject()
        .field("type", type(fault.kind()))
        .field("message", fault.message());
    if (flavour == Flavour.OPENROUTER) {
      out.field("error_type", fault.kind().errorType());
      fault.availability().ifPresent(it -> out.field("availability", it));
    }
    fault.metadata().ifPresent(it -> out.field("metadata", it));
    out.endObject().name("request_id");
    if (requestId.isPresent()) {
      out.value(requestId.get());
    } else {
      out.nullValue();
    }
    metadata.ifPresent(raw -> out.field("openrouter_metadata", raw));
    return out.endObject().toBytes();
  }

  private static String type(Kind kind) {
    return switch (kind.errorType()) {
      case "authentication" -> "authentication_error";
      case "permission_denied" -> "permission_error";
      case "payment_required" -> "billing_error";
      case "not_found" -> "not_found_error";
      case "rate_limit_exceeded" -> "rate_limit_error";
      case "provider_overloaded" -> "overloaded_error";
      case "timeout" -> "timeout_error";
      case "payload_too_large" -> "request_too_large";
      default ->
          kind.status() >= 400 && kind.status() < 499 ? "invalid_request_error" : "api_error";
    };
  }
}
