package dev.fairlead.canon;

import dev.fairlead.wire.Raw;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A failure as a value: whose it is, what it is, and what the caller is told. Whether to try again
 * elsewhere is decided from it, purely.
 *
 * @param status the HTTP status that a caller gets for it when nothing has been sent yet
 * @param message for the caller: what, where, why, what to do; no secrets, no raw upstream text
 * @param providerStatus the status that the provider answered with; 0 when it did not
 * @param providerCode the provider's own word for it
 * @param retryAfter how long the provider asked to be left alone
 * @param detail for the operator and the record: raw upstream text, shortened
 * @param provider the name of the provider that was asked
 * @param earlier failures of others that were asked before, in order
 * @param availability OpenRouter's {@code error.availability}, where nobody may or can be asked
 * @param metadata an object whose members are told in {@code error.metadata} beside the usual ones
 */
public record Fault(
    Source source,
    Kind kind,
    int status,
    String message,
    int providerStatus,
    Optional<String> providerCode,
    Optional<Duration> retryAfter,
    Optional<String> detail,
    Optional<String> provider,
    List<Fault> earlier,
    Optional<Raw> availability,
    Optional<Raw> metadata) {

  public Fault {
    earlier = List.copyOf(earlier);
  }

  /** A fault that nobody is named for, and that says nothing on what else is available. */
  public Fault(
      Source source,
      Kind kind,
      int status,
      String message,
      int providerStatus,
      Optional<String> providerCode,
      Optional<Duration> retryAfter,
      Optional<String> detail) {
    this(
        source,
        kind,
        status,
        message,
        providerStatus,
        providerCode,
        retryAfter,
        detail,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  /** Whose failure it is. */
  public enum Source {
    CLIENT,
    PROVIDER,
    GATEWAY
  }

  /** What failed. The word in lower case is the one in records, metrics and plans. */
  public enum Kind {
    // the caller's
    INVALID_REQUEST("invalid_request", 400),
    CONTEXT_LENGTH("context_length_exceeded", 400),
    MAX_TOKENS("max_tokens_exceeded", 400),
    CONTENT_POLICY("content_policy_violation", 400),
    REFUSED("refusal", 400),
    INVALID_IMAGE("invalid_image", 400),
    UNAUTHENTICATED("authentication", 401),
    PAYMENT_REQUIRED("payment_required", 402),
    FORBIDDEN("permission_denied", 403),
    NOT_FOUND("not_found", 404),
    CLIENT_TIMEOUT("timeout", 408),
    CONFLICT("precondition_failed", 409),
    PAYLOAD_TOO_LARGE("payload_too_large", 413),
    UNPROCESSABLE("unprocessable", 422),
    CLIENT_GONE("unmapped", 499),
    // routing
    MODEL_UNKNOWN("invalid_request", 400),
    NO_ENDPOINTS("not_found", 404),
    // the provider's: it answered
    RATE_LIMITED("rate_limit_exceeded", 429),
    QUOTA_EXHAUSTED("rate_limit_exceeded", 429),
    OVERLOADED("provider_overloaded", 503),
    SERVER_ERROR("provider_unavailable", 502),
    BAD_CREDENTIAL("provider_unavailable", 502),
    MODEL_GONE("provider_unavailable", 502),
    MALFORMED("provider_unavailable", 502),
    EMPTY_ANSWER("provider_unavailable", 502),
    REDIRECTED("provider_unavailable", 502),
    STREAM_ERROR("provider_unavailable", 502),
    // the provider's: it did not answer, or not to the end
    CONNECT_REFUSED("provider_unavailable", 502),
    CONNECT_TIMEOUT("timeout", 504),
    DNS("provider_unavailable", 502),
    TLS("provider_unavailable", 502),
    FIRST_TOKEN_TIMEOUT("timeout", 504),
    IDLE_TIMEOUT("timeout", 504),
    TOTAL_TIMEOUT("timeout", 504),
    RESET("provider_unavailable", 502),
    TRUNCATED("provider_unavailable", 502),
    TOO_LARGE("provider_unavailable", 502),
    // ours
    DRAINING("provider_overloaded", 503),
    EXHAUSTED("provider_unavailable", 503),
    LEDGER_UNAVAILABLE("provider_overloaded", 503),
    INTERNAL("server", 500);

    private final String errorType;
    private final int status;

    Kind(String errorType, int status) {
      this.errorType = errorType;
      this.status = status;
    }

    /** OpenRouter's {@code error_type}. */
    public String errorType() {
      return errorType;
    }

    /** The usual HTTP status of this kind. */
    public int status() {
      return status;
    }

    /** The word in records, metrics and plans. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public static Fault of(Source source, Kind kind, String message) {
    return new Fault(
        source,
        kind,
        kind.status(),
        message,
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  public static Fault client(Kind kind, String message) {
    return of(Source.CLIENT, kind, message);
  }

  public static Fault provider(Kind kind, String message) {
    return of(Source.PROVIDER, kind, message);
  }

  public static Fault gateway(Kind kind, String message) {
    return of(Source.GATEWAY, kind, message);
  }

  public Fault withProvider(int answeredStatus, Optional<String> code, Optional<String> raw) {
    Draft draft = new Draft(this);
    draft.providerStatus = answeredStatus;
    draft.providerCode = code;
    draft.detail = raw;
    return draft.fault();
  }

  public Fault withRetryAfter(Optional<Duration> pause) {
    Draft draft = new Draft(this);
    draft.retryAfter = pause;
    return draft.fault();
  }

  public Fault withStatus(int newStatus) {
    Draft draft = new Draft(this);
    draft.status = newStatus;
    return draft.fault();
  }

  public Fault withMessage(String newMessage) {
    Draft draft = new Draft(this);
    draft.message = newMessage;
    return draft.fault();
  }

  /** Names the provider that was asked. */
  public Fault by(String providerName) {
    Draft draft = new Draft(this);
    draft.provider = Optional.of(providerName);
    return draft.fault();
  }

  public Fault after(List<Fault> failures) {
    Draft draft = new Draft(this);
    draft.earlier = failures;
    return draft.fault();
  }

  public Fault withAvailability(Raw object) {
    Draft draft = new Draft(this);
    draft.availability = Optional.of(object);
    return draft.fault();
  }

  public Fault withMetadata(Raw object) {
    Draft draft = new Draft(this);
    draft.metadata = Optional.of(object);
    return draft.fault();
  }

  /** A copy in which something is changed before it is a fault again. */
  private static final class Draft {
    private final Source source;
    private final Kind kind;
    private int status;
    private String message;
    private int providerStatus;
    private Optional<String> providerCode;
    private Optional<Duration> retryAfter;
    private Optional<String> detail;
    private Optional<String> provider;
    private List<Fault> earlier;
    private Optional<Raw> availability;
    private Optional<Raw> metadata;

    Draft(Fault from) {
      source = from.source;
      kind = from.kind;
      status = from.status;
      message = from.message;
      providerStatus = from.providerStatus;
      providerCode = from.providerCode;
      retryAfter = from.retryAfter;
      detail = from.detail;
      provider = from.provider;
      earlier = from.earlier;
      availability = from.availability;
      metadata = from.metadata;
    }

    Fault fault() {
      return new Fault(
          source,
          kind,
          status,
          message,
          providerStatus,
          providerCode,
          retryAfter,
          detail,
          provider,
          earlier,
          availability,
          metadata);
    }
  }
}
