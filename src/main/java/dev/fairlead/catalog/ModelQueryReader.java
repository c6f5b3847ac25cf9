package dev.fairlead.catalog;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a {@link ModelQuery} out of query parameters; the first wrong value ends it. */
final class ModelQueryReader {
  private static final Set<String> CATEGORIES =
      Set.of(
          "programming",
          "roleplay",
          "marketing",
          "marketing/seo",
          "technology",
          "science",
          "translation",
          "legal",
          "finance",
          "health",
          "trivia",
          "academia");

  private final Function<String, Optional<String>> parameter;
  private ModelQuery.Parsed.@Nullable Bad bad;

  ModelQueryReader(Function<String, Optional<String>> parameter) {
    this.parameter = parameter;
  }

  ModelQuery.Parsed read() {
    ModelQuery query =
        new ModelQuery(
            oneOf("category", CATEGORIES),
            list("supported_parameters"),
            output(),
            modalities("input_modalities"),
            sort(),
            text("q"),
            (long) number("context", 1, 1e12).orElse(0),
            range("price", 1e9),
            range("output_price", 1e9),
            range("age_days", 1e6),
            range("intelligence_index", 1e9),
            range("coding_index", 1e9),
            range("agentic_index", 1e9),
            range("tool_success_rate", 1),
            text("arch"),
            list("model_authors"),
            list("providers"),
            flag("distillable"),
            flag("zdr").orElse(false),
            oneOf("region", Set.of("eu", "us")),
            page());
    return bad == null ? new ModelQuery.Parsed.Good(query) : bad;
  }

  private Optional<String> text(String name) {
    return parameter.apply(name).map(String::strip).filter(s -> !s.isEmpty());
  }

  private List<String> list(String name) {
    List<String> words = new ArrayList<>();
    for (String word : text(name).orElse("").split(",")) {
      if (!word.isBlank()) {
        words.add(word.strip());
      }
    }
    return words;
  }

  private Optional<String> oneOf(String name, Set<String> words) {
    Optional<String> value = text(name);
    if (value.isPresent() && !words.contains(value.get())) {
      complain(name, "must be one of " + String.join(", ", words.stream().sorted().toList()));
    }
    return value;
  }

  private Optional<ModelSort> sort() {
    return oneOf("sort", ModelSort.WORDS.keySet())
        .flatMap(word -> Optional.ofNullable(ModelSort.WORDS.get(word)));
  }

  /** Text when nothing is said; {@code all} for every model. */
  private Set<Modality> output() {
    List<String> words = list("output_modalities");
    if (words.contains("all")) {
      return Set.of();
    }
    return words.isEmpty() ? EnumSet.of(Modality.TEXT) : modalities("output_modalities");
  }

  private Set<Modality> modalities(String name) {
    EnumSet<Modality> found = EnumSet.noneOf(Modality.class);
    Map<String, Modality> known = Words.MODALITIES;
    for (String word : list(name)) {
      Modality modality = known.get(word.toLowerCase(Locale.ROOT));
      if (modality == null) {
        complain(name, "`" + word + "` is none of " + String.join(", ", known.keySet()));
      } else {
        found.add(modality);
      }
    }
    return found;
  }

  private Optional<Boolean> flag(String name) {
    return oneOf(name, Set.of("true", "false")).map("true"::equals);
  }

  private Range range(String name, double most) {
    return new Range(number("min_" + name, 0, most), number("max_" + name, 0, most));
  }

  private OptionalDouble number(String name, double least, double most) {
    Optional<String> value = text(name);
    if (value.isEmpty() || value.get().equals("null")) {
      return OptionalDouble.empty();
    }
    try {
      double number = Double.parseDouble(value.get());
      if (number >= least && number <= most) {
        return OptionalDouble.of(number);
      }
    } catch (NumberFormatException e) {
      // told below, together with numbers that are out of bounds
    }
    complain(name, "must be a number of at least " + (long) least);
    return OptionalDouble.empty();
  }

  private Optional<ModelQuery.Page> page() {
    if (text("offset").isEmpty() && text("limit").isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ModelQuery.Page(
            (int) number("offset", 0, Integer.MAX_VALUE).orElse(0),
            (int) number("limit", 1, 1000).orElse(500)));
  }

  private void complain(String name, String message) {
    if (bad == null) {
      bad = new ModelQuery.Parsed.Bad(name, name + " " + message);
    }
  }
}
