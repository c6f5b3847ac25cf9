package dev.fairlead.protocol.gemini;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Tool;
import dev.fairlead.canon.ToolChoice;
import dev.fairlead.protocol.Encoded;
import dev.fairlead.protocol.Target;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes a GenerateContentRequest. The model and the wish for a stream are not in it: they belong
 * into the path. The order of members is always the same, so that the beginning of a conversation
 * has the same bytes from turn to turn.
 */
final class RequestWriter {
  private static final Set<String> MERGED = Set.of("generationConfig", "toolConfig");

  private final ChatRequest request;
  private final Target target;
  private final Losses losses = new Losses();

  private RequestWriter(ChatRequest request, Target target) {
    this.request = request;
    this.target = target;
  }

  static Encoded write(ChatRequest request, Target target) {
    return new RequestWriter(request, target).encode();
  }

  private Encoded encode() {
    JsonWriter out = new JsonWriter(4096);
    ConfigWriter config = new ConfigWriter(request, target, losses);
    ContentsWriter contents = new ContentsWriter(request, target, losses);
    out.beginObject();
    contents.write(out, config.words());
    tools(out);
    toolConfig(out);
    config.write(out);
    Names.own(request.extras())
        .forEach(
            (name, raw) -> {
              if (!MERGED.contains(name)) {
                out.field(name, raw);
              }
            });
    losses.extras("", request.extras());
    if (request.user().isPresent()) {
      losses.add("", "user", "Gemini takes no id of an end user.");
    }
    if (request.parallelToolCalls().filter(parallel -> !parallel).isPresent()) {
      losses.add("", "parallel_tool_calls", "Gemini cannot be kept from calling in parallel.");
    }
    return new Encoded(out.endObject().toBytes(), losses.all());
  }

  /** All functions stand in one tool, at the place of the first; other tools stand alone. */
  private void tools(JsonWriter out) {
    List<Tool.Function> functions = new ArrayList<>();
    boolean any = false;
    for (int i = 0; i < request.tools().size(); i++) {
      switch (request.tools().get(i)) {
        case Tool.Function function -> {
          any = true;
          functions.add(function);
        }
        case Tool.Native own -> {
          if (own.dialect() == Dialect.GEMINI) {
            any = true;
          } else {
            losses.add(
                "tools[" + i + "]", own.name(), "Only " + own.dialect().id() + " has this tool.");
          }
        }
      }
    }
    if (!any) {
      return;
    }
    out.name("tools").beginArray();
    boolean declared = false;
    for (Tool tool : request.tools()) {
      if (tool instanceof Tool.Native own && own.dialect() == Dialect.GEMINI) {
        out.value(own.raw());
      } else if (tool instanceof Tool.Function && !declared) {
        declared = true;
        out.beginObject().name("functionDeclarations").beginArray();
        for (int i = 0; i < request.tools().size(); i++) {
          if (request.tools().get(i) instanceof Tool.Function function) {
            function(function, "tools[" + i + "]", out);
          }
        }
        out.endArray().endObject();
      }
    }
    out.endArray();
  }

  private void function(Tool.Function function, String node, JsonWriter out) {
    out.beginObject().field("name", function.name());
    function.description().ifPresent(text -> out.field("description", text));
    Map<String, Raw> own = Names.own(function.extras());
    boolean isOwn = function.extras().dialect() == Dialect.GEMINI;
    if (function.schema().isPresent() && !own.containsKey("parameters")) {
      Raw schema = function.schema().get();
      boolean nothing = !isOwn && SchemaForGemini.isEmpty(schema);
      if (!nothing && target.traits().contains(Target.Trait.OPENAPI_SCHEMA)) {
        out.field("parameters", SchemaForGemini.subset(schema, node, "parameters", losses));
      } else if (!nothing) {
        out.field(
            "parametersJsonSchema",
            isOwn ? schema : SchemaForGemini.json(schema, node, "parameters", losses));
      }
    }
    own.forEach(out::field);
    out.endObject();
    if (function.strict().orElse(false)) {
      losses.add(node, "strict", "Gemini does not promise that arguments match the schema.");
    }
    losses.cache(node, function.cache());
    losses.extras(node, function.extras());
  }

  private void toolConfig(JsonWriter out) {
    Raw rest = Names.own(request.extras()).get("toolConfig");
    JsonWriter config = new JsonWriter().beginObject();
    int empty = config.size();
    choice(config);
    if (rest != null) {
      rest.node().members().forEach(it -> config.name(it.name()).value(it.value()));
    }
    if (config.size() > empty) {
      out.field("toolConfig", config.endObject().toRaw());
    }
  }

  private void choice(JsonWriter out) {
    boolean isOwn = request.extras().dialect() == Dialect.GEMINI;
    if (request.tools().isEmpty() && !isOwn) {
      if (request.toolChoice() instanceof ToolChoice.Required
          || request.toolChoice() instanceof ToolChoice.Named
          || request.toolChoice() instanceof ToolChoice.Native) {
        losses.add("", "tool_choice", "There are no tools to choose from.");
      }
      return;
    }
    switch (request.toolChoice()) {
      case ToolChoice.Unset unset -> {}
      case ToolChoice.Auto auto -> mode(out, "AUTO", List.of());
      case ToolChoice.None none -> mode(out, "NONE", List.of());
      case ToolChoice.Required required -> mode(out, "ANY", List.of());
      case ToolChoice.Named named -> mode(out, "ANY", List.of(named.name()));
      case ToolChoice.Native own -> {
        if (own.dialect() == Dialect.GEMINI) {
          out.field("functionCallingConfig", own.raw());
        } else {
          foreignChoice(own, out);
        }
      }
    }
  }

  private static void mode(JsonWriter out, String mode, List<String> names) {
    out.name("functionCallingConfig").beginObject().field("mode", mode);
    if (!names.isEmpty()) {
      out.name("allowedFunctionNames").beginArray();
      names.forEach(out::value);
      out.endArray();
    }
    out.endObject();
  }

  /** OpenAI's {@code allowed_tools}: a subset of the functions, with a mode of its own. */
  private void foreignChoice(ToolChoice.Native choice, JsonWriter out) {
    JsonNode raw = choice.raw().node();
    JsonNode allowed = raw.get("allowed_tools").isObject() ? raw.get("allowed_tools") : raw;
    List<String> names = new ArrayList<>();
    for (JsonNode tool : allowed.get("tools").items()) {
      String name = tool.get("function").get("name").textOr(tool.get("name").textOr(""));
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    if (raw.get("type").textIs("allowed_tools") && !names.isEmpty()) {
      mode(out, allowed.get("mode").textIs("required") ? "ANY" : "VALIDATED", names);
    } else {
      losses.add("", "tool_choice", "Gemini has no such tool choice; it was left out.");
    }
  }
}
