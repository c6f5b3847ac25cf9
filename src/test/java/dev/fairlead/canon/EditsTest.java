package dev.fairlead.canon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class EditsTest {
  private static final Extras NONE = Extras.none(Dialect.OPENAI_CHAT);

  @Test
  void editsAreMadeInOrder() {
    ChatRequest edited =
        apply(
            request(),
            new Edit.Change.PrependSystem(Text.of("be kind")),
            new Edit.Change.ReplaceText(0, 0, Text.of("be just")),
            new Edit.Change.SetModel("b"),
            new Edit.Change.SetMaxTokens(9),
            new Edit.Change.AppendAssistant(Text.of("Well,")));
    assertThat(edited.turns())
        .extracting(Turn::role)
        .containsExactly(Role.SYSTEM, Role.USER, Role.TOOL, Role.ASSISTANT);
    assertThat(text(edited, 0)).isEqualTo("be just");
    assertThat(edited.model()).isEqualTo("b");
    assertThat(edited.maxTokens()).hasValue(9);
  }

  @Test
  void aToolResultOfOneTextIsAText() {
    ChatRequest edited = apply(request(), new Edit.Change.ReplaceText(1, 0, Text.of("[hidden]")));
    Part.ToolResult result = (Part.ToolResult) edited.turns().get(1).parts().getFirst();
    assertThat(result.content())
        .first()
        .extracting(it -> ((Part.Text) it).text().toString())
        .isEqualTo("[hidden]");
  }

  @Test
  void aPlaceThatDoesNotExistIsLeftAlone() {
    ChatRequest request = request();
    assertThat(apply(request, new Edit.Change.ReplaceText(9, 0, Text.EMPTY))).isEqualTo(request);
    assertThat(apply(request, new Edit.Change.ReplaceText(0, 9, Text.EMPTY))).isEqualTo(request);
    assertThat(apply(request, new Edit.Change.RemoveTool("none"))).isEqualTo(request);
  }

  @Test
  void theLastToolTakesChoiceAndParallelSwitchWithIt() {
    ChatRequest edited = apply(request(), new Edit.Change.RemoveTool("one"));
    assertThat(edited.tools()).extracting(Tool::name).containsExactly("two");
    assertThat(edited.toolChoice()).isEqualTo(new ToolChoice.Unset());
    assertThat(edited.parallelToolCalls()).contains(true);
    ChatRequest none = apply(edited, new Edit.Change.RemoveTool("two"));
    assertThat(none.tools()).isEmpty();
    assertThat(none.parallelToolCalls()).isEmpty();
  }

  @Test
  void membersThatCanonDoesNotModelAreExtras() {
    ChatRequest edited =
        apply(
            request(),
            new Edit.Change.SetMember("b", Raw.of("2")),
            new Edit.Change.RenameMember("a", "c"),
            new Edit.Change.RemoveMember("b"));
    assertThat(edited.extras().members()).containsExactly(Map.entry("c", Raw.of("1")));
  }

  private static ChatRequest apply(ChatRequest request, Edit.Change... changes) {
    return Edits.apply(
        request, Arrays.stream(changes).map(it -> new Edit("policy:p", "why", it)).toList());
  }

  private static String text(ChatRequest request, int turn) {
    return ((Part.Text) request.turns().get(turn).parts().getFirst()).text().toString();
  }

  private static ChatRequest request() {
    Part text = new Part.Text(Text.of("hi"), Optional.empty(), List.of(), NONE);
    Part result =
        new Part.ToolResult("c", Optional.empty(), List.of(text), false, Optional.empty(), NONE);
    return new ChatRequest(
        "a",
        List.of(
            new Turn(Role.USER, List.of(text), Optional.empty(), NONE),
            new Turn(Role.TOOL, List.of(result), Optional.empty(), NONE)),
        List.of(tool("one"), tool("two")),
        new ToolChoice.Named("one"),
        Optional.of(true),
        Sampling.UNSET,
        OptionalLong.empty(),
        ReasoningWish.UNSET,
        new OutputFormat.Unset(),
        List.of(),
        Optional.empty(),
        false,
        false,
        new Extras(Dialect.OPENAI_CHAT, Map.of("a", Raw.of("1"))));
  }

  private static Tool tool(String name) {
    return new Tool.Function(
        name, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), NONE);
  }
}
