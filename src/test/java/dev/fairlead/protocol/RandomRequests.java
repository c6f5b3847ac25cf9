package dev.fairlead.protocol;

import dev.fairlead.canon.CacheMark;
import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Edit;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.OutputFormat;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Proof;
import dev.fairlead.canon.ReasoningWish;
import dev.fairlead.canon.Role;
import dev.fairlead.canon.Sampling;
import dev.fairlead.canon.Tool;
import dev.fairlead.canon.ToolChoice;
import dev.fairlead.canon.Turn;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Supplier;

/** Seeded rich requests: every kind of part, tool, format and wish, in plausible conversations. */
public final class RandomRequests {
  private static final List<String> WORDS =
      List.of(
          "hello",
          "Grüße",
          "日本語",
          "👩‍👩‍👧‍👦",
          "e\u0301",
          "\"quoted\"",
          "back\\slash",
          "line\nbreak",
          "tab\there",
          "\u0000nul",
          "\u2028",
          "</script>",
          "{\"json\":true}",
          "data: [DONE]",
          " ",
          "מזל",
          "🙂",
          "\u007f",
          "a/b",
          "\r\n",
          "%s",
          "${x}",
          "zero\u200bwidth");
  private static final String PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk";

  private final Random random;
  private final Dialect dialect;
  private int calls;

  /**
   * @param dialect whose extras the request carries, as if it had come in that dialect
   */
  public RandomRequests(long seed, Dialect dialect) {
    this.random = new Random(seed);
    this.dialect = dialect;
  }

  public ChatRequest next() {
    List<Tool> tools = list(random.nextInt(4), this::tool);
    return new ChatRequest(
        "author/model-" + random.nextInt(9),
        turns(),
        tools,
        toolChoice(tools),
        tools.isEmpty() ? Optional.empty() : maybe(random::nextBoolean),
        sampling(),
        random.nextBoolean() ? OptionalLong.of(2000 + random.nextInt(9000)) : OptionalLong.empty(),
        reasoning(),
        format(),
        one(4) ? List.of("text", "image") : List.of(),
        maybe(() -> "user-" + random.nextInt(99)),
        random.nextBoolean(),
        false,
        one(2) ? new Extras(dialect, Map.of("x_unknown", Raw.of("{\"a\": [1, 2.50]}"))) : none());
  }

  /** Edits that fit this request. */
  public List<Edit> edits(ChatRequest request) {
    List<Edit> out = new ArrayList<>();
    int n = 1 + random.nextInt(3);
    for (int i = 0; i < n; i++) {
      edit(request).ifPresent(it -> out.add(new Edit("policy:test", "a law", it)));
    }
    return out;
  }

  private Optional<Edit.Change> edit(ChatRequest request) {
    return switch (random.nextInt(7)) {
      case 0 -> Optional.of(new Edit.Change.SetModel("other/model"));
      case 1 -> Optional.of(new Edit.Change.SetMaxTokens(1 + random.nextInt(999)));
      case 2 -> Optional.of(new Edit.Change.PrependSystem(Text.of(words())));
      case 3 -> Optional.of(new Edit.Change.AppendAssistant(Text.of("begun" + words())));
      case 4 ->
          request.tools().isEmpty()
              ? Optional.empty()
              : Optional.of(new Edit.Change.RemoveTool(pick(request.tools()).name()));
      case 5 -> Optional.of(new Edit.Change.SetMember("x_set", Raw.of("{\"y\":1}")));
      default -> {
        int turn = random.nextInt(request.turns().size());
        List<Part> parts = request.turns().get(turn).parts();
        yield parts.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Edit.Change.ReplaceText(
                    turn, random.nextInt(parts.size()), Text.of("other " + words())));
      }
    };
  }

  private List<Turn> turns() {
    List<Turn> turns = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      turns.add(
          turn(one(3) ? Role.DEVELOPER : Role.SYSTEM, list(1 + random.nextInt(2), this::text)));
    }
    for (int i = random.nextInt(3); i >= 0; i--) {
      turns.add(turn(Role.USER, list(1 + random.nextInt(3), this::userPart)));
      if (i > 0 || one(4)) {
        assistant(turns);
      }
    }
    return turns;
  }

  private void assistant(List<Turn> turns) {
    List<Part> parts = new ArrayList<>();
    if (one(2)) {
      parts.addAll(list(1 + random.nextInt(2), this::reasoning0));
    }
    if (one(2)) {
      parts.add(text());
    }
    List<Part> results = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      Part.ToolCall call = toolCall();
      parts.add(call);
      results.add(toolResult(call));
    }
    if (parts.isEmpty()) {
      parts.add(one(5) ? new Part.Refusal(Text.of("No. " + words()), none()) : text());
    }
    turns.add(turn(Role.ASSISTANT, parts));
    results.forEach(it -> turns.add(turn(Role.TOOL, List.of(it))));
  }

  private Turn turn(Role role, List<? extends Part> parts) {
    return new Turn(role, List.copyOf(parts), Optional.empty(), none());
  }

  private Part.Text text() {
    return new Part.Text(Text.of("t" + words()), cache(), List.of(), none());
  }

  private Part userPart() {
    return switch (random.nextInt(8)) {
      case 0 -> media(Part.MediaKind.IMAGE, inline("image/png"), maybe(() -> "low"));
      case 1 ->
          media(
              Part.MediaKind.IMAGE,
              new MediaSource.Url(Text.of("https://example.com/ä.png?a=1&b=2"), Optional.empty()),
              Optional.empty());
      case 2 -> media(Part.MediaKind.AUDIO, inline("audio/wav"), Optional.empty());
      case 3 -> media(Part.MediaKind.DOCUMENT, inline("application/pdf"), Optional.empty());
      case 4 -> media(Part.MediaKind.VIDEO, inline("video/mp4"), Optional.empty());
      default -> text();
    };
  }

  private static MediaSource inline(String type) {
    return new MediaSource.Inline(type, Text.of(PNG));
  }

  private Part media(Part.MediaKind kind, MediaSource source, Optional<String> detail) {
    Optional<String> name =
        kind == Part.MediaKind.DOCUMENT ? Optional.of("a file.pdf") : Optional.empty();
    return new Part.Media(kind, source, name, detail, cache(), none());
  }

  private Part reasoning0() {
    Optional<String> issuer =
        switch (random.nextInt(4)) {
          case 0 -> Optional.of("anthropic");
          case 1 -> Optional.of("google");
          case 2 -> Optional.of("openai");
          default -> Optional.empty();
        };
    Optional<Proof> proof = maybe(() -> new Proof(Text.of("c2ln" + random.nextInt(999)), issuer));
    if (proof.isPresent() && one(3)) {
      return new Part.Reasoning(
          Part.ReasoningKind.ENCRYPTED, Text.EMPTY, proof, Optional.empty(), none());
    }
    return new Part.Reasoning(
        one(4) ? Part.ReasoningKind.SUMMARY : Part.ReasoningKind.FULL,
        Text.of("thought " + words()),
        proof,
        Optional.empty(),
        none());
  }

  private Part.ToolCall toolCall() {
    return new Part.ToolCall(
        "call_" + calls++,
        "tool_" + random.nextInt(3),
        Text.of(
            one(4) ? "{}" : "{\"q\": \"" + random.nextInt(9) + "ü\", \"n\": 12345678901234567890}"),
        Optional.empty(),
        Optional.empty(),
        none());
  }

  private Part toolResult(Part.ToolCall call) {
    List<Part> content = new ArrayList<>();
    content.add(new Part.Text(Text.of("r" + words()), Optional.empty(), List.of(), none()));
    if (one(6)) {
      content.add(
          new Part.Media(
              Part.MediaKind.IMAGE,
              inline("image/png"),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              none()));
    }
    return new Part.ToolResult(call.id(), Optional.empty(), content, one(6), cache(), none());
  }

  private Tool tool() {
    return new Tool.Function(
        "tool_" + calls++,
        maybe(() -> Text.of("does " + words())),
        Optional.of(
            Raw.of(
                "{\"type\":\"object\",\"properties\":{\"q\":{\"type\":\"string\"},"
                    + "\"n\": {\"type\":\"integer\"}},\"required\":[\"q\"]}")),
        one(4) ? Optional.of(true) : Optional.empty(),
        cache(),
        none());
  }

  private ToolChoice toolChoice(List<Tool> tools) {
    if (tools.isEmpty()) {
      return new ToolChoice.Unset();
    }
    return switch (random.nextInt(6)) {
      case 0 -> new ToolChoice.Auto();
      case 1 -> new ToolChoice.None();
      case 2 -> new ToolChoice.Required();
      case 3 -> new ToolChoice.Named(pick(tools).name());
      default -> new ToolChoice.Unset();
    };
  }

  private Sampling sampling() {
    return new Sampling(
        maybe(() -> new BigDecimal("0.70")),
        maybe(() -> new BigDecimal("0.9")),
        maybe(() -> new BigDecimal("40")),
        few(() -> new BigDecimal("0.05")),
        few(() -> new BigDecimal("0.1")),
        few(() -> new BigDecimal("-0.5")),
        few(() -> new BigDecimal("0.25")),
        few(() -> new BigDecimal("1.1")),
        one(5) ? OptionalLong.of(random.nextInt(9999)) : OptionalLong.empty(),
        one(4) ? List.of("END", "stop \"it\"") : List.of(),
        few(() -> Raw.of("{\"50256\": -100}")),
        few(() -> true),
        OptionalInt.empty(),
        one(8) ? OptionalInt.of(2) : OptionalInt.empty());
  }

  private ReasoningWish reasoning() {
    return switch (random.nextInt(5)) {
      case 0 ->
          new ReasoningWish(
              Optional.empty(),
              Optional.of(ReasoningWish.Effort.values()[random.nextInt(7)]),
              OptionalLong.empty(),
              one(4),
              Optional.empty());
      case 1 ->
          new ReasoningWish(
              Optional.empty(),
              Optional.empty(),
              OptionalLong.of(1024 + random.nextInt(900)),
              false,
              Optional.empty());
      case 2 ->
          new ReasoningWish(
              Optional.of(random.nextBoolean()),
              Optional.empty(),
              OptionalLong.empty(),
              false,
              Optional.empty());
      default -> ReasoningWish.UNSET;
    };
  }

  private OutputFormat format() {
    return switch (random.nextInt(6)) {
      case 0 -> new OutputFormat.PlainText();
      case 1 -> new OutputFormat.JsonObject();
      case 2 ->
          new OutputFormat.JsonSchema(
              Optional.of("answer"),
              Optional.empty(),
              Raw.of("{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}"),
              maybe(() -> true));
      default -> new OutputFormat.Unset();
    };
  }

  private Optional<CacheMark> cache() {
    return one(6)
        ? Optional.of(new CacheMark(one(2) ? Optional.of("1h") : Optional.empty()))
        : Optional.empty();
  }

  private Extras none() {
    return new Extras(dialect, new LinkedHashMap<>());
  }

  private String words() {
    StringBuilder out = new StringBuilder();
    for (int i = random.nextInt(5); i >= 0; i--) {
      out.append(' ').append(pick(WORDS));
    }
    return out.toString();
  }

  private boolean one(int in) {
    return random.nextInt(in) == 0;
  }

  private <T> Optional<T> maybe(Supplier<T> value) {
    return random.nextBoolean() ? Optional.of(value.get()) : Optional.empty();
  }

  private <T> Optional<T> few(Supplier<T> value) {
    return one(6) ? Optional.of(value.get()) : Optional.empty();
  }

  private <T> List<T> list(int n, Supplier<? extends T> item) {
    List<T> out = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      out.add(item.get());
    }
    return out;
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
