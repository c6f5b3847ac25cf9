package dev.fairlead.catalog;

import dev.fairlead.config.Section;
import java.math.BigDecimal;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** Reads a model: all of it, or what a layer changes of one that is known. */
final class ModelReader {
  private ModelReader() {}

  static Model read(Section s, String id, Optional<Model> known) {
    long context =
        s.whole("context_length", 1, 1_000_000_000L)
            .or(() -> known.map(Model::contextLength))
            .orElse(0L);
    Set<Modality> input = modalities(s, "input").or(() -> known.map(Model::input)).orElse(TEXT);
    Set<Modality> output = modalities(s, "output").or(() -> known.map(Model::output)).orElse(TEXT);
    Optional<Long> most = s.whole("max_completion_tokens", 1, 1_000_000_000L);
    Model read =
        new Model(
            id,
            s.text("slug").or(() -> known.map(Model::canonicalSlug)).orElse(id),
            s.text("name").or(() -> known.map(Model::name)).orElse(id),
            s.text("description")
                .or(() -> known.map(Model::description))
                .orElseGet(() -> sentence(input, output, context)),
            s.day("released")
                .map(d -> d.atStartOfDay(ZoneOffset.UTC).toEpochSecond())
                .or(() -> known.map(Model::created))
                .orElse(0L),
            context,
            input,
            output,
            s.text("tokenizer").or(() -> known.map(Model::tokenizer)).orElse("Other"),
            s.text("instruct_type").or(() -> known.flatMap(Model::instructType)),
            s.text("hugging_face").or(() -> known.flatMap(Model::huggingFaceId)),
            s.text("knowledge").or(() -> known.flatMap(Model::knowledgeCutoff)),
            s.text("expires").or(() -> known.flatMap(Model::expirationDate)),
            s.text("alias_of").or(() -> known.flatMap(Model::aliasTarget)),
            s.value("reasoning").map(QuirkReader::raw).or(() -> known.flatMap(Model::reasoning)),
            s.value("default_parameters")
                .map(QuirkReader::raw)
                .or(() -> known.flatMap(Model::defaultParameters)),
            most.map(OptionalLong::of)
                .or(() -> known.map(Model::maxOutput))
                .orElse(OptionalLong.empty()),
            s.flag("moderated").or(() -> known.map(Model::moderated)).orElse(false),
            s.texts("parameters").or(() -> known.map(Model::supportedParameters)).orElse(List.of()),
            s.section("benchmarks")
                .map(ModelReader::benchmarks)
                .or(() -> known.map(Model::benchmarks))
                .orElse(Benchmarks.NONE),
            s.flag("distillable").or(() -> known.map(Model::distillable)).orElse(false));
    s.end();
    return read;
  }

  private static final Set<Modality> TEXT = Set.of(Modality.TEXT);

  /** A model that a configured endpoint names and nobody describes. */
  static Model unknown(String id, long context, Set<Modality> input, OptionalLong maxOutput) {
    return new Model(
        id,
        id,
        id,
        sentence(input, TEXT, context),
        0,
        context,
        input,
        TEXT,
        "Other",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        maxOutput,
        false,
        List.of());
  }

  static Optional<Set<Modality>> modalities(Section s, String key) {
    return s.words(key, Words.MODALITIES)
        .filter(words -> !words.isEmpty())
        .map(words -> EnumSet.copyOf(words));
  }

  private static String sentence(Set<Modality> input, Set<Modality> output, long context) {
    return "From %s to %s, with a context of %,d tokens."
        .formatted(list(input), list(output), context);
  }

  private static String list(Set<Modality> words) {
    return String.join(" and ", words.stream().sorted().map(Modality::word).toList());
  }

  private static Benchmarks benchmarks(Section s) {
    Benchmarks read =
        new Benchmarks(
            score(s, "intelligence"),
            score(s, "coding"),
            score(s, "agentic"),
            score(s, "design_arena_elo"));
    s.end();
    return read;
  }

  private static OptionalDouble score(Section s, String key) {
    return s.amount(key)
        .map(BigDecimal::doubleValue)
        .map(OptionalDouble::of)
        .orElse(OptionalDouble.empty());
  }
}
