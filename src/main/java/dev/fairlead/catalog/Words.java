package dev.fairlead.catalog;

import dev.fairlead.canon.Dialect;
import dev.fairlead.protocol.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/** The words of the files for the values of enumerations. */
final class Words {
  static final Map<String, Dialect> DIALECTS = of(Dialect.values(), Dialect::id);
  static final Map<String, Modality> MODALITIES = of(Modality.values(), Modality::word);
  static final Map<String, Target.Trait> TRAITS = of(Target.Trait.values(), Words::lower);
  static final Map<String, Target.ReasoningStyle> STYLES =
      of(Target.ReasoningStyle.values(), Words::lower);

  /** OpenRouter's words for how weights are stored. */
  static final List<String> QUANTIZATIONS =
      List.of(
          "int4", "int8", "fp4", "mxfp4", "nvfp4", "fp6", "fp8", "mxfp8", "fp16", "bf16", "fp32",
          "unknown");

  private Words() {}

  private static <T> Map<String, T> of(T[] values, Function<T, String> word) {
    Map<String, T> words = new LinkedHashMap<>();
    for (T value : values) {
      words.put(word.apply(value), value);
    }
    return words;
  }

  static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Sorted, so that what is written does not depend on a set's order. */
  static List<String> sorted(Iterable<? extends Enum<?>> values) {
    TreeSet<String> words = new TreeSet<>();
    values.forEach(v -> words.add(lower(v)));
    return List.copyOf(words);
  }
}
