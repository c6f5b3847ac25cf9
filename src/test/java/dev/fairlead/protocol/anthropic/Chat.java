package dev.fairlead.protocol.anthropic;

import dev.fairlead.canon.CacheMark;
import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A request as it would have come in the chat dialect, put together by a test. */
final class Chat {
  static final Extras NONE = Extras.none(Dialect.OPENAI_CHAT);

  private final List<Turn> turns = new ArrayList<>();
  private final List<Tool> tools = new ArrayList<>();
  private final Map<String, Raw> extras = new LinkedHashMap<>();
  ToolChoice choice = new ToolChoice.Unset();
  Optional<Boolean> parallel = Optional.empty();
  Sampling sampling = Sampling.UNSET;
  OptionalLong maxTokens = OptionalLong.empty();
  ReasoningWish reasoning = ReasoningWish.UNSET;
  OutputFormat format = new OutputFormat.Unset();
  Optional<String> user = Optional.empty();

  Chat turn(Role role, Part... parts) {
    turns.add(new Turn(role, List.of(parts), Optional.empty(), NONE));
    return this;
  }

  Chat user(String text) {
    return turn(Role.USER, text(text));
  }

  Chat assistant(String text) {
    return turn(Role.ASSISTANT, text(text));
  }

  Chat result(String callId, String text) {
    return turn(
        Role.TOOL,
        new Part.ToolResult(
            callId, Optional.empty(), List.of(text(text)), false, Optional.empty(), NONE));
  }

  Chat tool(String name) {
    return tool(name, Optional.of("{\"type\":\"object\",\"properties\":{}}"), Optional.empty());
  }

  Chat tool(String name, Optional<String> schema, Optional<CacheMark> mark) {
    tools.add(
        new Tool.Function(
            name, Optional.empty(), schema.map(Raw::of), Optional.empty(), mark, NONE));
    return this;
  }

  Chat extra(String name, String json) {
    extras.put(name, Raw.of(json));
    return this;
  }

  Chat effort(ReasoningWish.Effort effort) {
    reasoning =
        new ReasoningWish(
            Optional.empty(), Optional.of(effort), OptionalLong.empty(), false, Optional.empty());
    return this;
  }

  Chat budget(long tokens) {
    reasoning =
        new ReasoningWish(
            Optional.empty(), Optional.empty(), OptionalLong.of(tokens), false, Optional.empty());
    return this;
  }

  ChatRequest request() {
    return new ChatRequest(
        "author/model",
        turns,
        tools,
        choice,
        parallel,
        sampling,
        maxTokens,
        reasoning,
        format,
        List.of(),
        user,
        false,
        false,
        new Extras(Dialect.OPENAI_CHAT, extras));
  }

  static Part.Text text(String text) {
    return new Part.Text(Text.of(text), Optional.empty(), List.of(), NONE);
  }

  static Part.Text marked(String text, String ttl) {
    Optional<String> lifetime = ttl.isEmpty() ? Optional.empty() : Optional.of(ttl);
    return new Part.Text(Text.of(text), Optional.of(new CacheMark(lifetime)), List.of(), NONE);
  }

  static Part.ToolCall call(String id, String name, String arguments) {
    return new Part.ToolCall(
        id, name, Text.of(arguments), Optional.empty(), Optional.empty(), NONE);
  }

  static Part.Reasoning thought(String text, String signature, String issuer) {
    Optional<Proof> proof =
        signature.isEmpty()
            ? Optional.empty()
            : Optional.of(new Proof(Text.of(signature), Optional.of(issuer)));
    return new Part.Reasoning(
        Part.ReasoningKind.FULL, Text.of(text), proof, Optional.empty(), NONE);
  }
}
