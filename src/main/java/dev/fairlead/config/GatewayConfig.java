package dev.fairlead.config;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The whole configuration file.
 *
 * @param data a folder, or {@code jdbc:postgresql:…}
 * @param cluster of interest only with the latter
 * @param catalog a folder with the same layout as the shipped catalog, laid over it
 * @param providers the catalog's business: overrides and definitions by slug
 * @param endpoints the catalog's business: a list of endpoints
 */
public record GatewayConfig(
    ServerConfig server,
    String data,
    ClusterConfig cluster,
    List<KeyConfig> keys,
    List<RateLimitConfig> rateLimits,
    List<FairQueueConfig> fairQueues,
    LimitsConfig limits,
    TimeoutsConfig timeouts,
    RetryConfig retry,
    StreamPolicy streamPolicy,
    RoutingConfig routing,
    PrivacyConfig dataPolicy,
    SpendingConfig spending,
    IdempotencyConfig idempotency,
    Optional<String> catalog,
    Optional<ConfigNode> providers,
    Optional<ConfigNode> endpoints) {

  public static final GatewayConfig DEFAULT =
      new GatewayConfig(
          ServerConfig.DEFAULT,
          "./data",
          ClusterConfig.DEFAULT,
          List.of(),
          List.of(),
          List.of(),
          LimitsConfig.DEFAULT,
          TimeoutsConfig.DEFAULT,
          RetryConfig.DEFAULT,
          StreamPolicy.ERROR,
          RoutingConfig.DEFAULT,
          PrivacyConfig.DEFAULT,
          SpendingConfig.DEFAULT,
          IdempotencyConfig.DEFAULT,
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  public GatewayConfig {
    keys = List.copyOf(keys);
    rateLimits = List.copyOf(rateLimits);
    fairQueues = List.copyOf(fairQueues);
  }

  /** Reads a file's bytes; what is wrong is added to the problems and reads as its default. */
  public static GatewayConfig read(
      String file, byte[] bytes, Interpolation interpolation, Problems problems) {
    Section root =
        Section.of(ConfigReader.read(file, bytes, interpolation, problems), "", problems);
    retire(root);
    GatewayConfig read =
        new GatewayConfig(
            root.section("server").map(ServerConfig::read).orElse(ServerConfig.DEFAULT),
            root.text("data", DEFAULT.data),
            root.section("cluster").map(ClusterConfig::read).orElse(ClusterConfig.DEFAULT),
            keys(root),
            rateLimits(root),
            fairQueues(root),
            root.section("limits").map(LimitsConfig::read).orElse(LimitsConfig.DEFAULT),
            root.section("timeouts").map(TimeoutsConfig::read).orElse(TimeoutsConfig.DEFAULT),
            root.section("retry").map(RetryConfig::read).orElse(RetryConfig.DEFAULT),
            root.word("stream_policy", StreamPolicy.WORDS).orElse(DEFAULT.streamPolicy),
            root.section("routing").map(RoutingConfig::read).orElse(RoutingConfig.DEFAULT),
            root.section("data_policy").map(PrivacyConfig::read).orElse(PrivacyConfig.DEFAULT),
            root.section("spending").map(SpendingConfig::read).orElse(SpendingConfig.DEFAULT),
            root.section("idempotency")
                .map(IdempotencyConfig::read)
                .orElse(IdempotencyConfig.DEFAULT),
            root.text("catalog"),
            root.value("providers"),
            root.value("endpoints"));
    root.end();
    return read;
  }

  /** Names that other gateways use for the same thing, and what they are called here. */
  private static void retire(Section root) {
    root.retired("model_list", "write `endpoints:`; see the documentation on configuration");
    root.retired("channels", "write `providers:` and `endpoints:`");
    root.retired("database", "write `data: jdbc:postgresql://host/name`");
  }

  private static List<KeyConfig> keys(Section root) {
    List<Section> sections = root.sections("keys");
    List<KeyConfig> keys = sections.stream().map(KeyConfig::read).toList();
    distinctNames(sections, keys.stream().map(KeyConfig::name).toList(), "key");
    return keys;
  }

  private static List<RateLimitConfig> rateLimits(Section root) {
    List<Section> sections = root.sections("rate_limits");
    List<RateLimitConfig> limits = sections.stream().map(RateLimitConfig::read).toList();
    distinctNames(sections, limits.stream().map(RateLimitConfig::name).toList(), "rate limit");
    return limits;
  }

  private static List<FairQueueConfig> fairQueues(Section root) {
    List<Section> sections = root.sections("fair_queues");
    List<FairQueueConfig> queues = sections.stream().map(FairQueueConfig::read).toList();
    distinct(
        sections,
        "provider",
        queues.stream().map(FairQueueConfig::provider).toList(),
        "has a queue already",
        "give each provider one");
    return queues;
  }

  private static void distinctNames(List<Section> sections, List<String> names, String what) {
    distinct(
        sections, "name", names, "is the name of another " + what + " too", "give each its own");
  }

  private static void distinct(
      List<Section> sections, String key, List<String> values, String why, String fix) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < values.size(); i++) {
      if (!seen.add(values.get(i))) {
        sections.get(i).problem(key, why, fix);
      }
    }
  }
}
