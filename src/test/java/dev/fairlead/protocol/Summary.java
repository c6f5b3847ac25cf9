package dev.fairlead.protocol;

import dev.fairlead.canon.CacheMark;
import dev.fairlead.canon.ChatAnswer;
import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.Loss;
import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Proof;
import dev.fairlead.canon.Role;
import dev.fairlead.canon.Sampling;
import dev.fairlead.canon.Tool;
import dev.fairlead.canon.ToolChoice;
import dev.fairlead.canon.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a request or an answer says, as lines that can be compared across dialects. Left aside, as
 * meaning nothing: empty texts and empty turns, where one turn ends and the next of the same role
 * begins, developer as against system, whose turn carries a tool result, and white space and the
 * order of members in JSON. The model and the stream switches are the target's, not the request's.
 */
public final class Summary {
  /**
   * @param node where it stands, as a path in canon; empty for the request itself
   * @param field what it is
   * @param content what it says
   */
  public record Line(String node, String field, String content) {
    String said() {
      return field + " = " + content;
    }

    /** True when this loss tells of this line. */
    boolean coveredBy(Loss loss) {
      if (node.isEmpty()) {
        String mine = plain(field);
        String all = plain(loss.node() + loss.field());
        return all.contains(mine) || mine.contains(plain(loss.field()));
      }
      return !loss.node().isEmpty()
          && (node.startsWith(loss.node()) || loss.node().startsWith(node));
    }

    private static String plain(String name) {
      return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }
  }

  private final List<Line> lines = new ArrayList<>();

  private Summary() {}

  /** The lines of a request, in its order. */
  public static List<Line> of(ChatRequest request) {
    Summary out = new Summary();
    for (int t = 0; t < request.turns().size(); t++) {
      out.turn("turns[" + t + "]", request.turns().get(t));
    }
    for (int t = 0; t < request.tools().size(); t++) {
      out.tool("tools[" + t + "]", request.tools().get(t));
    }
    if (!(request.toolChoice() instanceof ToolChoice.Unset)) {
      out.add("", "tool_choice", choice(request.toolChoice()));
    }
    request.parallelToolCalls().ifPresent(it -> out.add("", "parallel_tool_calls", it));
    out.sampling(request.sampling());
    request.maxTokens().ifPresent(it -> out.add("", "max_tokens", it));
    out.reasoning(request);
    switch (request.format()) {
      case dev.fairlead.canon.OutputFormat.Unset it -> {}
      case dev.fairlead.canon.OutputFormat.PlainText it -> out.add("", "format", "text");
      case dev.fairlead.canon.OutputFormat.JsonObject it -> out.add("", "format", "json_object");
      case dev.fairlead.canon.OutputFormat.JsonSchema it ->
          out.add("", "format", it.name() + json(it.schema().toString()) + it.strict());
      case dev.fairlead.canon.OutputFormat.Native it ->
          out.add("", "format", json(it.raw().toString()));
    }
    if (!request.modalities().isEmpty()) {
      out.add("", "modalities", request.modalities());
    }
    request.user().ifPresent(it -> out.add("", "user", it));
    out.extras("", request.extras());
    return out.lines;
  }

  /** The lines of an answer, in its order; ids, times and costs are not compared. */
  public static List<Line> of(ChatAnswer answer) {
    Summary out = new Summary();
    for (ChatAnswer.Choice choice : answer.choices()) {
      String node = "choices[" + choice.index() + "]";
      for (int p = 0; p < choice.parts().size(); p++) {
        out.part(node + ".parts[" + p + "]", "assistant", choice.parts().get(p));
      }
      choice.stop().ifPresent(it -> out.add(node, "stop", it));
      choice.stopSequence().ifPresent(it -> out.add(node, "stop_sequence", it));
      choice.logprobs().ifPresent(it -> out.add(node, "logprobs", json(it.toString())));
    }
    answer
        .usage()
        .ifPresent(
            it ->
                out.add(
                    "usage",
                    "usage",
                    List.of(
                        it.input(), it.output(), it.cacheRead(), it.cacheWrite(), it.reasoning())));
    answer.fault().ifPresent(it -> out.add("fault", "fault", it.kind()));
    out.add("complete", "complete", answer.complete());
    return out.lines;
  }

  /** What the lines say, without where. */
  public static List<String> said(List<Line> lines) {
    return lines.stream().map(Line::said).toList();
  }

  private void add(String node, String field, Object content) {
    lines.add(new Line(node, field, String.valueOf(content)));
  }

  private void turn(String node, Turn turn) {
    Role role = turn.role() == Role.DEVELOPER ? Role.SYSTEM : turn.role();
    turn.name().ifPresent(it -> add(node, "name", role + " " + it));
    for (int p = 0; p < turn.parts().size(); p++) {
      part(node + ".parts[" + p + "]", role.name().toLowerCase(Locale.ROOT), turn.parts().get(p));
    }
    extras(node, turn.extras());
  }

  private void part(String node, String role, Part part) {
    switch (part) {
      case Part.Text it -> {
        if (!it.text().isEmpty()) {
          add(node, role + " text", it.text());
        }
        cache(node, it.cache());
        it.citations().forEach(c -> add(node, "citation", json(c.original().toString())));
      }
      case Part.Reasoning it -> {
        if (!it.text().isEmpty()) {
          add(node, "reasoning " + it.kind(), it.text());
        }
        proof(node, it.proof());
      }
      case Part.Media it -> {
        add(node, role + " media " + it.kind(), source(it.source()));
        it.filename().ifPresent(name -> add(node, "filename", name));
        it.detail().ifPresent(detail -> add(node, "detail", detail));
        cache(node, it.cache());
      }
      case Part.ToolCall it -> {
        add(node, "tool_call", it.id() + " " + it.name() + " " + json(it.arguments().toString()));
        proof(node, it.proof());
        cache(node, it.cache());
      }
      case Part.ToolResult it -> {
        add(node, "tool_result", it.callId());
        for (int i = 0; i < it.content().size(); i++) {
          part(node + ".content[" + i + "]", "tool", it.content().get(i));
        }
        if (it.error()) {
          add(node, "is_error", true);
        }
        cache(node, it.cache());
      }
      case Part.Refusal it -> add(node, "refusal", it.text());
      case Part.Opaque it -> add(node, "opaque " + it.kind(), json(it.raw().toString()));
    }
    if (!(part instanceof Part.Opaque)) {
      extras(node, part.extras());
    }
  }

  private void cache(String node, Optional<CacheMark> mark) {
    mark.ifPresent(it -> add(node, "cache", it.ttl().orElse("")));
  }

  private void proof(String node, Optional<Proof> proof) {
    proof.ifPresent(it -> add(node, "proof", it.data()));
  }

  private static String source(MediaSource source) {
    return switch (source) {
      case MediaSource.Inline it -> it.mediaType() + ";" + it.base64();
      case MediaSource.Url it -> it.url().toString();
      case MediaSource.FileId it -> "file " + it.id();
      case MediaSource.PlainText it -> "text " + it.text();
    };
  }

  private void tool(String node, Tool tool) {
    switch (tool) {
      case Tool.Function it -> {
        add(
            node,
            "tool",
            it.name()
                + " "
                + it.description().map(Object::toString).orElse("")
                + " "
                + it.schema().map(s -> json(s.toString())).orElse(""));
        it.strict().ifPresent(strict -> add(node, "strict", strict));
        cache(node, it.cache());
        extras(node, it.extras());
      }
      case Tool.Native it -> add(node, "native tool", json(it.raw().toString()));
    }
  }

  private static String choice(ToolChoice choice) {
    return switch (choice) {
      case ToolChoice.Unset it -> "";
      case ToolChoice.Auto it -> "auto";
      case ToolChoice.None it -> "none";
      case ToolChoice.Required it -> "required";
      case ToolChoice.Named it -> "named " + it.name();
      case ToolChoice.Native it -> json(it.raw().toString());
    };
  }

  private void sampling(Sampling it) {
    it.temperature().ifPresent(v -> add("", "temperature", v));
    it.topP().ifPresent(v -> add("", "top_p", v));
    it.topK().ifPresent(v -> add("", "top_k", v));
    it.minP().ifPresent(v -> add("", "min_p", v));
    it.topA().ifPresent(v -> add("", "top_a", v));
    it.frequencyPenalty().ifPresent(v -> add("", "frequency_penalty", v));
    it.presencePenalty().ifPresent(v -> add("", "presence_penalty", v));
    it.repetitionPenalty().ifPresent(v -> add("", "repetition_penalty", v));
    it.seed().ifPresent(v -> add("", "seed", v));
    if (!it.stop().isEmpty()) {
      add("", "stop", it.stop());
    }
    it.logitBias().ifPresent(v -> add("", "logit_bias", json(v.toString())));
    it.logprobs().ifPresent(v -> add("", "logprobs", v));
    it.topLogprobs().ifPresent(v -> add("", "top_logprobs", v));
    it.choices().ifPresent(v -> add("", "n", v));
  }

  private void reasoning(ChatRequest request) {
    var wish = request.reasoning();
    if (wish.isOff()) {
      add("", "reasoning", "off");
    } else if (wish.isOn()) {
      add("", "reasoning", "on");
    }
    wish.effort().ifPresent(v -> add("", "reasoning.effort", v));
    wish.budget().ifPresent(v -> add("", "reasoning.budget", v));
    wish.summary().ifPresent(v -> add("", "reasoning.summary", v));
    if (wish.exclude()) {
      add("", "reasoning.exclude", true);
    }
  }

  private void extras(String node, Extras extras) {
    extras.members().forEach((name, raw) -> add(node, name, json(raw.toString())));
  }

  /** JSON without white space and with sorted members; anything else as it is. */
  static String json(String text) {
    try {
      return sorted(Exchanges.JSON.readTree(text)).toString();
    } catch (tools.jackson.core.JacksonException e) {
      return text;
    }
  }

  private static tools.jackson.databind.JsonNode sorted(tools.jackson.databind.JsonNode node) {
    if (node.isObject()) {
      var out = Exchanges.JSON.createObjectNode();
      node.propertyNames().stream().sorted().forEach(k -> out.set(k, sorted(node.get(k))));
      return out;
    }
    if (node.isArray()) {
      var out = Exchanges.JSON.createArrayNode();
      node.forEach(item -> out.add(sorted(item)));
      return out;
    }
    return node;
  }
}
