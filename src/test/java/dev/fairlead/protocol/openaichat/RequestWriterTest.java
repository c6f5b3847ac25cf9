package dev.fairlead.protocol.openaichat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.Loss;
import dev.fairlead.protocol.Encoded;
import dev.fairlead.protocol.Target;
import dev.fairlead.protocol.Target.ReasoningStyle;
import dev.fairlead.protocol.Target.Trait;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RequestWriterTest {
  private static final OpenAiChatCodec CODEC = new OpenAiChatCodec();

  private static final String TALK =
      """
      {"messages":[{"role":"developer","content":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}]},
       {"role":"user","content":"x"},
       {"role":"assistant","content":null,"reasoning_details":[
         {"type":"reasoning.text","text":"hm","signature":"S","format":"anthropic-claude-v1","index":0}],
        "tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},
       {"role":"tool","tool_call_id":"c","content":"7"}],
       "max_tokens":900,"temperature":0.50,"reasoning":{"effort":"high"},"stream":true}
      """;

  static Target target(String family, Trait... traits) {
    return target(family, ReasoningStyle.EFFORT, traits);
  }

  private static Target target(String family, ReasoningStyle style, Trait... traits) {
    return new Target("m", family, OptionalLong.empty(), Set.of(traits), style, true);
  }

  @Test
  void openaisReasoningModelsGetTheirOwnWords() throws Exception {
    Encoded out =
        write(
            target("openai", Trait.MAX_COMPLETION_TOKENS, Trait.DEVELOPER_ROLE, Trait.NO_SAMPLING));
    assertThat(text(out))
        .isEqualTo(
            """
            {"model":"m","messages":[{"role":"developer","content":"s"},{"role":"user","content":"x"},\
            {"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},\
            {"role":"tool","tool_call_id":"c","content":"7"}],"max_completion_tokens":900,\
            "reasoning_effort":"high","stream":true,"stream_options":{"include_usage":true}}""");
    assertThat(out.losses())
        .extracting(Loss::field)
        .containsExactlyInAnyOrder("cache_control", "proof", "reasoning", "temperature");
  }

  @Test
  void openrouterGetsDetailsInOrderAndMarks() throws Exception {
    Encoded out =
        write(
            target(
                "anthropic",
                ReasoningStyle.OPENROUTER,
                Trait.REASONING_DETAILS,
                Trait.CACHE_CONTROL));
    assertThat(out.losses()).isEmpty();
    assertThat(text(out))
        .contains(
            "\"cache_control\":{\"type\":\"ephemeral\"}",
            "{\"type\":\"reasoning.text\",\"text\":\"hm\",\"signature\":\"S\","
                + "\"format\":\"anthropic-claude-v1\",\"index\":0}",
            "\"reasoning\":{\"effort\":\"high\"}",
            "\"temperature\":0.50");
  }

  @Test
  void aProofNeverReachesAnotherIssuer() throws Exception {
    Encoded out = write(target("google", ReasoningStyle.OPENROUTER, Trait.REASONING_DETAILS));
    assertThat(text(out)).doesNotContain("\"S\"");
    assertThat(out.losses()).extracting(Loss::field).contains("proof");
  }

  @Test
  void deepseekGetsItsThinkingBackAndASwitch() throws Exception {
    Encoded out =
        write(
            target(
                "deepseek",
                ReasoningStyle.SWITCH,
                Trait.REPLAY_REASONING_CONTENT,
                Trait.NO_STREAM_OPTIONS));
    assertThat(text(out))
        .contains("\"reasoning_content\":\"hm\"", "\"thinking\":{\"type\":\"enabled\"}")
        .doesNotContain("stream_options", "\"S\"");
  }

  @Test
  void mistralGetsThinkingParts() throws Exception {
    Encoded out = write(target("mistral", ReasoningStyle.NONE, Trait.THINKING_PARTS));
    assertThat(text(out))
        .contains(
            "\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"hm\"}]}]");
  }

  @Test
  void effortBecomesABudgetWhereTokensSteer() throws Exception {
    Encoded out = write(target("qwen", ReasoningStyle.BUDGET));
    assertThat(text(out)).contains("\"enable_thinking\":true,\"thinking_budget\":1024");
    assertThat(out.losses()).extracting(Loss::field).contains("reasoning.effort");
  }

  private static Encoded write(Target target) throws Exception {
    return CODEC.encodeRequest(RequestReaderTest.read(TALK), target);
  }

  private static String text(Encoded encoded) {
    return new String(encoded.body(), UTF_8);
  }
}
