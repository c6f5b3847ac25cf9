package dev.fairlead.protocol.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Proof;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.MalformedJson;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Reads an answer: its head, its blocks, its end. A stream gives them piece by piece, a whole
 * message all at once; both go through here, so that they mean the same. One answer, one thread.
 */
final class AnswerReader {
  private static final Set<String> MODELLED =
      Set.of(
          "id",
          "type",
          "role",
          "model",
          "content",
          "stop_reason",
          "stop_sequence",
          "usage",
          "container",
          "stop_details",
          "context_management",
          "openrouter_metadata",
          "provider");
  private static final Set<String> NOTED =
      Set.of("container", "stop_details", "context_management", "openrouter_metadata", "provider");

  private final Consumer<ChatEvent> events;
  private final Map<Long, OpenBlock> open = new TreeMap<>();
  private final Usages usages = new Usages();
  private int blocks;
  private boolean begun;
  private boolean stopped;
  private boolean over;

  AnswerReader(Consumer<ChatEvent> events) {
    this.events = events;
  }

  /** A whole message. */
  void whole(JsonNode body) {
    if (body.get("type").textIs("error") || (!body.get("content").isArray() && body.get("error").isObject())) {
      error(body);
      return;
    }
    if (!body.get("content").isArray()) {
      begin(body);
      failed(Fault.provider(Fault.Kind.MALFORMED, "The provider's answer is no message."));
      return;
    }
    message(body);
    end(body, body);
    terminal();
  }

  /** The head of an answer, and whatever of it is already there. */
  void message(JsonNode message) {
    begin(message);
    long index = 0;
    for (JsonNode block : message.get("content").items()) {
      start(index, block);
      stop(index++);
    }
    used(message.get("usage"));
  }

  private void begin(JsonNode message) {
    if (begun) {
      return;
    }
    begun = true;
    Map<String, Raw> extras = new LinkedHashMap<>();
    Fields.rest(message, MODELLED)
        .members()
        .forEach(
            (name, raw) -> {
              if (!raw.node().isNull()) {
                extras.put(name, raw);
              }
            });
    events.accept(
        new ChatEvent.Begin(
            message.get("id").textIfAny(),
            message.get("model").textIfAny(),
            OptionalLong.empty(),
            new Extras(Dialect.ANTHROPIC, extras)));
  }

  void start(long index, JsonNode block) {
    begin(JsonNode.ABSENT);
    stop(index);
    OpenBlock started = new OpenBlock(block);
    open.put(index, started);
    if (started.whole) {
      return; // it is given whole when it closes
    }
    started.number = blocks++;
    events.accept(new ChatEvent.Open(0, started.number, head(started.type, block)));
    switch (started.type) {
      case "text" -> {
        text(started, block.get("text"));
        Citations.readAll(block.get("citations"))
            .forEach(c -> events.accept(new ChatEvent.Cited(0, started.number, c)));
      }
      case "thinking" -> {
        text(started, block.get("thinking"));
        proof(started, block.get("signature"));
      }
      case "redacted_thinking" -> proof(started, block.get("data"));
      default -> {
        // The input of a call is given by its deltas, or at its end when there were none.
      }
    }
  }

  private static ChatEvent.Head head(String type, JsonNode block) {
    return switch (type) {
      case "thinking" ->
          new ChatEvent.Head.ReasoningHead(Part.ReasoningKind.FULL, Optional.empty());
      case "redacted_thinking" ->
          new ChatEvent.Head.ReasoningHead(Part.ReasoningKind.ENCRYPTED, Optional.empty());
      case "tool_use" ->
          new ChatEvent.Head.ToolCallHead(
              block.get("id").textOr(""), block.get("name").textOr(""));
      default -> new ChatEvent.Head.TextHead();
    };
  }

  void delta(long index, JsonNode delta) {
    OpenBlock block = open.get(index);
    if (block == null) {
      if (!delta.get("text").isString()) {
        return;
      }
      start(index, Raw.of("{\"type\":\"text\",\"text\":\"\"}").node());
      block = open.get(index);
    }
    if (block == null) {
      return;
    }
    if (block.whole) {
      block.grow(delta);
      return;
    }
    switch (delta.get("type").textOr("")) {
      case "text_delta" -> text(block, delta.get("text"));
      case "thinking_delta" -> text(block, delta.get("thinking"));
      case "input_json_delta" -> {
        block.argued |= delta.get("partial_json").isString() && !delta.get("partial_json").textIs("");
        text(block, delta.get("partial_json"));
      }
      case "signature_delta" -> proof(block, delta.get("signature"));
      case "citations_delta" -> {
        if (delta.get("citation").isObject()) {
          events.accept(
              new ChatEvent.Cited(0, block.number, Citations.read(delta.get("citation"))));
        }
      }
      default -> {
        // A delta that nobody knows says nothing about a block that we know.
      }
    }
  }

  private void text(OpenBlock block, JsonNode text) {
    if (text.isString() && !text.textIs("")) {
      events.accept(new ChatEvent.Delta(0, block.number, text.asText()));
    }
  }

  /** A proof that says whose it is was issued there; all others were issued here. */
  private void proof(OpenBlock block, JsonNode data) {
    Signatures.read(data.asTextOr(Text.EMPTY))
        .ifPresent(
            proof ->
                events.accept(
                    new ChatEvent.ProofDelta(
                        0,
                        block.number,
                        new Proof(
                            proof.data(),
                            proof.issuedBy().or(() -> Optional.of(Signatures.FAMILY))))));
  }

  void stop(long index) {
    OpenBlock block = open.remove(index);
    if (block == null) {
      return;
    }
    if (block.whole) {
      block.number = blocks++;
      Part part = new Part.Opaque(Dialect.ANTHROPIC, block.type, block.raw());
      events.accept(new ChatEvent.Open(0, block.number, new ChatEvent.Head.WholeHead(part)));
    } else if (block.type.equals("tool_use") && !block.argued) {
      JsonNode input = block.start.get("input");
      events.accept(
          new ChatEvent.Delta(
              0, block.number, Text.of(input.isObject() ? input.toString() : "{}")));
    }
    events.accept(new ChatEvent.Close(0, block.number));
  }

  /**
   * What an answer says at its end.
   *
   * @param reasons where the stop reason stands
   * @param message what stands around it
   */
  void end(JsonNode reasons, JsonNode message) {
    begin(JsonNode.ABSENT);
    note(message);
    if (message.get("delta").exists()) {
      note(reasons); // a streamed end says some of it within the delta
    }
    used(message.get("usage"));
    JsonNode reason = reasons.get("stop_reason");
    if (reason.isString() && !stopped) {
      stopped = true;
      events.accept(
          new ChatEvent.Stop(
              0,
              StopReasons.read(reason.text()),
              Optional.of(reason.text()),
              reasons.get("stop_sequence").textIfAny()));
    }
  }

  void note(JsonNode node) {
    for (JsonNode.Member member : node.members()) {
      if (NOTED.contains(member.name()) && member.value().hasValue()) {
        events.accept(
            new ChatEvent.Note(Dialect.ANTHROPIC, member.name(), member.value().raw()));
      }
    }
  }

  private void used(JsonNode usage) {
    if (usage.isObject() && usage.size() > 0) {
      usages.take(usage);
      events.accept(new ChatEvent.Used(usages.usage()));
    }
  }

  void error(JsonNode event) {
    begin(JsonNode.ABSENT);
    failed(Faults.inStream(event));
  }

  private void failed(Fault fault) {
    closeAll();
    over = true;
    events.accept(new ChatEvent.Failed(fault));
  }

  /** The terminal marker was seen. */
  void terminal() {
    begin(JsonNode.ABSENT);
    closeAll();
    over = true;
    events.accept(new ChatEvent.End());
  }

  /** The bytes have ended: that is an end only after a stop reason. */
  void finish() {
    if (over) {
      return;
    }
    if (stopped) {
      terminal();
    } else {
      closeAll();
    }
  }

  boolean isOver() {
    return over;
  }

  private void closeAll() {
    for (Long index : java.util.List.copyOf(open.keySet())) {
      stop(index);
    }
  }

  /** A block that has begun. */
  private static final class OpenBlock {
    private static final Set<String> MODELLED =
        Set.of("text", "thinking", "redacted_thinking", "tool_use");

    final JsonNode start;
    final String type;
    final boolean whole;
    private final StringBuilder input = new StringBuilder();
    private final Map<String, String> grown = new LinkedHashMap<>();
    private final Map<String, Raw> set = new LinkedHashMap<>();
    int number;
    boolean argued;

    OpenBlock(JsonNode start) {
      this.start = start;
      this.type = start.get("type").textOr("");
      this.whole = !MODELLED.contains(type);
    }

    /** Texts grow, other values are replaced, and pieces of JSON become the input. */
    void grow(JsonNode delta) {
      for (JsonNode.Member member : delta.members()) {
        if (member.name().equals("partial_json") && member.value().isString()) {
          input.append(member.value().text());
        } else if (member.value().isString() && !member.name().equals("type")) {
          grown.merge(member.name(), member.value().text(), String::concat);
        } else if (!member.name().equals("type")) {
          set.put(member.name(), member.value().raw());
        }
      }
    }

    /** The block as it would stand in a whole message. */
    Raw raw() {
      if (input.isEmpty() && grown.isEmpty() && set.isEmpty()) {
        return start.exists() ? start.raw() : Raw.of("{}");
      }
      JsonWriter out = new JsonWriter().beginObject();
      for (JsonNode.Member member : start.members()) {
        String name = member.name();
        String more = grown.remove(name);
        Raw other = set.remove(name);
        if (more != null) {
          out.field(name, member.value().textOr("") + more);
        } else if (other != null) {
          out.field(name, other);
        } else if (name.equals("input") && !input.isEmpty()) {
          out.name(name);
          input(out);
        } else {
          out.name(name).value(member.value());
        }
      }
      grown.forEach(out::field);
      set.forEach(out::field);
      return out.endObject().toRaw();
    }

    private void input(JsonWriter out) {
      String text = input.toString();
      try {
        out.value(Json.read(text.getBytes(UTF_8), JsonLimits.RESPONSE).root());
      } catch (MalformedJson e) {
        out.value(text); // cut short: what came of it stands there as text
      }
    }
  }
}
