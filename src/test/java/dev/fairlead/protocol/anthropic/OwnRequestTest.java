package dev.fairlead.protocol.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Edit;
import dev.fairlead.canon.Edits;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Refused;
import dev.fairlead.canon.Role;
import dev.fairlead.protocol.Encoded;
import dev.fairlead.protocol.Exchanges;
import dev.fairlead.protocol.Target;
import dev.fairlead.protocol.Wire;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Requests of this dialect: what is read, refused, kept and spliced. */
class OwnRequestTest {
  private final AnthropicCodec codec = new AnthropicCodec();

  private static Wire wire(String json) throws Exception {
    return Wire.of(Json.read(json.replace('\'', '"').getBytes(UTF_8), JsonLimits.REQUEST));
  }

  private void refused(String json, String message) {
    assertThatThrownBy(() -> codec.decodeRequest(wire(json)))
        .isInstanceOf(Refused.class)
        .hasMessageContaining(message);
  }

  @Test
  void whatIsWrongIsSaidWithItsPlace() {
    refused("[]", "The request body");
    refused("{'model':'m'}", "messages is missing");
    refused("{'messages':[]}", "at least one message");
    refused("{'messages':[{'role':'tool','content':'x'}]}", "messages[0].role is \"tool\"");
    refused("{'messages':[{'role':'user'}]}", "messages[0].content is missing");
    refused(
        "{'messages':[{'role':'user','content':[{'text':'x'}]}]}", "messages[0].content[0].type");
    refused(
        "{'messages':[{'role':'user','content':[{'type':'tool_result'}]}]}",
        "messages[0].content[0].tool_use_id is missing");
    refused("{'messages':[{'role':'user','content':'x'}],'max_tokens':'5'}", "max_tokens is \"5\"");
    refused(
        "{'messages':[{'role':'user','content':'x'}],'thinking':{'type':'enabled'}}",
        "thinking.budget_tokens is missing");
    refused(
        "{'messages':[{'role':'user','content':'x'}],'tools':[{'input_schema':{}}]}",
        "tools[0].name is missing");
    refused(
        "{'messages':[{'role':'user','content':'x'}],'stop_sequences':['a',1]}",
        "stop_sequences[1] is 1");
  }

  @Test
  void nothingThatIsSaidIsLostOnTheWayBack() throws Exception {
    String body =
        """
        {"model":"claude-test","max_tokens":9,
         "tools":[{"name":"f","description":"d","input_schema":{"type":"object"},"strict":false,
                   "cache_control":{"type":"ephemeral","scope":"x"},"defer_loading":true},
                  {"type":"web_search_20260318","name":"web_search","max_uses":3}],
         "tool_choice":{"type":"tool","name":"web_search","disable_parallel_tool_use":false},
         "system":[{"type":"text","text":"a","cache_control":{"type":"ephemeral","ttl":"5m"}}],
         "messages":[
           {"role":"user","content":[
             {"type":"document","source":{"type":"content","content":[{"type":"text","text":"x"}]}},
             {"type":"document","source":{"type":"text","media_type":"text/plain","data":"d"},
              "title":"t","context":"c","citations":{"enabled":true}},
             {"type":"image","source":{"type":"file","file_id":"file_1"}},
             {"type":"search_result","source":"s","title":"t","content":[]},
             {"type":"container_upload","file_id":"f"}]},
           {"role":"assistant","content":[
             {"type":"thinking","thinking":"hm","signature":"s=="},
             {"type":"redacted_thinking","data":"r=="},
             {"type":"server_tool_use","id":"srv","name":"web_search","input":{"q":1.50}},
             {"type":"web_search_tool_result","tool_use_id":"srv","content":[]},
             {"type":"text","text":"y","citations":[{"type":"char_location","cited_text":"d"}]},
             {"type":"tool_use","id":"a","name":"f","input":{"z":1,"a":2},
              "caller":{"type":"direct"}}]},
           {"role":"user","content":[
             {"type":"tool_result","tool_use_id":"a","content":[{"type":"tool_reference",
              "tool_name":"f"}],"is_error":true}]},
           {"role":"system","content":[{"type":"text","text":"from now on"}]}],
         "thinking":{"type":"adaptive","display":"omitted"},
         "output_config":{"effort":"max","task_budget":{"type":"tokens","total":5}},
         "metadata":{"user_id":"u","x":1},"top_k":5,"mcp_servers":[],"speed":"fast"}
        """;
    ChatRequest request = codec.decodeRequest(wire(body));
    assertThat(request.turns())
        .extracting(turn -> turn.role())
        .containsExactly(Role.SYSTEM, Role.USER, Role.ASSISTANT, Role.USER, Role.DEVELOPER);
    Encoded encoded = codec.encodeRequest(request, AnthropicCodecTest.EVERYTHING);
    assertThat(encoded.losses()).extracting(loss -> loss.field()).containsExactly("top_k");
    var found = Exchanges.JSON.readTree(encoded.body());
    var wanted = (tools.jackson.databind.node.ObjectNode) Exchanges.JSON.readTree(body);
    wanted.remove("top_k"); // a model that thinks takes none
    assertThat(found).isEqualTo(wanted);
  }

  private String spliced(String json, Edit.Change... changes) throws Exception {
    List<Edit> edits =
        List.of(changes).stream().map(change -> new Edit("test", "because", change)).toList();
    byte[] bytes = codec.splice(wire(json), edits).orElseThrow();
    ChatRequest found = codec.decodeRequest(Wire.of(Json.read(bytes, JsonLimits.REQUEST)));
    ChatRequest wanted = Edits.apply(codec.decodeRequest(wire(json)), edits);
    assertThat(texts(found)).isEqualTo(texts(wanted));
    assertThat(found.tools()).isEqualTo(wanted.tools());
    return new String(bytes, UTF_8).replace('"', '\'');
  }

  private static List<String> texts(ChatRequest request) {
    return request.turns().stream()
        .flatMap(turn -> turn.parts().stream())
        .map(part -> part instanceof Part.Text text ? text.text().toString() : part.toString())
        .toList();
  }

  @Test
  void editsLeaveEveryOtherByteAsItCame() throws Exception {
    String json =
        "{ 'model' :'m',\n 'system':'s', 'messages':[ {'role':'user','content':'a'} ,"
            + " {'role':'assistant' , 'content':[{'type':'text','text':'b'}] } ], 'x' : 1.50 }";
    assertThat(spliced(json, new Edit.Change.SetModel("n"), new Edit.Change.SetMaxTokens(5)))
        .isEqualTo(json.replace("'m'", "'n'").replace("1.50 ", "1.50,'max_tokens':5 "));
    assertThat(spliced(json, new Edit.Change.ReplaceText(2, 0, Text.of("c"))))
        .isEqualTo(json.replace("'b'", "'c'"));
    assertThat(
            spliced(
                json,
                new Edit.Change.PrependSystem(Text.of("p")),
                new Edit.Change.ReplaceText(1, 0, Text.of("S")),
                new Edit.Change.ReplaceText(0, 0, Text.of("P")),
                new Edit.Change.ReplaceText(2, 0, Text.of("A")),
                new Edit.Change.AppendAssistant(Text.of("go")),
                new Edit.Change.ReplaceText(4, 0, Text.of("on"))))
        .isEqualTo(
            json.replace("'s',", "[{'type':'text','text':'P'},{'type':'text','text':'S'}],")
                .replace("'a'", "'A'")
                .replace(
                    "'b'}] }",
                    "'b'}] },{'role':'assistant','content':[{'type':'text','text':'on'}]}"));
    assertThat(
            spliced(
                json,
                new Edit.Change.SetMember("x", Raw.of("2")),
                new Edit.Change.RenameMember("x", "y")))
        .isEqualTo(json.replace("'x' : 1.50", "'y' : 2"));
  }

  @Test
  void theLastToolGoesWithItsChoice() throws Exception {
    String json =
        "{'messages':[{'role':'user','content':'a'}],'tools':[{'name':'f','input_schema':{}},"
            + "{'name':'g','input_schema':{}}],'tool_choice':{'type':'tool','name':'f'}}";
    assertThat(spliced(json, new Edit.Change.RemoveTool("f")))
        .isEqualTo(
            "{'messages':[{'role':'user','content':'a'}],'tools':[{'name':'g','input_schema':{}}]}");
    assertThat(spliced(json, new Edit.Change.RemoveTool("f"), new Edit.Change.RemoveTool("g")))
        .isEqualTo("{'messages':[{'role':'user','content':'a'}]}");
  }

  private Optional<List<Edit>> adapt(String json, Target target) throws Exception {
    Wire wire = wire(json);
    return codec.adapt(wire, codec.decodeRequest(wire), target);
  }

  @Test
  void whatIsSaidToTheGatewayStaysThere() throws Exception {
    String json =
        "{'messages':[{'role':'user','content':'a'}],'provider':{},'user':'u','temperature':1}";
    List<Edit> edits = adapt(json, AnthropicCodecTest.NEWEST).orElseThrow();
    String out = new String(codec.splice(wire(json), edits).orElseThrow(), UTF_8);
    assertThat(Exchanges.JSON.readTree(out))
        .isEqualTo(
            Exchanges.JSON.readTree(
                """
                {"model":"claude-newest","max_tokens":64000,"stream":true,
                 "messages":[{"role":"user","content":"a"}],"metadata":{"user_id":"u"}}
                """));
  }

  @Test
  void whatAnEndpointCannotTakeIsEncodedInstead() throws Exception {
    String user = "{'messages':[{'role':'user','content':'a'}],";
    assertThat(adapt(user + "'thinking':{'type':'adaptive'}}", AnthropicCodecTest.OLD)).isEmpty();
    assertThat(
            adapt(
                user + "'thinking':{'type':'enabled','budget_tokens':2000},'max_tokens':4000}",
                AnthropicCodecTest.NEWEST))
        .isEmpty();
    assertThat(
            adapt(
                user + "'thinking':{'type':'enabled','budget_tokens':2000},'max_tokens':4000}",
                AnthropicCodecTest.OLD))
        .isPresent();
    assertThat(adapt(user + "'max_tokens':99999}", AnthropicCodecTest.OLD)).isEmpty();
    assertThat(
            adapt(
                user + "'output_config':{'format':{'type':'json_schema','schema':{}}}}",
                AnthropicCodecTest.OLD))
        .isEmpty();
    String begun =
        "{'messages':[{'role':'user','content':'a'},{'role':'assistant','content':'b'}]}";
    assertThat(adapt(begun, AnthropicCodecTest.OLD)).isPresent();
    assertThat(adapt(begun, AnthropicCodecTest.NEWEST)).isEmpty();
    Target asSent =
        new Target(
            "m",
            "x",
            OptionalLong.empty(),
            Set.of(Target.Trait.AS_SENT),
            Target.ReasoningStyle.NONE,
            false);
    assertThat(adapt(begun, asSent)).isPresent();
    assertThat(adapt(user + "'thinking':{'type':'adaptive'}}", asSent)).isPresent();
  }
}
