package dev.fairlead.simulator;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a simulator plays: which models, how fast, from which seed. Made by {@link ScenarioFile}, or
 * one of the two here.
 */
public final class Scenario {
  private static final String PREFIX = "sim/";

  private final long seed;
  private final double scale;
  private final int logEntries;
  private final Behaviour unknown;
  private final Map<String, SimModel> models;

  /**
   * @param scale every time is multiplied by it; 0 for no waiting at all
   * @param logEntries how many attempts the log keeps
   * @param unknown how models answer that are neither here nor in the grammar
   */
  Scenario(
      long seed, double scale, int logEntries, Behaviour unknown, Collection<SimModel> models) {
    this.seed = seed;
    this.scale = scale;
    this.logEntries = logEntries;
    this.unknown = unknown;
    Map<String, SimModel> byName = new LinkedHashMap<>();
    models.forEach(model -> byName.put(model.name(), model));
    this.models = Collections.unmodifiableMap(byName);
  }

  /** The models of the name grammar, at a model's pace. */
  public static Scenario standard() {
    return scaled(1);
  }

  /** The models of the name grammar, with all times multiplied. */
  public static Scenario scaled(double scale) {
    return new Scenario(1, scale, 10_000, defaultBehaviour(), List.of());
  }

  static Behaviour defaultBehaviour() {
    return new Behaviour(Behaviour.Kind.LOREM, 0, Options.NONE, List.of());
  }

  long seed() {
    return seed;
  }

  double scale() {
    return scale;
  }

  int logEntries() {
    return logEntries;
  }

  Collection<SimModel> models() {
    return models.values();
  }

  /**
   * Finds a model: one of the scenario, with or without {@code sim/} before and options behind its
   * name; one of the grammar; and any other name plays the unknown model.
   *
   * @throws BadName a name that begins with {@code sim/} or has options, and cannot be read
   */
  SimModel find(String name) throws BadName {
    String plain = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    SimModel exact = models.containsKey(name) ? models.get(name) : models.get(plain);
    if (exact != null) {
      return exact;
    }
    int plus = plain.indexOf('+');
    SimModel base = plus < 0 ? null : models.get(plain.substring(0, plus));
    if (base != null) {
      return base.with(name, Behaviour.options(plain.substring(plus + 1)));
    }
    var read = Behaviour.read(plain);
    if (read.isPresent()) {
      return SimModel.of(name, read.get());
    }
    if (name.startsWith(PREFIX)) {
      throw new BadName("the simulator has no model `" + name + "`; it has " + known());
    }
    return SimModel.of(
        name, plus < 0 ? unknown : unknown.with(Behaviour.options(plain.substring(plus + 1))));
  }

  private String known() {
    StringBuilder names = new StringBuilder(String.join(", ", models.keySet()));
    for (SimulatorCatalog.Entry entry : SimulatorCatalog.ENTRIES) {
      names.append(names.isEmpty() ? "" : ", ").append(entry.name());
    }
    return names.toString();
  }
}
