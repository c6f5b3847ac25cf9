package dev.fairlead.config;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A mapping that is being read. Asking for a key makes it known; {@link #end} complains about every
 * key that nobody asked for, so that the readers are the schema. A value that does not fit is a
 * problem and reads as absent, so that one run finds all problems.
 */
public final class Section {
  private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h|d)");
  private static final Pattern BYTES = Pattern.compile("(?i)(\\d+)\\s*(b|kb|kib|mb|mib|gb|gib)?");

  private final ConfigNode mapping;
  private final String path;
  private final Problems problems;
  private final Set<String> known = new LinkedHashSet<>();
  private final Set<String> retired = new LinkedHashSet<>();

  private Section(ConfigNode mapping, String path, Problems problems) {
    this.mapping = mapping;
    this.path = path;
    this.problems = problems;
  }

  /**
   * @param path how messages call it: {@code providers.openai}; empty for the whole file
   */
  public static Section of(ConfigNode node, String path, Problems problems) {
    if (node.kind() == ConfigNode.Kind.SCALAR || node.kind() == ConfigNode.Kind.SEQUENCE) {
      problems.add(
          node.place(),
          path.isEmpty() ? "the file" : "`" + path + "`",
          "must be a mapping, not " + node.shown(),
          "write `key: value` lines below it");
      return new Section(ConfigNode.mapping(List.of(), node.place()), path, problems);
    }
    return new Section(node, path, problems);
  }

  public Place place() {
    return mapping.place();
  }

  public Problems problems() {
    return problems;
  }

  public String path() {
    return path;
  }

  public boolean has(String key) {
    return value(key).isPresent();
  }

  /** The raw value; absent when the key is missing or has nothing after the colon. */
  public Optional<ConfigNode> value(String key) {
    known.add(key);
    return mapping
        .entry(key)
        .map(ConfigNode.Entry::value)
        .filter(v -> v.kind() != ConfigNode.Kind.NOTHING);
  }

  /** All keys with their values, for mappings whose keys are names that the user chose. */
  public List<ConfigNode.Entry> entries() {
    mapping.entries().forEach(e -> known.add(e.key()));
    return mapping.entries();
  }

  public Optional<String> text(String key) {
    return scalar(key, "text").map(ConfigNode::text);
  }

  public String text(String key, String fallback) {
    return text(key).orElse(fallback);
  }

  /** A text that must be there; empty, and a problem, when it is not. */
  public String requiredText(String key) {
    Optional<String> text = text(key);
    if (text.isEmpty() && !has(key)) {
      missing(key);
    }
    return text.orElse("");
  }

  public void missing(String key) {
    problems.add(place(), "`" + join(key) + "`", "is missing", "add `" + key + ":`");
  }

  public Optional<Secret> secret(String key) {
    return text(key).map(Secret::new);
  }

  public Optional<Boolean> flag(String key) {
    return scalar(key, "true or false")
        .flatMap(
            node ->
                switch (node.text()) {
                  case "true" -> Optional.of(true);
                  case "false" -> Optional.of(false);
                  default -> wrong(key, node, "must be true or false");
                });
  }

  public boolean flag(String key, boolean fallback) {
    return flag(key).orElse(fallback);
  }

  public Optional<Long> whole(String key, long min, long max) {
    return scalar(key, "a whole number")
        .flatMap(
            node -> {
              String text = node.text().replace("_", "");
              if (!text.matches("-?\\d{1,18}")) {
                return wrong(key, node, "must be a whole number");
              }
              long number = Long.parseLong(text);
              return number < min || number > max
                  ? wrong(key, node, "must be between " + min + " and " + max)
                  : Optional.of(number);
            });
  }

  public long whole(String key, long fallback, long min, long max) {
    return whole(key, min, max).orElse(fallback);
  }

  /** A number that is not negative. */
  public Optional<BigDecimal> amount(String key) {
    return scalar(key, "a number")
        .flatMap(
            node -> {
              if (!node.text().matches("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d{1,2})?")) {
                return wrong(key, node, "must be a number");
              }
              BigDecimal number = new BigDecimal(node.text());
              return number.signum() < 0
                  ? wrong(key, node, "must not be negative")
                  : Optional.of(number);
            });
  }

  /** {@code 500ms}, {@code 30s}, {@code 2m}, {@code 1h}, {@code 7d}. */
  public Duration duration(String key, Duration fallback) {
    return scalar(key, "a duration")
        .flatMap(
            node -> {
              Matcher m = DURATION.matcher(node.text());
              return m.matches()
                  ? Optional.of(duration(new BigDecimal(m.group(1)), m.group(2)))
                  : wrong(key, node, "must be a duration with its unit: 500ms, 30s, 2m, 1h");
            })
        .orElse(fallback);
  }

  private static Duration duration(BigDecimal number, String unit) {
    long nanos =
        switch (unit) {
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          default -> 86_400_000_000_000L;
        };
    return Duration.ofNanos(number.multiply(BigDecimal.valueOf(nanos)).longValue());
  }

  /** {@code 1048576}, {@code 64KiB}, {@code 32MiB}, {@code 10MB}. */
  public long bytes(String key, long fallback, long max) {
    return scalar(key, "a size")
        .flatMap(
            node -> {
              Matcher m = BYTES.matcher(node.text());
              if (!m.matches() || m.group(1).length() > 12) {
                return wrong(key, node, "must be a number of bytes: 1048576, 64KiB, 32MiB");
              }
              long size = Long.parseLong(m.group(1)) * unit(m.group(2));
              return size < 1 || size > max
                  ? wrong(key, node, "must be between 1 and " + max + " bytes")
                  : Optional.of(size);
            })
        .orElse(fallback);
  }

  private static long unit(@org.jspecify.annotations.Nullable String word) {
    return switch (word == null ? "b" : word.toLowerCase(java.util.Locale.ROOT)) {
      case "kb" -> 1_000;
      case "kib" -> 1 << 10;
      case "mb" -> 1_000_000;
      case "mib" -> 1 << 20;
      case "gb" -> 1_000_000_000;
      case "gib" -> 1 << 30;
      default -> 1;
    };
  }

  public Optional<LocalDate> day(String key) {
    return scalar(key, "a date")
        .flatMap(
            node -> {
              try {
                return Optional.of(LocalDate.parse(node.text()));
              } catch (DateTimeParseException e) {
                return wrong(key, node, "must be a date such as 2026-01-31");
              }
            });
  }

  /** An address that has a scheme of http or https, without a final slash. */
  public Optional<URI> url(String key) {
    return scalar(key, "a URL")
        .flatMap(
            node -> {
              String text = node.text().replaceAll("/+$", "");
              if (text.matches("https?://[^\\s/?#]+[^\\s?#{}\"<>\\\\^`|]*")) {
                try {
                  return Optional.of(URI.create(text));
                } catch (IllegalArgumentException e) {
                  return wrong(key, node, "is no address that can be called");
                }
              }
              return wrong(key, node, "must begin with http:// or https:// and have no query");
            });
  }

  /** One of a few words. */
  public <T> Optional<T> word(String key, Map<String, T> words) {
    return scalar(key, "a word")
        .flatMap(
            node -> {
              T found = words.get(node.text());
              return found == null ? oneOf(key, node, words.keySet()) : Optional.of(found);
            });
  }

  /** A list of words out of a few. */
  public <T> Optional<List<T>> words(String key, Map<String, T> words) {
    return value(key)
        .map(
            list -> {
              List<T> found = new ArrayList<>();
              for (ConfigNode item : scalars(key, list)) {
                T one = words.get(item.text());
                if (one == null) {
                  oneOf(key, item, words.keySet());
                } else {
                  found.add(one);
                }
              }
              return found;
            });
  }

  /** A list of texts; a single text counts as a list of one. */
  public Optional<List<String>> texts(String key) {
    return value(key).map(list -> scalars(key, list).stream().map(ConfigNode::text).toList());
  }

  private List<ConfigNode> scalars(String key, ConfigNode list) {
    List<ConfigNode> found = new ArrayList<>();
    List<ConfigNode> items = list.kind() == ConfigNode.Kind.SEQUENCE ? list.items() : List.of(list);
    for (ConfigNode item : items) {
      if (item.kind() == ConfigNode.Kind.SCALAR) {
        found.add(item);
      } else {
        wrong(key, item, "must be a list of texts");
      }
    }
    return found;
  }

  /** A mapping of names to texts. */
  public Map<String, String> textMap(String key) {
    Map<String, String> found = new LinkedHashMap<>();
    section(key)
        .ifPresent(
            s -> s.entries().forEach(e -> s.text(e.key()).ifPresent(t -> found.put(e.key(), t))));
    return found;
  }

  public Optional<Section> section(String key) {
    return value(key).map(node -> Section.of(node, join(key), problems));
  }

  /** A list of mappings. */
  public List<Section> sections(String key) {
    List<Section> found = new ArrayList<>();
    value(key).ifPresent(node -> found.addAll(list(node, join(key), problems)));
    return found;
  }

  public static List<Section> list(ConfigNode node, String path, Problems problems) {
    if (node.kind() != ConfigNode.Kind.SEQUENCE) {
      problems.add(
          node.place(),
          "`" + path + "`",
          "must be a list, not " + node.shown(),
          "begin each of its items with a dash");
      return List.of();
    }
    List<Section> found = new ArrayList<>();
    for (int i = 0; i < node.items().size(); i++) {
      found.add(of(node.items().get(i), path + "[" + i + "]", problems));
    }
    return found;
  }

  /** A key that once was; whoever still has it is told what to write. */
  public void retired(String key, String instead) {
    retired.add(key);
    mapping
        .entry(key)
        .ifPresent(e -> problems.add(e.place(), "`" + join(key) + "`", "is retired", instead));
  }

  /** A problem with a key's value that only its reader can see. */
  public void problem(String key, String why, String fix) {
    Place at = mapping.entry(key).map(e -> e.value().place()).orElseGet(this::place);
    problems.add(at, "`" + join(key) + "`", why, fix);
  }

  /** An entry whose key is a name that is not known. */
  public void unknown(ConfigNode.Entry entry, Set<String> names, String why) {
    problems.add(
        entry.place(),
        "`" + join(entry.key()) + "`",
        why,
        Suggestion.nearest(entry.key(), names)
            .map(w -> "did you mean `" + w + "`?")
            .orElse("add what is missing, or correct the name"));
  }

  /** Everything has been asked for: what is left is unknown. */
  public void end() {
    for (ConfigNode.Entry entry : mapping.entries()) {
      if (!known.contains(entry.key()) && !retired.contains(entry.key())) {
        problems.add(
            entry.place(),
            "`" + entry.key() + "`",
            "is not a key of " + (path.isEmpty() ? "this file" : "`" + path + "`"),
            Suggestion.didYouMean(entry.key(), known));
      }
    }
  }

  private Optional<ConfigNode> scalar(String key, String wanted) {
    Function<ConfigNode, Optional<ConfigNode>> check =
        node ->
            node.kind() == ConfigNode.Kind.SCALAR
                ? Optional.of(node)
                : wrong(key, node, "must be " + wanted);
    return value(key).flatMap(check);
  }

  private <T> Optional<T> oneOf(String key, ConfigNode node, Set<String> words) {
    String fix = node.secret() ? "" : Suggestion.didYouMean(node.text(), words);
    problems.add(
        node.place(),
        "`" + join(key) + "`",
        node.shown() + " is none of " + String.join(", ", words),
        fix);
    return Optional.empty();
  }

  private <T> Optional<T> wrong(String key, ConfigNode node, String why) {
    problems.add(node.place(), "`" + join(key) + "`", why, "it is " + node.shown());
    return Optional.empty();
  }

  private String join(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
