package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.OutputFormat;
import dev.fairlead.canon.Sampling;
import dev.fairlead.canon.Tool;
import dev.fairlead.canon.ToolChoice;
import dev.fairlead.protocol.Encoded;
import dev.fairlead.protocol.Target;
import dev.fairlead.protocol.Target.Trait;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Writes a request for an endpoint of this dialect. One use. */
final class RequestWriter {
  /** Most stop sequences that OpenAI takes. */
  private static final int MAX_STOPS = 4;

  /** Members of the Responses dialect that mean the same here. */
  private static final Set<String> BRIDGED =
      Set.of(
          "metadata",
          "prompt_cache_key",
          "prompt_cache_retention",
          "safety_identifier",
          "service_tier",
          "store");

  /** Members whose unread rest is merged into what canon says. */
  private static final Set<String> MERGED = Set.of("reasoning", "stream_options");

  private final ChatRequest request;
  private final Target target;
  private final JsonWriter out = new JsonWriter(2048);
  private final Losses losses = new Losses();
  private final Map<String, Raw> own;
  private final boolean openai;

  private RequestWriter(ChatRequest request, Target target) {
    this.request = request;
    this.target = target;
    this.own = Losses.own(request.extras());
    this.openai = target.family().equals("openai");
  }

  static Encoded write(ChatRequest request, Target target) {
    return new RequestWriter(request, target).write();
  }

  private Encoded write() {
    out.beginObject();
    if (mine("model")) {
      out.field("model", target.model());
    }
    if (mine("messages")) {
      out.name("messages").beginArray();
      new MessageWriter(out, losses, target).write(request.turns());
      out.endArray();
    }
    tools();
    sampling(request.sampling());
    maxTokens();
    new WishWriter(out, losses, target, request).write();
    format();
    if (!request.modalities().isEmpty() && mine("modalities")) {
      strings("modalities", request.modalities());
    }
    request.user().filter(it -> mine("user")).ifPresent(it -> out.field("user", it));
    stream();
    extras(request.extras());
    out.endObject();
    return new Encoded(out.toBytes(), losses.all());
  }

  /** False when an edit has set the member itself: then what canon says gives way. */
  private boolean mine(String name) {
    return !own.containsKey(name);
  }

  private void strings(String name, List<String> values) {
    out.name(name).beginArray();
    values.forEach(out::value);
    out.endArray();
  }

  private void tools() {
    int carried = 0;
    for (Tool tool : request.tools()) {
      carried += canCarry(tool) ? 1 : 0;
    }
    int i = 0;
    if (carried > 0 && mine("tools")) {
      out.name("tools").beginArray();
    }
    for (Tool tool : request.tools()) {
      String node = "tools[" + i++ + "]";
      if (!canCarry(tool)) {
        losses.add(node, "tool", "only its own dialect can carry the tool " + tool.name());
      } else if (mine("tools")) {
        tool(tool, node);
      }
    }
    if (carried > 0 && mine("tools")) {
      out.endArray();
    }
    toolChoice(carried > 0 || !mine("tools"));
  }

  private static boolean canCarry(Tool tool) {
    return !(tool instanceof Tool.Native it) || it.dialect() == Dialect.OPENAI_CHAT;
  }

  private void tool(Tool tool, String node) {
    switch (tool) {
      case Tool.Native it -> out.value(it.raw());
      case Tool.Function it -> {
        out.beginObject().field("type", "function").name("function").beginObject();
        out.field("name", it.name());
        it.description().ifPresent(text -> out.field("description", text));
        it.schema().ifPresent(schema -> out.field("parameters", schema));
        it.strict().ifPresent(strict -> out.field("strict", strict));
        Losses.inner(out, it.extras(), "function");
        out.endObject();
        PartWriter.cache(out, losses, node, it.cache(), target);
        losses.extras(out, node, it.extras(), Set.of("function"));
        out.endObject();
      }
    }
  }

  private void toolChoice(boolean tools) {
    if (!(request.toolChoice() instanceof ToolChoice.Unset) && !tools) {
      losses.add("", "tool_choice", "there is no tool to choose; servers refuse it");
    } else if (mine("tool_choice")) {
      switch (request.toolChoice()) {
        case ToolChoice.Unset it -> {}
        case ToolChoice.Auto it -> out.field("tool_choice", "auto");
        case ToolChoice.None it -> out.field("tool_choice", "none");
        case ToolChoice.Required it -> out.field("tool_choice", "required");
        case ToolChoice.Named it -> {
          out.name("tool_choice").beginObject().field("type", "function");
          out.name("function").beginObject().field("name", it.name()).endObject().endObject();
        }
        case ToolChoice.Native it -> {
          if (it.dialect() == Dialect.OPENAI_CHAT) {
            out.field("tool_choice", it.raw());
          } else {
            losses.add("", "tool_choice", "only its own dialect can express this choice");
          }
        }
      }
    }
    if (request.parallelToolCalls().isPresent() && mine("parallel_tool_calls")) {
      if (tools) {
        out.field("parallel_tool_calls", request.parallelToolCalls().get());
      } else {
        losses.add("", "parallel_tool_calls", "there are no tools; servers refuse it");
      }
    }
  }

  private void sampling(Sampling it) {
    boolean fixed = target.traits().contains(Trait.NO_SAMPLING);
    String none = "the model takes no sampling parameters";
    String unknown = "OpenAI's models do not know it";
    number("temperature", it.temperature(), fixed, none);
    number("top_p", it.topP(), fixed, none);
    number("top_k", it.topK(), openai, unknown);
    number("min_p", it.minP(), openai, unknown);
    number("top_a", it.topA(), openai, unknown);
    number("frequency_penalty", it.frequencyPenalty(), false, "");
    number("presence_penalty", it.presencePenalty(), false, "");
    number("repetition_penalty", it.repetitionPenalty(), openai, unknown);
    if (it.seed().isPresent() && mine("seed")) {
      out.field("seed", it.seed().getAsLong());
    }
    stop(it.stop());
    it.logitBias().filter(v -> mine("logit_bias")).ifPresent(v -> out.field("logit_bias", v));
    it.logprobs().filter(v -> mine("logprobs")).ifPresent(v -> out.field("logprobs", v));
    if (it.topLogprobs().isPresent() && mine("top_logprobs")) {
      out.field("top_logprobs", it.topLogprobs().getAsInt());
    }
    if (it.choices().isPresent() && mine("n")) {
      out.field("n", it.choices().getAsInt());
    }
  }

  private void number(String name, Optional<BigDecimal> value, boolean lost, String reason) {
    if (value.isPresent() && lost) {
      losses.add("", name, reason);
    } else if (value.isPresent() && mine(name)) {
      out.field(name, value.get());
    }
  }

  private void stop(List<String> stop) {
    if (stop.isEmpty() || !mine("stop")) {
      return;
    }
    boolean tooMany = openai && stop.size() > MAX_STOPS;
    if (tooMany) {
      losses.add("", "stop", "at most " + MAX_STOPS + " stop sequences; the first are kept");
    }
    strings("stop", tooMany ? stop.subList(0, MAX_STOPS) : stop);
  }

  private void maxTokens() {
    if (request.maxTokens().isEmpty() || !mine("max_tokens") || !mine("max_completion_tokens")) {
      return;
    }
    long bound = request.maxTokens().getAsLong();
    if (target.maxOutput().isPresent() && bound > target.maxOutput().getAsLong()) {
      bound = target.maxOutput().getAsLong();
      losses.add("", "max_tokens", "the model's output is bounded; asked for " + bound);
    }
    boolean newer = target.traits().contains(Trait.MAX_COMPLETION_TOKENS);
    out.field(newer ? "max_completion_tokens" : "max_tokens", bound);
  }

  private void format() {
    if (!mine("response_format")) {
      return;
    }
    switch (request.format()) {
      case OutputFormat.Unset it -> {}
      case OutputFormat.PlainText it -> type("text");
      case OutputFormat.JsonObject it -> type("json_object");
      case OutputFormat.JsonSchema it -> {
        out.name("response_format").beginObject().field("type", "json_schema");
        out.name("json_schema").beginObject();
        out.field("name", it.name().orElse("response")); // servers demand one
        it.description().ifPresent(text -> out.field("description", text));
        it.strict().ifPresent(strict -> out.field("strict", strict));
        out.field("schema", it.schema()).endObject().endObject();
      }
      case OutputFormat.Native it -> {
        if (it.dialect() == Dialect.OPENAI_CHAT) {
          out.field("response_format", it.raw());
        } else {
          losses.add("", "response_format", "only its own dialect can express this format");
        }
      }
    }
  }

  private void type(String type) {
    out.name("response_format").beginObject().field("type", type).endObject();
  }

  /** Usage is always asked for: without it nothing could be accounted. */
  private void stream() {
    if (!target.stream()) {
      return;
    }
    if (mine("stream")) {
      out.field("stream", true);
    }
    if (target.traits().contains(Trait.NO_STREAM_OPTIONS)) {
      if (!mine("stream_options")) {
        losses.add("", "stream_options", "the endpoint refuses stream options");
      }
      return;
    }
    out.name("stream_options").beginObject().field("include_usage", true);
    Raw rest = own.get("stream_options");
    if (rest != null) {
      rest.node()
          .members()
          .forEach(
              it -> {
                if (!it.name().equals("include_usage")) {
                  out.name(it.name()).value(it.value());
                }
              });
    }
    out.endObject();
  }

  private void extras(Extras extras) {
    extras
        .members()
        .forEach(
            (name, value) -> {
              if (OpenAiChatCodec.DIRECTIVES.contains(name) || isMerged(name, extras)) {
                return;
              }
              if (name.equals("cache_control") && !target.traits().contains(Trait.CACHE_CONTROL)) {
                losses.add("", name, "the endpoint takes no cache marks");
              } else if (extras.dialect() == Dialect.OPENAI_CHAT || isBridged(name, extras)) {
                out.field(name, value);
              } else {
                losses.add("", name, "only the " + extras.dialect().id() + " dialect can say it");
              }
            });
  }

  private static boolean isMerged(String name, Extras extras) {
    return extras.dialect() == Dialect.OPENAI_CHAT && MERGED.contains(name);
  }

  private static boolean isBridged(String name, Extras extras) {
    return extras.dialect() == Dialect.OPENAI_RESPONSES && BRIDGED.contains(name);
  }
}
