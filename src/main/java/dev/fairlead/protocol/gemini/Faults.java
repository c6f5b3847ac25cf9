package dev.fairlead.protocol.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Fault.Kind;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.MalformedJson;
import dev.fairlead.wire.Raw;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Failures as google.rpc.Status, both ways: {@code {error: {code, message, status, details}}},
 * which Google sometimes wraps in an array. What failed is told by the status word and the details
 * (ErrorInfo, QuotaFailure, RetryInfo), and by the message only where these do not tell.
 */
final class Faults {
  private static final int LONGEST_DETAIL = 2000;
  private static final int LONGEST_MESSAGE = 600;
  private static final long LONGEST_PAUSE_SECONDS = 30 * 86_400L;

  private Faults() {}

  static Fault read(int status, byte[] body) {
    JsonNode root;
    try {
      root = Json.read(body, JsonLimits.RESPONSE).root();
    } catch (MalformedJson e) {
      root = JsonNode.ABSENT; // a proxy's page or nothing at all: the status must tell
    }
    return of(status, error(root), new String(body, UTF_8));
  }

  /** A failure that stands where a chunk of an answer should. */
  static Fault inside(JsonNode chunk) {
    JsonNode error = error(chunk);
    int code = (int) error.get("code").longOr(500);
    return of(code >= 400 && code < 600 ? code : 500, error, chunk.toString());
  }

  private static JsonNode error(JsonNode root) {
    JsonNode first = root.isArray() ? root.at(0) : root;
    return first.get("error");
  }

  private static Fault of(int status, JsonNode error, String raw) {
    String said = error.isString() ? error.text() : error.get("message").textOr("");
    String word = error.get("status").textOr("");
    Kind kind = kind(status, word, said.toLowerCase(Locale.ROOT), error.get("details"));
    boolean callers = kind.ordinal() <= Kind.UNPROCESSABLE.ordinal();
    String message =
        callers && !said.isBlank()
            ? "The model's provider refused the request: " + clean(said, LONGEST_MESSAGE)
            : message(kind, status);
    Fault fault = callers ? Fault.client(kind, message) : Fault.provider(kind, message);
    String code = reason(error.get("details"));
    return fault
        .withProvider(
            status,
            Optional.of(code.isEmpty() ? word : code).filter(it -> !it.isEmpty()),
            Optional.of(clean(raw, LONGEST_DETAIL)).filter(it -> !it.isBlank()))
        .withRetryAfter(retryDelay(error.get("details")));
  }

  private static Kind kind(int status, String word, String said, JsonNode details) {
    String reason = reason(details);
    if (reason.startsWith("API_KEY_")
        || said.contains("api key not valid")
        || said.contains("api key expired")
        || said.contains("api key was reported as leaked")) {
      return Kind.BAD_CREDENTIAL;
    }
    return switch (status) {
      case 400 -> badRequest(word, said);
      case 401, 403 -> Kind.BAD_CREDENTIAL;
      case 402 -> Kind.QUOTA_EXHAUSTED;
      case 404 -> said.contains("cached") ? Kind.NOT_FOUND : Kind.MODEL_GONE;
      case 413 -> Kind.PAYLOAD_TOO_LARGE;
      case 422 -> Kind.UNPROCESSABLE;
      case 429 -> isQuota(said, details) ? Kind.QUOTA_EXHAUSTED : Kind.RATE_LIMITED;
      case 503, 529 -> Kind.OVERLOADED;
      default ->
          status < 500 && word.equals("RESOURCE_EXHAUSTED") ? Kind.RATE_LIMITED : Kind.SERVER_ERROR;
    };
  }

  private static Kind badRequest(String word, String said) {
    boolean tokens = said.contains("token count") || said.contains("number of tokens");
    if (tokens && said.contains("exceeds")
        || said.contains("context length")
        || said.contains("context window")) {
      return Kind.CONTEXT_LENGTH;
    }
    if (said.contains("responsible ai practices")) {
      return Kind.CONTENT_POLICY;
    }
    if (said.contains("payload size exceeds") || said.contains("request is too large")) {
      return Kind.PAYLOAD_TOO_LARGE;
    }
    if (said.contains("max_output_tokens") || said.contains("maxoutputtokens")) {
      return Kind.MAX_TOKENS;
    }
    if (said.contains("input image") || said.contains("image is not valid")) {
      return Kind.INVALID_IMAGE;
    }
    // A location that is not served or a project without billing: the operator's, not the caller's.
    return word.equals("FAILED_PRECONDITION") ? Kind.BAD_CREDENTIAL : Kind.INVALID_REQUEST;
  }

  private static boolean isQuota(String said, JsonNode details) {
    for (JsonNode detail : details.items()) {
      for (JsonNode violation : detail.get("violations").items()) {
        if (violation.get("quotaId").textOr("").contains("PerDay")
            || violation.get("quotaValue").textOr("").equals("0")) {
          return true;
        }
      }
    }
    return said.contains("credits are depleted") || said.contains("per day");
  }

  private static String reason(JsonNode details) {
    for (JsonNode detail : details.items()) {
      if (detail.get("reason").isString()) {
        return detail.get("reason").text();
      }
    }
    return "";
  }

  /** RetryInfo's delay: seconds with a fraction, then {@code s}. */
  private static Optional<Duration> retryDelay(JsonNode details) {
    for (JsonNode detail : details.items()) {
      String delay = detail.get("retryDelay").textOr("");
      if (delay.matches("\\d{1,9}(\\.\\d{1,9})?s")) {
        BigDecimal seconds = new BigDecimal(delay.substring(0, delay.length() - 1));
        long nanos = seconds.movePointRight(9).longValue();
        return Optional.of(
            Duration.ofNanos(Math.min(nanos, LONGEST_PAUSE_SECONDS * 1_000_000_000L)));
      }
    }
    return Optional.empty();
  }

  private static String message(Kind kind, int status) {
    return switch (kind) {
      case BAD_CREDENTIAL -> "The model's provider does not accept the gateway's credential.";
      case MODEL_GONE -> "The model's provider does not serve this model.";
      case RATE_LIMITED ->
          "The model's provider is limiting the rate of requests; try again later.";
      case QUOTA_EXHAUSTED -> "The gateway's quota at the model's provider is used up.";
      case OVERLOADED -> "The model's provider is overloaded; try again later.";
      default -> "The model's provider failed (status " + status + ").";
    };
  }

  /** Without keys, without control characters, not too long. */
  private static String clean(String text, int longest) {
    String masked =
        text.replaceAll("AIza[0-9A-Za-z_-]{10,}", "***")
            .replaceAll("(?i)([?&]key=)[^&\\s\"]+", "$1***")
            .replaceAll("(?i)bearer [0-9A-Za-z._-]+", "Bearer ***")
            .replaceAll("[\\p{Cntrl}&&[^\\n\\t]]", " ")
            .strip();
    return masked.length() > longest ? masked.substring(0, longest) + "…" : masked;
  }

  /** The error object for a caller. */
  static byte[] write(Fault fault, Optional<String> generationId) {
    JsonWriter out = new JsonWriter();
    out.beginObject().name("error").beginObject();
    out.field("code", fault.status()).field("message", fault.message());
    out.field("status", word(fault)).name("details").beginArray();
    out.beginObject().field("@type", "type.googleapis.com/google.rpc.ErrorInfo");
    out.field("reason", fault.kind().name()).field("domain", "fairlead");
    if (generationId.isPresent() || fault.metadata().isPresent()) {
      out.name("metadata").beginObject();
      generationId.ifPresent(id -> out.field("generation_id", id));
      fault.metadata().ifPresent(it -> words(out, it));
      out.endObject();
    }
    out.endObject();
    fault
        .retryAfter()
        .ifPresent(
            pause -> {
              BigDecimal seconds = BigDecimal.valueOf(pause.toMillis(), 3).stripTrailingZeros();
              out.beginObject().field("@type", "type.googleapis.com/google.rpc.RetryInfo");
              out.field("retryDelay", seconds.toPlainString() + "s").endObject();
            });
    return out.endArray().endObject().endObject().toBytes();
  }

  /** This object holds texts only. */
  private static void words(JsonWriter out, Raw metadata) {
    for (JsonNode.Member member : metadata.node().members()) {
      JsonNode value = member.value();
      out.field(member.name(), value.textOr(value.raw().toString()));
    }
  }

  private static String word(Fault fault) {
    return switch (fault.status()) {
      case 400, 413, 415, 422 -> "INVALID_ARGUMENT";
      case 401 -> "UNAUTHENTICATED";
      case 402, 409, 412 -> "FAILED_PRECONDITION";
      case 403 -> "PERMISSION_DENIED";
      case 404 -> "NOT_FOUND";
      case 408, 504 -> "DEADLINE_EXCEEDED";
      case 429 -> "RESOURCE_EXHAUSTED";
      case 499 -> "CANCELLED";
      case 502, 503, 529 -> "UNAVAILABLE";
      default -> fault.status() < 500 ? "INVALID_ARGUMENT" : "INTERNAL";
    };
  }
}
