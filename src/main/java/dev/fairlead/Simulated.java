package dev.fairlead;

import dev.fairlead.canon.Dialect;
import dev.fairlead.catalog.Auth;
import dev.fairlead.catalog.Benchmarks;
import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.DataPolicy;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.catalog.EndpointDefaults;
import dev.fairlead.catalog.Modality;
import dev.fairlead.catalog.Model;
import dev.fairlead.catalog.ModelGrammar;
import dev.fairlead.catalog.Provider;
import dev.fairlead.http.Headers;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.Target;
import dev.fairlead.simulator.InProcess;
import dev.fairlead.simulator.Scenario;
import dev.fairlead.simulator.Simulator;
import dev.fairlead.simulator.SimulatorCatalog;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;

/** The provider that this process serves itself: the simulator, as part of the catalog. */
final class Simulated {
  private static final Provider PROVIDER =
      new Provider(
          "simulator",
          "Simulator",
          "simulator",
          Dialect.OPENAI_CHAT,
          URI.create("http://" + InProcess.HOST + "/v1"),
          Optional.empty(),
          new Auth.None(),
          List.of(),
          Headers.NONE,
          true,
          new DataPolicy(false, false, OptionalInt.of(0), false, Optional.empty()),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          true,
          EndpointDefaults.NONE,
          List.of());

  private Simulated() {}

  static Simulator simulator(Map<Dialect, Codec> codecs, LongSupplier nanos, InstantSource clock) {
    return new Simulator(codecs, Scenario.standard(), nanos, clock);
  }

  /** The catalog with the simulator's models before all others, and a meaning for their options. */
  static Catalog addTo(Catalog catalog) {
    List<Provider> providers = new ArrayList<>(List.of(PROVIDER));
    providers.addAll(catalog.providers());
    List<Model> models = new ArrayList<>();
    List<Endpoint> endpoints = new ArrayList<>();
    for (SimulatorCatalog.Entry entry : SimulatorCatalog.ENTRIES) {
      models.add(model(entry));
      endpoints.add(endpoint(entry));
    }
    models.addAll(catalog.models());
    endpoints.addAll(catalog.endpoints());
    return new Catalog(catalog.version(), providers, models, endpoints)
        .withGrammar(Simulated::made);
  }

  private static Optional<ModelGrammar.Made> made(String name) {
    return SimulatorCatalog.named(name)
        .map(entry -> new ModelGrammar.Made(model(entry), endpoint(entry)));
  }

  private static Set<Modality> output(SimulatorCatalog.Entry entry) {
    return entry.imageOutput()
        ? EnumSet.of(Modality.TEXT, Modality.IMAGE)
        : EnumSet.of(Modality.TEXT);
  }

  private static Model model(SimulatorCatalog.Entry entry) {
    return new Model(
        entry.name(),
        entry.name(),
        entry.title(),
        entry.description(),
        0,
        entry.contextLength(),
        EnumSet.of(Modality.TEXT, Modality.IMAGE, Modality.FILE, Modality.AUDIO),
        output(entry),
        "Other",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.of(entry.maxCompletionTokens()),
        false,
        List.of(
            "max_tokens",
            "response_format",
            "seed",
            "stop",
            "structured_outputs",
            "temperature",
            "tool_choice",
            "tools",
            "top_p"),
        Benchmarks.NONE,
        true);
  }

  private static Endpoint endpoint(SimulatorCatalog.Entry entry) {
    return new Endpoint(
        "simulator|" + entry.name(),
        entry.name(),
        PROVIDER,
        "simulator",
        entry.name(),
        Dialect.OPENAI_CHAT,
        List.of(entry.price()),
        entry.contextLength(),
        OptionalLong.of(entry.maxCompletionTokens()),
        OptionalLong.empty(),
        "unknown",
        Set.of(),
        true,
        EnumSet.of(Modality.TEXT, Modality.IMAGE, Modality.FILE, Modality.AUDIO),
        output(entry),
        PROVIDER.dataPolicy(),
        List.of(),
        EnumSet.of(Target.Trait.PREFILL),
        Target.ReasoningStyle.OPENROUTER,
        Optional.empty(),
        false,
        0);
  }
}
