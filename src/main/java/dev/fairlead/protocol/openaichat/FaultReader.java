package dev.fairlead.protocol.openaichat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Fault.Kind;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.MalformedJson;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a provider's refusal: OpenAI's envelope, xAI's and Venice's string, Mistral's flat object
 * and {@code detail}, llama.cpp's numbers, HTML pages, nothing at all. The caller is told the
 * provider's own words only where the caller can act on them, and never a credential.
 */
final class FaultReader {
  private static final int MAX_DETAIL = 2_000;
  private static final int MAX_MESSAGE = 600;

  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)bearer\\s+[^\\s\"',]+"
              + "|\\b(?:sk|pk|rk|gsk|xai|key|org|proj|csk|nvapi|pplx|fw)[-_][a-z0-9*][a-z0-9*_.-]{3,}"
              + "|\\baiza[a-z0-9_-]{10,}"
              + "|\\*{3,}[a-z0-9_-]*");
  private static final Pattern AGAIN =
      Pattern.compile(
          "(?i)(?:try again|retry)(?: in| after)? (\\d{1,6}(?:\\.\\d{1,6})?) ?(ms|s|m)");

  /** What a body says, wherever it says it. */
  private record Said(String message, String type, String code) {
    String all() {
      return (message + ' ' + type + ' ' + code).toLowerCase(Locale.ROOT);
    }
  }

  private FaultReader() {}

  static Fault read(int status, byte[] body) {
    String raw = new String(body, 0, Math.min(body.length, 4 * MAX_DETAIL), UTF_8);
    JsonNode root;
    try {
      root = Json.read(body, JsonLimits.RESPONSE).root();
    } catch (MalformedJson e) {
      root = JsonNode.ABSENT; // an HTML page or nothing: the status has to tell
    }
    return fault(status, root.exists() ? said(root) : new Said("", "", ""), raw);
  }

  /** An error in an answer whose status was 200. */
  static Fault inStream(JsonNode root) {
    Said said = said(root);
    JsonNode code = root.get("error").get("code");
    long status = code.isString() ? number(code.text()) : code.longOr(0);
    if (status < 400 || status > 599) {
      status = statusOf(said);
    }
    JsonNode error = root.get("error");
    return fault((int) status, said, error.exists() ? error.toString() : root.toString());
  }

  private static long number(String text) {
    return text.matches("\\d{3}") ? Long.parseLong(text) : 0;
  }

  /** Without a status, the words must tell what kind it is. */
  private static int statusOf(Said said) {
    String all = said.all();
    if (has(all, "rate_limit", "rate limit", "too many requests")) {
      return 429;
    }
    if (has(all, "overloaded", "unavailable", "capacity")) {
      return 503;
    }
    if (has(all, "invalid_request", "bad request", "content_filter", "content_policy")) {
      return 400;
    }
    return 0;
  }

  private static Said said(JsonNode root) {
    JsonNode body = root.isArray() ? root.at(0) : root;
    JsonNode error = body.get("error");
    if (error.isString()) {
      return new Said(error.text(), body.get("type").textOr(""), word(body.get("code")));
    }
    JsonNode from = error.isObject() ? error : body;
    JsonNode message = from.get("message");
    JsonNode detail = body.get("detail");
    String text =
        message.hasValue()
            ? plain(message)
            : detail.hasValue() ? plain(detail) : from.get("Message").textOr("");
    String raw = from.get("metadata").get("raw").textOr("");
    String type = from.get("type").textOr(from.get("status").textOr(""));
    return new Said(raw.isEmpty() ? text : text + ": " + raw, type, word(from.get("code")));
  }

  private static String plain(JsonNode node) {
    return node.isString() ? node.text() : node.toString();
  }

  private static String word(JsonNode node) {
    return node.isString() ? node.text() : node.isNumber() ? node.toString() : "";
  }

  private static Fault fault(int status, Said said, String raw) {
    Kind kind = kind(status, said);
    Fault.Source source =
        switch (kind) {
          case INVALID_REQUEST,
              CONTEXT_LENGTH,
              MAX_TOKENS,
              CONTENT_POLICY,
              REFUSED,
              INVALID_IMAGE,
              PAYLOAD_TOO_LARGE,
              UNPROCESSABLE ->
              Fault.Source.CLIENT;
          default -> Fault.Source.PROVIDER;
        };
    String code = said.code().isEmpty() ? said.type() : said.code();
    return Fault.of(source, kind, message(kind, source, status, said))
        .withProvider(
            status,
            code.isEmpty() ? Optional.empty() : Optional.of(shortened(scrubbed(code), 100)),
            raw.isBlank() ? Optional.empty() : Optional.of(shown(raw)))
        .withRetryAfter(pause(said.message()));
  }

  private static Kind kind(int status, Said said) {
    String all = said.all();
    boolean refused = status >= 400 && status < 500 && status != 401 && status != 429;
    if ((refused || status >= 500 || status == 0) && isContextLength(all)) {
      return Kind.CONTEXT_LENGTH;
    }
    if (refused || status == 0) {
      if (has(all, "max_tokens", "max_completion_tokens")
          && has(all, "too large", "maximum value", "at most", "less than or equal")) {
        return Kind.MAX_TOKENS;
      }
      if (isPolicy(all)) {
        return Kind.CONTENT_POLICY;
      }
      if (has(all, "invalid_image", "image_parse", "could not process image")
          || has(
              all, "failed to load image", "unsupported image", "error while downloading http")) {
        return Kind.INVALID_IMAGE;
      }
    }
    if (isQuota(status, all)) {
      return Kind.QUOTA_EXHAUSTED;
    }
    return switch (status) {
      case 400, 405, 415 -> isModelGone(all) ? Kind.MODEL_GONE : Kind.INVALID_REQUEST;
      case 401 -> Kind.BAD_CREDENTIAL;
      case 403 -> isModelGone(all) ? Kind.MODEL_GONE : Kind.BAD_CREDENTIAL;
      case 404, 410 -> Kind.MODEL_GONE;
      case 413 -> Kind.PAYLOAD_TOO_LARGE;
      case 422 -> isModelGone(all) ? Kind.MODEL_GONE : Kind.UNPROCESSABLE;
      case 429 -> has(all, "overloaded", "capacity") ? Kind.OVERLOADED : Kind.RATE_LIMITED;
      case 498, 503, 529 -> Kind.OVERLOADED;
      case 0 -> Kind.STREAM_ERROR;
      default ->
          status >= 500 || status == 408 || status == 409 || status == 425
              ? (has(all, "overloaded") ? Kind.OVERLOADED : Kind.SERVER_ERROR)
              : status < 400 ? Kind.STREAM_ERROR : Kind.INVALID_REQUEST;
    };
  }

  private static boolean isContextLength(String all) {
    return has(
        all,
        "context_length",
        "context length",
        "context window",
        "context size",
        "exceed_context",
        "maximum context",
        "too_many_prompt_tokens",
        "prompt is too long",
        "input is too long",
        "input too long",
        "too many tokens",
        "token limit",
        "reduce the length",
        "messages is too long",
        "maximum prompt length",
        "max_prompt_tokens",
        "exceeds the maximum number of tokens",
        "string_above_max_length",
        "too large for model with");
  }

  private static boolean isPolicy(String all) {
    return has(
        all,
        "content_filter",
        "content_policy",
        "content policy",
        "content management policy",
        "responsibleai",
        "data_inspection_failed",
        "moderation",
        "flagged",
        "usage policies",
        "safety system",
        "sensitive content",
        "inappropriate content");
  }

  private static boolean isQuota(int status, String all) {
    return status == 402
        || ((status == 429 || status == 403 || status == 400 || status == 0)
            && has(
                all,
                "insufficient_quota",
                "insufficient balance",
                "insufficient_balance",
                "insufficient credit",
                "billing",
                "credit balance",
                "out of credits",
                "run out of credit",
                "exceeded_current_quota",
                "payment required",
                "spending limit"));
  }

  private static boolean isModelGone(String all) {
    return has(all, "model_not_found", "deploymentnotfound", "invalid_model", "invalid model")
        || has(all, "not a valid model", "model_decommissioned", "model not exist", "unknown model")
        || (has(all, "model") && has(all, "does not exist", "not found", "deprecated", "retired"));
  }

  private static boolean has(String all, String... words) {
    return Arrays.stream(words).anyMatch(all::contains);
  }

  private static String message(Kind kind, Fault.Source source, int status, Said said) {
    if (source == Fault.Source.CLIENT) {
      String own = shortened(scrubbed(said.message()).strip(), MAX_MESSAGE);
      return own.isEmpty()
          ? "The provider refused the request with status " + status + "."
          : "The provider refused the request: " + own;
    }
    return switch (kind) {
      case RATE_LIMITED -> "The provider limits the rate of requests.";
      case QUOTA_EXHAUSTED -> "The provider's quota or credit is used up.";
      case OVERLOADED -> "The provider is overloaded.";
      case BAD_CREDENTIAL -> "The provider did not accept our credential for it.";
      case MODEL_GONE -> "The provider does not serve this model.";
      case STREAM_ERROR -> "The provider reported an error in its answer.";
      default -> "The provider failed with status " + status + ".";
    };
  }

  private static Optional<Duration> pause(String message) {
    Matcher again = AGAIN.matcher(message);
    if (!again.find()) {
      return Optional.empty();
    }
    double amount = Double.parseDouble(again.group(1));
    double millis =
        switch (again.group(2).toLowerCase(Locale.ROOT)) {
          case "ms" -> amount;
          case "s" -> amount * 1_000;
          default -> amount * 60_000;
        };
    return Optional.of(Duration.ofMillis((long) Math.ceil(millis)));
  }

  /** Raw text for the record: shortened, without credentials. */
  static String shown(String raw) {
    return shortened(scrubbed(raw), MAX_DETAIL);
  }

  private static String scrubbed(String text) {
    return SECRET.matcher(shortened(text, 4 * MAX_DETAIL)).replaceAll("[redacted]");
  }

  private static String shortened(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }
}
