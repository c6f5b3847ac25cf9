package dev.fairlead.simulator;

import dev.fairlead.canon.Dialect;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Sse;

/**
 * An error in the vendors' own words, as their public documentation shows them. Written by hand and
 * not by the codecs, so that a codec's reading of errors is tested against something else than its
 * own writing.
 *
 * @param type OpenAI's {@code type}
 * @param code OpenAI's {@code code}; empty for null
 * @param anthropic Anthropic's {@code type}
 * @param gemini Google's {@code status}
 */
record Complaint(
    int status, String type, String code, String anthropic, String gemini, String message) {

  private static final String INVALID = "invalid_request_error";
  private static final String BAD_ARGUMENT = "INVALID_ARGUMENT";

  static final Complaint PREFILL =
      new Complaint(
          400,
          INVALID,
          "",
          INVALID,
          BAD_ARGUMENT,
          "This model does not support assistant message prefill. The conversation must end with a"
              + " user message.");

  static final Complaint CREDENTIAL =
      new Complaint(
          401,
          INVALID,
          "invalid_api_key",
          "authentication_error",
          "UNAUTHENTICATED",
          "Incorrect API key provided.");

  static final Complaint FORBIDDEN =
      new Complaint(
          403,
          "permission_error",
          "insufficient_permissions",
          "permission_error",
          "PERMISSION_DENIED",
          "Your account does not have access to this resource.");

  static final Complaint RATE =
      new Complaint(
          429,
          "requests",
          "rate_limit_exceeded",
          "rate_limit_error",
          "RESOURCE_EXHAUSTED",
          "Rate limit reached: limit 3, used 3, requested 1.");

  static final Complaint QUOTA =
      new Complaint(
          429,
          "insufficient_quota",
          "insufficient_quota",
          "rate_limit_error",
          "RESOURCE_EXHAUSTED",
          "You exceeded your current quota, please check your plan and billing details.");

  static Complaint content(Dialect dialect) {
    String message =
        switch (dialect) {
          case ANTHROPIC -> "Output blocked by content filtering policy";
          case GEMINI ->
              "The prompt could not be submitted. It contains sensitive words that violate Google's"
                  + " Responsible AI practices.";
          case OPENAI_CHAT, OPENAI_RESPONSES, BEDROCK, COHERE ->
              "Your request was rejected by our content policy: the simulator's reason is"
                  + " `violence`.";
        };
    return new Complaint(400, INVALID, "content_policy_violation", INVALID, BAD_ARGUMENT, message);
  }

  static Complaint context(Dialect dialect, String model) {
    String message =
        switch (dialect) {
          case ANTHROPIC -> "prompt is too long: 210000 tokens > 200000 maximum";
          case GEMINI ->
              "The input token count (210000) exceeds the maximum number of tokens allowed (200000).";
          case OPENAI_CHAT, OPENAI_RESPONSES, BEDROCK, COHERE ->
              "This model's maximum context length is 200000 tokens. However, your messages resulted"
                  + " in 210000 tokens. Please reduce the length of the messages. ("
                  + model
                  + ")";
        };
    return new Complaint(400, INVALID, "context_length_exceeded", INVALID, BAD_ARGUMENT, message);
  }

  static Complaint noModel(String message) {
    return new Complaint(404, INVALID, "model_not_found", "not_found_error", "NOT_FOUND", message);
  }

  /** What a vendor says with a bare status. */
  static Complaint bare(int status) {
    return switch (status) {
      case 401 -> CREDENTIAL;
      case 403 -> FORBIDDEN;
      case 404 -> noModel("The model does not exist or you do not have access to it.");
      case 429 -> RATE;
      case 402 ->
          client(402, "billing_error", "FAILED_PRECONDITION", "Your credit balance is too low.");
      case 413 -> client(413, "request_too_large", BAD_ARGUMENT, "Request too large.");
      case 503 ->
          server(503, "overloaded_error", "UNAVAILABLE", "The model is overloaded. Try later.");
      case 504 -> server(504, "timeout_error", "DEADLINE_EXCEEDED", "The request timed out.");
      case 529 -> server(529, "overloaded_error", "UNAVAILABLE", "Overloaded");
      default ->
          status < 500
              ? client(status, INVALID, BAD_ARGUMENT, "The request is invalid.")
              : server(status, "api_error", "INTERNAL", "The server had an error.");
    };
  }

  private static Complaint client(int status, String anthropic, String gemini, String message) {
    return new Complaint(status, INVALID, "", anthropic, gemini, message);
  }

  private static Complaint server(int status, String anthropic, String gemini, String message) {
    return new Complaint(status, "server_error", "", anthropic, gemini, message);
  }

  /** The error object as a whole body. */
  byte[] body(Dialect dialect) {
    JsonWriter out = new JsonWriter().beginObject();
    switch (dialect) {
      case ANTHROPIC ->
          out.field("type", "error")
              .name("error")
              .beginObject()
              .field("type", anthropic)
              .field("message", message)
              .endObject()
              .field("request_id", "req_sim");
      case GEMINI ->
          out.name("error")
              .beginObject()
              .field("code", status)
              .field("message", message)
              .field("status", gemini)
              .endObject();
      case OPENAI_CHAT, OPENAI_RESPONSES, BEDROCK, COHERE -> {
        out.name("error").beginObject().field("message", message).field("type", type);
        out.name("param").nullValue().name("code");
        if (code.isEmpty()) {
          out.nullValue();
        } else {
          out.value(code);
        }
        out.endObject();
      }
    }
    return out.endObject().toBytes();
  }

  /** The error as an event of a stream. */
  byte[] event(Dialect dialect) {
    return switch (dialect) {
      case ANTHROPIC, OPENAI_RESPONSES -> Sse.event("error", body(dialect));
      case OPENAI_CHAT, GEMINI, BEDROCK, COHERE -> Sse.data(body(dialect));
    };
  }
}
