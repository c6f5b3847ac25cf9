package dev.fairlead.simulator;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.OutputFormat;
import dev.fairlead.canon.Tool;
import dev.fairlead.canon.ToolChoice;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides what a simulated model says: a function of behaviour, request and number alone. */
final class Author {
  private static final String AWKWARD = "caf\u00e9 \"quoted\" \ud83d\ude80 line\nbreak \\ end";
  private static final String PIXEL =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
          + "rkJggg==";

  private final Behaviour behaviour;
  private final ChatRequest request;
  private final Prompt prompt;
  private final long number;

  private Author(Behaviour behaviour, ChatRequest request, Prompt prompt, long number) {
    this.behaviour = behaviour;
    this.request = request;
    this.prompt = prompt;
    this.number = number;
  }

  /**
   * @param number what is drawn from; equal numbers make equal answers
   */
  static List<Piece> pieces(Behaviour behaviour, ChatRequest request, Prompt prompt, long number) {
    List<Piece> pieces = new Author(behaviour, request, prompt, number).write();
    return prompt.prefill().map(begun -> continued(pieces, begun)).orElse(pieces);
  }

  private List<Piece> write() {
    return switch (behaviour.kind()) {
      case ECHO -> List.of(new Piece.Say(prompt.lastUser()));
      case LOREM -> List.of(new Piece.Say(lorem()));
      case WORDS -> List.of(words(behaviour.words(60)));
      case LONG -> List.of(words(behaviour.words(4000)));
      case TOOLS -> calls();
      case JSON -> List.of(new Piece.Say(structured()));
      case THINK -> thought();
      case IMAGE -> List.of(words(8), new Piece.Picture("image/png", PIXEL));
      case REFUSE -> List.of(new Piece.Decline("I am sorry, but I cannot help with that."));
      case SCRIPT -> behaviour.script();
    };
  }

  /** The answer's first text without its beginning, when that is what was begun. */
  private static List<Piece> continued(List<Piece> pieces, String begun) {
    List<Piece> rest = new ArrayList<>(pieces);
    for (int i = 0; i < rest.size(); i++) {
      if (rest.get(i) instanceof Piece.Say say) {
        if (say.text().startsWith(begun)) {
          rest.set(i, new Piece.Say(say.text().substring(begun.length())));
        }
        break;
      }
    }
    return rest;
  }

  private String lorem() {
    int wanted = behaviour.words(0);
    return wanted == 0 ? Words.lorem() : firstWords(Words.lorem(), wanted);
  }

  private static String firstWords(String text, int count) {
    List<String> tokens = Tokens.split(text);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < count; i++) {
      String token = tokens.get(i % tokens.size());
      out.append(i > 0 && i % tokens.size() == 0 ? " " : "").append(token);
    }
    return out.toString();
  }

  private Piece words(int count) {
    return new Piece.Say(Words.some(count, number));
  }

  private List<Piece> thought() {
    int length = behaviour.size() > 0 ? behaviour.size() : 20;
    String signature = "sim-signature-" + Long.toHexString(number);
    return List.of(
        new Piece.Think(Words.some(length, number ^ 1), Optional.of(signature)),
        words(behaviour.options().count(Option.TOKENS, 30)));
  }

  private List<Piece> calls() {
    List<Tool.Function> functions =
        request.tools().stream()
            .filter(t -> t instanceof Tool.Function)
            .map(Tool.Function.class::cast)
            .toList();
    if (functions.isEmpty() || request.toolChoice() instanceof ToolChoice.None) {
      return List.of(words(behaviour.words(12)));
    }
    if (prompt.answersTools() && !mustCall()) {
      return List.of(new Piece.Say("The tools have answered. " + Words.some(12, number)));
    }
    int count = behaviour.options().count(Option.CALLS, Math.max(1, behaviour.size()));
    if (!request.parallelToolCalls().orElse(true)) {
      count = 1;
    }
    List<Piece> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      calls.add(call(wanted(functions, i), i));
    }
    return calls;
  }

  private boolean mustCall() {
    return switch (request.toolChoice()) {
      case ToolChoice.Required it -> true;
      case ToolChoice.Named it -> true;
      case ToolChoice.Unset it -> false;
      case ToolChoice.Auto it -> false;
      case ToolChoice.None it -> false;
      case ToolChoice.Native it -> false;
    };
  }

  private Tool.Function wanted(List<Tool.Function> functions, int index) {
    if (request.toolChoice() instanceof ToolChoice.Named named) {
      for (Tool.Function function : functions) {
        if (function.name().equals(named.name())) {
          return function;
        }
      }
    }
    return functions.get(index % functions.size());
  }

  private Piece call(Tool.Function function, int index) {
    String id = "call_" + Long.toHexString(Draw.number(number, "call", String.valueOf(index)));
    JsonNode schema = function.schema().map(Raw::node).orElse(JsonNode.ABSENT);
    String arguments = schema.exists() ? SchemaValue.of(schema, AWKWARD) : "{}";
    return new Piece.Call(id, function.name(), escaped(arguments));
  }

  /** The same JSON with every character outside of ASCII as an escape, so that it can be cut. */
  private static String escaped(String json) {
    StringBuilder out = new StringBuilder();
    for (char c : json.toCharArray()) {
      if (c < 0x80) {
        out.append(c);
      } else {
        out.append(String.format("\\u%04x", (int) c));
      }
    }
    return out.toString();
  }

  private String structured() {
    if (request.format() instanceof OutputFormat.JsonSchema wanted) {
      return SchemaValue.of(wanted.schema().node(), AWKWARD);
    }
    String answer = Words.some(behaviour.words(10), number);
    return new JsonWriter().beginObject().field("answer", answer).endObject().toString();
  }
}
