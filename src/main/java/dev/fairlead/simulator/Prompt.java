package dev.fairlead.simulator;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Role;
import dev.fairlead.canon.Tool;
import dev.fairlead.canon.Turn;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the simulator sees of a request.
 *
 * @param text all turns but an assistant turn at the end, one after the other: what an answer is a
 *     function of, the same in every dialect
 * @param lastUser what the last user turn says
 * @param prefill the text of an assistant turn at the end: the answer's beginning
 * @param tokens the whole prompt in the simulator's tokens, tools included; a medium is 85
 * @param run the word behind {@code sim-run:} in the prompt, which separates the attempts of one
 *     test from those of another
 * @param answersTools the last turn holds tool results
 */
record Prompt(
    String text,
    String lastUser,
    Optional<String> prefill,
    long tokens,
    Optional<String> run,
    boolean answersTools) {
  private static final Pattern RUN = Pattern.compile("sim-run[:=]\\s*([A-Za-z0-9_.-]{1,64})");
  private static final long TOKENS_OF_A_MEDIUM = 85;

  static Prompt of(ChatRequest request) {
    List<Turn> turns = request.turns();
    Optional<String> prefill =
        turns.isEmpty() ? Optional.empty() : prefill(turns.getLast()).filter(t -> !t.isEmpty());
    StringBuilder all = new StringBuilder();
    String lastUser = "";
    long tokens = 0;
    for (int i = 0; i < turns.size(); i++) {
      Turn turn = turns.get(i);
      StringBuilder said = new StringBuilder();
      turn.parts().forEach(part -> say(part, said));
      tokens += Tokens.count(said.toString()) + media(turn.parts());
      if (turn.role() == Role.USER && !said.isEmpty()) {
        lastUser = said.toString();
      }
      if (i < turns.size() - 1 || prefill.isEmpty()) {
        all.append(turn.role() == Role.DEVELOPER ? Role.SYSTEM : turn.role());
        all.append(':').append(said).append('\n');
      }
    }
    for (Tool tool : request.tools()) {
      tokens += Tokens.count(tool.name()) + schema(tool);
    }
    Matcher run = RUN.matcher(all);
    Optional<String> marker = run.find() ? Optional.of(run.group(1)) : Optional.empty();
    boolean answers =
        !turns.isEmpty()
            && turns.getLast().parts().stream().anyMatch(p -> p instanceof Part.ToolResult);
    return new Prompt(all.toString(), lastUser, prefill, tokens, marker, answers);
  }

  private static Optional<String> prefill(Turn last) {
    boolean plain = last.parts().stream().allMatch(p -> p instanceof Part.Text);
    if (last.role() != Role.ASSISTANT || !plain) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder();
    last.parts().forEach(part -> say(part, text));
    return Optional.of(text.toString());
  }

  private static void say(Part part, StringBuilder out) {
    switch (part) {
      case Part.Text it -> out.append(it.text());
      case Part.ToolCall it -> out.append(it.name()).append(it.arguments());
      case Part.ToolResult it -> it.content().forEach(inner -> say(inner, out));
      case Part.Refusal it -> out.append(it.text());
      case Part.Media it -> {
        if (it.source() instanceof MediaSource.PlainText plain) {
          out.append(plain.text());
        }
      }
      case Part.Reasoning it -> {
        // Reasoning that is sent back is no part of what is asked.
      }
      case Part.Opaque it -> {
        // What only one dialect can say must not make the answer differ between dialects.
      }
    }
  }

  private static long media(List<Part> parts) {
    return TOKENS_OF_A_MEDIUM * parts.stream().filter(p -> p instanceof Part.Media).count();
  }

  private static long schema(Tool tool) {
    return tool instanceof Tool.Function function
        ? function.description().map(d -> Tokens.count(d.toString())).orElse(0L)
            + function.schema().map(s -> Tokens.count(s.toString())).orElse(0L)
        : 0;
  }
}
