package dev.fairlead.protocol.openaichat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Fault.Kind;
import dev.fairlead.protocol.Flavour;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultsTest {
  private static final OpenAiChatCodec CODEC = new OpenAiChatCodec();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          400 | CONTEXT_LENGTH  | {"error":{"code":"context_length_exceeded","message":"This model's maximum context length is 8192 tokens."}}
          400 | CONTEXT_LENGTH  | {"error":{"code":400,"type":"exceed_context_size_error","message":"request (2009 tokens) exceeds the available context size"}}
          400 | CONTEXT_LENGTH  | {"error":{"message":"The total length of all messages is too long.","type":"too_many_prompt_tokens"}}
          413 | CONTEXT_LENGTH  | {"error":{"message":"Request too large: please reduce the length of the messages"}}
          400 | MAX_TOKENS      | {"error":{"message":"max_tokens is too large: 99999. This model supports at most 4096"}}
          400 | CONTENT_POLICY  | {"error":{"code":"content_filter","message":"The response was filtered due to content management policy"}}
          400 | INVALID_IMAGE   | {"error":{"code":"invalid_image_url","message":"Error while downloading https://e.org/x."}}
          400 | INVALID_REQUEST | {"error":{"message":"Thinking mode does not support this tool_choice"}}
          400 | MODEL_GONE      | {"object":"error","message":"Invalid model: x","type":"invalid_model","code":"1500","raw_status_code":400}
          401 | BAD_CREDENTIAL  | {"detail":"Invalid API Key"}
          402 | QUOTA_EXHAUSTED | {"error":{"message":"Insufficient Balance"}}
          403 | BAD_CREDENTIAL  | {"error":{"code":"forbidden","message":"Forbidden"}}
          404 | MODEL_GONE      | {"error":"Specified model not found: x"}
          404 | MODEL_GONE      | {"error":{"code":"DeploymentNotFound","message":"The API deployment does not exist."}}
          413 | PAYLOAD_TOO_LARGE | <html>413</html>
          422 | UNPROCESSABLE   | {"detail":[{"loc":["body"],"msg":"field required"}]}
          429 | RATE_LIMITED    | {"code":"rate limited","error":"Too many requests"}
          429 | QUOTA_EXHAUSTED | {"error":{"code":"insufficient_quota","message":"You exceeded your current quota, please check your plan and billing details."}}
          429 | OVERLOADED      | {"message":"Service tier capacity exceeded for this model.","type":"service_tier_capacity_exceeded","code":"3505"}
          500 | SERVER_ERROR    | {"error":{"message":"oops"}}
          502 | SERVER_ERROR    | <html>Bad gateway</html>
          503 | OVERLOADED      | upstream connect error
          529 | OVERLOADED      | {"error":{"type":"overloaded_error"}}
          """)
  void bodiesOfAllShapesAreClassified(int status, Kind kind, String body) {
    Fault fault = CODEC.decodeFault(status, body.getBytes(UTF_8));
    assertThat(fault.kind()).isEqualTo(kind);
    assertThat(fault.providerStatus()).isEqualTo(status);
    assertThat(fault.message()).isNotBlank();
  }

  @Test
  void anEmptyBodyIsAFaultToo() {
    Fault fault = CODEC.decodeFault(500, new byte[0]);
    assertThat(fault.message()).isEqualTo("The provider failed with status 500.");
    assertThat(fault.detail()).isEmpty();
  }

  @Test
  void credentialsAreNeverRepeatedAndRawTextIsShort() {
    String body =
        "{\"error\":{\"message\":\"Incorrect API key provided: sk-abc123DEF456. Organization org-12345678\"}}"
            + " ".repeat(9000);
    Fault fault = CODEC.decodeFault(400, body.getBytes(UTF_8));
    assertThat(fault.message() + fault.detail()).doesNotContain("abc123", "12345678");
    assertThat(fault.detail().orElseThrow().length()).isLessThanOrEqualTo(2000);
  }

  @Test
  void theProvidersPauseIsKept() {
    Fault fault =
        CODEC.decodeFault(
            429,
            "{\"error\":{\"message\":\"Rate limit reached. Please try again in 26ms.\"}}"
                .getBytes(UTF_8));
    assertThat(fault.retryAfter()).hasValueSatisfying(it -> assertThat(it).hasMillis(26));
  }

  @Test
  void vendorsEnvelopeNamesThePlaceAndOpenroutersTheType() {
    Fault fault =
        Fault.client(
            Kind.INVALID_REQUEST, "messages[3].content[0].image_url.url: must be a string");
    assertThat(new String(CODEC.encodeFault(fault, Flavour.VENDOR, Optional.empty()), UTF_8))
        .isEqualTo(
            "{\"error\":{\"message\":\"messages[3].content[0].image_url.url: must be a string\","
                + "\"type\":\"invalid_request_error\",\"param\":\"messages[3].content[0].image_url.url\",\"code\":null}}");
    assertThat(new String(CODEC.encodeFault(fault, Flavour.OPENROUTER, Optional.empty()), UTF_8))
        .isEqualTo(
            "{\"error\":{\"code\":400,\"message\":\"messages[3].content[0].image_url.url: must be a string\","
                + "\"metadata\":{\"error_type\":\"invalid_request\"}}}");
  }
}
