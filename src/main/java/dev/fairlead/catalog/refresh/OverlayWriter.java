package dev.fairlead.catalog.refresh;

import dev.fairlead.catalog.Endpoint;
import dev.fairlead.catalog.Modality;
import dev.fairlead.catalog.Model;
import dev.fairlead.catalog.PriceWords;
import dev.fairlead.money.Meter;
import dev.fairlead.money.Price;
import dev.fairlead.money.Rate;
import dev.fairlead.wire.JsonWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes an overlay as YAML: lines for people, values as JSON, which is YAML too. */
final class OverlayWriter {
  private final StringBuilder out = new StringBuilder();
  private final Instant now;

  OverlayWriter(Instant now) {
    this.now = now;
  }

  /**
   * What an overlay says of an endpoint.
   *
   * @param model described too when the shipped catalog does not know the endpoint
   */
  record Patch(
      Endpoint endpoint,
      List<Price> prices,
      long contextLength,
      OptionalLong maxOutput,
      Optional<Model> model) {}

  String write(Collection<Patch> patches, List<Listing> additions) {
    out.append("# Written by `fairlead models refresh`, and written anew by the next one.\n");
    out.append("# What you want to keep belongs into a catalog folder of your own.\n");
    out.append("refreshed: ").append(now).append('\n');
    models(patches, additions);
    out.append(patches.isEmpty() && additions.isEmpty() ? "endpoints: []\n" : "endpoints:\n");
    patches.forEach(this::patch);
    additions.forEach(this::addition);
    return out.toString();
  }

  private void models(Collection<Patch> patches, List<Listing> additions) {
    List<Model> known = new ArrayList<>();
    patches.forEach(p -> p.model().ifPresent(known::add));
    if (known.isEmpty() && additions.isEmpty()) {
      return;
    }
    out.append("models:\n");
    for (Model m : known) {
      model(m.id(), m.name(), m.contextLength(), m.maxOutput(), m.input(), m.output());
      line("parameters", list(m.supportedParameters()));
    }
    for (Listing l : additions) {
      model(
          l.providerModel(),
          l.name(),
          l.contextLength().orElse(0),
          l.maxOutput(),
          l.input(),
          l.output());
      line("parameters", list(l.parameters()));
    }
  }

  private void model(
      String id,
      String name,
      long context,
      OptionalLong most,
      Collection<Modality> input,
      Collection<Modality> output) {
    out.append("  - id: ").append(quoted(id)).append('\n');
    line("name", quoted(name));
    line("context_length", Long.toString(context));
    most.ifPresent(m -> line("max_completion_tokens", Long.toString(m)));
    line("input", list(words(input)));
    line("output", list(words(output)));
  }

  private void patch(Patch p) {
    Endpoint e = p.endpoint();
    head(e.provider().slug(), e.model());
    if (!e.tag().equals(e.provider().slug())) {
      line("tag", quoted(e.tag()));
    }
    line("provider_model", quoted(e.providerModel()));
    prices(p.prices());
    line("context_length", Long.toString(p.contextLength()));
    p.maxOutput().ifPresent(m -> line("max_completion_tokens", Long.toString(m)));
    if (p.model().isPresent()) {
      line("parameters", list(new TreeSet<>(e.parameters())));
      line("reasoning", e.reasoningStyle().name().toLowerCase(java.util.Locale.ROOT));
    }
  }

  private void addition(Listing l) {
    head(l.provider(), l.providerModel());
    line("provider_model", quoted(l.providerModel()));
    prices(List.of(new Price("refreshed", now, l.rates())));
    line("context_length", Long.toString(l.contextLength().orElse(0)));
    OptionalLong most = l.maxOutput();
    if (most.isPresent() && most.getAsLong() <= l.contextLength().orElse(0)) {
      line("max_completion_tokens", Long.toString(most.getAsLong()));
    }
    line("parameters", list(l.parameters()));
    line("reasoning", l.parameters().contains("reasoning") ? "openrouter" : "none");
  }

  private void head(String provider, String model) {
    out.append("  - provider: ").append(quoted(provider)).append('\n');
    line("model", quoted(model));
  }

  private void prices(List<Price> prices) {
    out.append("    price:\n");
    for (Price price : prices) {
      out.append("      - { from: ").append(price.from());
      TreeMap<Long, List<String>> tiers = new TreeMap<>();
      for (Map.Entry<Meter, Rate> e : price.rates().entrySet()) {
        out.append(", ").append(rate(e.getKey(), e.getValue().picoUsd()));
        for (Rate.Tier t : e.getValue().tiers()) {
          tiers
              .computeIfAbsent(t.aboveInputTokens(), b -> new ArrayList<>())
              .add(rate(e.getKey(), t.picoUsd()));
        }
      }
      if (price.rates().isEmpty()) {
        out.append(", prompt: 0, completion: 0");
      }
      if (!tiers.isEmpty()) {
        List<String> steps = new ArrayList<>();
        tiers.forEach((b, r) -> steps.add("{ tokens: " + b + ", " + String.join(", ", r) + " }"));
        out.append(", above: [").append(String.join(", ", steps)).append(']');
      }
      out.append(" }\n");
    }
  }

  private static String rate(Meter meter, long pico) {
    return PriceWords.word(meter) + ": " + PriceWords.stated(meter, pico).toPlainString();
  }

  private void line(String key, String value) {
    out.append("    ").append(key).append(": ").append(value).append('\n');
  }

  private static List<String> words(Collection<Modality> set) {
    return set.stream().sorted().map(Modality::word).toList();
  }

  private static String list(Collection<String> words) {
    JsonWriter json = new JsonWriter().beginArray();
    words.forEach(json::value);
    return json.endArray().toString();
  }

  private static String quoted(String text) {
    return new JsonWriter().value(text).toString();
  }
}
