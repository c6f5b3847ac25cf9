package dev.fairlead.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.chat.completions.StructuredChatCompletionCreateParams;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.models.Model;
import dev.fairlead.GatewayHarness;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenAI's Java SDK: both base URLs, everything that an application does with chat. */
final class OpenAiJavaTest {
  private static final String YAML =
      """
      retry: { max_attempts: 1 }
      providers:
        one: { name: One, base_url: "${SIM}/v1", auth: none }
        two: { name: Two, dialect: anthropic, base_url: "${SIM}/v1", auth: none }
      endpoints:
        - { model: test/echo, provider: one, provider_model: sim/echo }
        - { model: test/echo-messages, provider: two, provider_model: sim/echo }
        - { model: test/tools, provider: one, provider_model: sim/tools }
        - { model: test/tools-messages, provider: two, provider_model: sim/tools }
        - { model: test/json, provider: one, provider_model: sim/json }
        - { model: test/busy, provider: one, provider_model: "sim/echo+fault=rate_limit+retryafter=7" }
        - { model: test/long, provider: one, provider_model: "sim/echo+fault=context_length" }
      """;

  private static final String PIXEL =
      "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8Dw"
          + "HwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

  private static GatewayHarness harness;

  @BeforeAll
  static void start() {
    harness = GatewayHarness.start(YAML);
  }

  @AfterAll
  static void stop() {
    harness.close();
  }

  private static OpenAIClient client(String base) {
    return client(base, GatewayHarness.KEY);
  }

  private static OpenAIClient client(String base, String key) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(harness.uri(base).toString())
        .apiKey(key)
        .maxRetries(0)
        .build();
  }

  private static ChatCompletionCreateParams.Builder say(String model, String text) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/api/v1"})
  void anAnswerComesWhole(String base) {
    for (String model : List.of("test/echo", "test/echo-messages", "sim/echo")) {
      ChatCompletion answer =
          client(base).chat().completions().create(say(model, "Hello, wörld 🌍").build());
      assertThat(answer.choices().get(0).message().content()).contains("Hello, wörld 🌍");
      assertThat(answer.choices().get(0).finishReason())
          .isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
      assertThat(answer.usage().orElseThrow().completionTokens()).isPositive();
      assertThat(answer.usage().orElseThrow().totalTokens())
          .isEqualTo(answer.usage().get().promptTokens() + answer.usage().get().completionTokens());
      answer.validate();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/api/v1"})
  void anAnswerComesStreamed(String base) {
    for (String model : List.of("test/echo", "test/echo-messages")) {
      ChatCompletion answer =
          streamed(
              base,
              say(model, "One two three four five")
                  .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
                  .build());
      assertThat(answer.choices().get(0).message().content()).contains("One two three four five");
      assertThat(answer.choices().get(0).finishReason())
          .isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
      assertThat(answer.usage().orElseThrow().completionTokens()).isPositive();
    }
  }

  private static ChatCompletion streamed(String base, ChatCompletionCreateParams params) {
    ChatCompletionAccumulator all = ChatCompletionAccumulator.create();
    try (StreamResponse<ChatCompletionChunk> stream =
        client(base).chat().completions().createStreaming(params)) {
      stream.stream().forEach(all::accumulate);
    }
    return all.chatCompletion();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/api/v1"})
  void toolsAreCalledAndTheirResultsAreRead(String base) {
    for (String model : List.of("test/tools", "test/tools-messages")) {
      for (boolean stream : List.of(false, true)) {
        ChatCompletionCreateParams.Builder talk =
            say(model, "What is the weather in Graz?").addFunctionTool(weather());
        ChatCompletion asked =
            stream
                ? streamed(base, talk.build())
                : client(base).chat().completions().create(talk.build());
        assertThat(asked.choices().get(0).finishReason())
            .isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
        ChatCompletionMessage message = asked.choices().get(0).message();
        ChatCompletionMessageFunctionToolCall call =
            message.toolCalls().orElseThrow().get(0).asFunction();
        assertThat(call.function().name()).isEqualTo("get_weather");
        assertThat(call.function().arguments(Weather.class).city).isNotBlank();

        talk.addMessage(message)
            .addMessage(
                ChatCompletionToolMessageParam.builder()
                    .toolCallId(call.id())
                    .content("18 degrees and sunny")
                    .build());
        ChatCompletion answer = client(base).chat().completions().create(talk.build());
        assertThat(answer.choices().get(0).finishReason())
            .isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
        assertThat(answer.choices().get(0).message().content().orElse("")).isNotBlank();
      }
    }
  }

  /** The arguments of the tool. */
  static final class Weather {
    public String city = "";
  }

  private static FunctionDefinition weather() {
    return FunctionDefinition.builder()
        .name("get_weather")
        .description("The weather in a city.")
        .parameters(
            FunctionParameters.builder()
                .putAdditionalProperty("type", JsonValue.from("object"))
                .putAdditionalProperty(
                    "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                .putAdditionalProperty("required", JsonValue.from(List.of("city")))
                .putAdditionalProperty("additionalProperties", JsonValue.from(false))
                .build())
        .build();
  }

  /** The shape of a structured answer. */
  static final class Person {
    public String name = "";
    public int age;
    public List<String> hobbies = List.of();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/api/v1"})
  void anAnswerComesInTheShapeThatIsAskedFor(String base) {
    StructuredChatCompletionCreateParams<Person> params =
        say("test/json", "Invent a person.").responseFormat(Person.class).build();
    Person person =
        client(base)
            .chat()
            .completions()
            .create(params)
            .choices()
            .get(0)
            .message()
            .content()
            .orElseThrow();
    assertThat(person.name).isNotNull();
    assertThat(person.hobbies).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/api/v1"})
  void picturesReachTheProvider(String base) {
    for (String model : List.of("test/echo", "test/echo-messages")) {
      ChatCompletion answer =
          client(base)
              .chat()
              .completions()
              .create(
                  ChatCompletionCreateParams.builder()
                      .model(model)
                      .addUserMessageOfArrayOfContentParts(
                          List.of(
                              ChatCompletionContentPart.ofText(
                                  ChatCompletionContentPartText.builder()
                                      .text("What is this?")
                                      .build()),
                              ChatCompletionContentPart.ofImageUrl(
                                  ChatCompletionContentPartImage.builder()
                                      .imageUrl(
                                          ChatCompletionContentPartImage.ImageUrl.builder()
                                              .url(PIXEL)
                                              .build())
                                      .build())))
                      .build());
      assertThat(answer.choices().get(0).message().content()).contains("What is this?");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/api/v1"})
  void errorsAreTyped(String base) {
    UnauthorizedException bad =
        catchThrowableOfType(
            UnauthorizedException.class,
            () ->
                client(base, "a-key-that-is-not-known")
                    .chat()
                    .completions()
                    .create(say("test/echo", "Hi").build()));
    tells(bad, 401);
    BadRequestException long_ =
        catchThrowableOfType(BadRequestException.class, () -> fail(base, "test/long"));
    tells(long_, 400);
    BadRequestException unknown =
        catchThrowableOfType(BadRequestException.class, () -> fail(base, "test/nobody"));
    tells(unknown, 400);
    assertThat(unknown.getMessage()).contains("test/nobody");
    NotFoundException missing =
        catchThrowableOfType(
            NotFoundException.class, () -> client(base).models().retrieve("no-such-model"));
    tells(missing, 404);
    RateLimitException busy =
        catchThrowableOfType(RateLimitException.class, () -> fail(base, "test/busy"));
    tells(busy, 429);
    long pause = Long.parseLong(busy.headers().values("retry-after").get(0));
    assertThat(pause).isBetween(1L, 7L);
  }

  private static void fail(String base, String model) {
    client(base).chat().completions().create(say(model, "Hi").build());
  }

  private static void tells(OpenAIServiceException error, int status) {
    assertThat(error).isNotNull();
    assertThat(error.statusCode()).isEqualTo(status);
    assertThat(error.getMessage()).matches("(?s).*[a-z]{3,}.*").doesNotContain("null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/api/v1"})
  void legacyCompletionsAreAnswered(String base) {
    CompletionCreateParams params =
        CompletionCreateParams.builder().model("test/echo").prompt("Once upon a time").build();
    Completion whole = client(base).completions().create(params);
    assertThat(whole.choices().get(0).text()).contains("Once upon a time");
    StringBuilder text = new StringBuilder();
    try (StreamResponse<Completion> stream = client(base).completions().createStreaming(params)) {
      stream.stream().forEach(it -> it.choices().forEach(choice -> text.append(choice.text())));
    }
    assertThat(text.toString()).isEqualTo(whole.choices().get(0).text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/api/v1"})
  void modelsAreListed(String base) {
    List<String> ids = client(base).models().list().data().stream().map(Model::id).toList();
    assertThat(ids).contains("sim/echo", "test/echo");
    if (base.equals("/v1")) { // OpenRouter wraps a single model in `data`
      assertThat(client(base).models().retrieve("sim/echo").id()).isEqualTo("sim/echo");
    }
  }
}
