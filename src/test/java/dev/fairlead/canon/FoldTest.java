package dev.fairlead.canon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.ChatEvent.Head;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FoldTest {
  private static final Extras NONE = Extras.none(Dialect.ANTHROPIC);
  private static final ChatEvent BEGIN =
      new ChatEvent.Begin(Optional.of("id"), Optional.of("m"), OptionalLong.of(5), NONE);

  @Test
  void interleavedToolCallsKeepTheirOwnArguments() {
    ChatAnswer answer =
        Fold.of(
            List.of(
                BEGIN,
                new ChatEvent.Open(0, 0, new Head.ToolCallHead("a", "one")),
                new ChatEvent.Open(0, 1, new Head.ToolCallHead("b", "two")),
                delta(0, "{\"x\""),
                delta(1, "{}"),
                delta(0, ":1}")));
    assertThat(answer.choices().getFirst().parts())
        .extracting(it -> ((Part.ToolCall) it).arguments().toString())
        .containsExactly("{\"x\":1}", "{}");
    assertThat(answer.complete()).isFalse();
  }

  @Test
  void piecesOfAProofAreJoinedAndKeepTheirIssuer() {
    ChatAnswer answer =
        Fold.of(
            List.of(
                BEGIN,
                new ChatEvent.Open(
                    0, 0, new Head.ReasoningHead(Part.ReasoningKind.FULL, Optional.empty())),
                delta(0, "hm"),
                new ChatEvent.ProofDelta(0, 0, new Proof(Text.of("ab"), Optional.empty())),
                new ChatEvent.ProofDelta(0, 0, new Proof(Text.of("c"), Optional.of("anthropic"))),
                new ChatEvent.End()));
    Part.Reasoning part = (Part.Reasoning) answer.choices().getFirst().parts().getFirst();
    assertThat(part.proof()).contains(new Proof(Text.of("abc"), Optional.of("anthropic")));
    assertThat(answer.complete()).isTrue();
  }

  @Test
  void logprobsOfAllChunksAreJoined() {
    ChatAnswer answer =
        Fold.of(
            List.of(
                BEGIN,
                new ChatEvent.Logprobs(0, Raw.of("{\"content\":[1],\"refusal\":null}")),
                new ChatEvent.Logprobs(0, Raw.of("{\"content\":[2,3],\"refusal\":null}"))));
    assertThat(answer.choices().getFirst().logprobs())
        .hasToString("Optional[{\"content\":[1,2,3],\"refusal\":null}]");
  }

  @Test
  void onlyPlainTextCanBeContinued() {
    Fold fold = new Fold();
    fold.accept(BEGIN);
    fold.accept(new ChatEvent.Open(0, 0, new Head.TextHead()));
    fold.accept(delta(0, "half a "));
    assertThat(fold.canBeContinued()).isTrue();
    assertThat(fold.textSoFar()).isEqualTo("half a ");
    fold.accept(new ChatEvent.Open(0, 1, new Head.ToolCallHead("a", "one")));
    fold.accept(delta(1, "{\"x"));
    assertThat(fold.canBeContinued()).isFalse();
    assertThat(fold.openToolCalls()).extracting(Part.ToolCall::name).containsExactly("one");
    fold.accept(new ChatEvent.Close(0, 1));
    assertThat(fold.openToolCalls()).isEmpty();
  }

  @Test
  void anAnswerThatHasStoppedIsNotContinued() {
    Fold fold = new Fold();
    fold.accept(new ChatEvent.Stop(0, StopReason.LENGTH, Optional.of("length"), Optional.empty()));
    assertThat(fold.hasStopped()).isTrue();
    assertThat(fold.canBeContinued()).isFalse();
  }

  @Test
  void eventsThatBreakTheGrammarAreIgnored() {
    ChatAnswer answer = Fold.of(List.of(delta(7, "x"), new ChatEvent.Close(3, 3)));
    assertThat(answer.choices()).allSatisfy(it -> assertThat(it.parts()).isEmpty());
  }

  @Test
  void unfoldingIsTheInverseOfFolding() {
    ChatAnswer answer =
        new ChatAnswer(
            Optional.of("id"),
            Optional.of("m"),
            OptionalLong.of(5),
            List.of(
                new ChatAnswer.Choice(
                    0,
                    List.of(
                        new Part.Reasoning(
                            Part.ReasoningKind.SUMMARY,
                            Text.of("t"),
                            Optional.of(new Proof(Text.of("p"), Optional.empty())),
                            Optional.of("rs_1"),
                            NONE),
                        new Part.Text(Text.of("a"), Optional.empty(), List.of(), NONE),
                        new Part.Refusal(Text.of("no"), NONE),
                        new Part.Opaque(Dialect.ANTHROPIC, "x", Raw.of("{}")),
                        new Part.ToolCall(
                            "i", "n", Text.of("{}"), Optional.empty(), Optional.empty(), NONE)),
                    Optional.of(StopReason.TOOL_CALLS),
                    Optional.of("tool_use"),
                    Optional.empty(),
                    Optional.of(Raw.of("{\"content\":[]}")))),
            Optional.of(Usage.of(1, 2)),
            Optional.empty(),
            true,
            List.of(new ChatEvent.Note(Dialect.ANTHROPIC, "f", Raw.of("1"))),
            NONE);
    assertThat(Fold.of(Unfold.events(answer))).isEqualTo(answer);
  }

  private static ChatEvent delta(int block, String text) {
    return new ChatEvent.Delta(0, block, Text.of(text));
  }
}
