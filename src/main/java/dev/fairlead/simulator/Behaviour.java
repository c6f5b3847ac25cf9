package dev.fairlead.simulator;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a simulated model answers.
 *
 * @param size how much: words, or tool calls; 0 for the kind's own measure
 * @param script what it says, for {@link Kind#SCRIPT}
 */
record Behaviour(Kind kind, int size, Options options, List<Piece> script) {
  private static final Pattern NAME = Pattern.compile("([a-z]+)(?:-(\\d{1,6}))?");

  Behaviour {
    script = List.copyOf(script);
  }

  /** What it says. */
  enum Kind {
    ECHO("what the last user turn says"),
    LOREM("69 words of Lorem ipsum"),
    WORDS("so many words: words-60"),
    LONG("4,000 words, or long-N"),
    TOOLS("calls of the request's tools, tools-N for several, with arguments of their schemas"),
    JSON("JSON of the schema that the request asks for"),
    THINK("20 words of reasoning with a signature, or think-N, then 30 words"),
    IMAGE("a sentence and a picture"),
    REFUSE("a refusal"),
    SCRIPT("what the scenario says");

    private final String meaning;

    Kind(String meaning) {
      this.meaning = meaning;
    }

    String meaning() {
      return meaning;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Kind> of(String word) {
      for (Kind kind : values()) {
        if (kind != SCRIPT && kind.word().equals(word)) {
          return Optional.of(kind);
        }
      }
      return Optional.empty();
    }
  }

  /** Reads {@code words-60+ttft=200ms+fault=S01}. Empty when the first word is none of ours. */
  static Optional<Behaviour> read(String name) throws BadName {
    int plus = name.indexOf('+');
    Matcher matcher = NAME.matcher(plus < 0 ? name : name.substring(0, plus));
    Optional<Kind> kind = matcher.matches() ? Kind.of(matcher.group(1)) : Optional.empty();
    if (kind.isEmpty()) {
      return Optional.empty();
    }
    int size = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
    Options options = plus < 0 ? Options.NONE : options(name.substring(plus + 1));
    return Optional.of(new Behaviour(kind.get(), size, options, List.of()));
  }

  /** Reads {@code ttft=200ms+fault=S01}. */
  static Options options(String text) throws BadName {
    Options options = Options.NONE;
    for (String pair : text.split("\\+", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new BadName("`+" + pair + "`: an option is written as +name=value");
      }
      options = options.with(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return options;
  }

  Behaviour with(Options more) {
    return new Behaviour(kind, size, options.overlaid(more), script);
  }

  /** The length of a text in words. */
  int words(int fallback) {
    return options.count(Option.TOKENS, size > 0 ? size : fallback);
  }
}
