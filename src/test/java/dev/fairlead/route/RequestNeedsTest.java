package dev.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Dialect;
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
import dev.fairlead.catalog.Modality;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class RequestNeedsTest {
  private static final Extras NONE = Extras.none(Dialect.OPENAI_CHAT);

  private static Part text(String words) {
    return new Part.Text(Text.of(words), Optional.empty(), List.of(), NONE);
  }

  private static Part media(Part.MediaKind kind, MediaSource source) {
    return new Part.Media(kind, source, Optional.empty(), Optional.empty(), Optional.empty(), NONE);
  }

  private static Turn turn(Role role, Part... parts) {
    return new Turn(role, List.of(parts), Optional.empty(), NONE);
  }

  private static ChatRequest request(
      List<Turn> turns, List<Tool> tools, ToolChoice choice, OutputFormat format, Extras extras) {
    return new ChatRequest(
        "a/b",
        turns,
        tools,
        choice,
        Optional.empty(),
        Sampling.UNSET,
        OptionalLong.of(512),
        ReasoningWish.UNSET,
        format,
        List.of(),
        Optional.empty(),
        false,
        false,
        extras);
  }

  @Test
  void readsWhatAConversationNeeds() {
    Proof proof = new Proof(Text.of("sig"), Optional.of("anthropic"));
    ChatRequest request =
        request(
            List.of(
                turn(Role.SYSTEM, text("x".repeat(400))),
                turn(
                    Role.USER,
                    media(
                        Part.MediaKind.IMAGE,
                        new MediaSource.Url(Text.of("https://x"), Optional.empty())),
                    media(
                        Part.MediaKind.DOCUMENT,
                        new MediaSource.FileId("f", Optional.empty(), Optional.of("openai")))),
                turn(
                    Role.ASSISTANT,
                    new Part.Reasoning(
                        Part.ReasoningKind.FULL,
                        Text.of("hm"),
                        Optional.of(proof),
                        Optional.empty(),
                        NONE))),
            List.of(
                new Tool.Function(
                    "find",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    NONE)),
            new ToolChoice.Named("find"),
            new OutputFormat.JsonSchema(
                Optional.empty(), Optional.empty(), Raw.of("{}"), Optional.empty()),
            new Extras(
                Dialect.OPENAI_CHAT,
                Map.of("verbosity", Raw.of("\"low\""), "cache_control", Raw.of("{}"))));
    RequestNeeds needs = RequestNeeds.of(request);
    assertThat(needs.input())
        .containsExactlyInAnyOrder(Modality.TEXT, Modality.IMAGE, Modality.FILE);
    assertThat(needs.output()).containsExactly(Modality.TEXT);
    assertThat(needs.firstTool()).contains("find");
    assertThat(needs.mustCall()).isTrue();
    assertThat(needs.format()).isEqualTo(RequestNeeds.Format.JSON_SCHEMA);
    assertThat(needs.prefill()).isTrue();
    assertThat(needs.cacheControl()).isTrue();
    assertThat(needs.parameters())
        .containsExactly(
            "max_tokens",
            "response_format",
            "structured_outputs",
            "tool_choice",
            "tools",
            "verbosity");
    assertThat(needs.maxTokens()).hasValue(512);
    assertThat(needs.promptTokens()).isBetween(1_700L, 1_750L);
    assertThat(needs.preferIssuers()).containsExactly("anthropic");
    assertThat(needs.requireIssuers()).containsExactly("openai");
    assertThat(RequestNeeds.of(request, 7).promptTokens()).isEqualTo(7);
    JsonWriter out = new JsonWriter();
    needs.write(out);
    assertThat(RequestNeeds.read(Json.of(out.toString()).root())).isEqualTo(needs);
  }

  @Test
  void plainWordsNeedNothing() {
    RequestNeeds needs =
        RequestNeeds.of(
            request(
                    List.of(turn(Role.USER, text("hi"))),
                    List.of(),
                    new ToolChoice.Unset(),
                    new OutputFormat.Unset(),
                    NONE)
                .withMaxTokens(OptionalLong.empty()),
            1);
    assertThat(needs).isEqualTo(RequestNeeds.text(1));
  }

  @Test
  void aConversationIsKnownAgainByItsBeginning() {
    RoutingWish wish = RoutingWish.of(List.of("a/b"));
    ChatRequest first = begun("be kind", "hello");
    ChatRequest later =
        first.withTurns(
            List.of(
                first.turns().get(0),
                first.turns().get(1),
                turn(Role.ASSISTANT, text("hi")),
                turn(Role.USER, text("more"))));
    StickyKey key = StickyKey.of("k", "a/b", wish, Optional.empty(), first);
    assertThat(StickyKey.of("k", "a/b", wish, Optional.empty(), later)).isEqualTo(key);
    assertThat(StickyKey.of("k", "a/b", wish, Optional.empty(), begun("be kind", "hallo")))
        .isNotEqualTo(key);
    assertThat(StickyKey.of("k", "a/b", wish, Optional.empty(), begun("be rude", "hello")))
        .isNotEqualTo(key);
    assertThat(key.named()).isFalse();
  }

  @Test
  void theBodysSessionBeatsTheHeadersAndTheCacheKey() {
    ChatRequest request = begun("a", "b");
    RoutingWish both = Scene.wish("{'session_id':'body','prompt_cache_key':'ck'}");
    RoutingWish cache = Scene.wish("{'prompt_cache_key':'ck'}");
    assertThat(StickyKey.of("k", "m", both, Optional.of("head"), request).conversation())
        .isEqualTo("session:body");
    assertThat(StickyKey.of("k", "m", cache, Optional.of("head"), request).conversation())
        .isEqualTo("session:head");
    assertThat(StickyKey.of("k", "m", cache, Optional.empty(), request).conversation())
        .isEqualTo("cache:ck");
  }

  private static ChatRequest begun(String system, String user) {
    return request(
        List.of(turn(Role.SYSTEM, text(system)), turn(Role.USER, text(user))),
        List.of(),
        new ToolChoice.Unset(),
        new OutputFormat.Unset(),
        NONE);
  }
}
