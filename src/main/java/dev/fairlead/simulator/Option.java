package dev.fairlead.simulator;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What can be set behind a plus sign in a model's name, or as a key in a scenario. */
enum Option {
  TTFT("ttft", Shape.DURATION, "time to the first token"),
  RATE("rate", Shape.RATE, "tokens per second: 50tps"),
  INTERVAL("interval", Shape.DURATION, "time between two tokens"),
  JITTER("jitter", Shape.SHARE, "share by which each interval varies, 0 to 1"),
  TOKENS("tokens", Shape.WHOLE, "length of the answer, in words"),
  SEED("seed", Shape.WHOLE, "another answer to the same request"),
  SCALE("scale", Shape.DECIMAL, "all times are multiplied by it"),
  FINISH("finish", Shape.WORD, "the reason that is given for the end"),
  CALLS("calls", Shape.WHOLE, "how many tool calls"),
  IGNORE_MAX("ignoremax", Shape.FLAG, "ignores the caller's bound on the output"),
  PREFILL("prefill", Shape.WORD, "refuse: 400 when the last turn is the assistant's"),
  SPLIT("split", Shape.WHOLE, "written in slices of so many bytes"),
  GZIP("gzip", Shape.FLAG, "the body is compressed"),
  USAGE("usage", Shape.WORD, "missing, zero, absurd, negative, cumulative, decreasing, twice"),
  PROMPT("prompt", Shape.SIGNED, "prompt tokens in the reported usage"),
  COMPLETION("completion", Shape.SIGNED, "completion tokens in the reported usage"),
  CACHED("cached", Shape.SIGNED, "cached prompt tokens in the reported usage"),
  CACHE_WRITE("cachewrite", Shape.SIGNED, "cache write tokens in the reported usage"),
  REASONING("reasoning", Shape.SIGNED, "reasoning tokens in the reported usage"),
  FAULT("fault", Shape.WORD, "what goes wrong"),
  FIRST("first", Shape.WHOLE, "the fault comes in the first so many attempts only"),
  EVERY("every", Shape.WHOLE, "the fault comes in every so-manieth attempt"),
  CHANCE("chance", Shape.SHARE, "the fault comes in this share of the attempts"),
  FOR("for", Shape.DURATION, "the fault comes for so long after the first attempt"),
  AFTER("after", Shape.WHOLE, "tokens before the fault"),
  HOLD("hold", Shape.DURATION, "how long the fault lasts"),
  RETRY_AFTER("retryafter", Shape.TEXT, "a number of seconds, date, ms, absurd or negative"),
  SIZE("size", Shape.WHOLE, "bytes of what is too large");

  /** How a value is written. */
  enum Shape {
    DURATION("\\d+(\\.\\d+)?(ms|s|m|h)", "a duration with its unit: 200ms, 2s, 1m"),
    RATE("\\d+(\\.\\d+)?(tps)?", "a number of tokens per second: 50tps"),
    WHOLE("\\d{1,12}", "a whole number"),
    SIGNED("-?\\d{1,18}", "a whole number"),
    DECIMAL("\\d+(\\.\\d+)?", "a number"),
    SHARE("0(\\.\\d+)?|1(\\.0+)?", "a number from 0 to 1"),
    FLAG("true|false|1|0", "true or false"),
    WORD("[A-Za-z0-9_-]+", "a word"),
    TEXT("[^+]+", "a text");

    private final Pattern pattern;
    private final String wanted;

    Shape(String pattern, String wanted) {
      this.pattern = Pattern.compile(pattern);
      this.wanted = wanted;
    }

    boolean fits(String value) {
      return pattern.matcher(value).matches();
    }

    String wanted() {
      return wanted;
    }
  }

  private final String word;
  private final Shape shape;
  private final String meaning;

  Option(String word, Shape shape, String meaning) {
    this.word = word;
    this.shape = shape;
    this.meaning = meaning;
  }

  String word() {
    return word;
  }

  Shape shape() {
    return shape;
  }

  String meaning() {
    return meaning;
  }

  static Optional<Option> of(String word) {
    String plain = word.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    for (Option option : values()) {
      if (option.word.equals(plain)) {
        return Optional.of(option);
      }
    }
    return Optional.empty();
  }
}
