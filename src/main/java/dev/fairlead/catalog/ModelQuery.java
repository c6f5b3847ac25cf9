package dev.fairlead.catalog;

import dev.fairlead.money.Meter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Which models a list shall hold, in which order: the query parameters of OpenRouter's {@code GET
 * /models}. A pure function over a catalog; what depends on traffic comes in as {@link ModelStats}.
 *
 * @param output models that give any of these; empty for all models
 * @param input models that take all of these
 * @param q words that must all stand in the model's name or slug
 * @param context least context length
 * @param price USD per million prompt tokens
 * @param outputPrice USD per million completion tokens
 * @param arch beginning of the tokenizer's family: {@code Llama} finds {@code Llama3}
 * @param providers names or slugs
 * @param region {@code eu} or {@code us}
 * @param page nothing is cut off when empty
 */
public record ModelQuery(
    Optional<String> category,
    List<String> supportedParameters,
    Set<Modality> output,
    Set<Modality> input,
    Optional<ModelSort> sort,
    Optional<String> q,
    long context,
    Range price,
    Range outputPrice,
    Range ageDays,
    Range intelligence,
    Range coding,
    Range agentic,
    Range toolSuccessRate,
    Optional<String> arch,
    List<String> authors,
    List<String> providers,
    Optional<Boolean> distillable,
    boolean zdr,
    Optional<String> region,
    Optional<Page> page) {

  /** A part of a list. */
  public record Page(int offset, int limit) {}

  /** A query, or what is wrong with it. */
  public sealed interface Parsed {
    record Good(ModelQuery query) implements Parsed {}

    record Bad(String parameter, String message) implements Parsed {}
  }

  private static final double SECONDS_A_DAY = 86_400;

  public ModelQuery {
    supportedParameters = List.copyOf(supportedParameters);
    output = Set.copyOf(output);
    input = Set.copyOf(input);
    authors = List.copyOf(authors);
    providers = List.copyOf(providers);
  }

  /** Reads a query's parameters; unknown ones do not disturb, wrong values do. */
  public static Parsed parse(Function<String, Optional<String>> parameter) {
    return new ModelQueryReader(parameter).read();
  }

  /** All models that match, before paging: what {@code /models/count} counts. */
  public List<Model> matches(
      Catalog catalog,
      Predicate<Endpoint> visible,
      Function<String, ModelStats> stats,
      Instant now) {
    List<ModelSort.Candidate> found = new ArrayList<>();
    for (Model model : catalog.models()) {
      List<Endpoint> endpoints =
          catalog.endpoints(model.aliasTarget().orElse(model.id())).stream()
              .filter(visible)
              .toList();
      ModelStats seen = stats.apply(model.id());
      Optional<Endpoint> top = ListedPrice.top(endpoints, now);
      if (top.isPresent()
          && describes(model, now)
          && offers(model, endpoints)
          && costs(top.get(), now)
          && behaves(seen)) {
        found.add(new ModelSort.Candidate(model, top, seen));
      }
    }
    sort.map(s -> s.comparator(now))
        .ifPresent((Comparator<ModelSort.Candidate> c) -> found.sort(c));
    return found.stream().map(ModelSort.Candidate::model).toList();
  }

  /** The part of the matches that the query asks for. */
  public List<Model> cut(List<Model> matches) {
    if (page.isEmpty()) {
      return matches;
    }
    int from = Math.min(page.get().offset(), matches.size());
    int to = (int) Math.min((long) from + page.get().limit(), matches.size());
    return matches.subList(from, to);
  }

  private boolean describes(Model model, Instant now) {
    Benchmarks scores = model.benchmarks();
    return (output.isEmpty() || model.output().stream().anyMatch(output::contains))
        && model.input().containsAll(input)
        && model.contextLength() >= context
        && (authors.isEmpty() || authors.contains(model.author()))
        && arch.map(a -> lower(model.tokenizer()).startsWith(lower(a))).orElse(true)
        && q.map(words -> mentions(model, words)).orElse(true)
        && distillable.map(wanted -> wanted == model.distillable()).orElse(true)
        && ageDays.holds(age(model, now))
        && intelligence.holds(scores.intelligence())
        && coding.holds(scores.coding())
        && agentic.holds(scores.agentic());
  }

  private static OptionalDouble age(Model model, Instant now) {
    return model.created() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((now.getEpochSecond() - model.created()) / SECONDS_A_DAY);
  }

  private static boolean mentions(Model model, String words) {
    String text = lower(model.name() + " " + model.id() + " " + model.canonicalSlug());
    for (String word : lower(words).strip().split("\\s+")) {
      if (!text.contains(word)) {
        return false;
      }
    }
    return true;
  }

  private boolean offers(Model model, List<Endpoint> endpoints) {
    return supportedParameters.stream()
            .allMatch(
                p ->
                    model.supportedParameters().contains(p)
                        || endpoints.stream().anyMatch(e -> e.honours(p)))
        && (providers.isEmpty() || endpoints.stream().anyMatch(this::byProvider))
        && (!zdr || endpoints.stream().anyMatch(e -> e.dataPolicy().zeroRetention()))
        && region.map(r -> endpoints.stream().anyMatch(e -> in(e, r))).orElse(true);
  }

  private boolean byProvider(Endpoint e) {
    return providers.stream()
        .anyMatch(
            p ->
                p.equalsIgnoreCase(e.provider().slug()) || p.equalsIgnoreCase(e.provider().name()));
  }

  private static boolean in(Endpoint e, String region) {
    return Regions.of(e).map(region::equals).orElse(false);
  }

  private boolean costs(Endpoint top, Instant now) {
    return price.holds(ListedPrice.perMillion(top, Meter.INPUT, now).doubleValue())
        && outputPrice.holds(ListedPrice.perMillion(top, Meter.OUTPUT, now).doubleValue());
  }

  private boolean behaves(ModelStats seen) {
    return toolSuccessRate.holds(seen.toolSuccessRate())
        && category.map(seen.categories()::contains).orElse(true);
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
