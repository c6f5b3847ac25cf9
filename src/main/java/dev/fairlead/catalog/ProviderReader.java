package dev.fairlead.catalog;

import dev.fairlead.canon.Dialect;
import dev.fairlead.config.ConfigNode;
import dev.fairlead.config.Section;
import dev.fairlead.http.Headers;
import dev.fairlead.protocol.Target;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads a provider: all of it, or what a layer changes of one that is known. What is not stated is
 * as it was.
 */
final class ProviderReader {
  private static final URI NOWHERE = URI.create("http://invalid.invalid");

  private ProviderReader() {}

  static Provider read(String slug, Section s, Optional<Provider> known) {
    if (!slug.matches("[a-z0-9][a-z0-9._-]*")) {
      s.problem("name", "`" + slug + "` is no slug", "use lower-case letters, digits and dashes");
    }
    Dialect dialect =
        s.word("dialect", Words.DIALECTS)
            .or(() -> known.map(Provider::dialect))
            .orElse(Dialect.OPENAI_CHAT);
    Optional<URI> url = s.url("base_url").or(() -> known.map(Provider::baseUrl));
    return new Provider(
        slug,
        s.text("name").or(() -> known.map(Provider::name)).orElse(slug),
        s.text("family").or(() -> known.map(Provider::family)).orElse(slug),
        dialect,
        url.orElse(NOWHERE),
        s.text("chat_path").or(() -> known.flatMap(Provider::chatPath)),
        auth(s, dialect, known),
        s.texts("env").or(() -> known.map(Provider::environment)).orElse(List.of()),
        headers(s, known.map(Provider::headers).orElse(Headers.NONE)),
        s.flag("cancels").or(() -> known.map(Provider::cancels)).orElse(false),
        policy(s, known.map(Provider::dataPolicy).orElse(DataPolicy.UNKNOWN)),
        s.text("privacy_policy_url").or(() -> known.flatMap(Provider::privacyPolicyUrl)),
        s.text("terms_of_service_url").or(() -> known.flatMap(Provider::termsOfServiceUrl)),
        s.text("status_page_url").or(() -> known.flatMap(Provider::statusPageUrl)),
        s.text("headquarters").or(() -> known.flatMap(Provider::headquarters)),
        s.texts("datacenters").or(() -> known.map(Provider::datacenters)).orElse(List.of()),
        known.map(Provider::builtin).orElse(false),
        defaults(s, known.map(Provider::defaults).orElse(EndpointDefaults.NONE)),
        s.texts("variables").or(() -> known.map(Provider::variables)).orElse(List.of()));
  }

  /** {@code bearer}, {@code none} or {@code {header: x-api-key}}. */
  private static Auth auth(Section s, Dialect dialect, Optional<Provider> known) {
    Optional<ConfigNode> node = s.value("auth");
    if (node.isEmpty()) {
      return known
          .map(Provider::auth)
          .filter(a -> !(a instanceof Auth.None && s.has("api_key")))
          .orElseGet(() -> usual(s, dialect));
    }
    if (node.get().kind() == ConfigNode.Kind.MAPPING) {
      Optional<Section> section = s.section("auth");
      Auth auth = new Auth.Header(section.map(a -> a.requiredText("header")).orElse(""));
      section.ifPresent(Section::end);
      return auth;
    }
    return s.word(
            "auth", Map.<String, Auth>of("bearer", new Auth.Bearer(), "none", new Auth.None()))
        .orElseGet(Auth.Bearer::new);
  }

  /** What the dialect's own vendor wants; nothing for a machine of one's own without a key. */
  private static Auth usual(Section s, Dialect dialect) {
    boolean configured = s.path().startsWith("providers.");
    if (configured && !s.has("api_key") && !s.has("env")) {
      return new Auth.None();
    }
    return switch (dialect) {
      case ANTHROPIC -> new Auth.Header("x-api-key");
      case GEMINI -> new Auth.Header("x-goog-api-key");
      case OPENAI_CHAT, OPENAI_RESPONSES, BEDROCK, COHERE -> new Auth.Bearer();
    };
  }

  private static Headers headers(Section s, Headers base) {
    Headers all = base;
    for (Map.Entry<String, String> header : s.textMap("headers").entrySet()) {
      all = all.with(header.getKey(), header.getValue());
    }
    return all;
  }

  private static EndpointDefaults defaults(Section s, EndpointDefaults base) {
    return new EndpointDefaults(
        QuirkReader.read(s).orElse(base.quirks()),
        s.words("traits", Words.TRAITS).<Set<Target.Trait>>map(HashSet::new).orElse(base.traits()),
        s.word("reasoning", Words.STYLES).orElse(base.reasoningStyle()),
        s.texts("lacks").<Set<String>>map(HashSet::new).orElse(base.lacks()));
  }

  /** What is stated, over what was known; stating that it does not train ends the worst case. */
  static DataPolicy policy(Section owner, DataPolicy base) {
    Optional<Section> section = owner.section("data_policy");
    if (section.isEmpty()) {
      return base;
    }
    Section s = section.get();
    Optional<Boolean> training = s.flag("training");
    Optional<Long> days = s.whole("retention_days", 0, 36_500);
    boolean retains = s.flag("retains").or(() -> days.map(d -> d > 0)).orElse(base.retains());
    boolean publishes =
        s.flag("publishes").orElse(base.publishes() && !training.equals(Optional.of(false)));
    DataPolicy read =
        new DataPolicy(
            training.orElse(base.training()),
            retains,
            retains
                ? days.map(d -> OptionalInt.of(d.intValue())).orElse(base.retentionDays())
                : OptionalInt.of(0),
            publishes,
            s.day("checked").or(base::checked));
    s.end();
    return read;
  }
}
