package dev.fairlead.protocol.anthropic;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Tool;
import dev.fairlead.canon.ToolChoice;
import dev.fairlead.protocol.Target;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The tools of a request and the choice among them. */
final class ToolWriter {
  /** So many strict tools the API takes. */
  private static final int MOST_STRICT = 20;

  private static final Raw EMPTY_SCHEMA = Raw.of("{\"type\":\"object\",\"properties\":{}}");

  private final ChatRequest request;
  private final Target target;
  private final ToolNames names;
  private final Losses losses;
  private final boolean own;
  private final List<Tool> tools = new ArrayList<>();
  private boolean reconstructed;

  ToolWriter(ChatRequest request, Target target, ToolNames names, Losses losses) {
    this.request = request;
    this.target = target;
    this.names = names;
    this.losses = losses;
    this.own = request.extras().dialect() == Dialect.ANTHROPIC;
  }

  /** Which tools can be sent; to be called before the conversation's names are written. */
  List<Tool> select() {
    Set<String> seen = new HashSet<>();
    for (Tool tool : request.tools()) {
      switch (tool) {
        case Tool.Function function -> {
          if (seen.add(function.name())) {
            names.reserve(function.name());
            tools.add(function);
          } else {
            losses.add("tools", function.name(), "a second tool of this name; left out");
          }
        }
        case Tool.Native special -> {
          if (special.dialect() == Dialect.ANTHROPIC) {
            special.raw().node().get("name").textIfAny().ifPresent(names::reserve);
            tools.add(special);
          } else {
            losses.add("tools", special.name(), "only " + special.dialect().id() + " has it; left out");
          }
        }
      }
    }
    return tools;
  }

  /** The API refuses calls in a conversation whose tools it is not told. */
  void reconstruct(Conversation talk) {
    if (own || !tools.isEmpty() || !talk.usesTools()) {
      return;
    }
    Set<String> seen = new HashSet<>();
    for (Conversation.Message message : talk.messages) {
      for (Conversation.Block block : message.blocks) {
        if (block.part() instanceof Part.ToolCall call && seen.add(call.name())) {
          tools.add(
              new Tool.Function(
                  call.name(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Extras.none(Dialect.ANTHROPIC)));
        }
      }
    }
    reconstructed = true;
    losses.add("tools", "tools", "none given, but called before; named again, and not to be called");
  }

  void write(JsonWriter out, CacheMarks marks) {
    if (tools.isEmpty()) {
      return;
    }
    int strict = 0;
    out.name("tools").beginArray();
    for (Tool tool : tools) {
      switch (tool) {
        case Tool.Native special -> out.value(special.raw());
        case Tool.Function function -> {
          String node = "tools[" + request.tools().indexOf(function) + "]";
          out.beginObject().field("name", names.written(function.name(), node));
          function.description().ifPresent(text -> out.field("description", text));
          out.field("input_schema", schema(function));
          strict += strict(function, node, strict, out) ? 1 : 0;
          marks.granted(function.cache()).ifPresent(mark -> PartWriter.mark(mark, out));
          losses.foreign(node, function.extras(), Set.of());
          if (function.extras().dialect() == Dialect.ANTHROPIC) {
            function.extras().members().forEach(out::field);
          }
          out.endObject();
        }
      }
    }
    out.endArray();
  }

  /** A schema without a type is refused by the API; it can only be that of an object. */
  private Raw schema(Tool.Function function) {
    JsonNode schema = function.schema().map(Raw::node).orElse(EMPTY_SCHEMA.node());
    if (!schema.isObject() || schema.size() == 0) {
      return EMPTY_SCHEMA;
    }
    if (own || schema.get("type").exists()) {
      return schema.raw();
    }
    JsonWriter typed = new JsonWriter(schema.raw().length() + 32).beginObject();
    typed.field("type", "object");
    schema.members().forEach(m -> typed.name(m.name()).value(m.value()));
    return typed.endObject().toRaw();
  }

  private boolean strict(Tool.Function function, String node, int before, JsonWriter out) {
    Optional<Boolean> strict = function.strict();
    if (strict.isEmpty() || (!own && !strict.get())) {
      return false;
    }
    boolean taken =
        own
            || (target.traits().contains(Target.Trait.NATIVE_JSON_SCHEMA) && before < MOST_STRICT);
    if (!taken) {
      losses.add(node, "strict", "this model does not promise to keep to the schema, or not for so many tools");
      return false;
    }
    out.field("strict", strict.get());
    return strict.get();
  }

  /**
   * @param budgeted whether the model thinks on a budget; one that thinks adaptively can be forced
   */
  void writeChoice(JsonWriter out, boolean budgeted) {
    Optional<Boolean> parallel = request.parallelToolCalls();
    if (reconstructed) {
      out.name("tool_choice").beginObject().field("type", "none").endObject();
      return;
    }
    ToolChoice choice = possible(request.toolChoice(), budgeted);
    switch (choice) {
      case ToolChoice.Unset u -> {
        if (parallel.filter(p -> !p).isPresent() && !tools.isEmpty()) {
          choice(out, "auto", Optional.empty(), parallel);
        }
      }
      case ToolChoice.Auto a -> choice(out, "auto", Optional.empty(), parallel);
      case ToolChoice.None n -> choice(out, "none", Optional.empty(), Optional.empty());
      case ToolChoice.Required r -> choice(out, "any", Optional.empty(), parallel);
      case ToolChoice.Named named ->
          choice(
              out, "tool", Optional.of(names.written(named.name(), "tool_choice")), parallel);
      case ToolChoice.Native special -> out.field("tool_choice", special.raw());
    }
  }

  private ToolChoice possible(ToolChoice choice, boolean budgeted) {
    if (choice instanceof ToolChoice.Unset) {
      return choice;
    }
    if (tools.isEmpty()) {
      boolean empty = choice instanceof ToolChoice.Auto || choice instanceof ToolChoice.None;
      if (!empty) {
        losses.add("", "tool_choice", "there are no tools to choose from; left out");
      }
      return own && empty && !request.tools().isEmpty() ? choice : new ToolChoice.Unset();
    }
    if (choice instanceof ToolChoice.Native special) {
      if (special.dialect() == Dialect.ANTHROPIC) {
        return choice;
      }
      losses.add("", "tool_choice", "only " + special.dialect().id() + " has this choice; left out");
      return new ToolChoice.Unset();
    }
    boolean forced = choice instanceof ToolChoice.Required || choice instanceof ToolChoice.Named;
    if (forced && budgeted) {
      losses.add("", "tool_choice", "a model that thinks on a budget cannot be forced to call; it is left the choice");
      return new ToolChoice.Auto();
    }
    if (!own
        && choice instanceof ToolChoice.Named named
        && tools.stream().noneMatch(t -> t.name().equals(named.name()))) {
      losses.add("", "tool_choice", "there is no tool " + named.name() + "; left out");
      return new ToolChoice.Unset();
    }
    return choice;
  }

  private static void choice(
      JsonWriter out, String type, Optional<String> name, Optional<Boolean> parallel) {
    out.name("tool_choice").beginObject().field("type", type);
    name.ifPresent(n -> out.field("name", n));
    parallel.ifPresent(p -> out.field("disable_parallel_tool_use", !p));
    out.endObject();
  }
}
